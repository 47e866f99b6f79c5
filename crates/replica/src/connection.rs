//! Trait `Connection` of a client's connection to its server: actions of the application go out,
//! updates of the objects, errors of calls and events of the link come in. `RemoteHost` (the client's
//! objects) holds one; the crate `remote` implements it with a WebSocket, tests with fakes.

use host::Request;
use protocol::{Act, Error, Handle, LinkEvent, RequestId, Update};
use std::time::Duration;

/// Connection to a server. It outlives links, and the session that it was made for.
pub trait Connection {
    /// Queues an action for the next [`Connection::flush`]. Fails if the queue is full or the connection has
    /// ended.
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Error>;

    /// Sends the queued actions together: the server executes what an application does in one turn without
    /// anything between a call and the `close()` behind it.
    fn flush(&mut self);

    /// Returns everything that has arrived.
    fn receive(&mut self) -> Vec<Incoming>;

    /// Says goodbye without waiting for the server to receive it, and ends the connection. Errors of pending
    /// calls come by [`Connection::receive`].
    fn disconnect(&mut self);

    /// Does the same, and blocks until the server has received it, for `within` at most. Returns true if it
    /// has.
    fn goodbye(&mut self, within: Duration) -> bool;

    /// Returns true if the connection has ended after a goodbye: the server has received it, or there is none.
    fn has_left(&self) -> bool;
}

/// Act of the application, for the server. Never [`Act::Leave`], which [`Connection::disconnect`] sends.
pub type Outgoing = Act<OutgoingCall>;

/// A command to send. It ends with [`Update::Answer`] or [`Incoming::Unanswered`], unless it is a
/// `createWorker` whose session was lost: see [`LinkEvent::Connected`].
#[derive(Debug, Clone)]
pub struct OutgoingCall {
    /// Id of the request in its answer.
    pub request: RequestId,
    /// The object; [`Handle::default`] for `createWorker`.
    pub target: Handle,
    /// The command.
    pub command: Request,
}

/// Input from the server, or event of the link to it.
#[derive(Debug, Clone)]
pub enum Incoming {
    /// An update of the session.
    Update(Box<Update<RequestId>>),
    /// A call will have no answer.
    Unanswered {
        /// The call.
        request: RequestId,
        /// The reason.
        error: Error,
    },
    /// An event of the link.
    Link(LinkEvent),
}
