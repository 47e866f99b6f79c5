//! Engines with made-up workers at the far end of their channels.
//!
//! A [`Rig`] drives a [`LocalHost`](local_host::LocalHost) as Node does, but the bytes go to a [`FakeWorker`]:
//! it answers each request with a plausible reply, or leaves that to the test.

mod rig;
mod samples;
pub(crate) mod vertical;
mod worker;

pub(crate) use rig::{Rig, methods};
pub(crate) use samples::{Cast, rtp_capabilities, rtp_parameters};
pub(crate) use worker::{FakeWorker, accepted, log_line, message, notification, rejected};
