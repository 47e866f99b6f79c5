//! Cell for an object that is made when it is first needed, and once for all callers that need it
//! meanwhile. `Vertical` (this crate's entry: it executes commands on logical Workers) keeps real Workers,
//! Routers and WebRtcServers (those in worker processes) in such cells; `get_or_make` returns the object,
//! or the error of its creation.

use futures_util::lock::Mutex;
use std::cell::Cell;

/// A thing that is there, on its way, or not yet asked for.
#[derive(Debug)]
pub(crate) struct OnDemand<T: Copy> {
    made: Cell<Option<T>>,
    /// The task that holds it makes the thing; others wait.
    turn: Mutex<()>,
}

impl<T: Copy> OnDemand<T> {
    /// It is there already.
    pub(crate) fn made(thing: T) -> Self {
        Self {
            made: Cell::new(Some(thing)),
            turn: Mutex::default(),
        }
    }

    /// The thing, if it is there.
    pub(crate) fn get(&self) -> Option<T> {
        self.made.get()
    }

    /// It is gone: who asks next has it made anew.
    pub(crate) fn forget(&self) {
        self.made.set(None);
    }

    /// The thing, made by `make` if it isn't there. A failure is the asker's own: the next one in
    /// line tries again. Should the future be dropped, so does the next.
    pub(crate) async fn get_or_make<E>(
        &self,
        make: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        if let Some(thing) = self.made.get() {
            return Ok(thing);
        }
        let _turn = self.turn.lock().await;
        if let Some(thing) = self.made.get() {
            return Ok(thing);
        }
        let thing = make.await?;
        self.made.set(Some(thing));
        Ok(thing)
    }
}

impl<T: Copy> Default for OnDemand<T> {
    fn default() -> Self {
        Self {
            made: Cell::new(None),
            turn: Mutex::default(),
        }
    }
}
