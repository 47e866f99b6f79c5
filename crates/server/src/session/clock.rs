//! Time at which a session (the Workers and objects that one or several clients share) handles what has
//! come in. The session's task sets it each time it wakes up; clients, logical Workers and delayed events read
//! it, so that all of them see the same instant. Tests set it in place of the task.

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
