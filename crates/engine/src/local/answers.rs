//! Answers to commands: to the layer that gave one, or as an item.

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
