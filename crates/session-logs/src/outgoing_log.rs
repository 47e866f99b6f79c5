//! The sending end of a log (the numbered stream of entries in one direction between client and server): it
//! keeps entries until the peer has acknowledged them. `ClientEnd` (the client's side) and `Place` (the
//! server's) push entries and take frames to send.
//!
//! An entry waits in a line until a frame takes it; only then it gets its number. Waiting entries can
//! therefore be withdrawn without a gap. A numbered entry is kept until the peer has acknowledged it, and is
//! retransmitted on every link whose peer lacks it.

use crate::ProtocolError;
use protocol::EntryNumber;
use protocol::limits::BATCH_BYTES;
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;

/// Overhead that is counted for each entry, so that empty entries are limited, too.
const OVERHEAD: usize = 64;

/// Class of an entry: when it may be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// One change of state, which a snapshot replaces.
    State,
    /// An answer, which no snapshot replaces.
    Answer,
    /// The beginning of a snapshot, which replaces all before it. It is the first of its frame.
    Snapshot,
    /// A further part of a snapshot.
    Sequel,
}

/// Position of an entry in the line of those without a number. Lines are never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Line(u64);

#[derive(Debug)]
struct Entry {
    bytes: Vec<u8>,
    class: Class,
}

impl Entry {
    fn cost(&self) -> usize {
        self.bytes.len() + OVERHEAD
    }
}

/// Entries of one frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    /// The number of the first entry.
    pub at: EntryNumber,
    /// True if the first entry is a snapshot.
    pub fresh: bool,
    pub entries: Vec<ByteBuf>,
}

#[derive(Debug)]
pub(crate) struct OutgoingLog {
    /// Entries that the peer may lack, by number.
    sent: BTreeMap<EntryNumber, Entry>,
    /// Entries without a number, by line.
    waiting: BTreeMap<Line, Entry>,
    /// The next line.
    line: Line,
    /// The last number that the peer has acknowledged.
    acknowledged: EntryNumber,
    /// The last assigned number.
    last: EntryNumber,
    /// The next number on this link. Without a link: the next number on the last one.
    next: EntryNumber,
    /// The last number whose entry was dropped without an acknowledgement.
    hole: EntryNumber,
    /// Bytes by class.
    costs: [usize; 4],
    /// Bytes of entries without a number.
    backlog: usize,
}

impl OutgoingLog {
    pub(crate) fn new() -> Self {
        Self {
            sent: BTreeMap::new(),
            waiting: BTreeMap::new(),
            line: Line(0),
            acknowledged: EntryNumber::default(),
            last: EntryNumber::default(),
            next: EntryNumber::default().next(),
            hole: EntryNumber::default(),
            costs: [0; 4],
            backlog: 0,
        }
    }

    /// Appends an entry to the line and returns its position there.
    pub(crate) fn push(&mut self, bytes: Vec<u8>, class: Class) -> Line {
        let line = self.next_line();
        self.wait(line, Entry { bytes, class });
        line
    }

    /// Removes an entry from the line, unless it has a number already.
    pub(crate) fn withdraw(&mut self, line: Line) {
        if let Some(entry) = self.waiting.remove(&line) {
            self.backlog -= entry.cost();
            self.costs[entry.class as usize] -= entry.cost();
        }
    }

    /// Returns the next frame on this link. Calls `numbered` with the line and number of each newly numbered entry.
    pub(crate) fn batch(&mut self, mut numbered: impl FnMut(Line, EntryNumber)) -> Option<Batch> {
        let mut batch = Batch {
            at: self.next,
            fresh: false,
            entries: Vec::new(),
        };
        let mut cost = 0;
        while cost < BATCH_BYTES {
            if !self.sent.contains_key(&self.next) {
                let Some(line) = self.number_one(batch.entries.is_empty()) else {
                    break;
                };
                numbered(line, self.next);
            }
            let entry = &self.sent[&self.next];
            if entry.class == Class::Snapshot {
                if !batch.entries.is_empty() {
                    break;
                }
                batch.fresh = true;
            }
            cost += entry.cost();
            batch.entries.push(ByteBuf::from(entry.bytes.as_slice()));
            self.next = self.next.next();
        }
        (!batch.entries.is_empty()).then_some(batch)
    }

