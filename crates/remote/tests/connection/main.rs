//! Tests of an application's connection to a server, as the addon uses it, against a scripted server over
//! real sockets. `server.rs` is the server, `user.rs` the application; the other files have one subject
//! each. A failure means lost, repeated or hanging calls.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod calls;
mod endings;
mod links;
mod server;
mod tls;
mod user;
