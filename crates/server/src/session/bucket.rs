//! Rate limit of commands, as a leaky bucket. Each tenant (owner of sessions) has one; a session takes one
//! command from it for each entry of a client, and gets the time to retry when the tenant exceeds its
//! commands per second. A session is the Workers and objects that one or several clients share.

use std::time::{Duration, Instant};

/// Largest burst of commands: those that a second allows.
const BURST: Duration = Duration::from_secs(1);

/// A leaky bucket: full after a second's worth of commands, and it leaks evenly.
#[derive(Debug)]
pub(crate) struct Bucket {
    /// Time at which the bucket is empty.
    empty_at: Instant,
}

impl Bucket {
    pub(crate) fn new(now: Instant) -> Self {
        Self { empty_at: now }
    }

    /// Takes one command. If that exceeds the rate, takes nothing and returns the time to retry.
    pub(crate) fn take(&mut self, now: Instant, per_second: u32) -> Result<(), Instant> {
        let one = BURST / per_second.max(1);
        let empty_at = self.empty_at.max(now) + one;
        if empty_at > now + BURST {
            return Err(now + (empty_at - now).saturating_sub(BURST));
        }
        self.empty_at = empty_at;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_one_second_passes_and_the_rest_evenly() {
        let start = Instant::now();
        let mut bucket = Bucket::new(start);
        for _ in 0..4 {
            bucket.take(start, 4).unwrap();
        }
        let next = bucket.take(start, 4).unwrap_err();
        assert_eq!(next - start, Duration::from_millis(250));
        bucket.take(next, 4).unwrap();
        bucket.take(next, 4).unwrap_err();
        for _ in 0..4 {
            bucket.take(next + BURST, 4).unwrap();
        }
        bucket.take(next + BURST, 4).unwrap_err();
    }

    #[test]
    fn the_highest_rate_never_limits() {
        let now = Instant::now();
        let mut bucket = Bucket::new(now);
        for _ in 0..100_000 {
            bucket.take(now, u32::MAX).unwrap();
        }
    }
}
