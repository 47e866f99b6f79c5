//! Connection to a server, as a replica sees it: actions go out, entries and events of the link come in.

use host::Request;
use protocol::{Act, Error, Handle, LinkEvent, RequestId, Update};
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

/// Act of the application, for the server. Never [`Act::Leave`], which [`Connection::disconnect`] sends.
pub type Outgoing = Act<OutgoingCall>;

/// A command on its way. It is answered by [`Update::Answer`] or [`Incoming::Unanswered`], unless it is a
/// `createWorker` whose session was lost: see [`LinkEvent::Connected`].
#[derive(Debug, Clone)]
pub struct OutgoingCall {
    /// Id that the answer will name.
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
