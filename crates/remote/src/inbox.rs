//! Queue of a server's updates and events, from the thread of the WebSocket to the thread of the
//! application. The connection's task puts them in; the application's thread is woken and takes them all,
//! to update its copy of the server's objects.
//!
//! The application is woken once until it has taken everything ([`Inbox::take`]). The inbox of a slow
//! application is bounded: past [`INBOX_BYTES`] its connection stops reading ([`Inbox::is_full`]) until
//! [`Inbox::emptied`] resolves.

use crate::calls::Report;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Limit in bytes of the entries in the inbox: seconds of events of a very large server, and
/// little enough for a process whose event loop hangs.
const INBOX_BYTES: usize = 16 * 1024 * 1024;

/// Queue from the runtime's thread to the application's.
pub(crate) struct Inbox {
    waiting: Mutex<Waiting>,
    room: Notify,
    wake: Box<dyn Fn() + Send + Sync>,
}

#[derive(Default)]
struct Waiting {
    reports: Vec<Report>,
    /// Bytes of the entries among the reports, as received.
    bytes: usize,
    woken: bool,
}

impl Inbox {
    pub(crate) fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            waiting: Mutex::default(),
            room: Notify::new(),
            wake: Box::new(wake),
        }
    }

    /// Moves the reports into the inbox; `bytes` is the size of their entries.
    pub(crate) fn put(&self, reports: &mut Vec<Report>, bytes: usize) {
        if reports.is_empty() {
            return;
        }
        let mut waiting = self.lock();
        waiting.reports.append(reports);
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

    /// Takes all reports.
    pub(crate) fn take(&self) -> Vec<Report> {
        let waiting = std::mem::take(&mut *self.lock());
        if waiting.bytes > INBOX_BYTES {
            self.room.notify_one();
        }
        waiting.reports
    }

    pub(crate) fn is_full(&self) -> bool {
        self.lock().bytes > INBOX_BYTES
    }

    /// Waits until the application has emptied a full inbox.
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

    fn reports() -> Vec<Report> {
        vec![Report::Link(LinkEvent::Draining { within_ms: 1 })]
    }

    #[test]
    fn wakes_once_until_everything_is_taken() {
        let woken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&woken);
        let inbox = Inbox::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        });
        inbox.put(&mut Vec::new(), 0);
        assert_eq!(woken.load(Ordering::Relaxed), 0);
        inbox.put(&mut reports(), 0);
        inbox.put(&mut reports(), 0);
        assert_eq!(woken.load(Ordering::Relaxed), 1);
        assert_eq!(inbox.take().len(), 2);
        inbox.put(&mut reports(), 0);
        assert_eq!(woken.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn emptied_resolves_when_there_is_room_again() {
        let inbox = Inbox::new(|| {});
        inbox.put(&mut reports(), INBOX_BYTES);
        assert!(!inbox.is_full());
        inbox.put(&mut reports(), 1);
        assert!(inbox.is_full());
        let mut emptied = Box::pin(inbox.emptied());
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(emptied.as_mut().poll(&mut context), Poll::Pending);
        inbox.take();
        assert!(!inbox.is_full());
        assert_eq!(emptied.as_mut().poll(&mut context), Poll::Ready(()));
    }
}
