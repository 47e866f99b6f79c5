//! Connection to a server, as a replica sees it: actions go out, entries and events of the link come in.

use host::Request;
use protocol::wire::{AppDataId, ServerEntry};
use protocol::{Error, Handle, LinkEvent, Notice, RequestId};
use std::time::Duration;

/// Connection to a server. It outlives links, and the session that it was made for.
pub trait Connection {
    /// Keeps an action for the next [`Connection::flush`]. The error is a refusal: too much waits, or the
    /// connection is over.
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Error>;

    /// Sends what was kept, all together: what an application does in one go the server does in one go, too,
    /// and nothing comes between a call and the `close()` behind it.
    fn flush(&mut self);

    /// Takes all that has come.
    fn receive(&mut self) -> Vec<Incoming>;

    /// Says goodbye without waiting for the server to hear it, and ends the connection. What was not
    /// answered comes by [`Connection::receive`].
    fn disconnect(&mut self);

    /// Does the same, and blocks until the server has heard it, for `within` at most. Returns whether it
    /// has.
    fn goodbye(&mut self, within: Duration) -> bool;

    /// Returns whether the connection is over after a goodbye: the server has heard it, or nobody will.
    fn has_left(&self) -> bool;
}

/// Action of the application, for the server.
#[derive(Debug, Clone)]
pub enum Outgoing {
    /// A command. It is answered by [`Incoming::Entry`] or [`Incoming::Unanswered`], unless it is a
    /// `createWorker` whose session was lost: see [`LinkEvent::Connected`].
    Call {
        /// Id that the answer will name.
        request: RequestId,
        /// The object; 0 for `createWorker`.
        target: Handle,
        /// The command.
        call: Request,
    },
    /// A packet or a message.
    Notice {
        /// The object.
        target: Handle,
        /// Its kind.
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
    /// Content of an appData.
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

/// Input from the server, or event of the link to it.
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
