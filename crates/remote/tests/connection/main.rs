//! Tests of a connection from the application's thread, against a scripted server.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod calls;
mod endings;
mod links;
mod server;
mod tls;
mod user;
