//! Application and session of the log tests: the content of both peers' entries. The simulation passes
//! received entries here; `App` and `Session` panic if one is lost, repeated or out of order, and record
//! the fate of each call.

use protocol::{EntryNumber, Event, Handle, Json, Outcome, RequestId};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use session_logs::client::{ClientEnd, ClientEvent, NoAnswer};
use session_logs::server::{Keep, Place};
use std::collections::BTreeMap;
use std::time::Instant;
use wire::v1::{Epoch, Text, decode, encode};
use wire::v1::{TextReader, TextWriter};

/// An entry of the client.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Up {
    Define { slot: u32, text: Json },
    Call { id: u32, text: Text },
    Notice { id: u32 },
    Leave,
}

/// An entry of the server.
#[derive(Debug, Serialize, Deserialize)]
enum Down {
    Define {
        slot: u32,
        text: Json,
    },
    Snapshot {
        state: u64,
    },
    Event {
        state: u64,
        text: Text,
        padding: ByteBuf,
    },
    Score {
        key: u32,
        value: u64,
    },
    Answer {
        call: u64,
        id: u32,
    },
}

/// Returns one of a few long texts.
fn text_of(id: u64) -> String {
    format!("\"{:0>100}\"", id % 5)
}

/// Outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Answered,
    Expired { sent: bool },
    Lost,
}

/// The application: makes calls and checks events.
#[derive(Debug, Default)]
pub(crate) struct App {
    next: u32,
    writer: TextWriter,
    reader: TextReader,
    /// The state of the session; `None` until its snapshot arrives.
    pub(crate) state: Option<u64>,
    scores: BTreeMap<u32, u64>,
    /// Outcomes of calls.
    pub(crate) calls: BTreeMap<u32, Option<Fate>>,
    /// Notices, which have no answer.
    pub(crate) notices: Vec<u32>,
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) disconnected: usize,
    pub(crate) left: bool,
    pub(crate) refused: bool,
}

impl App {
    pub(crate) fn call(&mut self, client: &mut ClientEnd, now: Instant) -> u32 {
        self.next += 1;
        let id = self.next;
        let (definition, text) = self.writer.text(&text_of(id.into()));
        if let Some((slot, text)) = definition {
            let define = encode(&Up::Define { slot, text });
            client.push(now, define, None).expect("there is room");
        }
        let call = encode(&Up::Call { id, text });
        client
            .push(now, call, Some(RequestId(id)))
            .expect("there is room");
        self.calls.insert(id, None);
        id
    }

    pub(crate) fn notice(&mut self, client: &mut ClientEnd, now: Instant) {
        self.next += 1;
        self.notices.push(self.next);
        let notice = encode(&Up::Notice { id: self.next });
        client.push(now, notice, None).expect("there is room");
    }

    pub(crate) fn hear(&mut self, client: &mut ClientEnd, event: ClientEvent) {
        match event {
            ClientEvent::Connected { outcome, .. } => {
                self.outcomes.push(outcome);
                if outcome != Outcome::Resumed {
                    self.state = None;
                }
                if matches!(outcome, Outcome::Rejoined | Outcome::Renewed) {
                    self.writer.clear();
                    let open = self.calls.values().any(Option::is_none);
                    assert!(!open, "lost calls are reported before");
                }
            }
            ClientEvent::Entry { bytes, .. } => self.take(client, &bytes),
            ClientEvent::Unanswered { request, why } => self.end(
                request.0,
                match why {
                    NoAnswer::Expired { sent } => Fate::Expired { sent },
                    NoAnswer::Lost => Fate::Lost,
                },
            ),
            ClientEvent::Disconnected { .. } => self.disconnected += 1,
            ClientEvent::Refused { .. } => self.refused = true,
            ClientEvent::Left => self.left = true,
        }
    }

