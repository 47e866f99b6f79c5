//! Table of a session's Workers, and the life of their processes. The session asks it to start a Worker for
//! `createWorker()` and reports each process's exit; it yields orders to the session's task (start, close or kill a
//! process) and returns how a Worker has ended. [`Logicals`] has the Workers that may have several processes.
//! A session is the Workers and objects that one or several clients share.
//!
//! A process is *starting* -> *running* -> *closed*, or *failed* if it has never run; it counts for the
//! tenant until then, and is dropped after its exit.

use super::Effect;
use super::client::ClientId;
use super::exit;
use super::logical::{Logical, Logicals};
use super::pid::{Pid, Pids};
use super::process::Exit;
use super::settings::{self, Launch};
use super::tenant::Share;
use host::Host;
use local_host::LocalHost;
use protocol::{CreateWorker, Error, Handle, RequestId};
use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;
use vertical_scaling::VerticalOptions;

/// Table of the Workers of a session.
#[derive(Debug)]
pub(super) struct Workers {
    processes: BTreeMap<Handle, WorkerProcess>,
    pub(super) logicals: Logicals,
    effects: VecDeque<Effect>,
    share: Share,
    pids: Pids,
    /// True once the server is draining.
    draining: bool,
}

/// The process of a plain or real Worker, until it is gone.
#[derive(Debug)]
struct WorkerProcess {
    pid: Pid,
    life: Life,
    /// The logical Worker that it is a part of.
    logical: Option<Handle>,
    /// True while too many bytes wait to be written to it.
    congested: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    /// The request is answered when the worker runs.
    Starting(RequestId),
    /// Clients know the Worker, or its logical one.
    Running,
    /// The Worker has closed; its process has yet to exit.
    Closed,
    /// It has never run.
    Failed,
}

/// Checked options of a Worker to start.
#[derive(Debug)]
pub(super) struct Start {
    launch: Launch,
    vertical: Option<VerticalOptions>,
}

/// The end of a Worker that was starting or running.
#[derive(Debug)]
pub(super) enum End {
    /// It has never run; the error answers the call that started it.
    NeverRan(RequestId, Error),
    /// It was running. The message of its `died`.
    Died(String),
}

impl Workers {
    pub(super) fn new(logicals: Logicals, share: Share, pids: Pids) -> Self {
        Self {
            processes: BTreeMap::new(),
            logicals,
            effects: VecDeque::new(),
            share,
            pids,
            draining: false,
        }
    }

    /// Checks the options of `createWorker()`.
    pub(super) fn prepare(&self, options: &CreateWorker) -> Result<Start, Error> {
        let start = Start {
            launch: settings::launch(options)?,
            vertical: self.logicals.options(options)?,
        };
        if self.draining {
            return Err(Error::plain(
                "the server is draining and takes no new Workers",
            ));
        }
        Ok(start)
    }

    /// Starts a Worker for a client with a limit of processes.
    pub(super) fn start(
        &mut self,
        host: &mut LocalHost,
        client: ClientId,
        start: Start,
        limit: usize,
    ) -> Result<RequestId, Error> {
        if !self.share.try_add(limit) {
            return Err(Error::plain(format!(
                "limit of {limit} Workers reached: close one first"
            )));
        }
        let Start { launch, vertical } = start;
        let Some(vertical) = vertical else {
            return Ok(self.start_plain(host, client, launch));
        };
        let logical = Logical::new(self.pids.draw(), launch, limit);
        match self.logicals.start(host, client, vertical, logical) {
            Ok((logical, real, request)) => {
                self.start_real(host, logical, real, Life::Starting(request));
                Ok(request)
            }
            Err(error) => {
                self.count();
                Err(error)
            }
        }
    }

    /// Starts another process of a logical Worker.
    pub(super) fn start_another(
        &mut self,
        host: &mut LocalHost,
        logical: Handle,
        request: RequestId,
    ) {
        let limit = self.logicals.limit(logical);
        if !self.share.try_add(limit) {
            let error = Error::plain(format!("limit of {limit} Workers reached"));
            host.spawn_failed(request, error);
            return;
        }
        match host.add_worker_for(request) {
            Some(real) => self.start_real(host, logical, real, Life::Running),
            None => self.count(),
        }
    }

    /// Handles the success of a request. Returns true if it was the start of a Worker, which runs now.
    pub(super) fn runs(&mut self, request: RequestId) -> bool {
        let starting = Life::Starting(request);
        let mut processes = self.processes.values_mut();
        let Some(process) = processes.find(|process| process.life == starting) else {
            return false;
        };
        process.life = Life::Running;
        true
    }

    /// Records the beginning or end of a worker's congestion.
    pub(super) fn congested(&mut self, worker: Handle, congested: bool) {
        if let Some(process) = self.processes.get_mut(&worker) {
            process.congested = congested;
        }
    }

    /// Returns true while a worker is congested: messages for it would wait for long.
    pub(super) fn is_congested(&self, worker: Handle) -> bool {
        let process = self.processes.get(&worker);
        process.is_some_and(|process| process.congested)
    }

    /// Handles the exit of a worker's process.
    pub(super) fn exited(&self, worker: Handle, exit: Exit) -> Option<End> {
        let WorkerProcess { pid, life, .. } = self.processes.get(&worker)?;
        let message = exit::message(pid.number(), exit);
        match *life {
            Life::Starting(request) => {
                tracing::warn!(
                    worker = worker.0,
                    "worker process failed unexpectedly {message}"
                );
                Some(End::NeverRan(request, exit::error(exit, &message)))
            }
            Life::Running => {
                tracing::error!(
                    worker = worker.0,
                    "worker process died unexpectedly {message}"
                );
                Some(End::Died(message))
            }
            Life::Closed | Life::Failed => None,
        }
    }

