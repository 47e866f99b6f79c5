//! Handling of the messages that a client receives from its server: the welcome, which says if the logs go
//! on after a lost link, and frames of entries. `ClientEnd::receive` calls it; it queues an event for each
//! new entry, or returns the protocol error that ends the link.

use super::{ClientEnd, ClientEvent, ClientOutput, Phase};
use crate::ProtocolError;
use crate::incoming_log::{Beginning, IncomingLog};
use crate::timers::Timer;
use protocol::{EntryNumber, Outcome};
use std::time::Instant;
use wire::v1::{Entries, ServerFrame, Welcome, decode};

impl ClientEnd {
    pub(super) fn read(&mut self, now: Instant, frame: &[u8]) -> Result<(), ProtocolError> {
        match (decode(frame)?, self.phase) {
            (ServerFrame::Welcome(welcome), Phase::Greeting) => self.welcome(now, welcome),
            (ServerFrame::Entries(entries), Phase::Up) => self.take(now, entries),
            (ServerFrame::Welcome(_), _) => Err(ProtocolError::Greeting("a second welcome")),
            (ServerFrame::Entries(_), _) => {
                Err(ProtocolError::Greeting("entries before the welcome"))
            }
        }
    }

    fn welcome(&mut self, now: Instant, welcome: Welcome) -> Result<(), ProtocolError> {
        let outcome = match &self.known {
            Some((epoch, _)) if welcome.resumed && welcome.epoch == *epoch => Outcome::Resumed,
            _ if welcome.resumed => {
                return Err(ProtocolError::Greeting("another session is resumed"));
            }
            None => Outcome::First,
            Some((epoch, _)) if welcome.epoch == *epoch => Outcome::Rejoined,
            Some(_) => Outcome::Renewed,
        };
        if outcome == Outcome::Resumed {
            self.outgoing.resume(EntryNumber(welcome.received))?;
        } else {
            if outcome != Outcome::First {
                self.lose_calls();
                self.outgoing.reset();
            }
            self.incoming = IncomingLog::default();
            self.known = Some((welcome.epoch.clone(), self.links));
        }
        match outcome {
            Outcome::First => {}
            Outcome::Resumed => self.stats.resumed += 1,
            Outcome::Rejoined => self.stats.rejoined += 1,
            Outcome::Renewed => self.stats.renewed += 1,
        }
        self.stats.reconnects += u64::from(outcome != Outcome::First);
        self.phase = Phase::Up;
        self.away_since = None;
        self.timers.stop(Timer::Patience);
        self.timers.start_link(now);
        self.backoff.reset();
        let event = ClientEvent::Connected { outcome, welcome };
        self.queue.push_back(ClientOutput::Event(event));
        // After a restart of the logs the server hasn't received the goodbye; after a resumption it may have.
        if self.leaving && matches!(outcome, Outcome::Rejoined | Outcome::Renewed) {
            self.say_goodbye();
        }
        Ok(())
    }

    fn take(&mut self, now: Instant, frame: Entries) -> Result<(), ProtocolError> {
        self.outgoing.acknowledge(EntryNumber(frame.ack))?;
        let beginning = if frame.fresh {
            Beginning::Fresh
        } else {
            Beginning::Next
        };
        let at = EntryNumber(frame.at);
        let taken = self.incoming.take(at, beginning, frame.entries)?;
        let mut taken = taken.peekable();
        if frame.fresh && taken.peek().is_some_and(|(number, _)| *number == at) {
            self.snapshots += 1;
        }
        self.queue.extend(
            taken.map(|(number, bytes)| ClientOutput::Event(ClientEvent::Entry { number, bytes })),
        );
        self.timers.sign_of_life(now);
        if self.incoming.owes() {
            self.timers.owe(now);
        }
        Ok(())
    }
}
