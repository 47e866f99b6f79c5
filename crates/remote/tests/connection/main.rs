//! A connection as the application's thread sees it, to a server that does what each test says.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod calls;
mod endings;
mod links;
mod server;
mod tls;
mod user;
