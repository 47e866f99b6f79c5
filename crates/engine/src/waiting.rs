//! Records for the layers above (pipes, vertical scaling) about what they wait for: the answer to a
//! command, or a further worker process. `Local` keeps them in its tables; an arriving answer goes in
//! and wakes the layer's task, which takes it.

use protocol::{Error, Handle, Reply};
use std::task::Waker;

/// Command of a layer whose answer isn't taken yet.
#[derive(Debug, Default)]
pub(crate) struct Inner {
    pub(crate) answer: Option<Result<Reply, Error>>,
    /// Wakes the task that waits for it.
    pub(crate) waker: Option<Waker>,
}

/// Process that a layer has asked for and that doesn't run yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spawning {
    /// The logical Worker.
    pub(crate) logical: Handle,
    /// Its real one, once the driver has spawned it.
    pub(crate) real: Option<Handle>,
}
