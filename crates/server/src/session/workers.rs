//! Workers: their processes begin, run and end. Those of a logical Worker, of which there may be
//! several: [`logical`](super::logical).

use super::client::ClientId;
use super::pid::Pid;
use super::process::Exit;
use super::{Effect, Session, settings};
use host::Host;
use protocol::{CreateWorker, Emission, Error, Event, Handle, Payload, RequestId};
use std::time::Instant;

/// The code with which a worker exits that refuses its settings.
const WRONG_SETTINGS: i32 = 42;

/// Signals by their numbers on Linux, from 1.
const SIGNALS: [&str; 31] = [
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGILL",
    "SIGTRAP",
    "SIGABRT",
    "SIGBUS",
    "SIGFPE",
    "SIGKILL",
    "SIGUSR1",
    "SIGSEGV",
    "SIGUSR2",
    "SIGPIPE",
    "SIGALRM",
    "SIGTERM",
    "SIGSTKFLT",
    "SIGCHLD",
    "SIGCONT",
    "SIGSTOP",
    "SIGTSTP",
    "SIGTTIN",
    "SIGTTOU",
    "SIGURG",
    "SIGXCPU",
    "SIGXFSZ",
    "SIGVTALRM",
    "SIGPROF",
    "SIGWINCH",
    "SIGIO",
    "SIGPWR",
    "SIGSYS",
];

/// A Worker whose process isn't gone yet.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) pid: Pid,
    pub(super) life: Life,
    /// The logical Worker that it is a part of.
    pub(super) logical: Option<Handle>,
    /// More waits to be written to it than should.
    congested: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// The call is answered when its worker runs.
    Starting(RequestId),
    /// Clients know it, or what it is a part of.
    Running,
    /// It was running. What is left is the end of its process.
    Closed,
    /// It has never run.
    Failed,
}

impl Worker {
    pub(super) fn new(pid: Pid, life: Life, logical: Option<Handle>) -> Self {
        Self {
            pid,
            life,
            logical,
            congested: false,
        }
    }

    /// Whether its process is one that counts.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.life, Life::Starting(_) | Life::Running)
    }
}

impl Session {
    /// A worker said something.
    pub(crate) fn worker_said(&mut self, worker: Handle, bytes: &[u8]) {
        self.host.local_mut().input(worker, bytes);
    }

    /// Whether much waits to be written to a worker.
    pub(crate) fn worker_congested(&mut self, worker: Handle, congested: bool) {
        if let Some(worker) = self.workers.get_mut(&worker) {
            worker.congested = congested;
        }
    }

    /// A worker's process is no more.
    pub(crate) fn worker_exited(&mut self, now: Instant, worker: Handle, exit: Exit) {
        let Some(Worker { pid, life, .. }) = self.workers.get(&worker) else {
            return;
        };
        let message = ending(pid.number(), exit);
        match *life {
            Life::Starting(request) => {
                let error = if exit.code == Some(WRONG_SETTINGS) {
                    Error::type_error("wrong settings")
                } else {
                    Error::plain(&message)
                };
                tracing::warn!(
                    worker = worker.0,
                    "worker process failed unexpectedly {message}"
                );
                self.start_failed(now, worker, request, error);
            }
            Life::Running => {
                tracing::error!(
                    worker = worker.0,
                    "worker process died unexpectedly {message}"
                );
                self.died(now, worker, &message);
            }
            Life::Closed | Life::Failed => {}
        }
    }

    /// A worker can't be started, spoken to or trusted: its process is killed.
    pub(crate) fn worker_failed(&mut self, now: Instant, worker: Handle, reason: &str) {
        let Some(life) = self.workers.get(&worker).map(|worker| worker.life) else {
            return;
        };
        match life {
            Life::Starting(request) => {
                tracing::error!(worker = worker.0, reason, "worker process failed");
                self.start_failed(now, worker, request, Error::plain(reason));
            }
            Life::Running => {
                tracing::error!(worker = worker.0, reason, "killing the worker process");
                self.died(now, worker, reason);
            }
            Life::Closed | Life::Failed => return,
        }
        self.effects.push_back(Effect::Kill(worker));
    }

    /// A worker's process is gone, and so are its standard streams.
    pub(crate) fn worker_gone(&mut self, now: Instant, worker: Handle) {
        let Some(gone) = self.workers.remove(&worker) else {
            return;
        };
        if let Some(logical) = gone.logical {
            self.real_worker_gone(now, worker, logical);
        } else if gone.life == Life::Closed && !self.ended {
            let emission = Emission::own(worker, Event::SubprocessClose, Payload::None);
            self.emit(now, emission, false);
        }
    }

