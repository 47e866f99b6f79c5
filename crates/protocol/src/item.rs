//! Items: the outcomes that a host (a holder of mediasoup's objects) yields, such as a created object,
//! an event, a reply or a log line. The host's driver takes them one by one and acts on each: the addon
//! has JavaScript create the object or emit the event, and a server broadcasts them to its clients.

use crate::{
    AppDataContent, AppDataId, Error, Event, Handle, Json, Kind, LinkEvent, RequestId, numbered,
};
use serde::{Deserialize, Serialize};

/// One outcome. A host yields items in order; the driver applies each.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A new object: create it, then emit it on its parent's observer.
    Created {
        /// The object.
        handle: Handle,
        /// Its class.
        kind: Kind,
        /// Its parent.
        parent: Handle,
        /// Its id, the application's or a UUID.
        id: Box<str>,
        /// The command that requested it; `None` if a layer or another client did.
        request: Option<RequestId>,
        /// The object whose appData it shares (the producer at the other end of a pipe).
        app_data_of: Option<Handle>,
        /// Its appData, if it comes from a server.
        app_data: Option<AppDataId>,
    },
    /// Content of an appData: a new one, or one that another client has changed.
    AppData(AppDataContent),
    /// Another client has assigned another appData to an object.
    SetAppData {
        /// The object.
        target: Handle,
        /// Its new appData; `None` is an empty object.
        app_data: Option<AppDataId>,
    },
    /// An event of an object or its observer.
    Emission(Emission),
    /// The reply to a command.
    Reply {
        /// The command.
        request: RequestId,
        /// Its result.
        result: Result<Reply, Error>,
    },
    /// A line for the log.
    Log(LogLine),
    /// A worker violated the channel protocol. The driver kills its process.
    ProtocolError {
        /// The Worker.
        worker: Handle,
        /// The violation.
        reason: String,
    },
    /// A logical Worker needs a further process, with the settings that it was created with.
    Spawn {
        /// The logical Worker.
        worker: Handle,
        /// Request to complete when the process runs or couldn't be started.
        request: RequestId,
    },
    /// An event of the link to the server that has the objects.
    Link(LinkEvent),
    /// A real Worker of a logical one has been closed: the driver ends its process after it has written
    /// the pending output.
    EndProcess {
        /// The real Worker.
        worker: Handle,
    },
}

/// A line for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The Worker whose process logged it, if any.
    pub worker: Option<Handle>,
    /// Its logger.
    pub logger: Logger,
    /// Its level.
    pub level: Level,
    /// The line.
    pub line: String,
    /// The error that caused it.
    pub error: Option<Error>,
}

numbered! {
    /// Loggers, by mediasoup's names.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(missing_docs, reason = "mediasoup's names")]
    pub enum Logger {
        Channel = 0,
        Worker = 1,
        Router = 2,
        Transport = 3,
        Producer = 4,
        Consumer = 5,
    }
}

numbered! {
    /// Level of a log line.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(missing_docs, reason = "mediasoup's names")]
    pub enum Level {
        Debug = 0,
        Warn = 1,
        Error = 2,
    }
}

/// An event on an object, on its observer, or on both, in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Emission {
    /// The object.
    pub target: Handle,
    /// The object's own event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
    /// The observer's event. [`Event::Close`] marks the object closed before either is emitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observer: Option<Event>,
    /// The argument of the listeners.
    #[serde(default, skip_serializing_if = "Payload::is_none")]
    pub payload: Payload,
}

/// The argument of an event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Payload {
    /// No argument.
    #[default]
    None,
    /// One argument that is `undefined`.
    Undefined,
    /// A value.
    Json(Json),
    /// An RTP or RTCP packet.
    #[serde(with = "serde_bytes")]
    Packet(Box<[u8]>),
    /// A data message and its SCTP payload protocol id.
    Message(#[serde(with = "serde_bytes")] Box<[u8]>, u32),
    /// An object.
    Object(Handle),
    /// `{ producer }`
    DominantSpeaker(Handle),
    /// `[{ producer, volume }]`, volumes in dBov.
    Volumes(Vec<(Handle, i8)>),
}

/// The result of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reply {
    /// Nothing.
    Done,
    /// A value.
    Value(Json),
    /// The created object.
    Created(Handle),
    /// A pipe's two ends: the (data) consumer here and the (data) producer there.
    Piped {
        /// The consumer on the source Router's pipe transport.
        consumer: Handle,
        /// The producer on the destination Router's pipe transport.
        producer: Handle,
    },
}

impl Payload {
    fn is_none(&self) -> bool {
        *self == Self::None
    }
}

impl Emission {
    /// Creates the same event on the object and on its observer.
    #[must_use]
    pub fn both(target: Handle, event: Event, payload: Payload) -> Self {
        Self {
            target,
            event: Some(event),
            observer: Some(event),
            payload,
        }
    }

    /// Creates an event of the object alone.
    #[must_use]
    pub fn own(target: Handle, event: Event, payload: Payload) -> Self {
        Self {
            target,
            event: Some(event),
            observer: None,
            payload,
        }
    }

    /// Creates an event of the observer alone.
    #[must_use]
    pub fn observer(target: Handle, event: Event, payload: Payload) -> Self {
        Self {
            target,
            event: None,
            observer: Some(event),
            payload,
        }
    }

    /// Creates the `close` of an object, with the event that names its reason if it isn't its own `close()`.
    #[must_use]
    pub fn closed(target: Handle, reason: Option<Event>) -> Self {
        Self {
            target,
            event: reason,
            observer: Some(Event::Close),
            payload: Payload::None,
        }
    }
}
