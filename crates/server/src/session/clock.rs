//! Time of a session's current turn. The driver sets it when the turn begins; the parts of the session
//! (clients, logical Workers, delayed events) read it, so that all see the same instant and tests can set
//! it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

/// Time of the current turn, the same for everything in it. The session's driver sets it; everything that
/// needs the time holds a clone.
#[derive(Debug, Clone)]
pub(super) struct Clock(Rc<Cell<Instant>>);

impl Clock {
    pub(super) fn new(now: Instant) -> Self {
        Self(Rc::new(Cell::new(now)))
    }

    pub(super) fn now(&self) -> Instant {
        self.0.get()
    }

    pub(super) fn set(&self, now: Instant) {
        self.0.set(now);
    }
}