    /// Assigns the next number to the first in line, except to a snapshot in the middle of a frame.
    fn number_one(&mut self, first: bool) -> Option<Line> {
        let head = self.waiting.first_entry()?;
        if head.get().class == Class::Snapshot && !first {
            return None;
        }
        let (line, entry) = head.remove_entry();
        self.backlog -= entry.cost();
        self.last = self.next;
        self.sent.insert(self.last, entry);
        Some(line)
    }

    /// Drops the entries up to this number, which the peer has acknowledged.
    pub(crate) fn acknowledge(&mut self, received: EntryNumber) -> Result<(), ProtocolError> {
        if received > self.last {
            return Err(self.not_possible(received));
        }
        while let Some(head) = self.sent.first_entry()
            && *head.key() <= received
        {
            let entry = head.remove();
            self.costs[entry.class as usize] -= entry.cost();
        }
        self.acknowledged = self.acknowledged.max(received);
        Ok(())
    }

    /// Begins a new link whose peer has all entries up to this number. Returns true if no later entry is missing.
    pub(crate) fn resume(&mut self, received: EntryNumber) -> Result<bool, ProtocolError> {
        if received < self.acknowledged {
            return Err(self.not_possible(received));
        }
        self.acknowledge(received)?;
        self.next = received.next();
        Ok(received >= self.hole)
    }

    /// Drops all but the answers. Answers that the last link hasn't carried go back to the line: the peer
    /// acknowledged at its beginning that it lacks them.
    pub(crate) fn keep_answers(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        let uncarried = self.sent.split_off(&self.next);
        let carried = std::mem::take(&mut self.sent);
        self.hole = self.last;
        self.next = self.last.next();
        self.costs = [0; 4];
        self.backlog = 0;
        for (number, entry) in carried {
            if entry.class == Class::Answer {
                self.costs[entry.class as usize] += entry.cost();
                self.sent.insert(number, entry);
            }
        }
        for entry in uncarried.into_values().chain(waiting.into_values()) {
            if entry.class == Class::Answer {
                let line = self.next_line();
                self.wait(line, entry);
            }
        }
    }

    /// Inserts the parts of a snapshot before all waiting entries.
    pub(crate) fn snapshot(&mut self, entries: Vec<Vec<u8>>) {
        let waiting = std::mem::take(&mut self.waiting);
        let classes = std::iter::once(Class::Snapshot).chain(std::iter::repeat(Class::Sequel));
        for (bytes, class) in entries.into_iter().zip(classes) {
            self.push(bytes, class);
        }
        for entry in waiting.into_values() {
            let line = self.next_line();
            self.waiting.insert(line, entry);
        }
    }

    /// Drops everything and restarts the numbers. Lines go on, so that they stay unique.
    pub(crate) fn reset(&mut self) {
        *self = Self {
            line: self.line,
            ..Self::new()
        };
    }

    /// Returns the next number on this link. Without a link: the next number on the last one.
    pub(crate) fn next(&self) -> EntryNumber {
        self.next
    }

    /// Returns the bytes of entries of a class.
    pub(crate) fn cost(&self, class: Class) -> usize {
        self.costs[class as usize]
    }

    /// Returns the bytes of all entries.
    pub(crate) fn bytes(&self) -> usize {
        self.costs.iter().sum()
    }

    /// Returns the bytes of entries without a number.
    pub(crate) fn backlog(&self) -> usize {
        self.backlog
    }

