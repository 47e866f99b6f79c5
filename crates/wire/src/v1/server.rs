//! Entries of a server's log.

use super::Text;
use protocol::{AppDataId, Emission, Error, Handle, Json, Kind, Level, Log, Logger, Reply};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An entry of the server's log to one client.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServerEntry {
    /// From now on, this slot of the server holds this text. A snapshot empties all slots.
    Define {
        /// Less than [`limits::SLOTS`](protocol::limits::SLOTS).
        slot: u32,
        /// The text.
        text: Json,
    },
    /// All that the session holds. Stands for everything before it, answers excepted.
    Snapshot(Snapshot),
    /// A new object.
    Created {
        /// The object.
        object: Box<Object>,
        /// The number of the `call` that asked for it, if it is one of this client's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<u64>,
    },
    /// Members of an object have other values, without an event that says so.
    Set {
        /// The object.
        target: Handle,
        /// JSON texts by their names; none is `undefined`.
        members: BTreeMap<String, Option<Text>>,
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
        /// What is emitted.
        emission: Emission,
        /// Whether it is a worker's notification, which has its own turn of the event loop.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        notified: bool,
    },
    /// The answer to a call.
    Answer(Answer),
    /// What an appData holds, when another client has changed it or brought it in.
    AppData {
        /// Which.
        id: AppDataId,
        /// What it holds.
        value: Text,
        /// The last change of the receiving client's own that it comes after. One who has sent a later
        /// one knows better.
        #[serde(default, skip_serializing_if = "super::is_zero")]
        revision: u64,
    },
    /// Another client has given an object another appData.
    SetAppData {
        /// The object.
        target: Handle,
        /// Its appData from now on.
        #[serde(default)]
        app_data: Option<AppDataId>,
    },
    /// A line for the log.
    Log {
        /// The Worker whose process logs it.
        #[serde(default)]
        worker: Option<Handle>,
        /// Under whose name.
        logger: Logger,
        /// How much it matters.
        level: Level,
        /// The line.
        line: String,
        /// The error that it is about.
        #[serde(default)]
        error: Option<Error>,
    },
    /// The server is about to leave and takes no new Workers.
    Draining {
        /// Milliseconds until it leaves at the latest.
        within_ms: u64,
    },
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The number of the call's entry.
    pub call: u64,
    /// What came of it.
    pub result: Result<Reply, Error>,
}

/// All that a session holds, in as many entries in a row as it takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Snapshot {
    /// Which part it is, from 0. Part 0 stands for everything before it, parts of other snapshots included.
    #[serde(skip_serializing_if = "super::is_zero")]
    pub part: u32,
    /// Whether another part follows. A snapshot means nothing before its last part is there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// What each appData holds.
    pub app_data: Vec<(AppDataId, Text)>,
    /// The last change of the receiving client's own that each of them comes after, where there is any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<(AppDataId, u64)>,
    /// The open objects, each after its parent.
    pub objects: Vec<Object>,
}

/// An object, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// What it is called from now on.
    pub handle: Handle,
    /// Its class.
    pub kind: Kind,
    /// Its id; empty for a Worker.
    pub id: Box<str>,
    /// Its parent; itself for a Worker.
    pub parent: Handle,
    /// JSON texts of its members by their names; those that are absent are `undefined`.
    pub members: BTreeMap<String, Text>,
    /// Its appData; none is one that holds nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_data: Option<AppDataId>,
    /// Of a WebRtcTransport: the WebRtcServer that serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_rtc_server: Option<Handle>,
    /// The object that closes together with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<Handle>,
}

impl From<Log> for ServerEntry {
    fn from(log: Log) -> Self {
        Self::Log {
            worker: log.worker,
            logger: log.logger,
            level: log.level,
            line: log.line,
            error: log.error,
        }
    }
}
