//! Tests of a `LocalHost` (the object that holds this machine's Workers) as its driver sees it: commands
//! and bytes of a fake worker go in, items (replies, events, new objects) and requests to the worker come out. No process is started; the
//! expected values are mediasoup's own.

#[path = "../support/mod.rs"]
mod support;

mod cases;
mod commands;
mod endings;
mod events;
mod pipes;
mod producing;
mod protocol_error;
mod replies;
mod vertical;
mod vertical_endings;
