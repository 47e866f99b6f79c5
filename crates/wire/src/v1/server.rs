//! Types of a server's entries, the numbered messages that it sends to one client, in their MessagePack
//! form. The encoder and the decoder of updates (news of the session's objects) convert from and to
//! them; outside this crate only tests use them.

use super::Text;
use protocol::{AppDataId, Emission, Error, Handle, Json, Kind, Level, LogLine, Logger, Reply};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An entry of the server's log to one client.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ServerEntry {
    /// Definition: from now on, this slot of the server holds this text. A snapshot empties all slots.
    Define {
        /// Less than [`limits::SLOTS`](protocol::limits::SLOTS).
        slot: u32,
        /// The text.
        text: Json,
    },
    /// The whole state of the session. It replaces everything before it except answers.
    Snapshot(SnapshotPart),
    /// A new object.
    Created {
        /// The object.
        object: Box<WireObject>,
        /// The number of the `call` that requested it, if it is one of this client's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call: Option<u64>,
    },
    /// New values of members of an object, without an event.
    Set {
        /// The object.
        target: Handle,
        /// JSON texts by their names; absent is `undefined`.
        members: BTreeMap<String, Option<Text>>,
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
        /// True for a worker's notification, which has its own turn of the event loop.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        notified: bool,
    },
    /// The answer to a call.
    Answer(Answer),
    /// Content of an appData that another client has changed or brought in.
    AppData {
        /// The appData.
        id: AppDataId,
        /// Its content.
        value: Text,
        /// The receiving client's last revision that the content includes. A client that has sent a newer
        /// one ignores the content.
        #[serde(default, skip_serializing_if = "super::is_zero")]
        revision: u64,
    },
    /// Another client has assigned another appData to an object.
    SetAppData {
        /// The object.
        target: Handle,
        /// Its new appData.
        #[serde(default)]
        app_data: Option<AppDataId>,
    },
    /// A line for the log.
    Log {
        /// The Worker whose process logged it.
        #[serde(default)]
        worker: Option<Handle>,
        /// Its logger.
        logger: Logger,
        /// Its level.
        level: Level,
        /// The line.
        line: String,
        /// The error that caused it.
        #[serde(default)]
        error: Option<Error>,
    },
    /// The server is about to exit and takes no new Workers.
    Draining {
        /// Milliseconds until it exits at the latest.
        within_ms: u64,
    },
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The number of the call's entry.
    pub call: u64,
    /// Its result.
    pub result: Result<Reply, Error>,
}

/// The whole state of a session, in consecutive entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SnapshotPart {
    /// The number of this part, from 0. Part 0 replaces everything before it, parts of other snapshots included.
    #[serde(skip_serializing_if = "super::is_zero")]
    pub part: u32,
    /// True if another part follows. A snapshot takes effect with its last part.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
    /// Content of each appData.
    pub app_data: Vec<(AppDataId, Text)>,
    /// The receiving client's last revision that each content includes, if there is any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<(AppDataId, u64)>,
    /// The open objects, each after its parent.
    pub objects: Vec<WireObject>,
}

/// Complete description of an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireObject {
    /// Its handle.
    pub handle: Handle,
    /// Its class.
    pub kind: Kind,
    /// Its id; empty for a Worker.
    pub id: Box<str>,
    /// Its parent; itself for a Worker.
    pub parent: Handle,
    /// JSON texts of its members by their names; those that are absent are `undefined`.
    pub members: BTreeMap<String, Text>,
    /// Its appData; absent is an empty object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_data: Option<AppDataId>,
    /// Of a WebRtcTransport: the WebRtcServer that serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web_rtc_server: Option<Handle>,
    /// The object that closes together with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<Handle>,
}

impl From<LogLine> for ServerEntry {
    fn from(log: LogLine) -> Self {
        Self::Log {
            worker: log.worker,
            logger: log.logger,
            level: log.level,
            line: log.line,
            error: log.error,
        }
    }
}
