//! Decides when nobody will come back to a session.
//!
//! *unused* -> *linked* <-> *alone* -> (the TTL has passed) *over*. A session without a name is over as soon as
//! its client has said goodbye, one that nobody has joined at once.

use std::time::{Duration, Instant};

/// Presence of a session's clients.
#[derive(Debug)]
pub(super) struct Presence {
    /// True for a session with a name: it outlives its clients' goodbyes.
    named: bool,
    /// Time that it waits for clients to come back.
    ttl: Duration,
    /// Since when no client has a link.
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

    /// A client has a link.
    pub(super) fn linked(&mut self) {
        self.alone_since = None;
    }

    /// No client has one any more.
    pub(super) fn alone(&mut self, now: Instant) {
        self.alone_since.get_or_insert(now);
    }

    /// When the session is over, if nobody comes until then.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        self.alone_since.map(|since| since + self.ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_waits_since_its_last_link_was_gone() {
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
