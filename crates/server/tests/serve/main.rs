//! Tests of `remote-mediasoup serve` as a process: its ports, its
//! signals, its log.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod config;
mod connections;
mod deploy;
mod gate;
mod life;
mod log;
mod support;
mod tls;
