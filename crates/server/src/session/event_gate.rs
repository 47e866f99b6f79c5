//! Lets answers pass before events.
//!
//! A worker sends what a command brings about just before it answers, and an application sees the answer
//! first. So events wait while answers are on their way, but not for long.

use super::clock::Clock;
use std::time::{Duration, Instant};

/// Time for which events give way to answers that may be on their way from the same worker.
const ANSWER_GRACE: Duration = Duration::from_millis(1);

/// The gate before the events of a session's workers.
#[derive(Debug)]
pub(super) struct EventGate {
    clock: Clock,
    /// When events have given way to answers for long enough, while some do.
    opens_at: Option<Instant>,
}

impl EventGate {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            opens_at: None,
        }
    }

    /// True if the next event may pass. `answering`: answers may be on their way.
    pub(super) fn is_open(&mut self, answering: bool) -> bool {
        let now = self.clock.now();
        !answering || now >= *self.opens_at.get_or_insert(now + ANSWER_GRACE)
    }

    /// Events wait no longer: the worker that sent them will say nothing more.
    pub(super) fn open(&mut self) {
        self.opens_at = Some(self.clock.now());
    }

    /// There are no events left.
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
    fn events_give_way_to_answers_for_a_moment() {
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
