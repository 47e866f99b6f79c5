//! Tests of sessions: the server's `Session` with the client's own end of the protocol (`ClientEnd`) and
//! fake workers (in-process stand-ins for mediasoup's). Network, processes and clock are simulated, so that
//! each test decides what happens when; `contract.rs` and `processes.rs` alone start processes.

mod app_data;
mod bounds;
mod clients;
mod contract;
mod ends;
mod fake_process;
mod host_contract;
mod logical;
mod network;
mod processes;
mod rig;
mod words;

#[path = "../../../../local-host/tests/support/worker.rs"]
mod fake_worker;
