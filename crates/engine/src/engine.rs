//! Channel of one worker process (one C++ process of mediasoup): bytes to write, bytes read, and the
//! requests that it hasn't answered. `Local` has an `Engine` per process: it sends requests by it, and
//! finds by it the pending request that a reply belongs to.
//!
//! States: *starting* (the process runs, its worker hasn't reported so) -> *running* -> *closed*. A
//! closed engine refuses requests as mediasoup does and has rejected those in flight.

use crate::channel::{Frames, Outbox, TooBig, constant_name};
use crate::pending::PendingRequest;
use crate::refusal;
use fbs::notification;
use fbs::request::Body;
use protocol::{Error, Handle, RequestId};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct Engine {
    /// The command that is answered when the worker runs.
    pub starting: Option<RequestId>,
    pub frames: Frames,
    pub outbox: Outbox,
    closed: bool,
    last_id: u32,
    /// In the order in which they were sent, which is the order of rejection.
    pending: BTreeMap<u32, PendingRequest>,
}

impl Engine {
    pub(crate) fn new(starting: RequestId) -> Self {
        Self {
            starting: Some(starting),
            frames: Frames::default(),
            outbox: Outbox::default(),
            closed: false,
            last_id: 0,
            pending: BTreeMap::new(),
        }
    }

    pub(crate) fn closed(&self) -> bool {
        self.closed
    }

    /// The request that its worker answers next.
    pub(crate) fn next_answer(&self) -> Option<u32> {
        self.pending.keys().next().copied()
    }

    /// True if a request has no answer yet.
    pub(crate) fn is_asked(&self, id: u32) -> bool {
        self.pending.contains_key(&id)
    }

    /// True if a request to an object has no answer yet.
    pub(crate) fn has_asked(&self, target: Handle) -> bool {
        self.pending
            .values()
            .any(|pending| pending.target == target)
    }

    /// Sends a request; `pending` is what becomes of its answer.
    pub(crate) fn request(
        &mut self,
        handler_id: &str,
        body: Option<&Body>,
        pending: PendingRequest,
    ) -> Result<(), Error> {
        let method = pending.method;
        if self.closed {
            return Err(refusal::request_on_closed(method));
        }
        // 0 is not an id in mediasoup's count.
        self.last_id = self.last_id.checked_add(1).unwrap_or(1);
        self.outbox
            .request(self.last_id, method, handler_id, body)
            .map_err(|TooBig| {
                Error::plain(format!(
                    "request too big [method:{}]",
                    constant_name(method)
                ))
            })?;
        self.pending.insert(self.last_id, pending);
        Ok(())
    }

    /// Sends a notification. One that is too big is dropped, as mediasoup does: `Ok(false)`.
    pub(crate) fn notify(
        &mut self,
        event: notification::Event,
        handler_id: &str,
        body: Option<&notification::Body>,
    ) -> Result<bool, Error> {
        if self.closed {
            return Err(refusal::notification_on_closed(event));
        }
        Ok(self.outbox.notify(event, handler_id, body).is_ok())
    }

    /// Takes the pending request that this answer belongs to.
    pub(crate) fn answered(&mut self, id: u32) -> Option<PendingRequest> {
        self.pending.remove(&id)
    }

    /// Closes the channel and yields what was in flight, each with the error that it ends with.
    pub(crate) fn close(&mut self) -> impl Iterator<Item = (PendingRequest, Error)> + use<> {
        self.closed = true;
        self.frames = Frames::default();
        std::mem::take(&mut self.pending)
            .into_iter()
            .map(|(id, pending)| {
                let error = Error::worker_closed(format!(
                    "Channel closed, pending request aborted [method:{}, id:{id}]",
                    constant_name(pending.method)
                ));
                (pending, error)
            })
    }
}