    /// Returns the number of entries without a number.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Returns true if the peer has acknowledged everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.sent.is_empty() && self.waiting.is_empty()
    }

    fn next_line(&mut self) -> Line {
        let line = self.line;
        self.line = Line(line.0 + 1);
        line
    }

    fn wait(&mut self, line: Line, entry: Entry) {
        self.backlog += entry.cost();
        self.costs[entry.class as usize] += entry.cost();
        self.waiting.insert(line, entry);
    }

    fn not_possible(&self, received: EntryNumber) -> ProtocolError {
        ProtocolError::Acknowledged {
            received,
            acknowledged: self.acknowledged,
            sent: self.last,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        text.as_bytes().to_vec()
    }

    fn log(entries: &[(&str, Class)]) -> OutgoingLog {
        let mut log = OutgoingLog::new();
        for (text, class) in entries {
            log.push(bytes(text), *class);
        }
        log
    }

    /// Returns the frames that the link carries now: first number, `!` if it is fresh, entries.
    fn carry(log: &mut OutgoingLog) -> Vec<String> {
        std::iter::from_fn(|| log.batch(|_, _| {}))
            .map(|batch| {
                let entries: Vec<_> = batch
                    .entries
                    .iter()
                    .map(|entry| String::from_utf8_lossy(entry).into_owned())
                    .collect();
                let fresh = if batch.fresh { "!" } else { "" };
                format!("{}{fresh} {}", batch.at, entries.join(" "))
            })
            .collect()
    }

    #[test]
    fn retransmits_entries_that_the_peer_lacks() {
        let mut log = log(&[("a", Class::State), ("b", Class::State)]);
        assert_eq!(carry(&mut log), ["1 a b"]);
        log.push(bytes("c"), Class::State);
        assert!(log.resume(EntryNumber(1)).unwrap());
        assert_eq!(carry(&mut log), ["2 b c"]);
        log.acknowledge(EntryNumber(3)).unwrap();
        assert!(log.is_empty());
        assert_eq!(log.bytes(), 0);
    }

    #[test]
    fn withdrawn_entries_get_no_number() {
        let mut log = log(&[("a", Class::State)]);
        let line = log.push(bytes("b"), Class::State);
        log.push(bytes("c"), Class::State);
        log.withdraw(line);
        assert_eq!(carry(&mut log), ["1 a c"]);
        log.withdraw(line);
        assert_eq!(log.backlog(), 0);
    }

    #[test]
    fn rejects_impossible_acknowledgements() {
        let mut log = log(&[("a", Class::State), ("b", Class::State)]);
        assert!(log.acknowledge(EntryNumber(1)).is_err());
        carry(&mut log);
        log.acknowledge(EntryNumber(2)).unwrap();
        log.acknowledge(EntryNumber(1)).unwrap();
        assert!(log.resume(EntryNumber(1)).is_err());
        assert!(log.resume(EntryNumber(3)).is_err());
        assert!(log.resume(EntryNumber(2)).unwrap());
    }

    #[test]
    fn a_snapshot_begins_a_frame_whenever_it_is_sent() {
        let mut log = log(&[("answer", Class::Answer)]);
        log.snapshot(vec![bytes("snapshot"), bytes("sequel")]);
        assert_eq!(carry(&mut log), ["1! snapshot sequel answer"]);
        log.push(bytes("event"), Class::State);
        log.resume(EntryNumber(0)).unwrap();
        assert_eq!(carry(&mut log), ["1! snapshot sequel answer event"]);
        log.snapshot(vec![bytes("another")]);
        log.resume(EntryNumber(3)).unwrap();
        assert_eq!(carry(&mut log), ["4 event", "5! another"]);
    }

    #[test]
    fn keeps_answers_and_detects_missing_entries() {
        let mut log = log(&[("a", Class::Answer), ("b", Class::State)]);
        carry(&mut log);
        log.push(bytes("c"), Class::State);
        log.push(bytes("d"), Class::Answer);
        log.keep_answers();
        assert_eq!(log.cost(Class::State), 0);
        log.snapshot(vec![bytes("snapshot")]);
        assert_eq!(carry(&mut log), ["3! snapshot d"]);
        for (received, whole, carried) in [(2, true, vec!["3! snapshot d"]), (4, true, vec![])] {
            assert_eq!(log.resume(EntryNumber(received)).unwrap(), whole);
            assert_eq!(carry(&mut log), carried);
        }
    }

    #[test]
    fn renumbers_only_answers_that_the_peer_lacks() {
        for (received, carried) in [
            (0, "4! snapshot a c"),
            (1, "4! snapshot c"),
            (2, "4! snapshot c"),
        ] {
            let mut log = log(&[
                ("a", Class::Answer),
                ("b", Class::State),
                ("c", Class::Answer),
            ]);
            carry(&mut log);
            log.keep_answers();
            assert!(!log.resume(EntryNumber(received)).unwrap());
            log.keep_answers();
            log.snapshot(vec![bytes("snapshot")]);
            assert_eq!(carry(&mut log), [carried]);
        }
    }

    #[test]
    fn a_frame_ends_when_it_is_large() {
        let mut log = OutgoingLog::new();
        for _ in 0..3 {
            log.push(vec![0; BATCH_BYTES / 2], Class::State);
        }
        assert_eq!(log.batch(|_, _| {}).unwrap().entries.len(), 2);
        assert_eq!(log.batch(|_, _| {}).unwrap().at, EntryNumber(3));
        assert_eq!(log.batch(|_, _| {}), None);
    }
}
