//! Fake worker processes for the contract tests: one behaviour (`Act`) each, without a process of the
//! operating system. `contract.rs` runs them beside child processes with the same behaviour, and expects
//! the same reports.

use crate::session::process::{EXIT_GRACE, Exit, Happening, Process, ProcessReports, Spawner};
use crate::session::settings::Launch;
use std::cell::Cell;
use std::io;
use std::rc::Rc;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Bytes that a worker's socket takes at once.
const SOCKET_BYTES: usize = 64 * 1024;

/// Behaviour of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Repeats its input, and exits with 0 when its channel ends.
    Echo,
    /// Takes this many bytes, then exits with 7.
    Count(usize),
    /// Writes that it is ready, and ignores everything.
    Ignore,
    /// Closes its end of the channel, and exits with 0 when the other end closes.
    Mute,
    /// Exits at once with 42.
    Quit,
    /// The program doesn't exist.
    Missing,
}

/// Starter of fake workers.
#[derive(Debug)]
pub(super) struct FakeSpawner(pub(super) Act);

#[derive(Debug)]
struct FakeProcess {
    written: mpsc::UnboundedSender<(Vec<u8>, bool)>,
    state: Rc<State>,
}

#[derive(Debug, Default)]
struct State {
    backlog: Cell<usize>,
    closed: Cell<bool>,
    kill: CancellationToken,
}

impl Spawner for FakeSpawner {
    fn spawn(
        &self,
        _: &Launch,
        reports: ProcessReports,
        tasks: &mut JoinSet<()>,
    ) -> io::Result<Box<dyn Process>> {
        if self.0 == Act::Missing {
            return Err(io::ErrorKind::NotFound.into());
        }
        let (written, hears) = mpsc::unbounded_channel();
        let state = Rc::new(State::default());
        let worker = Worker {
            hears,
            state: Rc::clone(&state),
            reports,
        };
        tasks.spawn_local(worker.run(self.0));
        Ok(Box::new(FakeProcess { written, state }))
    }
}

impl Process for FakeProcess {
    fn write(&self, bytes: &[u8]) {
        let backlog = self.state.backlog.get();
        let waits = backlog > 0 || bytes.len() > SOCKET_BYTES;
        if waits {
            self.state.backlog.set(backlog + bytes.len());
        }
        // A worker that has ended receives nothing.
        let _ = self.written.send((bytes.to_vec(), waits));
    }

    fn backlog(&self) -> usize {
        self.state.backlog.get()
    }

    fn kill(&self) {
        self.state.kill.cancel();
    }
}

impl Drop for FakeProcess {
    fn drop(&mut self) {
        self.state.closed.set(true);
    }
}

/// The worker's side.
struct Worker {
    hears: mpsc::UnboundedReceiver<(Vec<u8>, bool)>,
    state: Rc<State>,
    reports: ProcessReports,
}

impl Worker {
    async fn run(mut self, act: Act) {
        let kill = self.state.kill.clone();
        let killed = Exit {
            code: None,
            signal: Some(9),
        };
        let exit = kill.run_until_cancelled(self.act(act)).await;
        self.reports
            .send(Happening::Exited(exit.unwrap_or(killed)))
            .await;
        self.reports.send(Happening::Gone).await;
    }

    async fn act(&mut self, act: Act) -> Exit {
        let code = match act {
            Act::Echo => {
                while let Some(bytes) = self.hear().await {
                    self.report(Happening::Bytes(bytes.into())).await;
                }
                0
            }
            Act::Count(bytes) => {
                let mut count = 0;
                while count < bytes
                    && let Some(bytes) = self.hear().await
                {
                    count += bytes.len();
                }
                if count >= bytes { 7 } else { 1 }
            }
            Act::Ignore => {
                self.report(Happening::Bytes("ready\n".into())).await;
                while self.hears.recv().await.is_some() {}
                tokio::time::sleep(EXIT_GRACE).await;
                return Exit {
                    code: None,
                    signal: Some(9),
                };
            }
            Act::Mute => {
                self.report(Happening::Failed("it is mute".into())).await;
                while self.hear().await.is_some() {}
                0
            }
            Act::Quit | Act::Missing => 42,
        };
        Exit {
            code: Some(code),
            signal: None,
        }
    }

    /// Returns its next input. `None`: its channel has ended.
    async fn hear(&mut self) -> Option<Vec<u8>> {
        let (bytes, waited) = self.hears.recv().await?;
        let backlog = self.state.backlog.get();
        if waited {
            self.state.backlog.set(backlog - bytes.len());
            if backlog == bytes.len() {
                self.report(Happening::Drained).await;
            }
        }
        Some(bytes)
    }

    async fn report(&self, happening: Happening) {
        if !self.state.closed.get() {
            self.reports.send(happening).await;
        }
    }
}
