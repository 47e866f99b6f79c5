//! Tests of vertical scaling: `Vertical` (this crate's entry: it executes commands on logical Workers) over
//! testkit's fake ObjectTree (mediasoup objects without worker processes), whose workers answer when a test
//! lets them. `programs.rs` runs random programs, `workers.rs` has a case per rule; no process is started.

mod programs;
mod support;
mod workers;
