//! Table of a session's logical Workers: Workers that are one for clients and spread over several worker
//! processes here. The table of Workers asks it to start one, and for the arguments of each further
//! process; once per second it has loads measured. A session is the Workers and objects that one or several
//! clients share.
//!
//! A logical Worker lives as long as one of its **real** Workers (its processes) does. The Host orders when
//! another is spawned and when one is ended; when a process dies, the objects in it close, and nothing
//! else.

use super::client::ClientId;
use super::clock::Clock;
use super::pid::Pid;
use super::settings::Launch;
use crate::policy::PortRange;
use local_host::LocalHost;
use protocol::{CreateWorker, Error, Handle, RequestId};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};
use vertical_scaling::{Slots, VerticalOptions};

/// Interval of load measurements.
const TICK: Duration = Duration::from_secs(1);

/// Table of the logical Workers of a session.
pub(super) struct Logicals {
    clock: Clock,
    /// Options of Workers whose clients give none; `None` is one process per Worker.
    pub(super) default: Option<VerticalOptions>,
    /// Ports for media.
    ports: Option<PortRange>,
    open_slots: OpenSlots,
    /// Opened for the first logical Worker.
    slots: Option<Rc<dyn Slots>>,
    workers: BTreeMap<Handle, Logical>,
    /// Time since which there are any.
    began: Option<Instant>,
    /// Time of the next load measurement, as long as there are any.
    next_tick: Option<Instant>,
}

/// Opens the slots that further processes of a logical Worker need.
pub(crate) type OpenSlots = fn() -> Result<Rc<dyn Slots>, cpu_slots::Error>;

/// A logical Worker with processes left.
#[derive(Debug)]
pub(super) struct Logical {
    /// The pid that clients know.
    pid: Pid,
    /// Arguments of each of its processes.
    launch: Launch,
    /// Limit of processes of its client.
    limit: usize,
    closed: bool,
}

impl Logicals {
    pub(super) fn new(
        default: Option<VerticalOptions>,
        ports: Option<PortRange>,
        open_slots: OpenSlots,
        clock: Clock,
    ) -> Self {
        Self {
            clock,
            default,
            ports,
            open_slots,
            slots: None,
            workers: BTreeMap::new(),
            began: None,
            next_tick: None,
        }
    }

    /// Returns the options of a Worker: the client's, or else this server's; `None` is one process.
    pub(super) fn options(&self, options: &CreateWorker) -> Result<Option<VerticalOptions>, Error> {
        let mut vertical = match &options.vertical {
            Some(value) => VerticalOptions::parse(value)?,
            None => self.default.clone(),
        };
        if let Some(vertical) = &mut vertical {
            vertical.ports = self.ports.map(|ports| ports.min..=ports.max);
        }
        Ok(vertical)
    }

    /// Starts a logical Worker for a client. Returns it, its first real Worker, and the request that is
    /// answered when that one runs.
    pub(super) fn start(
        &mut self,
        host: &mut LocalHost,
        client: ClientId,
        options: VerticalOptions,
        logical: Logical,
    ) -> Result<(Handle, Handle, RequestId), Error> {
        let slots = self.slots()?;
        let (handle, real, request) = host.add_vertical(options, &slots)?;
        let pid = logical.pid.number();
        host.local_mut().set_pid(handle, pid);
        tracing::info!(
            client = client.0,
            worker = handle.0,
            pid,
            "creating logical worker"
        );
        let now = self.clock.now();
        self.workers.insert(handle, logical);
        self.began.get_or_insert(now);
        self.next_tick.get_or_insert(now + TICK);
        Ok((handle, real, request))
    }

    /// Returns the arguments of another process of a logical Worker.
    pub(super) fn launch(&self, logical: Handle) -> Option<Launch> {
        Some(self.workers.get(&logical)?.launch.clone())
    }

    /// Returns the limit of processes of a logical Worker's client.
    pub(super) fn limit(&self, logical: Handle) -> usize {
        self.workers
            .get(&logical)
            .map_or(0, |logical| logical.limit)
    }

    /// Records that a Worker has closed, if it is a logical one. Each of its processes ends by itself.
    pub(super) fn closed(&mut self, worker: Handle) {
        if let Some(logical) = self.workers.get_mut(&worker) {
            tracing::info!(
                worker = worker.0,
                pid = logical.pid.number(),
                "logical worker closed"
            );
            logical.closed = true;
        }
    }

    pub(super) fn is_closed(&self, logical: Handle) -> bool {
        let logical = self.workers.get(&logical);
        logical.is_some_and(|logical| logical.closed)
    }

    /// Removes a logical Worker that has never run, or has no process left.
    pub(super) fn remove(&mut self, logical: Handle) {
        self.workers.remove(&logical);
    }

    /// Measures loads, if it is time.
    pub(super) fn handle_timeout(&mut self, host: &mut LocalHost) {
        let now = self.clock.now();
        if self.next_tick.is_none_or(|next| next > now) {
            return;
        }
        let goes_on = host.has_logical();
        self.next_tick = goes_on.then_some(now + TICK);
        if goes_on {
            let began = self.began.unwrap_or(now);
            host.tick((now - began).as_secs_f64() * 1000.0);
        }
    }

    /// Returns the time of the next load measurement.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.next_tick
    }

    /// Stops load measurements: the session ends.
    pub(super) fn end(&mut self) {
        self.next_tick = None;
    }

    fn slots(&mut self) -> Result<Rc<dyn Slots>, Error> {
        if let Some(slots) = &self.slots {
            return Ok(Rc::clone(slots));
        }
        // The reason goes to the log: clients must not learn the server's paths.
        let slots = (self.open_slots)().map_err(|_| {
            Error::plain("the server cannot use its CPU slots; see the server's log")
        })?;
        Ok(Rc::clone(self.slots.insert(slots)))
    }
}

impl Logical {
    pub(super) fn new(pid: Pid, launch: Launch, limit: usize) -> Self {
        Self {
            pid,
            launch,
            limit,
            closed: false,
        }
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
