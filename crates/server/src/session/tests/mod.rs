//! Tests of sessions with real client machines and fake workers; the network, the
//! processes and the clock are simulated.

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
