//! One client of a session: its place, its codecs, its entries that wait.

use super::LinkOutput;
use super::clock::Clock;
use crate::tokens::Limits;
use protocol::{Act, EntryNumber, Snapshot, Update};
use session_logs::server::{Keep, Place};
use std::collections::VecDeque;
use std::time::Instant;
use wire::v1::{ActDecoder, UpdateEncoder};

/// A client of a session, as long as its place is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientId(pub(crate) u32);

impl ClientId {
    /// The client that comes after it.
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Counts how often a client's logs have begun.
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
    /// An answer belongs to the logs in which its call came.
    pub(super) incarnation: Incarnation,
    /// Output for its link, the oldest first.
    pub(super) outputs: VecDeque<LinkOutput>,
    /// Entries that have come and weren't executed yet.
    pub(super) waiting: VecDeque<(EntryNumber, Vec<u8>)>,
    /// The first of them, where it was looked at already and has to wait.
    pub(super) held: Option<(EntryNumber, Act)>,
    /// When it may go on, if it was too fast.
    pub(super) resume_at: Option<Instant>,
    /// Calls without an answer.
    pub(super) in_flight: usize,
    /// Nothing more of this client is executed: it has said goodbye, or nonsense.
    pub(super) over: Option<Over>,
    encoder: UpdateEncoder,
    pub(super) decoder: ActDecoder,
}

/// Why nothing more of a client is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    Left,
    Nonsense,
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

    /// Both logs begin anew.
    pub(super) fn begin(&mut self) {
        self.incarnation.0 += 1;
        self.forget_entries();
        self.resume_at = None;
        self.in_flight = 0;
        self.over = None;
        self.decoder.clear();
    }

    /// Nothing more of what has come is executed.
    pub(super) fn end(&mut self, over: Over) {
        self.over = Some(over);
        self.forget_entries();
    }

    /// True once all that came was executed, so that more may come.
    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.held.is_none()
    }

    /// Appends an update to the client's log.
    pub(super) fn push(&mut self, update: Update<EntryNumber>, keep: Keep) {
        let now = self.clock.now();
        let mut entries = self.encoder.encode(update).into_iter().peekable();
        while let Some(entry) = entries.next() {
            // Definitions of texts come first: they are for later entries, too.
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