    /// Starts a Worker for a client.
    pub(super) fn start_worker(
        &mut self,
        now: Instant,
        id: ClientId,
        options: &CreateWorker,
    ) -> Result<RequestId, Error> {
        let launch = settings::launch(options)?;
        let vertical = self.vertical(options)?;
        if self.config.draining.is_some() {
            return Err(Error::plain(
                "the server is about to leave and takes no new Workers",
            ));
        }
        self.check_objects(id, 1)?;
        let limit = self
            .clients
            .get(&id)
            .map_or(0, |client| client.limits.workers);
        if !self.shares.workers.try_add(limit) {
            return Err(Error::plain(format!(
                "limit of {limit} Workers reached: close one first"
            )));
        }
        if let Some(vertical) = vertical {
            let started = self.start_logical(now, id, vertical, launch, limit);
            if started.is_err() {
                self.count_workers();
            }
            return started;
        }
        let pid = self.config.pids.draw();
        let (worker, request) = self.host.local_mut().add_worker();
        self.host.local_mut().set_pid(worker, pid.number());
        tracing::info!(
            client = id.0,
            worker = worker.0,
            pid = pid.number(),
            "creating worker"
        );
        let started = Worker::new(pid, Life::Starting(request), None);
        self.workers.insert(worker, started);
        self.effects.push_back(Effect::Spawn(worker, launch));
        Ok(request)
    }

    /// What was created may be a Worker, whose process runs now.
    pub(super) fn worker_runs(&mut self, now: Instant, handle: Handle, request: RequestId) {
        let starting = Life::Starting(request);
        let mut workers = self.workers.values_mut();
        if let Some(worker) = workers.find(|worker| worker.life == starting) {
            worker.life = Life::Running;
            self.created(now, handle, request, None);
        }
    }

    /// A Worker has closed, for whatever reason.
    pub(super) fn worker_closed(&mut self, worker: Handle) {
        if let Some(closed) = self.workers.get_mut(&worker)
            && closed.is_live()
        {
            closed.life = Life::Closed;
            self.effects.push_back(Effect::Close(worker));
        }
        self.logical_closed(worker);
        self.count_workers();
    }

    /// Closes all Workers. Nobody is told: those who come back find another epoch.
    pub(super) fn close_workers(&mut self) {
        for (handle, worker) in &mut self.workers {
            let closing = worker.logical.unwrap_or(*handle);
            match worker.life {
                Life::Starting(_) => {
                    self.host.worker_died(*handle);
                    worker.life = Life::Failed;
                    self.effects.push_back(Effect::Kill(*handle));
                }
                Life::Running => {
                    self.host.close(closing);
                    worker.life = Life::Closed;
                }
                Life::Closed | Life::Failed => continue,
            }
            self.effects.push_back(Effect::Close(*handle));
        }
        self.count_workers();
    }

    /// Whether what is sent to an object now would wait for long.
    pub(super) fn is_congested(&self, target: Handle) -> bool {
        let local = self.host.local();
        local
            .model()
            .get(target)
            .and_then(|entity| self.workers.get(&entity.worker))
            .is_some_and(|worker| worker.congested)
    }

    fn start_failed(&mut self, now: Instant, worker: Handle, request: RequestId, error: Error) {
        let logical = self.workers.get_mut(&worker).and_then(|worker| {
            worker.life = Life::Failed;
            worker.logical
        });
        self.host.worker_died(worker);
        self.host.release(worker);
        if let Some(logical) = logical {
            self.logicals.remove(logical);
            self.host.release(logical);
        }
        self.effects.push_back(Effect::Close(worker));
        self.count_workers();
        self.replied(now, request, Err(error));
    }

    pub(super) fn count_workers(&mut self) {
        let live = self.workers.values().filter(|worker| worker.is_live());
        self.shares.workers.set(live.count());
    }
}

/// How mediasoup says that a process has ended.
fn ending(pid: u32, exit: Exit) -> String {
    let code = exit.code.map_or("null".to_owned(), |code| code.to_string());
    let signal = match exit.signal {
        None => "null".to_owned(),
        Some(signal) => usize::try_from(signal - 1)
            .ok()
            .and_then(|place| SIGNALS.get(place))
            .map_or_else(|| signal.to_string(), |name| (*name).to_owned()),
    };
    format!("[pid:{pid}, code:{code}, signal:{signal}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_read_as_mediasoup_s() {
        for (code, signal, text) in [
            (Some(1), None, "[pid:7, code:1, signal:null]"),
            (None, Some(9), "[pid:7, code:null, signal:SIGKILL]"),
            (None, Some(31), "[pid:7, code:null, signal:SIGSYS]"),
            (None, Some(40), "[pid:7, code:null, signal:40]"),
        ] {
            assert_eq!(ending(7, Exit { code, signal }), text);
        }
    }
}
