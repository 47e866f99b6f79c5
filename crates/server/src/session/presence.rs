//! Presence of a session's clients: whether any has a WebSocket, and the time at which the session ends
//! without one. The table of clients records links and their ends here; the session reads from it when to
//! end. A session is the Workers and objects that one or several clients share.
//!
//! *unused* -> *linked* <-> *alone* -> (the TTL has passed) *over*. A session without a name ends with its
//! client's goodbye, and at once if no client has joined.

use std::time::{Duration, Instant};

/// Presence of a session's clients.
#[derive(Debug)]
pub(super) struct Presence {
    /// True for a session with a name: it outlives its clients' goodbyes.
    named: bool,
    /// Time that it waits for clients to return.
    ttl: Duration,
    /// Time since which no client has a link.
    alone_since: Option<Instant>,
}

impl Presence {
    pub(super) fn new(named: bool, ttl: Duration, now: Instant) -> Self {
        Self {
            named,
            ttl,
            alone_since: Some(now),
        }
    }

    pub(super) fn named(&self) -> bool {
        self.named
    }

    pub(super) fn ttl(&self) -> Duration {
        self.ttl
    }

    /// Records that a client has a link.
    pub(super) fn linked(&mut self) {
        self.alone_since = None;
    }

    /// Records that no client has a link.
    pub(super) fn alone(&mut self, now: Instant) {
        self.alone_since.get_or_insert(now);
    }

    /// Returns the time at which the session ends if no client returns until then.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        self.alone_since.map(|since| since + self.ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ttl_starts_at_the_end_of_the_last_link() {
        let start = Instant::now();
        let ttl = Duration::from_secs(60);
        let mut presence = Presence::new(true, ttl, start);
        assert_eq!(presence.ends_at(), Some(start + ttl));
        presence.linked();
        assert_eq!(presence.ends_at(), None);
        presence.alone(start + ttl);
        presence.alone(start + 2 * ttl);
        assert_eq!(presence.ends_at(), Some(start + 2 * ttl));
    }
}
