//! Updates: the messages by which a server keeps a client's copy of a session's objects current, as data
//! (a new object, an event, an answer, a snapshot of all). The server's session makes them; the client's
//! replica applies them and yields the events that the application sees.

use crate::{AppDataId, Emission, Error, Handle, Json, LogLine, Object, Reply, Revision};
use std::collections::BTreeMap;
use std::fmt;

/// Number of an entry in a log, from 1. Each direction of a link has its own counter. 0, the default, stands
/// before the first: nothing was received, or acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EntryNumber(pub u64);

impl EntryNumber {
    /// Returns the number of the entry after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for EntryNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Update of a client's replica of a session.
///
/// `C` identifies a call: the [`EntryNumber`] of its entry between server and client, its
/// [`RequestId`](crate::RequestId) in the client.
#[derive(Debug, Clone, PartialEq)]
pub enum Update<C> {
    /// The whole state of the session. It replaces everything before it except answers.
    Snapshot(Snapshot),
    /// A new object.
    Created {
        /// The object.
        object: Box<Object>,
        /// The call that requested it, if it is one of this client's.
        call: Option<C>,
    },
    /// New values of members of an object, without an event.
    Set {
        /// The object.
        target: Handle,
        /// JSON texts by their names; `None` is `undefined`.
        members: BTreeMap<String, Option<Json>>,
    },
    /// Two objects that close together from now on: the ends of a pipe.
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
    /// Another client has assigned another appData to an object.
    SetAppData {
        /// The object.
        target: Handle,
        /// Its new appData; `None` is an empty object.
        app_data: Option<AppDataId>,
    },
    /// A line for the log.
    Log(LogLine),
    /// The server is about to exit and takes no new Workers.
    Draining {
        /// Milliseconds until it exits at the latest.
        within_ms: u64,
    },
}

/// The whole state of a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Content of each appData.
    pub app_data: Vec<AppDataContent>,
    /// The open objects, each after its parent.
    pub objects: Vec<Object>,
}

/// Content of an appData in the server's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppDataContent {
    /// The appData.
    pub id: AppDataId,
    /// Its content.
    pub value: Json,
    /// The receiving client's last revision that the content includes. A client ignores content that
    /// is older than a revision which it has sent.
    pub revision: Option<Revision>,
}

impl<C> Update<C> {
    /// Replaces the identifier of the update's call with the result of `find`. Returns `None` for the answer
    /// to a call that `find` doesn't know.
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
