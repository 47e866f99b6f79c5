//! State of [`Vertical`](crate::Vertical) (this crate's entry): the logical objects that the application
//! sees, the real ones in worker processes that stand for them, and the process in which each Transport and
//! RtpObserver lives. The other files of this crate read and change it.

use crate::load::Load;
use crate::on_demand::OnDemand;
use crate::producer_pipes::ProducerPipes;
use crate::{CpuSlot, VerticalOptions};
use protocol::{Handle, Json, UpdateSettings};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::time::Duration;

/// State of a `Vertical`, by the handles of logical objects.
#[derive(Debug, Default)]
pub(crate) struct VerticalState {
    pub workers: BTreeMap<Handle, LogicalWorker>,
    pub routers: BTreeMap<Handle, LogicalRouter>,
    pub servers: BTreeMap<Handle, LogicalServer>,
    /// The shown Transports and RtpObservers: their logical Router, and where they live.
    pub residents: HashMap<Handle, (Handle, Rc<Real>)>,
    pub pipes: ProducerPipes,
    /// Since when nothing has been piped between two real Routers that are joined.
    pub unused_pairs: BTreeMap<(Handle, Handle), Duration>,
}

/// A logical Worker.
#[derive(Debug)]
pub(crate) struct LogicalWorker {
    pub options: VerticalOptions,
    /// By their ordinals.
    pub real: Vec<Rc<Real>>,
    /// Settings of `updateSettings()`; real Workers that come later take them over.
    pub settings: UpdateSettings,
    /// Number of changes of the settings.
    pub settings_version: u32,
    /// The time of the last tick.
    pub now: Duration,
    /// Time before which no further real Worker is tried, because no slot was free, or one couldn't be
    /// spawned.
    pub opens_again: Duration,
    /// Average cost of a Transport, in per cent of one core.
    pub per_resident: f64,
}

/// A real Worker.
#[derive(Debug, Default)]
pub(crate) struct Real {
    /// Its place among those of its logical Worker: the lowest that was free.
    pub ordinal: u32,
    /// The real Worker, made when its process runs and has the settings of the others.
    pub worker: OnDemand<Handle>,
    /// Its handle as soon as it has one.
    pub handle: Cell<Option<Handle>>,
    pub slot: RefCell<Option<CpuSlot>>,
    pub load: RefCell<Load>,
    /// Transports and RtpObservers that live there.
    pub residents: Cell<usize>,
    /// Number of objects that are being made there.
    pub reserved: Cell<usize>,
    /// Since when nothing has lived there.
    pub empty_since: Cell<Option<Duration>>,
    /// True while a request for its usage is in flight.
    pub measuring: Cell<bool>,
    /// True if it failed to start, died or was ended.
    pub gone: Cell<bool>,
}

/// A logical Router.
#[derive(Debug)]
pub(crate) struct LogicalRouter {
    pub worker: Handle,
    /// With the codecs that `updateMediaCodecs()` has set.
    pub media_codecs: Option<Json>,
    /// Number of changes of the codecs.
    pub codecs_version: u32,
    /// The real Routers by their real Workers.
    pub real: BTreeMap<Handle, Rc<OnDemand<Handle>>>,
    /// Number of its Transports and RtpObservers per real Worker.
    pub residents: BTreeMap<Handle, usize>,
}

/// A logical WebRtcServer.
#[derive(Debug)]
pub(crate) struct LogicalServer {
    pub worker: Handle,
    pub listen_infos: Option<Value>,
    /// The real servers by their real Workers.
    pub real: BTreeMap<Handle, Rc<RealServer>>,
}

/// A real WebRtcServer, there or on its way.
#[derive(Debug, Default)]
pub(crate) struct RealServer {
    pub server: OnDemand<Handle>,
    /// Offset of its ports from the given ones, or the offset that failed.
    pub offset: Cell<Option<u16>>,
    /// True if it couldn't listen and this was logged.
    pub failed: Cell<bool>,
}

