//! Updates of a session, as its server sends them to a client.

use crate::{AppDataId, Emission, Error, Handle, Json, Log, Object, Reply, Revision};
use std::collections::BTreeMap;

/// Number of an entry in a log. Each direction of a link counts its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryNumber(pub u64);

/// Update of a client's replica of a session.
///
/// `C` names a call: by the [`EntryNumber`] of its entry between server and client, by its
/// [`RequestId`](crate::RequestId) in the client.
#[derive(Debug, Clone, PartialEq)]
pub enum Update<C> {
    /// All that the session holds. Stands for everything before it, answers excepted.
    Snapshot(Snapshot),
    /// A new object.
    Created {
        /// The object.
        object: Box<Object>,
        /// The call that asked for it, if it is one of this client's.
        call: Option<C>,
    },
    /// Other values of members of an object, without an event that says so.
    Set {
        /// The object.
        target: Handle,
        /// JSON texts by their names; `None` is `undefined`.
        members: BTreeMap<String, Option<Json>>,
    },
    /// Two objects close together from now on: the ends of a pipe.
    Linked {
        /// One.
        one: Handle,
        /// The other.
        other: Handle,
    },
    /// An event.
    Emission {
        /// The event and its object.
        emission: Emission,
        /// `true` for a worker's notification, which has its own turn of the event loop.
        notified: bool,
    },
    /// The answer to a call.
    Answer {
        /// The call.
        call: C,
        /// Its result.
        result: Result<Reply, Error>,
    },
    /// Content of an appData that another client has changed or brought in.
    AppData(AppDataContent),
    /// Another client has given an object another appData.
    SetAppData {
        /// The object.
        target: Handle,
        /// Its appData from now on; `None` is one that holds nothing.
        app_data: Option<AppDataId>,
    },
    /// A line for the log.
    Log(Log),
    /// The server is about to leave and takes no new Workers.
    Draining {
        /// Milliseconds until it leaves at the latest.
        within_ms: u64,
    },
}

/// All that a session holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Content of each appData.
    pub app_data: Vec<AppDataContent>,
    /// The open objects, each after its parent.
    pub objects: Vec<Object>,
}

/// Content of an appData, as the server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppDataContent {
    /// The appData.
    pub id: AppDataId,
    /// Its content.
    pub value: Json,
    /// The last change of the receiving client's own that it comes after. A client ignores content that
    /// is older than a change which it has sent.
    pub revision: Option<Revision>,
}

impl<C> Update<C> {
    /// Names the call that the update belongs to as `find` does. Returns `None` for the answer to a call that
    /// `find` doesn't know.
    pub fn rename_call<D>(self, find: impl FnOnce(C) -> Option<D>) -> Option<Update<D>> {
        Some(match self {
            Self::Created { object, call } => Update::Created {
                object,
                call: call.and_then(find),
            },
            Self::Answer { call, result } => Update::Answer {
                call: find(call)?,
                result,
            },
            Self::Snapshot(snapshot) => Update::Snapshot(snapshot),
            Self::Set { target, members } => Update::Set { target, members },
            Self::Linked { one, other } => Update::Linked { one, other },
            Self::Emission { emission, notified } => Update::Emission { emission, notified },
            Self::AppData(content) => Update::AppData(content),
            Self::SetAppData { target, app_data } => Update::SetAppData { target, app_data },
            Self::Log(log) => Update::Log(log),
            Self::Draining { within_ms } => Update::Draining { within_ms },
        })
    }
}
