//! Logical Workers: one to clients, several processes here.
//!
//! A logical Worker lives as long as one of its **real** Workers does. The Host says when another is to
//! be spawned and when one is to be ended; what each of them holds when its process dies closes, and
//! nothing else.

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

/// Time between two measurements of loads.
const TICK: Duration = Duration::from_secs(1);

/// The logical Workers of a session.
pub(super) struct Logicals {
    clock: Clock,
    /// Options of Workers whose clients give none; `None` is one process per Worker.
    pub(super) default: Option<VerticalOptions>,
    /// Ports that media may use.
    ports: Option<PortRange>,
    open_slots: OpenSlots,
    /// Opened for the first logical Worker.
    slots: Option<Rc<dyn Slots>>,
    workers: BTreeMap<Handle, Logical>,
    /// Since when there have been any.
    began: Option<Instant>,
    /// Time of the next measurement of loads, as long as there are any.
    next_tick: Option<Instant>,
}

/// Gives the slots that further processes of a logical Worker need.
pub(crate) type OpenSlots = fn() -> Result<Rc<dyn Slots>, cpu_slots::Error>;

/// A logical Worker whose processes aren't all gone.
#[derive(Debug)]
pub(super) struct Logical {
    /// The one that clients know.
    pid: Pid,
    /// Arguments of each of its processes.
    launch: Launch,
    /// Processes that its client may have.
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

    /// Options for a Worker: the client's, or else this server's; `None` is one process.
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

    /// Arguments of another process of a logical Worker.
    pub(super) fn launch(&self, logical: Handle) -> Option<Launch> {
        Some(self.workers.get(&logical)?.launch.clone())
    }

    /// Processes that the client of a logical Worker may have.
    pub(super) fn limit(&self, logical: Handle) -> usize {
        self.workers
            .get(&logical)
            .map_or(0, |logical| logical.limit)
    }

    /// Notes that a Worker has closed, if it is a logical one. Its processes end each by itself.
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

    /// A logical Worker has never run, or has no process left.
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

    /// Time of the next measurement of loads.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.next_tick
    }

    /// The session ends: loads don't matter any more.
    pub(super) fn end(&mut self) {
        self.next_tick = None;
    }

    fn slots(&mut self) -> Result<Rc<dyn Slots>, Error> {
        if let Some(slots) = &self.slots {
            return Ok(Rc::clone(slots));
        }
        // The log has the reason: where the server keeps its files is none of its clients' business.
        let slots = (self.open_slots)()
            .map_err(|_| Error::plain("the server cannot use its CPU slots; its log says why"))?;
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
