//! Delays between a client's attempts to connect to its server: 50 ms at first, then doubling up to 5 s,
//! with a random part. `ClientEnd` (the client's side of a connection, which
//! outlives its WebSockets) takes one after each lost or failed WebSocket and resets them after a successful one.

use fastrand::Rng;
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(5);

/// Delays that double, each randomly up to half shorter or longer, so that the clients of a server
/// that restarts don't reconnect all at once.
#[derive(Debug)]
pub(crate) struct Backoff {
    next: Duration,
    chance: Rng,
}

impl Backoff {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            next: FIRST,
            chance: Rng::with_seed(seed),
        }
    }

    /// Starts over with the shortest delay.
    pub(crate) fn reset(&mut self) {
        self.next = FIRST;
    }

    /// Jumps to the longest delay: an early attempt is pointless.
    pub(crate) fn lengthen(&mut self) {
        self.next = LONGEST;
    }

    pub(crate) fn wait(&mut self) -> Duration {
        let wait = self.next;
        self.next = (wait * 2).min(LONGEST);
        wait / 2 + wait.mul_f64(self.chance.f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_a_limit_with_a_random_half() {
        let mut backoff = Backoff::new(7);
        for round in 0..20 {
            let middle = (FIRST * 2_u32.pow(round.min(8))).min(LONGEST);
            let wait = backoff.wait();
            assert!(wait >= middle / 2 && wait < middle * 3 / 2, "{wait:?}");
        }
        backoff.reset();
        assert!(backoff.wait() < FIRST * 3 / 2);
        backoff.lengthen();
        assert!(backoff.wait() >= LONGEST / 2);
    }

    #[test]
    fn differs_between_seeds() {
        assert_ne!(Backoff::new(1).wait(), Backoff::new(2).wait());
        assert_eq!(Backoff::new(1).wait(), Backoff::new(1).wait());
    }
}
