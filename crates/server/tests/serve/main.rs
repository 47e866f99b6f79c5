//! Tests of `remote-mediasoup serve` as a process: its ports, its
//! signals, its log.

#![expect(clippy::unwrap_used, reason = "a panic fails the test")]

mod config;
mod connections;
mod deploy;
mod gate;
mod life;
mod log;
mod support;
mod tls;
