//! One client of a session: its place, its slots, its entries that wait.

use super::LinkOutput;
use super::clock::Clock;
use crate::tokens::Limits;
use protocol::Json;
use protocol::wire::{ClientEntry, ServerEntry, Text, encode};
use session_logs::Nonsense;
use session_logs::server::{Keep, Place};
use session_logs::text_slots::{TextReader, TextWriter};
use std::collections::VecDeque;
use std::time::Instant;

/// A client of a session, as long as its place is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientId(pub(crate) u32);

impl ClientId {
    /// The client that comes after it.
    pub(super) fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Number of an entry in a client's log, by which its answer names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EntryNumber(pub(super) u64);

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
    pub(super) held: Option<(EntryNumber, ClientEntry)>,
    /// When it may go on, if it was too fast.
    pub(super) resume_at: Option<Instant>,
    /// Calls without an answer.
    pub(super) in_flight: usize,
    /// Nothing more of this client is executed: it has said goodbye, or nonsense.
    pub(super) over: Option<Over>,
    /// The server's slots.
    writer: TextWriter,
    /// The client's slots.
    reader: TextReader,
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
            writer: TextWriter::new(),
            reader: TextReader::new(),
        }
    }

    /// Both logs begin anew.
    pub(super) fn begin(&mut self) {
        self.incarnation.0 += 1;
        self.forget_entries();
        self.resume_at = None;
        self.in_flight = 0;
        self.over = None;
        self.reader.clear();
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

    /// Appends an entry to the client's log.
    pub(super) fn push(&mut self, entry: &ServerEntry, keep: Keep) {
        self.place.push(self.clock.now(), encode(entry), keep);
    }

    /// A text that repeats, as this client's slots have it. A new one defines its slot first.
    pub(super) fn text(&mut self, text: &str) -> Text {
        let (definition, text) = self.writer.text(text);
        if let Some((slot, text)) = definition {
            self.push(&ServerEntry::Define { slot, text }, Keep::State);
        }
        text
    }

    /// A snapshot empties the server's slots.
    pub(super) fn clear_texts(&mut self) {
        self.writer.clear();
    }

    pub(super) fn define(&mut self, slot: u32, text: Json) -> Result<(), Nonsense> {
        self.reader.define(slot, text)
    }

    /// Resolves a text of the client: inline, or one of its slots.
    pub(super) fn resolve<'a>(&'a self, text: &'a Text) -> Result<&'a Json, Nonsense> {
        self.reader.resolve(text)
    }

    fn forget_entries(&mut self) {
        self.waiting.clear();
        self.held = None;
    }
}
