//! `remote-mediasoup serve` as who runs it and who connects to it see it: a process, its ports, its
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
