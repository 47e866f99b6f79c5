//! Measurements of an application's connection to a server: state of the WebSocket, reconnects, pending
//! calls, bytes. The connection's task updates them; the addon returns them as JSON, and an application
//! reads them by `stats()` of its `RemoteMediasoupClient`.

use serde::Serialize;

/// Measurements of a connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionStats {
    /// State of the link.
    pub state: LinkState,
    /// Links after the first.
    pub reconnects: u64,
    /// Of these, links that resumed the logs.
    pub resumed: u64,
    /// Snapshots, except the first of each session.
    pub resynchronised: u64,
    /// Links that found the session, but no place of this client.
    pub rejoined: u64,
    /// Links that found the session lost.
    pub renewed: u64,
    /// Pending calls.
    pub in_flight: usize,
    /// Entries that were never sent.
    pub waiting: usize,
    /// Bytes of WebSocket messages to the server.
    pub bytes_sent: u64,
    /// Bytes of WebSocket messages from the server.
    pub bytes_received: u64,
    /// Reason of the last link's end or failure.
    pub last_error: Option<String>,
}

/// State of the link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum LinkState {
    /// The first link is being established.
    #[default]
    Connecting,
    /// A link is established.
    Connected,
    /// The link was lost, and another is being established.
    Disconnected,
    /// The server refuses this client.
    Refused,
    /// The application has closed the connection.
    Closed,
}