impl Real {
    /// Those that live there and those on their way.
    pub(crate) fn taken(&self) -> usize {
        self.residents.get() + self.reserved.get()
    }
}

impl LogicalWorker {
    /// The real Workers that run.
    pub(crate) fn running(&self) -> Vec<Handle> {
        let running = self.real.iter().filter_map(|real| real.worker.get());
        running.collect()
    }

    /// The lowest ordinal that is free.
    pub(crate) fn free_ordinal(&self) -> u32 {
        let taken: BTreeSet<u32> = self.real.iter().map(|real| real.ordinal).collect();
        let mut ordinals = 0..u32::MAX;
        ordinals.find(|at| !taken.contains(at)).unwrap_or_default()
    }
}

impl VerticalState {
    /// The logical Worker of a real one.
    pub(crate) fn logical_of(&self, real: Handle) -> Option<Handle> {
        let stands_for = |logical: &LogicalWorker| {
            let mut all = logical.real.iter();
            all.any(|it| it.handle.get() == Some(real))
        };
        let mut workers = self.workers.iter();
        let found = workers.find(|(_, logical)| stands_for(logical));
        found.map(|(handle, _)| *handle)
    }

    /// The ports that WebRtcServers of a logical Worker may be moved to.
    pub(crate) fn ports(&self, worker: Handle) -> Option<&RangeInclusive<u16>> {
        self.workers.get(&worker)?.options.ports.as_ref()
    }

    /// The real Routers of a logical one that are there.
    pub(crate) fn real_routers(&self, router: Handle) -> Vec<Handle> {
        let router = self.routers.get(&router);
        let real = router.into_iter().flat_map(|router| router.real.values());
        real.filter_map(|real| real.get()).collect()
    }

    /// Records the real Worker in which a new Transport or RtpObserver lives.
    pub(crate) fn move_in(&mut self, resident: Handle, router: Handle, real: &Rc<Real>) {
        let Some(worker) = real.handle.get() else {
            return;
        };
        if let Some(router) = self.routers.get_mut(&router) {
            *router.residents.entry(worker).or_default() += 1;
        }
        real.residents.set(real.residents.get() + 1);
        real.empty_since.set(None);
        self.residents.insert(resident, (router, Rc::clone(real)));
    }

    fn move_out(&mut self, resident: Handle) {
        let Some((router, real)) = self.residents.remove(&resident) else {
            return;
        };
        real.residents.set(real.residents.get().saturating_sub(1));
        if let Some(router) = self.routers.get_mut(&router)
            && let Some(worker) = real.handle.get()
            && let Some(count) = router.residents.get_mut(&worker)
        {
            *count -= 1;
            if *count == 0 {
                router.residents.remove(&worker);
            }
        }
    }

    /// Forgets an object that closed, pipes and their users aside.
    pub(crate) fn closed(&mut self, handle: Handle) {
        self.move_out(handle);
        self.routers.remove(&handle);
        self.servers.remove(&handle);
        if let Some(logical) = self.workers.remove(&handle) {
            for real in logical.real {
                real.end();
            }
            return;
        }
        if let Some(logical) = self.logical_of(handle) {
            self.real_closed(logical, handle);
        }
    }

    fn real_closed(&mut self, logical: Handle, worker: Handle) {
        if let Some(logical) = self.workers.get_mut(&logical) {
            logical.real.retain(|real| {
                let stays = real.handle.get() != Some(worker);
                if !stays {
                    real.end();
                }
                stays
            });
        }
        for router in self.routers.values_mut() {
            router.real.remove(&worker);
            router.residents.remove(&worker);
        }
        for server in self.servers.values_mut() {
            server.real.remove(&worker);
        }
    }
}

impl Real {
    /// Marks the real Worker as ended, and frees its slot.
    pub(crate) fn end(&self) {
        self.gone.set(true);
        self.worker.forget();
        self.slot.take();
    }
}
