//! Tests of `remote-mediasoup serve` as a process, with clients over real sockets: its options, ports,
//! signals, log. `support.rs` starts the process; the other files have one subject each.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod authentication;
mod config;
mod connections;
mod deploy;
mod life;
mod log;
mod support;
mod tls;
