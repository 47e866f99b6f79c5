//! Items: the outcomes that a host yields.

use crate::{
    AppDataContent, AppDataId, Error, Event, Handle, Json, Kind, LinkEvent, RequestId, numbered,
};
use serde::{Deserialize, Serialize};

/// One outcome. An object tree hands items on in order; whoever shows them does what they say.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A new object: make it, then tell its parent's observer.
    Created {
        /// The object.
        handle: Handle,
        /// Its class.
        kind: Kind,
        /// Whose child it is.
        parent: Handle,
        /// Its id, the application's or a UUID.
        id: Box<str>,
        /// The command that asked for it; 0 where a layer did.
        request: RequestId,
        /// The object whose appData it shares (the producer at the other end of a pipe).
        app_data_of: Option<Handle>,
        /// Its appData, where a server told of it.
        app_data: Option<AppDataId>,
    },
    /// Content of an appData: one that is new here, or that another client has changed.
    AppData(AppDataContent),
    /// Another client has given an object another appData; none is one that holds nothing.
    SetAppData {
        /// The object.
        target: Handle,
        /// Its appData from now on.
        app_data: Option<AppDataId>,
    },
    /// Something happened to an object.
    Emission(Emission),
    /// The answer to a command.
    Reply {
        /// The command.
        request: RequestId,
        /// Its result.
        result: Result<Reply, Error>,
    },
    /// A line for the log.
    Log(Log),
    /// A worker sent what makes no sense. It can't be trusted any more: its process is to be killed.
    Nonsense {
        /// The Worker.
        worker: Handle,
        /// What is wrong.
        reason: String,
    },
    /// A logical Worker needs a further process, with the settings that it was made with.
    Spawn {
        /// The logical Worker.
        worker: Handle,
        /// What is to be answered when the process runs, or can't be had.
        request: RequestId,
    },
    /// An event of the link to the server that has the objects.
    Link(LinkEvent),
    /// A real Worker of a logical one has been closed: its process is to be ended when what waits to
    /// be written to it is written.
    EndProcess {
        /// The real Worker.
        worker: Handle,
    },
}

/// A line for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// The Worker whose process logs it, if one does.
    pub worker: Option<Handle>,
    /// Under whose name it is logged.
    pub logger: Logger,
    /// How much it matters.
    pub level: Level,
    /// The line.
    pub line: String,
    /// The error that it is about.
    pub error: Option<Error>,
}

numbered! {
    /// The sources of log lines, by the names of mediasoup's loggers.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(missing_docs, reason = "mediasoup's own words")]
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
    /// Importance of a log line.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(missing_docs, reason = "mediasoup's own words")]
    pub enum Level {
        Debug = 0,
        Warn = 1,
        Error = 2,
    }
}

/// An event on an object, on its observer, or on both, in this order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Emission {
    /// Whose event it is.
    pub target: Handle,
    /// The object's own event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<Event>,
    /// The observer's event. [`Event::Close`] marks the object closed before either is emitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observer: Option<Event>,
    /// What listeners are given.
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
    /// An object itself.
    Object(Handle),
    /// `{ producer }`
    DominantSpeaker(Handle),
    /// `[{ producer, volume }]`, volumes in dBov.
    Volumes(Vec<(Handle, i8)>),
}

/// What a command returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reply {
    /// Nothing.
    Done,
    /// A value.
    Value(Json),
    /// The object that was made.
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
    /// The same event on the object and on its observer.
    #[must_use]
    pub fn both(target: Handle, event: Event, payload: Payload) -> Self {
        Self {
            target,
            event: Some(event),
            observer: Some(event),
            payload,
        }
    }

    /// An event of the object alone.
    #[must_use]
    pub fn own(target: Handle, event: Event, payload: Payload) -> Self {
        Self {
            target,
            event: Some(event),
            observer: None,
            payload,
        }
    }

    /// An event of the observer alone.
    #[must_use]
    pub fn observer(target: Handle, event: Event, payload: Payload) -> Self {
        Self {
            target,
            event: None,
            observer: Some(event),
            payload,
        }
    }

    /// The end of an object, with the event that names its reason if it isn't its own `close()`.
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
