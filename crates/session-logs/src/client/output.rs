//! Types that [`ClientEnd`](super::ClientEnd) takes and yields: the client's options, orders about the link
//! for its driver, events for the application, reasons why a call has no answer, counters. `crates/remote`
//! creates the options and handles the rest.

use protocol::{EntryNumber, Outcome, RequestId};
use std::time::Duration;
use wire::v1::Welcome;

/// Options of a client.
#[derive(Debug, Clone)]
pub struct ClientOptions {
    /// Its secret name: 128 random bits in hexadecimal digits.
    pub key: String,
    /// The session to join; `None` is a session of its own.
    pub session: Option<String>,
    /// Its software, for logs.
    pub agent: String,
    /// Time that a call waits without a link.
    pub request_timeout: Duration,
    /// Seed of the random part of delays between links.
    pub seed: u64,
}

/// An order for the driver.
#[derive(Debug)]
pub enum ClientOutput {
    /// Make a link, then call [`link_up`](super::ClientEnd::link_up) or [`link_down`](super::ClientEnd::link_down).
    Connect,
    /// Send this message.
    Send(Vec<u8>),
    /// Send a WebSocket ping.
    Ping,
    /// Close the link or cancel the attempt, with this code. Ignore all further input from it.
    Disconnect(u16),
    /// Pass the event to the application.
    Event(ClientEvent),
}

/// An event for the application.
#[derive(Debug)]
pub enum ClientEvent {
    /// The session is available. Calls that were lost with an earlier session have been reported before.
    Connected {
        /// State of the session.
        outcome: Outcome,
        /// The server's greeting.
        welcome: Welcome,
    },
    /// The link is lost, or the attempt failed.
    Disconnected {
        /// The reason.
        reason: String,
        /// Delay until the next attempt.
        retry_in: Duration,
    },
    /// The server refuses this client. This is the last event.
    Refused {
        /// The reason.
        reason: String,
    },
    /// An entry of the server's log, each once and in order.
    Entry {
        /// Its number. Numbers may skip at a snapshot.
        number: EntryNumber,
        /// A [`ServerEntry`](wire::v1::ServerEntry).
        bytes: Vec<u8>,
    },
    /// A call will have no answer.
    Unanswered {
        /// The call.
        request: RequestId,
        /// The reason.
        why: NoAnswer,
    },
    /// The session has ended after a goodbye. This is the last event.
    Left,
}

/// Reason why a call has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// It waited too long for a link.
    Expired {
        /// True if it was sent, so that the server may have executed it. If false, it never will.
        sent: bool,
    },
    /// The session doesn't know this client any more, or has ended.
    Lost,
}

/// Reason why an entry is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// [`COMMANDS_WAITING`](protocol::limits::COMMANDS_WAITING) entries are queued already, or four times as many if
    /// it isn't a call. A driver with unlimited input, such as packets, must stop well before.
    #[error("too many commands are queued for the server")]
    Full,
    /// It is larger than [`ENTRY_BYTES`](protocol::limits::ENTRY_BYTES).
    #[error("the command is too large")]
    TooLarge,
    /// The client was refused, or has left.
    #[error("the session is over")]
    Over,
}

/// Counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogStats {
    /// Links after the first.
    pub reconnects: u64,
    /// Of these, links that resumed the logs.
    pub resumed: u64,
    /// Of these, links that restarted the logs in the same session.
    pub rejoined: u64,
    /// Of these, links to another session.
    pub renewed: u64,
    /// Snapshots after the first.
    pub resynchronised: u64,
    /// Pending calls.
    pub calls: usize,
    /// Entries that were never sent.
    pub waiting: usize,
    /// Bytes of unacknowledged entries.
    pub bytes: usize,
}
