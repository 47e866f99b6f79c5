//! State that two threads of an application share about one connection to a server: the queue of received
//! updates, the counts that limit what waits for sending, and the measurements for `stats()`.
//! `RemoteConnection` (the application's thread) creates it and gives the connection's task a clone.

use crate::event_queue::EventQueue;
use crate::stats::ConnectionStats;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Shared state of one connection.
pub(crate) struct SharedState {
    pub(crate) events: EventQueue,
    /// Number of orders that the task hasn't taken.
    pub(crate) queued: Count,
    /// Number of entries that were never sent.
    pub(crate) waiting: Count,
    /// Bytes of unacknowledged entries.
    pub(crate) bytes: Count,
    stats: Mutex<ConnectionStats>,
}

impl SharedState {
    pub(crate) fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            events: EventQueue::new(wake),
            queued: Count::default(),
            waiting: Count::default(),
            bytes: Count::default(),
            stats: Mutex::default(),
        }
    }

    pub(crate) fn stats(&self) -> ConnectionStats {
        self.lock().clone()
    }

    /// Publishes the measurements of the connection to the application's thread.
    pub(crate) fn show(&self, stats: &ConnectionStats) {
        self.lock().clone_from(stats);
    }

    fn lock(&self) -> MutexGuard<'_, ConnectionStats> {
        self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number that one thread may read while another changes it, with relaxed ordering.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicUsize);

impl Count {
    pub(crate) fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, number: usize) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(crate) fn sub(&self, number: usize) {
        self.0.fetch_sub(number, Ordering::Relaxed);
    }

    pub(crate) fn set(&self, number: usize) {
        self.0.store(number, Ordering::Relaxed);
    }
}
