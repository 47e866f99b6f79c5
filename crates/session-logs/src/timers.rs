//! The time-outs of both machines, by their reasons.

use protocol::limits::{ACK_MS, PING_MS, SILENCE_MS};
use std::time::{Duration, Instant};

/// How long a client waits for a connection and then for the welcome, and both sides for a sign of life.
pub(crate) const SILENCE: Duration = Duration::from_millis(SILENCE_MS);

const PING: Duration = Duration::from_millis(PING_MS);
const ACK: Duration = Duration::from_millis(ACK_MS);

/// NoAnswer a machine wants to be woken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    /// The peer gets a sign of life and is asked for one. This happens all the time: on a slow link a peer
    /// hears parts of a long message, has nothing to say, and would be taken for dead.
    Ping,
    /// Nothing was heard for so long that the link is given up.
    Silence,
    /// An acknowledgement has waited long enough for an entry to travel with.
    Ack,
    /// A client tries again to get a link.
    Retry,
    /// A client's calls have waited long enough for a link.
    Patience,
    /// A client has been away for so long that its place is given up.
    Ttl,
}

/// When each is due.
#[derive(Debug, Default)]
pub(crate) struct Timers([Option<Instant>; Self::ALL.len()]);

impl Timers {
    const ALL: [Timer; 6] = [
        Timer::Ping,
        Timer::Silence,
        Timer::Ack,
        Timer::Retry,
        Timer::Patience,
        Timer::Ttl,
    ];

    pub(crate) fn set(&mut self, timer: Timer, at: Instant) {
        self.0[timer as usize] = Some(at);
    }

    pub(crate) fn stop(&mut self, timer: Timer) {
        self.0[timer as usize] = None;
    }

    /// The link has begun.
    pub(crate) fn start_link(&mut self, now: Instant) {
        self.pinged(now);
        self.heard(now);
    }

    /// The peer was asked for a sign of life.
    pub(crate) fn pinged(&mut self, now: Instant) {
        self.set(Timer::Ping, now + PING);
    }

    /// Something was heard of the peer.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.set(Timer::Silence, now + SILENCE);
    }

    /// An acknowledgement is owed. The oldest entry counts.
    pub(crate) fn owe(&mut self, now: Instant) {
        self.0[Timer::Ack as usize].get_or_insert(now + ACK);
    }

    /// There is no link any more.
    pub(crate) fn stop_link(&mut self) {
        for timer in [Timer::Ping, Timer::Silence, Timer::Ack] {
            self.stop(timer);
        }
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }

    /// Stops one that is due.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Timer> {
        let due = Self::ALL
            .into_iter()
            .find(|timer| self.0[*timer as usize].is_some_and(|at| at <= now))?;
        self.stop(due);
        Some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fire_once_and_not_before_their_time() {
        let start = Instant::now();
        let mut timers = Timers::default();
        assert_eq!(timers.next(), None);
        timers.start_link(start);
        timers.owe(start);
        timers.owe(start + ACK);
        assert_eq!(timers.next(), Some(start + ACK));
        assert_eq!(timers.take_due(start), None);
        assert_eq!(timers.take_due(start + ACK), Some(Timer::Ack));
        assert_eq!(timers.take_due(start + ACK), None);
        assert_eq!(timers.next(), Some(start + PING));
        timers.stop_link();
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn each_has_its_place() {
        for (place, timer) in Timers::ALL.into_iter().enumerate() {
            assert_eq!(timer as usize, place);
        }
    }
}
