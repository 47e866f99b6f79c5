//! Worker processes of a logical Worker: the choice of one for a new object, and the start of another.
//! `Vertical` (this crate's entry: it executes commands on logical Workers) calls `choose` with what it
//! wants to create; it gets a process with room reserved in it, which may still be starting.

use crate::placement::{self, Candidate, Choice};
use crate::state::{LogicalWorker, Real};
use crate::{LogicalTree, Vertical};
use protocol::{Command, Error, Handle, Reply};
use std::rc::Rc;
use std::time::Duration;

/// Pause before another real Worker is tried after one couldn't be spawned.
const SPAWN_AGAIN: Duration = Duration::from_secs(5);

/// Difference of loads, in Transports, below which they count as equal: the Transports of two peers.
const ALIKE_RESIDENTS: f64 = 4.0;

/// Requirement on a real Worker.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted {
    /// A place for a Transport of this logical Router.
    Transport(Handle),
    /// A place for an RtpObserver of this logical Router.
    Observer(Handle),
    /// A place for the first real Router of a new logical one, which costs nothing yet.
    Router,
}

/// A real Worker with the load of what is being made there.
#[derive(Debug)]
pub(crate) struct Reserved(Rc<Real>);

impl Reserved {
    fn new(real: &Rc<Real>) -> Self {
        real.reserved.set(real.reserved.get() + 1);
        real.empty_since.set(None);
        Self(Rc::clone(real))
    }

    pub(crate) fn real(&self) -> &Rc<Real> {
        &self.0
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        self.0.reserved.set(self.0.reserved.get() - 1);
    }
}

impl<B: LogicalTree> Vertical<B> {
    /// Chooses a real Worker that is not among the `refused`. It opens a further one only if `may_open`; that
    /// one may not run yet. Returns `None` if there is none to choose.
    pub(crate) fn choose(
        &self,
        worker: Handle,
        wanted: Wanted,
        may_open: bool,
        refused: &[Rc<Real>],
    ) -> Option<Reserved> {
        let mut state = self.state.borrow_mut();
        let state = &mut *state;
        let of_router = match wanted {
            Wanted::Transport(router) | Wanted::Observer(router) => state.routers.get(&router),
            Wanted::Router => None,
        };
        let logical = state.workers.get_mut(&worker)?;
        let is_refused = |real: &Rc<Real>| refused.iter().any(|it| Rc::ptr_eq(it, real));
        let allowed = logical.real.iter().filter(|real| !is_refused(real));
        let allowed: Vec<Rc<Real>> = allowed.cloned().collect();
        let candidate = |real: &Rc<Real>| Candidate {
            load: real.load.borrow().now(logical.now),
            residents: real.taken(),
            of_router: of_router
                .and_then(|router| router.residents.get(&real.handle.get()?))
                .copied()
                .unwrap_or_default(),
        };
        let candidates: Vec<Candidate> = allowed.iter().map(candidate).collect();
        let policy = (logical.options.placement, logical.options.watermark);
        let alike = ALIKE_RESIDENTS * logical.per_resident;
        let place = |may_open| match wanted {
            Wanted::Observer(_) => placement::for_observer(&candidates),
            _ => placement::for_transport(policy, alike, &candidates, may_open),
        };
        let mut choice = place(may_open && self.has_room(logical))?;
        let mut opened = None;
        if choice == Choice::Open {
            opened = self.further(logical);
            if opened.is_none() {
                choice = place(false)?;
            }
        }
        let real = match choice {
            Choice::Existing(at) => Rc::clone(&allowed[at]),
            Choice::Open => opened?,
        };
        if let Wanted::Transport(_) = wanted {
            let mut load = real.load.borrow_mut();
            load.expect(logical.now, logical.per_resident);
        }
        Some(Reserved::new(&real))
    }

    /// Adds a real Worker that is to be opened, if a slot is free or none is needed.
    pub(crate) fn further(&self, logical: &mut LogicalWorker) -> Option<Rc<Real>> {
        let slot = self.slots.take();
        let options = &logical.options;
        if slot.is_none() && (options.max_workers.is_none() || options.require_slot) {
            // Asking costs the kernel's attention: not before the next tick.
            logical.opens_again = logical.now + Duration::from_nanos(1);
            return None;
        }
        let ordinal = logical.free_ordinal();
        let real = Rc::new(Real {
            ordinal,
            slot: slot.into(),
            ..Real::default()
        });
        let at = logical.real.partition_point(|it| it.ordinal < ordinal);
        logical.real.insert(at, Rc::clone(&real));
        Some(real)
    }

