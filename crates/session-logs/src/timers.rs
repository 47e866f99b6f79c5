//! Timers of a client's or a server's end of the logs: ping, silence, delayed acknowledgement, reconnect,
//! expiry. The ends set and stop them; their drivers wait until `next()`, and the end then handles each
//! timer that is due. No clock: time is an argument.

use protocol::limits::{ACK_MS, PING_MS, SILENCE_MS};
use std::time::{Duration, Instant};

/// Time limit of an attempt to connect, of the wait for the welcome, and of silence on either side.
pub(crate) const SILENCE: Duration = Duration::from_millis(SILENCE_MS);

const PING: Duration = Duration::from_millis(PING_MS);
const ACK: Duration = Duration::from_millis(ACK_MS);

/// Reason to wake a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    /// A ping is due. It is sent regardless of other traffic: on a slow link a peer receives parts of a long
    /// message, has nothing to send, and would be considered dead.
    Ping,
    /// The peer has been silent for so long that the link is given up.
    Silence,
    /// An acknowledgement has waited long enough for an entry to travel with.
    Ack,
    /// The client's next attempt to connect.
    Retry,
    /// The client's oldest call has waited too long for a link.
    Patience,
    /// The client has been away for so long that its place expires.
    Ttl,
}

/// Due time of each timer.
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

    /// Starts the timers of a link.
    pub(crate) fn start_link(&mut self, now: Instant) {
        self.pinged(now);
        self.sign_of_life(now);
    }

    /// Restarts the ping timer after a ping.
    pub(crate) fn pinged(&mut self, now: Instant) {
        self.set(Timer::Ping, now + PING);
    }

    /// Restarts the silence timer after a sign of life.
    pub(crate) fn sign_of_life(&mut self, now: Instant) {
        self.set(Timer::Silence, now + SILENCE);
    }

    /// Starts the acknowledgement timer, unless it runs already.
    pub(crate) fn owe(&mut self, now: Instant) {
        self.0[Timer::Ack as usize].get_or_insert(now + ACK);
    }

    /// Stops the timers of a link.
    pub(crate) fn stop_link(&mut self) {
        for timer in [Timer::Ping, Timer::Silence, Timer::Ack] {
            self.stop(timer);
        }
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.iter().flatten().min().copied()
    }

    /// Returns and stops a timer that is due.
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
    fn every_timer_has_an_index() {
        for (place, timer) in Timers::ALL.into_iter().enumerate() {
            assert_eq!(timer as usize, place);
        }
    }
}