    fn take(&mut self, client: &mut ClientEnd, bytes: &[u8]) {
        match decode(bytes).expect("an entry") {
            Down::Snapshot { state } => {
                assert!(
                    self.state.is_none_or(|old| old <= state),
                    "the state never goes back"
                );
                self.state = Some(state);
                self.scores.clear();
                self.reader.clear();
            }
            Down::Define { slot, text } => self.reader.define(slot, text).expect("a slot"),
            Down::Event { state, text, .. } => {
                assert_eq!(self.state.map(|old| old + 1), Some(state), "the next event");
                let text = self.reader.resolve(&text).expect("a text");
                assert_eq!(text.as_str(), text_of(state));
                self.state = Some(state);
            }
            Down::Score { key, value } => {
                let old = self.scores.insert(key, value);
                assert!(old < Some(value), "scores come in order");
            }
            Down::Answer { call, id } => {
                if let Some(request) = client.answered(EntryNumber(call)) {
                    assert_eq!(request.0, id, "the answer to this call");
                    self.end(id, Fate::Answered);
                } else {
                    let fate = self.calls[&id];
                    assert_eq!(fate, Some(Fate::Expired { sent: true }), "no answer twice");
                }
            }
        }
    }

    fn end(&mut self, id: u32, fate: Fate) {
        let old = self.calls.insert(id, Some(fate));
        assert_eq!(old, Some(None), "call {id} ends once, now by {fate:?}");
    }
}

/// The session on the server.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) epoch: Epoch,
    pub(crate) state: u64,
    scored: u64,
    writer: TextWriter,
    reader: TextReader,
    /// Pending calls.
    due: Vec<(u64, u32)>,
    /// Entries that were executed in this epoch.
    pub(crate) executed: Vec<u32>,
    pub(crate) snapshots: usize,
}

impl Session {
    pub(crate) fn new(epoch: usize) -> Self {
        Self {
            epoch: Epoch(format!("epoch {epoch}")),
            state: 0,
            scored: 0,
            writer: TextWriter::new(),
            reader: TextReader::new(),
            due: Vec::new(),
            executed: Vec::new(),
            snapshots: 0,
        }
    }

    /// Handles the beginning of the logs.
    pub(crate) fn begin(&mut self) {
        self.due.clear();
        self.reader.clear();
    }

    pub(crate) fn execute(&mut self, place: &mut Place, now: Instant, number: u64, bytes: &[u8]) {
        match decode(bytes).expect("an entry") {
            Up::Define { slot, text } => self.reader.define(slot, text).expect("a slot"),
            Up::Call { id, text } => {
                let text = self.reader.resolve(&text).expect("a text");
                assert_eq!(text.as_str(), text_of(id.into()));
                self.executed.push(id);
                self.due.push((number, id));
                self.event(Some(place), now, 0);
            }
            Up::Notice { id } => self.executed.push(id),
            Up::Leave => place.close(now, wire::v1::Close::Normal),
        }
    }

    /// Answers all pending calls.
    pub(crate) fn answer(&mut self, place: &mut Place, now: Instant) {
        for (call, id) in self.due.drain(..) {
            place.push(now, encode(&Down::Answer { call, id }), Keep::Answer);
        }
    }

    /// Pushes an event.
    pub(crate) fn event(&mut self, place: Option<&mut Place>, now: Instant, padding: usize) {
        self.state += 1;
        let Some(place) = place else {
            return;
        };
        let (definition, text) = self.writer.text(&text_of(self.state));
        if let Some((slot, text)) = definition {
            place.push(now, encode(&Down::Define { slot, text }), Keep::State);
        }
        let (state, padding) = (self.state, ByteBuf::from(vec![0; padding]));
        let event = Down::Event {
            state,
            text,
            padding,
        };
        place.push(now, encode(&event), Keep::State);
    }

    /// Pushes a score, of which only the newest matters.
    pub(crate) fn score(&mut self, place: &mut Place, now: Instant, key: u32) {
        self.scored += 1;
        let score = Down::Score {
            key,
            value: self.scored,
        };
        place.push(now, encode(&score), Keep::Newest(Handle(key), Event::Score));
    }

    pub(crate) fn snapshot(&mut self, place: &mut Place) {
        self.writer.clear();
        self.snapshots += 1;
        let state = self.state;
        let (definition, _) = self.writer.text(&text_of(state));
        let (slot, text) = definition.expect("no slots yet");
        place.snapshot(vec![
            encode(&Down::Snapshot { state }),
            encode(&Down::Define { slot, text }),
        ]);
    }
}
