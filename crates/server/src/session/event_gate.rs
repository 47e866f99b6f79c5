//! Delay of worker events, so that answers reach the application first. The session's turn asks the gate
//! before it broadcasts each event of a worker; the gate is open unless an answer may still come, and after
//! 1 ms at the latest.
//!
//! A worker sends the events that a command causes just before the answer, but an application must see the
//! answer first.

use super::clock::Clock;
use std::time::{Duration, Instant};

/// Time for which events wait for pending answers from the same worker.
const ANSWER_GRACE: Duration = Duration::from_millis(1);

/// Gate before the events of a session's workers.
#[derive(Debug)]
pub(super) struct EventGate {
    clock: Clock,
    /// Time at which events stop waiting, while they wait.
    opens_at: Option<Instant>,
}

impl EventGate {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            opens_at: None,
        }
    }

    /// Returns true if the next event may pass. `answering`: answers may be pending.
    pub(super) fn is_open(&mut self, answering: bool) -> bool {
        let now = self.clock.now();
        !answering || now >= *self.opens_at.get_or_insert(now + ANSWER_GRACE)
    }

    /// Ends the wait: the worker that sent the events will send nothing more.
    pub(super) fn open(&mut self) {
        self.opens_at = Some(self.clock.now());
    }

    /// Resets the gate: there are no events left.
    pub(super) fn reset(&mut self) {
        self.opens_at = None;
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.opens_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_wait_for_answers_for_a_limited_time() {
        let start = Instant::now();
        let clock = Clock::new(start);
        let mut gate = EventGate::new(clock.clone());
        assert!(gate.is_open(false));
        assert_eq!(gate.next_timeout(), None);
        assert!(!gate.is_open(true));
        assert_eq!(gate.next_timeout(), Some(start + ANSWER_GRACE));
        clock.set(start + ANSWER_GRACE);
        assert!(gate.is_open(true));
        gate.reset();
        assert!(!gate.is_open(true));
        gate.open();
        assert!(gate.is_open(true));
    }
}
