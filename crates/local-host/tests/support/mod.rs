//! Helpers of the tests of `LocalHost` (the object that holds this machine's Workers), and of two fuzz
//! targets: Workers with a fake worker at the far end of each channel instead of a process.
//!
//! A [`Machine`] is a [`LocalHost`](local_host::LocalHost) whose bytes go to a [`FakeWorker`] per Worker: it answers
//! each request with a plausible reply, or leaves that to the test. A [`Rig`] drives it as Node does.

mod machine;
mod rig;
mod samples;
pub(crate) mod vertical;
mod worker;

pub(crate) use machine::Machine;
pub(crate) use rig::{Rig, methods};
pub(crate) use samples::{Cast, rtp_capabilities, rtp_parameters};
pub(crate) use worker::{FakeWorker, accepted, log_line, message, notification, rejected};