    /// True if a logical Worker may have another real one.
    pub(crate) fn has_room(&self, logical: &LogicalWorker) -> bool {
        let max = logical.options.max_workers.map_or_else(
            || self.slots.count(),
            |max| usize::try_from(max).unwrap_or(usize::MAX),
        );
        logical.real.len() < max && logical.now >= logical.opens_again
    }

    /// Waits until a real Worker runs and returns it. An error means that it couldn't be opened and was
    /// removed.
    pub(crate) async fn running(&self, worker: Handle, real: &Rc<Real>) -> Result<Handle, Error> {
        let opened = real.worker.get_or_make(async {
            if real.gone.get() {
                return Err(closed_worker());
            }
            self.open(worker, real).await
        });
        opened.await
    }

    /// Makes the first real Router or WebRtcServer of a logical one, in any real Worker. Returns that Worker
    /// and the object.
    pub(crate) async fn make_anywhere(
        &self,
        worker: Handle,
        command: &Command,
    ) -> Result<(Handle, Handle), Error> {
        let mut last = None;
        loop {
            let reserved = self.choose(worker, Wanted::Router, false, &[]);
            let Some(reserved) = reserved else {
                return Err(last.unwrap_or_else(closed_worker));
            };
            let real = reserved.real();
            let made = match self.running(worker, real).await {
                Ok(real_worker) => {
                    let made = self.below.call(real_worker, command.clone()).await;
                    made.map(|made| (real_worker, made))
                }
                Err(error) => Err(error),
            };
            match made {
                Ok((real_worker, Reply::Created(made))) if self.below.is_open(made) => {
                    return Ok((real_worker, made));
                }
                // Another one may do it.
                Err(error) if real.gone.get() => last = Some(error),
                Ok(_) if real.gone.get() => {}
                Ok(_) => return Err(closed_worker()),
                Err(error) => return Err(error),
            }
        }
    }

    async fn open(&self, worker: Handle, real: &Rc<Real>) -> Result<Handle, Error> {
        let command = Command::CreateWorker(Box::default());
        let opened = match self.below.call(worker, command).await {
            Ok(Reply::Created(handle)) if !self.is_logical(worker) => {
                self.below.close(handle);
                Err(closed_worker())
            }
            Ok(Reply::Created(handle)) if self.below.is_open(handle) => {
                real.handle.set(Some(handle));
                self.settle(worker, handle).await.map(|()| handle)
            }
            Ok(_) => Err(closed_worker()),
            Err(error) => Err(error),
        };
        // It may have died in the meanwhile.
        let opened = opened.and_then(|handle| {
            let runs = (!real.gone.get()).then_some(handle);
            runs.ok_or_else(closed_worker)
        });
        if opened.is_err() {
            self.not_opened(worker, real);
        }
        opened
    }

    /// Gives a new real Worker the settings that the others have by now.
    async fn settle(&self, worker: Handle, real: Handle) -> Result<(), Error> {
        let settings = |known: u32| {
            let state = self.state.borrow();
            let logical = state.workers.get(&worker)?;
            let version = logical.settings_version;
            (version != known).then(|| (version, logical.settings.clone()))
        };
        let mut known = 0;
        while let Some((version, settings)) = settings(known) {
            let command = Command::UpdateSettings(settings);
            self.below.call(real, command).await?;
            known = version;
        }
        Ok(())
    }

    fn not_opened(&self, worker: Handle, real: &Rc<Real>) {
        real.end();
        if let Some(logical) = self.state.borrow_mut().workers.get_mut(&worker) {
            logical.real.retain(|it| !Rc::ptr_eq(it, real));
            logical.opens_again = logical.now + SPAWN_AGAIN;
        }
        if let Some(handle) = real.handle.get() {
            self.below.close(handle);
        }
    }
}

/// Error of a command when no real Worker is left.
pub(crate) fn closed_worker() -> Error {
    Error::worker_closed("Worker closed")
}
