//! One client of a session: its place, its slots, what it has asked for and isn't answered.

use super::LinkOutput;
use crate::tokens::Limits;
use ::session::Nonsense;
use ::session::server::{Keep, Place};
use ::session::slots::{Reader, Writer};
use protocol::Json;
use protocol::wire::{ClientEntry, ServerEntry, Text, encode};
use std::collections::VecDeque;
use std::time::Instant;

/// A client of a session, as long as its place is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientId(pub(crate) u32);

/// One client.
#[derive(Debug)]
pub(crate) struct Client {
    /// Its secret name.
    pub(crate) key: String,
    pub(crate) limits: Limits,
    pub(crate) place: Place,
    /// How often its logs have begun: an answer belongs to the log in which it was asked for.
    pub(crate) life: u32,
    /// What its link is to be sent next.
    pub(crate) outputs: VecDeque<LinkOutput>,
    /// Entries that have come and weren't executed yet.
    pub(crate) waiting: VecDeque<(u64, Vec<u8>)>,
    /// The first of them, where it was looked at already and has to wait.
    pub(crate) held: Option<(u64, ClientEntry)>,
    /// When it may go on, if it was too fast.
    pub(crate) resume_at: Option<Instant>,
    /// Calls without an answer.
    pub(crate) in_flight: usize,
    /// Nothing more of this client is executed: it has said goodbye, or nonsense.
    pub(crate) over: Option<Over>,
    /// The server's slots.
    writer: Writer,
    /// The client's slots.
    reader: Reader,
}

/// Why nothing more of a client is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Left,
    Nonsense,
}

impl Client {
    pub(crate) fn new(key: String, limits: Limits, place: Place) -> Self {
        Self {
            key,
            limits,
            place,
            life: 0,
            outputs: VecDeque::new(),
            waiting: VecDeque::new(),
            held: None,
            resume_at: None,
            in_flight: 0,
            over: None,
            writer: Writer::new(),
            reader: Reader::new(),
        }
    }

    /// Both logs begin anew.
    pub(crate) fn begin(&mut self) {
        self.life += 1;
        self.forget_entries();
        self.resume_at = None;
        self.in_flight = 0;
        self.over = None;
        self.reader.clear();
    }

    /// Nothing more of what has come is executed.
    pub(crate) fn end(&mut self, over: Over) {
        self.over = Some(over);
        self.forget_entries();
    }

    /// Whether all that came was executed, so that more may come.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.held.is_none()
    }

    /// Appends an entry to the client's log.
    pub(crate) fn push(&mut self, now: Instant, entry: &ServerEntry, keep: Keep) {
        self.place.push(now, encode(entry), keep);
    }

    /// How a text that repeats is said to this client. Where it is new, its slot is defined first.
    pub(crate) fn text(&mut self, now: Instant, text: &str) -> Text {
        let (definition, text) = self.writer.text(text);
        if let Some((slot, text)) = definition {
            self.push(now, &ServerEntry::Define { slot, text }, Keep::State);
        }
        text
    }

    /// A snapshot empties the server's slots.
    pub(crate) fn clear_texts(&mut self) {
        self.writer.clear();
    }

    pub(crate) fn define(&mut self, slot: u32, text: Json) -> Result<(), Nonsense> {
        self.reader.define(slot, text)
    }

    /// What a text of the client says.
    pub(crate) fn resolve<'a>(&'a self, text: &'a Text) -> Result<&'a Json, Nonsense> {
        self.reader.resolve(text)
    }

    fn forget_entries(&mut self) {
        self.waiting.clear();
        self.held = None;
    }
}
