//! Totals of what has a limit (sessions, clients, Workers, objects), for each tenant and for the whole
//! server. Each session adds its share here as it creates and closes things; a share rejects what exceeds
//! the tenant's limit. The registry of sessions reads the sums. A session is the Workers and objects that
//! one or several clients share.

use super::bucket::Bucket;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Counts of everything that has a limit.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    pub(crate) sessions: AtomicUsize,
    pub(crate) clients: AtomicUsize,
    pub(crate) workers: AtomicUsize,
    pub(crate) objects: AtomicUsize,
}

/// All clients with the same identity.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) totals: Totals,
    commands: Mutex<Bucket>,
}

impl Tenant {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            totals: Totals::default(),
            commands: Mutex::new(Bucket::new(now)),
        }
    }

    /// Takes one command of the rate limit, or returns the time to retry.
    pub(crate) fn take_command(&self, now: Instant, per_second: u32) -> Result<(), Instant> {
        let commands = self.commands.lock();
        let mut commands = commands.unwrap_or_else(PoisonError::into_inner);
        commands.take(now, per_second)
    }
}

/// Selector of one of the [`Totals`].
type Total = fn(&Totals) -> &AtomicUsize;

/// A session's part of one of the totals. It counts for its tenant and for the server until it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    own: usize,
    which: Total,
    tenant: Arc<Tenant>,
    server: Arc<Totals>,
}

impl Share {
    pub(crate) fn new(tenant: &Arc<Tenant>, server: &Arc<Totals>, which: Total) -> Self {
        Self {
            own: 0,
            which,
            tenant: Arc::clone(tenant),
            server: Arc::clone(server),
        }
    }

    /// Returns this session's part.
    pub(crate) fn own(&self) -> usize {
        self.own
    }

    /// Returns the tenant's total.
    pub(crate) fn of_tenant(&self) -> usize {
        (self.which)(&self.tenant.totals).load(Ordering::Relaxed)
    }

    /// Adds one, unless the tenant would exceed the limit.
    pub(crate) fn try_add(&mut self, limit: usize) -> bool {
        let more = |count| (count < limit).then_some(count + 1);
        let tenant = (self.which)(&self.tenant.totals);
        if tenant
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, more)
            .is_err()
        {
            return false;
        }
        (self.which)(&self.server).fetch_add(1, Ordering::Relaxed);
        self.own += 1;
        true
    }

    /// Sets this session's part.
    pub(crate) fn set(&mut self, own: usize) {
        for totals in [&self.tenant.totals, &*self.server] {
            let total = (self.which)(totals);
            if own > self.own {
                total.fetch_add(own - self.own, Ordering::Relaxed);
            } else {
                total.fetch_sub(self.own - own, Ordering::Relaxed);
            }
        }
        self.own = own;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_counts_until_it_is_dropped() {
        let tenant = Arc::new(Tenant::new(Instant::now()));
        let server = Arc::new(Totals::default());
        let share = || Share::new(&tenant, &server, |totals| &totals.workers);
        let (mut one, mut other) = (share(), share());
        assert!(one.try_add(2));
        assert!(other.try_add(2));
        assert!(!one.try_add(2), "the token's limit is two");
        assert_eq!((one.own(), one.of_tenant()), (1, 2));
        other.set(0);
        assert!(one.try_add(2));
        drop(one);
        assert_eq!(other.of_tenant(), 0);
        assert_eq!(server.workers.load(Ordering::Relaxed), 0);
    }
}
