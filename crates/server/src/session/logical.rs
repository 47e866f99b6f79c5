//! Logical Workers: one to clients, several processes here.
//!
//! A logical Worker lives as long as one of its **real** Workers does. The Host says when another is to
//! be spawned and when one is to be ended; what each of them holds when its process dies closes, and
//! nothing else.

use super::client::ClientId;
use super::pid::Pid;
use super::settings::Launch;
use super::workers::{Life, Worker};
use super::{Effect, Session};
use host::Host;
use layers::{Options, Slots};
use protocol::{CreateWorker, Emission, Error, Event, Handle, Payload, RequestId};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How often loads are looked at.
const TICK: Duration = Duration::from_secs(1);

/// A logical Worker whose processes aren't all gone.
#[derive(Debug)]
pub(super) struct Logical {
    /// The one that clients know.
    pid: Pid,
    /// What each of its processes is started with.
    launch: Launch,
    /// Processes that its client may have.
    limit: usize,
    closed: bool,
}

/// The logical Workers of a session.
#[derive(Default)]
pub(super) struct Logicals {
    workers: BTreeMap<Handle, Logical>,
    /// Since when there have been any.
    began: Option<Instant>,
    /// When loads are looked at next, as long as there are any.
    next_tick: Option<Instant>,
    slots: Option<Rc<dyn Slots>>,
}

impl Logicals {
    /// When [`Session::tick`] is to be called.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.next_tick
    }

    /// A logical Worker has never run.
    pub(super) fn remove(&mut self, logical: Handle) {
        self.workers.remove(&logical);
    }
}

impl fmt::Debug for Logicals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logicals")
            .field("workers", &self.workers)
            .field("next_tick", &self.next_tick)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// What a client wants a Worker to be, or what Workers are here.
    pub(super) fn vertical(&self, options: &CreateWorker) -> Result<Option<Options>, Error> {
        let mut vertical = match &options.vertical {
            Some(value) => Options::parse(value)?,
            None => self.config.vertical.clone(),
        };
        if let Some(vertical) = &mut vertical {
            let ports = self.config.policy.rtc_ports;
            vertical.ports = ports.map(|ports| ports.min..=ports.max);
        }
        Ok(vertical)
    }

    /// Starts a logical Worker for a client, with its first process.
    pub(super) fn start_logical(
        &mut self,
        now: Instant,
        id: ClientId,
        options: Options,
        launch: Launch,
        limit: usize,
    ) -> Result<RequestId, Error> {
        let slots = self.slots()?;
        let (logical, real, request) = self.host.add_vertical(options, &slots)?;
        let pid = self.config.pids.draw();
        self.host.local_mut().set_pid(logical, pid.number());
        tracing::info!(
            client = id.0,
            worker = logical.0,
            pid = pid.number(),
            "creating logical worker"
        );
        let started = Logical {
            pid,
            launch,
            limit,
            closed: false,
        };
        let logicals = &mut self.logicals;
        logicals.workers.insert(logical, started);
        logicals.began.get_or_insert(now);
        logicals.next_tick.get_or_insert(now + TICK);
        self.start_real(logical, real, Life::Starting(request));
        Ok(request)
    }

    /// A logical Worker needs another process.
    pub(super) fn spawn(&mut self, logical: Handle, request: RequestId) {
        let limit = self
            .logicals
            .workers
            .get(&logical)
            .map_or(0, |logical| logical.limit);
        if !self.shares.workers.try_add(limit) {
            let error = Error::plain(format!("limit of {limit} Workers reached"));
            self.host.spawn_failed(request, error);
            return;
        }
        match self.host.add_worker_for(request) {
            Some(real) => self.start_real(logical, real, Life::Running),
            None => self.count_workers(),
        }
    }

    /// A process of a logical Worker is gone.
    pub(super) fn real_worker_gone(&mut self, now: Instant, real: Handle, logical: Handle) {
        self.host.release(real);
        let mut others = self.workers.values();
        let is_last = others.all(|it| it.logical != Some(logical));
        let known = self.logicals.workers.get(&logical);
        if is_last && known.is_some_and(|it| it.closed) {
            self.logicals.remove(logical);
            if !self.ended {
                let emission = Emission::own(logical, Event::SubprocessClose, Payload::None);
                self.emit(now, emission, false);
            }
        }
    }

    /// What has closed may be a logical Worker. Its processes end each by itself.
    pub(super) fn logical_closed(&mut self, worker: Handle) {
        if let Some(logical) = self.logicals.workers.get_mut(&worker) {
            tracing::info!(
                worker = worker.0,
                pid = logical.pid.number(),
                "logical worker closed"
            );
            logical.closed = true;
        }
    }

    /// Lets logical Workers look at their loads, if it is time.
    pub(super) fn tick(&mut self, now: Instant) {
        if self.logicals.next_tick.is_none_or(|next| next > now) {
            return;
        }
        let goes_on = !self.ended && self.host.has_logical();
        self.logicals.next_tick = goes_on.then_some(now + TICK);
        if goes_on {
            let began = self.logicals.began.unwrap_or(now);
            self.host.tick((now - began).as_secs_f64() * 1000.0);
        }
    }

    fn start_real(&mut self, logical: Handle, real: Handle, life: Life) {
        let Some(launch) = self
            .logicals
            .workers
            .get(&logical)
            .map(|it| it.launch.clone())
        else {
            return;
        };
        let pid = self.config.pids.draw();
        self.host.local_mut().set_pid(real, pid.number());
        tracing::info!(
            worker = logical.0,
            real = real.0,
            pid = pid.number(),
            "starting a process of a logical worker"
        );
        let worker = Worker::new(pid, life, Some(logical));
        self.workers.insert(real, worker);
        self.effects.push_back(Effect::Spawn(real, launch));
    }

    fn slots(&mut self) -> Result<Rc<dyn Slots>, Error> {
        if let Some(slots) = &self.logicals.slots {
            return Ok(Rc::clone(slots));
        }
        // The log has the reason: where the server keeps its files is none of its clients' business.
        let slots = (self.config.slots)()
            .map_err(|_| Error::plain("the server cannot use its CPU slots; its log says why"))?;
        Ok(Rc::clone(self.logicals.slots.insert(slots)))
    }
}
