//! Tests of CPU slots (lock files that the programs of a machine share), on real files: between processes
//! and users, and with files that an attacker has put in their place.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod attacks;
mod programs;
mod support;