    /// Handles a failure of a worker, whose start or channel has failed. The caller [kills](Self::kill) it.
    pub(super) fn failed(&self, worker: Handle, reason: &str) -> Option<End> {
        match self.processes.get(&worker)?.life {
            Life::Starting(request) => {
                tracing::error!(worker = worker.0, reason, "worker process failed");
                Some(End::NeverRan(request, Error::plain(reason)))
            }
            Life::Running => {
                tracing::error!(worker = worker.0, reason, "killing the worker process");
                Some(End::Died(reason.to_owned()))
            }
            Life::Closed | Life::Failed => None,
        }
    }

    pub(super) fn kill(&mut self, worker: Handle) {
        self.effects.push_back(Effect::Kill(worker));
    }

    /// Removes a Worker that has never run.
    pub(super) fn never_ran(&mut self, host: &mut LocalHost, worker: Handle) {
        let logical = self.processes.get_mut(&worker).and_then(|process| {
            process.life = Life::Failed;
            process.logical
        });
        host.worker_died(worker);
        host.release(worker);
        if let Some(logical) = logical {
            self.logicals.remove(logical);
            host.release(logical);
        }
        self.effects.push_back(Effect::Close(worker));
        self.count();
    }

    /// Handles the close of a Worker, for any reason. Each process of a logical one ends by
    /// itself.
    pub(super) fn closed(&mut self, worker: Handle) {
        if let Some(process) = self.processes.get_mut(&worker)
            && process.is_live()
        {
            process.life = Life::Closed;
            self.effects.push_back(Effect::Close(worker));
        }
        self.logicals.closed(worker);
        self.count();
    }

    /// Handles the end of a worker's process and its standard streams. Returns the Worker whose last process
    /// it was, if that one had closed.
    pub(super) fn gone(&mut self, host: &mut LocalHost, worker: Handle) -> Option<Handle> {
        let gone = self.processes.remove(&worker)?;
        let Some(logical) = gone.logical else {
            return (gone.life == Life::Closed).then_some(worker);
        };
        host.release(worker);
        let mut others = self.processes.values();
        let is_last = others.all(|other| other.logical != Some(logical));
        let is_over = is_last && self.logicals.is_closed(logical);
        if is_over {
            self.logicals.remove(logical);
        }
        is_over.then_some(logical)
    }

    /// Closes all Workers: the session ends.
    pub(super) fn close_all(&mut self, host: &mut LocalHost) {
        for (handle, process) in &mut self.processes {
            let closing = process.logical.unwrap_or(*handle);
            match process.life {
                Life::Starting(_) => {
                    host.worker_died(*handle);
                    process.life = Life::Failed;
                    self.effects.push_back(Effect::Kill(*handle));
                }
                Life::Running => {
                    host.close(closing);
                    process.life = Life::Closed;
                }
                Life::Closed | Life::Failed => continue,
            }
            self.effects.push_back(Effect::Close(*handle));
        }
        self.logicals.end();
        self.count();
    }

    /// Stops starting Workers: the server is draining.
    pub(super) fn drain(&mut self) {
        self.draining = true;
    }

    /// Measures the loads of logical Workers, if it is time.
    pub(super) fn handle_timeout(&mut self, host: &mut LocalHost) {
        self.logicals.handle_timeout(host);
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.logicals.next_timeout()
    }

    pub(super) fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Returns the number of processes that count for the tenant.
    #[cfg(test)]
    pub(super) fn processes(&self) -> usize {
        self.share.own()
    }

    /// Returns true if all processes are gone.
    pub(super) fn is_empty(&self) -> bool {
        self.processes.is_empty()
    }

    fn start_plain(&mut self, host: &mut LocalHost, client: ClientId, launch: Launch) -> RequestId {
        let pid = self.pids.draw();
        let (worker, request) = host.local_mut().add_worker();
        host.local_mut().set_pid(worker, pid.number());
        tracing::info!(
            client = client.0,
            worker = worker.0,
            pid = pid.number(),
            "creating worker"
        );
        let process = WorkerProcess::new(pid, Life::Starting(request), None);
        self.spawn(worker, process, launch);
        request
    }

    fn start_real(&mut self, host: &mut LocalHost, logical: Handle, real: Handle, life: Life) {
        let Some(launch) = self.logicals.launch(logical) else {
            return;
        };
        let pid = self.pids.draw();
        host.local_mut().set_pid(real, pid.number());
        tracing::info!(
            worker = logical.0,
            real = real.0,
            pid = pid.number(),
            "starting a process of a logical worker"
        );
        self.spawn(real, WorkerProcess::new(pid, life, Some(logical)), launch);
    }

    fn spawn(&mut self, worker: Handle, process: WorkerProcess, launch: Launch) {
        self.processes.insert(worker, process);
        self.effects.push_back(Effect::Spawn(worker, launch));
    }

    fn count(&mut self) {
        let live = self.processes.values().filter(|process| process.is_live());
        self.share.set(live.count());
    }
}

impl WorkerProcess {
    fn new(pid: Pid, life: Life, logical: Option<Handle>) -> Self {
        Self {
            pid,
            life,
            logical,
            congested: false,
        }
    }

    /// Returns true if the process counts for the tenant.
    fn is_live(&self) -> bool {
        matches!(self.life, Life::Starting(_) | Life::Running)
    }
}
