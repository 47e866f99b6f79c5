//! Epochs of a connection: links that come and go, sessions that are lost, and what the application
//! meets of it.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod acts;
mod connection;
mod programs;
mod table;
mod world;
