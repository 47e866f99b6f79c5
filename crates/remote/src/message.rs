//! What goes to a server and what comes of it, as the application's thread sees it.

use protocol::wire::{AppDataId, ServerEntry};
use protocol::{Error, Handle, Notice, RequestId};
use serde::Serialize;

/// What the application does.
#[derive(Debug, Clone)]
pub enum Outgoing {
    /// A command. It is answered by [`Incoming::Entry`] or [`Incoming::Unanswered`], unless it is a
    /// `createWorker` whose session was lost: see [`LinkEvent::Connected`].
    Call {
        /// What the answer will name.
        request: RequestId,
        /// The object; 0 for `createWorker`.
        target: Handle,
        /// The [`Command`](protocol::Command) as JSON text.
        command: String,
        /// The data of `send`.
        data: Option<Vec<u8>>,
        /// The appData of the object that it creates.
        app_data: Option<AppDataId>,
    },
    /// A packet or a message.
    Notice {
        /// The object.
        target: Handle,
        /// What it is.
        notice: Notice,
        /// Its bytes.
        data: Vec<u8>,
    },
    /// `close()`
    Close {
        /// The object.
        target: Handle,
    },
    /// `router.updateMediaCodecs()`
    UpdateMediaCodecs {
        /// The Router.
        target: Handle,
        /// The codecs as JSON text; none is `undefined`.
        media_codecs: Option<String>,
    },
    /// What an appData holds.
    AppData {
        /// Which.
        id: AppDataId,
        /// JSON text.
        value: String,
        /// Which change of it, counted from 1.
        revision: u64,
    },
    /// `object.appData = appData`
    SetAppData {
        /// The object.
        target: Handle,
        /// Its appData from now on.
        app_data: Option<AppDataId>,
    },
}

/// What the server and the link do.
#[derive(Debug, Clone)]
pub enum Incoming {
    /// An entry. No text is a slot, and each `call` is the [`RequestId`] of this client's call.
    Entry(Box<ServerEntry>),
    /// A call has no answer and will have none.
    Unanswered {
        /// The call.
        request: RequestId,
        /// Why.
        error: Error,
    },
    /// The link.
    Link(LinkEvent),
}

/// What happens to the link. Its JSON form crosses the addon's seam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "state",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum LinkEvent {
    /// There is one.
    ///
    /// With [`Outcome::Renewed`], what follows belongs to another epoch, whose handles name other
    /// objects. All calls before it are rejected by then except each `createWorker`: nothing is
    /// left of what it may have done, so that it can be asked for anew.
    Connected {
        /// What became of the session.
        outcome: Outcome,
        /// Whether the server takes no new Workers because it is about to leave.
        draining: bool,
        /// The server's software.
        agent: String,
    },
    /// There is none, and another is tried.
    Disconnected {
        /// Why.
        reason: String,
        /// Milliseconds until then.
        retry_in_ms: u64,
    },
    /// There is none, and none is tried until the next call.
    Refused {
        /// What the server says.
        reason: String,
    },
    /// The server is about to leave.
    Draining {
        /// Milliseconds until it leaves at the latest.
        within_ms: u64,
    },
}

/// What a new link found of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// This is the first link.
    First,
    /// All went on as if nothing had been.
    Resumed,
    /// The session lives, but the server had forgotten this client.
    Rejoined,
    /// The session was lost. This is another.
    Renewed,
}

/// How a connection fares.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// What the link does.
    pub state: State,
    /// Links after the first.
    pub reconnects: u64,
    /// Of these, the ones that went on where the last ended.
    pub resumed: u64,
    /// Snapshots that a session didn't begin with.
    pub resynchronised: u64,
    /// Links that found the session, but no place in it.
    pub rejoined: u64,
    /// Links that found the session lost.
    pub renewed: u64,
    /// Calls without an answer.
    pub in_flight: usize,
    /// Entries that the server hasn't acknowledged.
    pub waiting: usize,
    /// Bytes of WebSocket messages to the server.
    pub bytes_sent: u64,
    /// Bytes of WebSocket messages from the server.
    pub bytes_received: u64,
    /// Why the last link ended or wasn't made.
    pub last_error: Option<String>,
}

/// What a link does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// The first is being made.
    #[default]
    Connecting,
    /// It is there.
    Connected,
    /// It was lost, and another is being made.
    Disconnected,
    /// The server wants none.
    Refused,
    /// The application wants none.
    Closed,
}
