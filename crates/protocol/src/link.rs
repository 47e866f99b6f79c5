//! Events of the link to a server (one WebSocket): connected, cut, refused, draining, ended. The
//! client's connection reports them; its replica (the copy of the server's objects) yields them among
//! its items, in order, and JavaScript emits them on the application's connection object.

use serde::Serialize;

/// Event of a link. Its JSON form crosses the addon's seam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "state",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum LinkEvent {
    /// A link is established.
    ///
    /// With [`Outcome::Renewed`], everything after it belongs to another epoch, whose handles name other
    /// objects. All calls before it have been rejected by then except each `createWorker`: none of its
    /// effects remain, so that the driver can send it again.
    Connected {
        /// State of the session.
        outcome: Outcome,
        /// `true` while the server drains: it takes no new Workers.
        draining: bool,
        /// The server's software.
        agent: String,
    },
    /// The link is lost; the connection tries another.
    Disconnected {
        /// Reason, for logs.
        reason: String,
        /// Milliseconds until the next attempt.
        retry_in_ms: u64,
    },
    /// The server refuses a link; the connection retries at the next call.
    Refused {
        /// Reason, in the server's words.
        reason: String,
    },
    /// The server is draining.
    Draining {
        /// Milliseconds until it exits at the latest.
        within_ms: u64,
    },
    /// The session has ended: the server has received the goodbye, or there is no server. This is the last event.
    Left,
}

/// State of the session as a new link found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// This is the first link.
    First,
    /// Both logs continue without a gap.
    Resumed,
    /// The session lives, but the server has dropped this client's place.
    Rejoined,
    /// The session was lost. This is another one.
    Renewed,
}
