//! Events of the link to a server, as drivers of a replica meet them among its items.

use serde::Serialize;

/// Event of a link. Its JSON form crosses the addon's seam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(
    tag = "state",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum LinkEvent {
    /// A link is there.
    ///
    /// With [`Outcome::Renewed`], what follows belongs to another epoch, whose handles name other
    /// objects. All calls before it are rejected by then except each `createWorker`: nothing is
    /// left of what it may have done, so that it can be asked for anew.
    Connected {
        /// State of the session.
        outcome: Outcome,
        /// `true` while the server drains: it takes no new Workers.
        draining: bool,
        /// The server's software.
        agent: String,
    },
    /// The link is lost, and the connection tries another.
    Disconnected {
        /// Reason, for logs.
        reason: String,
        /// Milliseconds until the next attempt.
        retry_in_ms: u64,
    },
    /// The server refuses a link, and the connection tries none until the next call.
    Refused {
        /// Reason, in the server's words.
        reason: String,
    },
    /// The server drains.
    Draining {
        /// Milliseconds until it leaves at the latest.
        within_ms: u64,
    },
    /// The server has heard the application's goodbye, or nobody is there to hear it. This is the last event.
    Left,
}

/// State of the session as a new link found it.
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
