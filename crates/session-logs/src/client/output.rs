//! What a client is told, tells, and counts.

use protocol::Outcome;
use protocol::RequestId;
use std::time::Duration;
use wire::v1::Welcome;

/// What a client is.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Its secret name: 128 random bits in hexadecimal digits.
    pub key: String,
    /// The session to join; none is one of its own.
    pub session: Option<String>,
    /// Its software, for logs.
    pub agent: String,
    /// How long a call waits while there is no link.
    pub request_timeout: Duration,
    /// Any number; waits between links differ by it.
    pub seed: u64,
}

/// What the driver is to do.
#[derive(Debug)]
pub enum Output {
    /// Make a link, then say [`link_up`](super::ClientEnd::link_up) or [`link_down`](super::ClientEnd::link_down).
    Connect,
    /// Send this message.
    Send(Vec<u8>),
    /// Send a WebSocket ping.
    Ping,
    /// Close the link, or give up making one, with this code. Nothing more is to be heard of it.
    Disconnect(u16),
    /// Tell the application.
    Event(Event),
}

/// What the application is told.
#[derive(Debug)]
pub enum Event {
    /// The session is there. Calls that were lost with an earlier one have been reported before.
    Connected {
        /// What became of what was there before.
        outcome: Outcome,
        /// What the server said.
        welcome: Welcome,
    },
    /// The link is gone, or none could be made.
    Disconnected {
        /// NoAnswer.
        reason: String,
        /// When the next is tried.
        retry_in: Duration,
    },
    /// The server wants no such client. This is the end.
    Refused {
        /// NoAnswer.
        reason: String,
    },
    /// An entry of the server's log, each once and in order.
    Entry {
        /// Its number. Where logs go on after a snapshot, numbers in between are left out.
        number: u64,
        /// A [`ServerEntry`](wire::v1::ServerEntry).
        bytes: Vec<u8>,
    },
    /// A call will have no answer.
    Unanswered {
        /// The call.
        request: RequestId,
        /// NoAnswer.
        why: NoAnswer,
    },
    /// Goodbye was said, and heard if there was anyone. This is the end.
    Left,
}

/// NoAnswer a call has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// It waited too long for a link.
    Expired {
        /// Whether it may have been executed. If not, it never will be.
        sent: bool,
    },
    /// The session doesn't know this client any more, or is left.
    Lost,
}

/// NoAnswer an entry isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// [`COMMANDS_WAITING`](protocol::limits::COMMANDS_WAITING) entries wait already, or four times as many if it is
    /// no call. A driver whose entries go without limit, such as packets, stops well before.
    #[error("too many commands wait for the server")]
    Full,
    /// It has more than [`ENTRY_BYTES`](protocol::limits::ENTRY_BYTES).
    #[error("the command is too large")]
    TooLarge,
    /// The client was refused, or has left.
    #[error("the session is over")]
    Over,
}

/// Counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogStats {
    /// Welcomes after the first.
    pub reconnects: u64,
    /// Of these, logs that went on.
    pub resumed: u64,
    /// Of these, logs that began again in the same session.
    pub rejoined: u64,
    /// Of these, other sessions.
    pub renewed: u64,
    /// Snapshots after the first.
    pub resynchronised: u64,
    /// Calls without an answer.
    pub calls: usize,
    /// Entries that were never sent.
    pub waiting: usize,
    /// Bytes of entries that were not acknowledged.
    pub bytes: usize,
}
