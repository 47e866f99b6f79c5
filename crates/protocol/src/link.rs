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
