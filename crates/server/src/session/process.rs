//! Worker processes as the session's driver holds them, wherever they run.
//!
//! [`Spawner::spawn`] starts a process; from then on the driver hands it bytes through [`Process`], and
//! the process reports each [`Happening`] through the [`Reports`] it was started with.
//!
//! ```text
//!              spawn           drop                 ends, or is killed
//!     (none) ────────► running ────► closed ──────────────────┐
//!                         │                                   ▼
//!                         └────────────────────────────────► exited ────► gone
//!                            ends, or is killed by kill()
//! ```
//!
//! The contract, for every implementation:
//!
//! - **Running.** What is written reaches the worker whole and in order. What the worker writes is
//!   reported as [`Happening::Bytes`], in order and cut anywhere. [`Happening::Failed`] means that the
//!   channel is of no more use although the process may run on: the driver kills it.
//! - **Backlog.** [`Process::write`] never waits and never refuses: what the worker doesn't take at once
//!   joins the backlog, which [`Process::backlog`] measures. Each time a backlog has been taken whole,
//!   [`Happening::Drained`] says so. Keeping the backlog small is up to the driver, which stops taking
//!   commands for a Worker whose backlog is too long.
//! - **Closed.** Dropping the [`Process`] closes the channel: the worker still receives all that was
//!   written before, then its end. Nothing is reported any more but the exit. A worker that stays is killed
//!   [`EXIT_GRACE`] after the drop.
//! - **Killed.** After [`Process::kill`] the process ends at once and by force; its backlog is lost.
//! - **Exited, gone.** However it ends, [`Happening::Exited`] is reported once, then
//!   [`Happening::Gone`] once, as the last report of all. Both come even where the driver has dropped the
//!   [`Process`]. Bytes that arrive after the exit mean nothing.
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

/// Time for a closed worker to leave before it is killed.
pub(crate) const EXIT_GRACE: Duration = Duration::from_secs(1);

/// Starts worker processes.
pub(crate) trait Spawner: fmt::Debug {
    /// Starts a process. The implementation's own work goes to `tasks`, which the driver joins: a task
    /// that panics ends the session.
    fn spawn(
        &self,
        launch: &Launch,
        reports: Reports,
        tasks: &mut JoinSet<()>,
    ) -> io::Result<Box<dyn Process>>;
}

/// A running worker process. Dropping it closes its channel.
pub(crate) trait Process: fmt::Debug {
    /// Sends bytes to the worker: at once as far as it takes them, the rest as soon as it does.
    fn write(&self, bytes: &[u8]);

    /// Bytes that were written and that the worker hasn't taken yet.
    fn backlog(&self) -> usize;

    /// Ends the process by force.
    fn kill(&self);
}

/// An event in a worker process's life.
#[derive(Debug)]
pub(crate) enum Happening {
    /// It said something.
    Bytes(Bytes),
    /// Its backlog was taken whole.
    Drained,
    /// Its channel is of no more use, though it may run. The reason.
    Failed(String),
    /// It has ended.
    Exited(Exit),
    /// Nothing of it is left: its standard streams have ended, too.
    Gone,
}

/// Something that happened, and the worker that it happened to.
pub(crate) type Report = (Handle, Happening);

/// The driver's queue, and the worker under whose handle its process reports there.
#[derive(Debug, Clone)]
pub(crate) struct Reports {
    worker: Handle,
    queue: mpsc::Sender<Report>,
}

/// End of a process: an exit code or a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exit {
    pub(crate) code: Option<i32>,
    pub(crate) signal: Option<i32>,
}

impl Reports {
    pub(crate) fn new(worker: Handle, queue: mpsc::Sender<Report>) -> Self {
        Self { worker, queue }
    }

    pub(crate) fn worker(&self) -> Handle {
        self.worker
    }

    /// Waits for room in the queue.
    pub(crate) async fn send(&self, happening: Happening) {
        // Nobody listens any more when the session has ended.
        let _ = self.queue.send((self.worker, happening)).await;
    }
}
