//! Measurements of a connection, as the application's thread sees it.

use serde::Serialize;

/// Measurements of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionStats {
    /// What the link does.
    pub state: LinkState,
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
    /// NoAnswer the last link ended or wasn't made.
    pub last_error: Option<String>,
}

/// State of the link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkState {
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
