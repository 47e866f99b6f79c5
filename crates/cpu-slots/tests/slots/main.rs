//! Tests of CPU slots (lock files, one per CPU, that limit the worker processes of all programs on a
//! machine), on real files: between processes and users, and with files that an attacker has put in their
//! place. A failure means too many worker processes, or an unsafe file opened.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod attacks;
mod programs;
mod support;
