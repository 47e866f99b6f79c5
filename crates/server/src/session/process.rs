//! Interface of worker processes, wherever they run: the traits [`Spawner`] and [`Process`] with their
//! contract. The driver of a session (its task, which does the input and output) starts and kills processes by them; `local.rs` implements them with
//! child processes, tests with fakes. A session is the Workers and objects that one or several clients
//! share.
//!
//! [`Spawner::spawn`] starts a process; from then on the driver sends it bytes through [`Process`], and
//! the process reports each [`Happening`] through the [`ProcessReports`] it was started with.
//!
//! ```text
//!              spawn           drop                 ends, or is killed
//!     (none) ────────► running ────► closed ──────────────────┐
//!                         │                                   ▼
//!                         └────────────────────────────────► exited ────► gone
//!                            ends, or is killed by kill()
//! ```
//!
//! The contract of every implementation:
//!
//! - **Running.** Written bytes reach the worker complete and in order. The worker's output is
//!   reported as [`Happening::Bytes`], in order and split anywhere. [`Happening::Failed`] means that the
//!   channel is unusable although the process may still run: the driver kills it.
//! - **Backlog.** [`Process::write`] never waits and never fails: bytes that the worker doesn't take at once
//!   join the backlog, which [`Process::backlog`] measures. Each time a backlog has become empty,
//!   [`Happening::Drained`] is reported. The driver keeps the backlog small: it stops taking
//!   commands for a Worker whose backlog is too long.
//! - **Closed.** Dropping the [`Process`] closes the channel: the worker still receives everything written
//!   before, then its end. From then on only the exit is reported. A worker that doesn't exit is killed
//!   [`EXIT_GRACE`] after the drop.
//! - **Killed.** [`Process::kill`] ends the process at once and by force; its backlog is lost.
//! - **Exited, gone.** However it ends, [`Happening::Exited`] is reported once, then
//!   [`Happening::Gone`] once, as the last report of all. Both come even after the driver has dropped the
//!   [`Process`]. Bytes that arrive after the exit are ignored.
//!
//! A process that couldn't be started reports nothing.

mod local;

pub(crate) use local::LocalSpawner;

use super::settings::Launch;
use bytes::Bytes;
use protocol::Handle;
use std::fmt;
use std::io;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Time limit of a closed worker's exit, after which it is killed.
pub(crate) const EXIT_GRACE: Duration = Duration::from_secs(1);

/// Starter of worker processes.
pub(crate) trait Spawner: fmt::Debug {
    /// Starts a process. The implementation's own tasks go to `tasks`, which the driver joins: a task
    /// that panics ends the session.
    fn spawn(
        &self,
        launch: &Launch,
        reports: ProcessReports,
        tasks: &mut JoinSet<()>,
    ) -> io::Result<Box<dyn Process>>;
}

/// A running worker process. Dropping it closes its channel.
pub(crate) trait Process: fmt::Debug {
    /// Sends bytes to the worker: as many as it takes at once, the rest later.
    fn write(&self, bytes: &[u8]);

    /// Returns the number of written bytes that the worker hasn't taken yet.
    fn backlog(&self) -> usize;

    /// Ends the process by force.
    fn kill(&self);
}

/// An event in a worker process's life.
#[derive(Debug)]
pub(crate) enum Happening {
    /// Output of the worker.
    Bytes(Bytes),
    /// The backlog is empty again.
    Drained,
    /// The channel is unusable, though the process may still run. The reason.
    Failed(String),
    /// The process has exited.
    Exited(Exit),
    /// The process and its standard streams have ended.
    Gone,
}

/// An event of a process, with its worker.
pub(crate) type ProcessReport = (Handle, Happening);

/// The driver's queue, with the worker whose process reports there.
#[derive(Debug, Clone)]
pub(crate) struct ProcessReports {
    worker: Handle,
    queue: mpsc::Sender<ProcessReport>,
}

/// End of a process: an exit code or a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exit {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
}

impl ProcessReports {
    pub(crate) fn new(worker: Handle, queue: mpsc::Sender<ProcessReport>) -> Self {
        Self { worker, queue }
    }

    pub(crate) fn worker(&self) -> Handle {
        self.worker
    }

    /// Sends a report, with backpressure.
    pub(crate) async fn send(&self, happening: Happening) {
        // The queue is closed when the session has ended.
        let _ = self.queue.send((self.worker, happening)).await;
    }
}
