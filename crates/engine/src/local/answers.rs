//! Answers to commands. The engine calls `Local::answer` when a worker has replied: a command of a
//! layer above (pipes, vertical scaling) gets its answer there and its task wakes; any other becomes a
//! reply item, which resolves or rejects the application's promise.

use super::Local;
use protocol::{Error, Item, Reply, RequestId};

impl Local {
    /// Returns an unused request id.
    pub fn next_request(&mut self) -> RequestId {
        self.last_request = self.last_request.checked_add(1).unwrap_or(1);
        RequestId(self.last_request)
    }

    /// Answers a command: to the layer that gave it, or by an item.
    pub fn answer(&mut self, request: RequestId, result: Result<Reply, Error>) {
        match self.inner.get_mut(&request) {
            Some(inner) => {
                inner.answer.get_or_insert(result);
                if let Some(waker) = inner.waker.take() {
                    waker.wake();
                }
                self.spawning.remove(&request);
            }
            None => self.core.push(Item::Reply { request, result }),
        }
    }
}
