//! Table of a client's calls that have no answer yet. `ClientEnd` (the client's side of a connection, which outlives
//! its WebSockets) adds each call that the application makes, looks it up by the entry number that an
//! answer names, and removes those that have waited too long without a link, oldest first.

use crate::outgoing_log::Line;
use protocol::{EntryNumber, RequestId};
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

/// A pending call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnansweredCall {
    pub request: RequestId,
    pub since: Instant,
    /// The number of its entry, once assigned.
    pub number: Option<EntryNumber>,
}

/// Pending calls by their lines in the log, which never change, and by their entry numbers.
#[derive(Debug, Default)]
pub(crate) struct UnansweredCalls {
    by_line: BTreeMap<Line, UnansweredCall>,
    lines: HashMap<EntryNumber, Line>,
}

impl UnansweredCalls {
    pub(crate) fn insert(&mut self, line: Line, request: RequestId, now: Instant) {
        let call = UnansweredCall {
            request,
            since: now,
            number: None,
        };
        self.by_line.insert(line, call);
    }

    /// Assigns a number to the entry in this line.
    pub(crate) fn number(&mut self, line: Line, number: EntryNumber) {
        if let Some(call) = self.by_line.get_mut(&line) {
            call.number = Some(number);
            self.lines.insert(number, line);
        }
    }

    pub(crate) fn get(&self, number: EntryNumber) -> Option<RequestId> {
        let line = self.lines.get(&number)?;
        self.by_line.get(line).map(|call| call.request)
    }

    pub(crate) fn remove(&mut self, number: EntryNumber) -> Option<RequestId> {
        let line = self.lines.remove(&number)?;
        self.by_line.remove(&line).map(|call| call.request)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_line.len()
    }

    /// Returns the time of the oldest call.
    pub(crate) fn oldest(&self) -> Option<Instant> {
        self.by_line.values().next().map(|call| call.since)
    }

    /// Removes the oldest call and returns it with its line.
    pub(crate) fn pop_oldest(&mut self) -> Option<(Line, UnansweredCall)> {
        let (line, call) = self.by_line.pop_first()?;
        if let Some(number) = call.number {
            self.lines.remove(&number);
        }
        Some((line, call))
    }
}
