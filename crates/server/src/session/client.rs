//! State of one client (a program connected to the session): its end of the two logs (numbered messages to and from the server, kept until the other side
//! has them), its decoder, its
//! output for the WebSocket, its entries that wait for execution, its limits. The table `Clients` holds one
//! for each client, from its first WebSocket until it has left or stayed away too long. A session is the
//! Workers and objects that one or several clients share.

use super::LinkOutput;
use super::clock::Clock;
use crate::tokens::Limits;
use protocol::{Act, EntryNumber, Snapshot, Update};
use session_logs::server::{Keep, Place};
use std::collections::VecDeque;
use std::time::Instant;
use wire::v1::{ActDecoder, UpdateEncoder};

/// Id of a client of a session, as long as its place is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientId(pub(crate) u32);

impl ClientId {
    /// Returns the next client's id.
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Number of restarts of a client's logs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Incarnation(u32);

/// One client.
#[derive(Debug)]
pub(super) struct Client {
    clock: Clock,
    /// Its secret name.
    pub(super) key: String,
    pub(super) limits: Limits,
    pub(super) place: Place,
    /// Incarnation of its logs. An answer belongs to the logs that contained its call.
    pub(super) incarnation: Incarnation,
    /// Output for its link, the oldest first.
    pub(super) outputs: VecDeque<LinkOutput>,
    /// Entries that have arrived and aren't executed yet.
    pub(super) waiting: VecDeque<(EntryNumber, Vec<u8>)>,
    /// The first of them, if it has been decoded and has to wait.
    pub(super) held: Option<(EntryNumber, Act)>,
    /// Time at which it may continue, if it exceeded its rate.
    pub(super) resume_at: Option<Instant>,
    /// Number of pending calls.
    pub(super) in_flight: usize,
    /// Reason why no more entries of this client are executed.
    pub(super) over: Option<Over>,
    encoder: UpdateEncoder,
    pub(super) decoder: ActDecoder,
}

/// Reason why no more entries of a client are executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Left,
    ProtocolError,
}

impl Client {
    pub(super) fn new(key: String, limits: Limits, place: Place, clock: Clock) -> Self {
        Self {
            clock,
            key,
            limits,
            place,
            incarnation: Incarnation::default(),
            outputs: VecDeque::new(),
            waiting: VecDeque::new(),
            held: None,
            resume_at: None,
            in_flight: 0,
            over: None,
            encoder: UpdateEncoder::default(),
            decoder: ActDecoder::default(),
        }
    }

    /// Restarts both logs.
    pub(super) fn begin(&mut self) {
        self.incarnation.0 += 1;
        self.forget_entries();
        self.resume_at = None;
        self.in_flight = 0;
        self.over = None;
        self.decoder.clear();
    }

    /// Stops the execution of its entries.
    pub(super) fn end(&mut self, over: Over) {
        self.over = Some(over);
        self.forget_entries();
    }

    /// Returns true if all received entries are executed, so that more may be read.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.held.is_none()
    }

    /// Appends an update to the client's log.
    pub(super) fn push(&mut self, update: Update<EntryNumber>, keep: Keep) {
        let now = self.clock.now();
        let mut entries = self.encoder.encode(update).into_iter().peekable();
        while let Some(entry) = entries.next() {
            // Definitions of texts are kept longest: later entries need them, too.
            let keep = if entries.peek().is_some() {
                Keep::State
            } else {
                keep
            };
            self.place.push(now, entry, keep);
        }
    }

    /// Puts a snapshot at the head of the client's log.
    pub(super) fn push_snapshot(&mut self, snapshot: Snapshot) {
        let entries = self.encoder.snapshot(snapshot);
        self.place.snapshot(entries);
    }

    fn forget_entries(&mut self) {
        self.waiting.clear();
        self.held = None;
    }
}
