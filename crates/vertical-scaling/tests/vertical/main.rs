//! Tests of vertical scaling: `Vertical` over testkit's fake ObjectTree, whose workers answer when a test
//! lets them. `programs.rs` runs random programs, `workers.rs` has a case per rule; no process is started.

mod programs;
mod support;
mod workers;
