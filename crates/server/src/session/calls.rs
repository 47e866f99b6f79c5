//! Calls of clients that a Host works on.

use super::client::{ClientId, Incarnation};
use protocol::{AppDataId, EntryNumber, RequestId};
use std::collections::HashMap;

/// A call on its way.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) origin: Origin,
    /// The appData of the object that it creates.
    pub(super) app_data: Option<AppDataId>,
    /// Objects that it may create.
    pub(super) creates: usize,
}

/// The entry that a call came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) client: ClientId,
    /// Which of the client's logs the number belongs to.
    pub(super) incarnation: Incarnation,
    pub(super) number: EntryNumber,
}

/// The calls on their way, by the Host's request. Bounded by `CALLS_IN_FLIGHT` per client.
#[derive(Debug, Default)]
pub(super) struct Calls(HashMap<RequestId, Call>);

impl Calls {
    pub(super) fn insert(&mut self, request: RequestId, call: Call) {
        self.0.insert(request, call);
    }

    pub(super) fn get(&self, request: RequestId) -> Option<&Call> {
        self.0.get(&request)
    }

    /// A call was answered.
    pub(super) fn remove(&mut self, request: RequestId) -> Option<Call> {
        self.0.remove(&request)
    }
}
