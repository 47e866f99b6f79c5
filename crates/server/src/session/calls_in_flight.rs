//! Table of calls in flight: commands of clients that the session has passed on and not answered yet. The
//! session adds a call with the client's entry that contained it, and removes it when the worker's reply
//! arrives, to know which client to answer. A session is the Workers and objects that one or several
//! clients share.

use super::client::{ClientId, Incarnation};
use protocol::{AppDataId, EntryNumber, RequestId};
use std::collections::HashMap;

/// A pending call.
#[derive(Debug)]
pub(super) struct CallInFlight {
    pub(super) origin: CallOrigin,
    /// The appData of the object that it creates.
    pub(super) app_data: Option<AppDataId>,
    /// Number of objects that it may create.
    pub(super) creates: usize,
}

/// Origin of a call: the entry that contained it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CallOrigin {
    pub(super) client: ClientId,
    /// The incarnation of the client's logs that the number belongs to.
    pub(super) incarnation: Incarnation,
    pub(super) number: EntryNumber,
}

/// Pending calls by the Host's request. Limited by `CALLS_IN_FLIGHT` per client.
#[derive(Debug, Default)]
pub(super) struct CallsInFlight(HashMap<RequestId, CallInFlight>);

impl CallsInFlight {
    pub(super) fn insert(&mut self, request: RequestId, call: CallInFlight) {
        self.0.insert(request, call);
    }

    pub(super) fn get(&self, request: RequestId) -> Option<&CallInFlight> {
        self.0.get(&request)
    }

    /// Removes an answered call.
    pub(super) fn remove(&mut self, request: RequestId) -> Option<CallInFlight> {
        self.0.remove(&request)
    }
}
