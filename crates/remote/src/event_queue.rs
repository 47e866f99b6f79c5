//! Queue of a server's updates and events, from the thread of the WebSocket to the thread of the
//! application. The connection's task puts them in; the application's thread is woken and takes them all,
//! to update its copy of the server's objects.
//!
//! The application is woken once until it has taken everything ([`EventQueue::take`]). The queue of a slow
//! application is bounded: past [`QUEUE_BYTES`] its connection stops reading ([`EventQueue::is_full`]) until
//! [`EventQueue::emptied`] resolves.

use crate::pending_calls::ConnectionEvent;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Limit in bytes of the entries in the queue: seconds of events of a very large server, and
/// little enough for a process whose event loop hangs.
const QUEUE_BYTES: usize = 16 * 1024 * 1024;

/// Queue from the runtime's thread to the application's.
pub(crate) struct EventQueue {
    waiting: Mutex<Waiting>,
    room: Notify,
    wake: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Waiting {
    events: Vec<ConnectionEvent>,
    /// Bytes of the entries among the events, as received.
    bytes: usize,
    woken: bool,
}

impl EventQueue {
    pub(crate) fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            waiting: Mutex::default(),
            room: Notify::new(),
            wake: Box::new(wake),
        }
    }

    /// Moves the events into the queue; `bytes` is the size of their entries.
    pub(crate) fn put(&self, events: &mut Vec<ConnectionEvent>, bytes: usize) {
        if events.is_empty() {
            return;
        }
        let mut waiting = self.lock();
        waiting.events.append(events);
        waiting.bytes += bytes;
        let asleep = !std::mem::replace(&mut waiting.woken, true);
        drop(waiting);
        if asleep {
            (self.wake)();
        }
    }

    /// Wakes the application to notice that the connection is over.
    pub(crate) fn wake(&self) {
        (self.wake)();
    }

    /// Takes all events.
    pub(crate) fn take(&self) -> Vec<ConnectionEvent> {
        let waiting = std::mem::take(&mut *self.lock());
        if waiting.bytes > QUEUE_BYTES {
            self.room.notify_one();
        }
        waiting.events
    }

    pub(crate) fn is_full(&self) -> bool {
        self.lock().bytes > QUEUE_BYTES
    }

    /// Waits until the application has emptied a full queue.
    pub(crate) async fn emptied(&self) {
        self.room.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::LinkEvent;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Waker};

    fn events() -> Vec<ConnectionEvent> {
        vec![ConnectionEvent::Link(LinkEvent::Draining { within_ms: 1 })]
    }

    #[test]
    fn wakes_once_until_everything_is_taken() {
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        let queue = EventQueue::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        queue.put(&mut Vec::new(), 0);
        assert_eq!(woken.load(Ordering::Relaxed), 0);
        queue.put(&mut events(), 0);
        queue.put(&mut events(), 0);
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        assert_eq!(queue.take().len(), 2);
        queue.put(&mut events(), 0);
        assert_eq!(woken.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn emptied_resolves_when_there_is_room_again() {
        let queue = EventQueue::new(|| {});
        queue.put(&mut events(), QUEUE_BYTES);
        assert!(!queue.is_full());
        queue.put(&mut events(), 1);
        assert!(queue.is_full());
        let mut emptied = Box::pin(queue.emptied());
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(emptied.as_mut().poll(&mut context), Poll::Pending);
        queue.take();
        assert!(!queue.is_full());
        assert_eq!(emptied.as_mut().poll(&mut context), Poll::Ready(()));
    }
}
