//! Cell for an object that is made when it is first needed, and once for all callers that need it
//! meanwhile. `Vertical` (this crate's entry: it executes commands on logical Workers) keeps real Workers,
//! Routers and WebRtcServers (those in worker processes) in such cells; `get_or_make` returns the object,
//! or the error of its creation.

use futures_util::lock::Mutex;
use std::cell::Cell;

/// Cell of an object that exists, is being made, or isn't needed yet.
#[derive(Debug)]
pub(crate) struct OnDemand<T: Copy> {
    made: Cell<Option<T>>,
    /// Lock: the task that holds it makes the object, others wait.
    turn: Mutex<()>,
}

impl<T: Copy> OnDemand<T> {
    /// Creates the cell of an object that exists.
    pub(crate) fn made(thing: T) -> Self {
        Self {
            made: Cell::new(Some(thing)),
            turn: Mutex::default(),
        }
    }

    /// Returns the object, if it exists.
    pub(crate) fn get(&self) -> Option<T> {
        self.made.get()
    }

    /// Empties the cell after the object has closed: the next caller makes another one.
    pub(crate) fn forget(&self) {
        self.made.set(None);
    }

    /// Returns the object, made by `make` if it doesn't exist. A failure is returned to this caller alone:
    /// the next one in line tries again, also after this future was dropped.
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
