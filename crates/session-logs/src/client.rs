//! The client's end of a session: it keeps the client's entries until the server has acknowledged them,
//! decides when to connect, and delivers the server's entries once. The connection's task in
//! `crates/remote` owns one [`ClientEnd`], pushes entries and received messages in, and follows the orders
//! and events that come out.
//!
//! ```text
//!            open            link_up           welcome
//!   Closed ───────► Connecting ─────► Greeting ─────► Up
//!                      ▲  │              │            │   link_down, protocol error,
//!                Retry │  ▼              ▼            ▼   silence
//!                      Waiting ◄──────────────────────┘
//!
//!   any ── refused, or leave and the log is empty ──► Over
//! ```
//!
//! The contract: every pushed entry reaches the session once and in order, however often the link
//! breaks, with two exceptions, both reported. A call that waited without a link for the request
//! time-out is [`Unanswered`](ClientEvent::Unanswered), and is withdrawn if it was never sent. If the session
//! doesn't know this client any more ([`Rejoined`](protocol::Outcome::Rejoined) or
//! [`Renewed`](protocol::Outcome::Renewed)), all unacknowledged entries are dropped and all calls are
//! unanswered. Every call is answered or unanswered.

mod output;
mod read;
mod unanswered_calls;

pub use output::{ClientEvent, ClientOptions, ClientOutput, LogStats, NoAnswer, Rejected};

use crate::backoff::Backoff;
use crate::incoming_log::IncomingLog;
use crate::outgoing_log::{Class, OutgoingLog};
use crate::timers::{SILENCE, Timer, Timers};
use protocol::limits::{COMMANDS_WAITING, ENTRY_BYTES};
use protocol::{EntryNumber, RequestId, Update};
use std::collections::VecDeque;
use std::time::Instant;
use unanswered_calls::UnansweredCalls;
use wire::v1::{ClientEntry, ClientFrame, Close, Entries, Epoch, Hello, Resume, encode};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Closed,
    Connecting,
    Greeting,
    Up,
    Waiting,
    Over,
}

/// The client's end of a session.
#[derive(Debug)]
pub struct ClientEnd {
    config: ClientOptions,
    phase: Phase,
    /// Number of links so far.
    links: u64,
    /// The session's epoch, and the link that began the logs.
    known: Option<(Epoch, u64)>,
    greeting: Option<Vec<u8>>,
    outgoing: OutgoingLog,
    incoming: IncomingLog,
    calls: UnansweredCalls,
    snapshots: u64,
    leaving: bool,
    /// Time since which there is no established link.
    away_since: Option<Instant>,
    timers: Timers,
    ack_due: bool,
    backoff: Backoff,
    queue: VecDeque<ClientOutput>,
    stats: LogStats,
}

impl ClientEnd {
    /// Creates a client without a link.
    #[must_use]
    pub fn new(config: ClientOptions) -> Self {
        Self {
            backoff: Backoff::new(config.seed),
            config,
            phase: Phase::Closed,
            links: 0,
            known: None,
            greeting: None,
            outgoing: OutgoingLog::new(),
            incoming: IncomingLog::default(),
            calls: UnansweredCalls::default(),
            snapshots: 0,
            leaving: false,
            away_since: None,
            timers: Timers::default(),
            ack_due: false,
            queue: VecDeque::new(),
            stats: LogStats::default(),
        }
    }

    /// Requests a link from now on.
    pub fn open(&mut self, now: Instant) {
        if self.phase == Phase::Closed {
            self.away_since = Some(now);
            self.be_patient();
            self.connect(now);
        }
    }

    /// Appends a [`ClientEntry`] to the log; `call` is the request if the entry is a call.
    pub fn push(
        &mut self,
        now: Instant,
        entry: Vec<u8>,
        call: Option<RequestId>,
    ) -> Result<(), Rejected> {
        if self.phase == Phase::Over || self.leaving {
            return Err(Rejected::Over);
        }
        // A margin for entries that accepted calls depend on: `close()` and the definitions of slots.
        let most = match call {
            Some(_) => COMMANDS_WAITING,
            None => 4 * COMMANDS_WAITING,
        };
        if self.outgoing.waiting() >= most {
            return Err(Rejected::Full);
        }
        if entry.len() > ENTRY_BYTES {
            return Err(Rejected::TooLarge);
        }
        let line = self.outgoing.push(entry, Class::State);
        if let Some(request) = call {
            self.calls.insert(line, request, now);
            self.be_patient();
        }
        Ok(())
    }

    /// Returns the pending call whose entry has this number.
    #[must_use]
    pub fn call(&self, number: EntryNumber) -> Option<RequestId> {
        self.calls.get(number)
    }

    /// Removes and returns the pending call whose entry has this number: its answer has arrived. Returns `None`
    /// if it was answered or given up before; ignore the answer in that case.
    pub fn answered(&mut self, number: EntryNumber) -> Option<RequestId> {
        self.calls.remove(number)
    }

    /// Replaces the number of an update's call by its request, and removes the call if the update is its answer.
    /// Returns `None` for the answer to a call that was answered or given up before.
    pub fn name_call(&mut self, update: Update<EntryNumber>) -> Option<Update<RequestId>> {
        let is_answer = matches!(update, Update::Answer { .. });
        update.rename_call(|number| {
            if is_answer {
                self.answered(number)
            } else {
                self.call(number)
            }
        })
    }

    /// Handles an established link, requested by [`ClientOutput::Connect`].
    pub fn link_up(&mut self, now: Instant) {
        if self.phase != Phase::Connecting {
            return;
        }
        self.phase = Phase::Greeting;
        self.timers.set(Timer::Silence, now + SILENCE);
        let resume = self.known.clone().map(|(epoch, since)| Resume {
            epoch,
            since,
            received: self.incoming.acknowledge().0,
        });
        self.greeting = Some(encode(&ClientFrame::Hello(Hello {
            client: self.config.key.clone(),
            session: self.config.session.clone(),
            link: self.links,
            resume,
            agent: self.config.agent.clone(),
        })));
    }

    /// Handles a lost link or a failed attempt. No-op after [`ClientOutput::Disconnect`].
    pub fn link_down(&mut self, now: Instant, reason: &str) {
        if matches!(self.phase, Phase::Connecting | Phase::Greeting | Phase::Up) {
            self.lose_link(now, reason);
        }
    }

    /// Handles a refusal by the server: a wrong token, no common protocol, a
    /// [final](Close::is_final) close code.
    pub fn refused(&mut self, _now: Instant, reason: &str) {
        if self.phase != Phase::Over {
            let reason = reason.to_owned();
            self.end(ClientEvent::Refused { reason });
        }
    }

    /// Handles a binary message.
    pub fn receive(&mut self, now: Instant, frame: &[u8]) {
        if !matches!(self.phase, Phase::Greeting | Phase::Up) {
            return;
        }
        if let Err(error) = self.read(now, frame) {
            self.queue
                .push_back(ClientOutput::Disconnect(Close::ProtocolError as u16));
            // The same peer would probably send the same again.
            self.backoff.lengthen();
            self.lose_link(now, &format!("protocol error: {error}"));
        }
    }

    /// Handles a sign of life: a ping, a pong, a part of a message.
    pub fn sign_of_life(&mut self, now: Instant) {
        if self.phase == Phase::Up {
            self.timers.sign_of_life(now);
        }
    }

    /// Sends a goodbye after everything else. Later pushes are rejected.
    pub fn leave(&mut self, _now: Instant) {
        if self.phase == Phase::Over || self.leaving {
            return;
        }
        self.leaving = true;
        if self.known.is_none() {
            if matches!(self.phase, Phase::Connecting | Phase::Greeting) {
                self.queue
                    .push_back(ClientOutput::Disconnect(Close::Normal as u16));
            }
            self.end(ClientEvent::Left);
        } else {
            self.say_goodbye();
        }
    }

    /// Returns the time of the next call of [`handle_timeout`](Self::handle_timeout).
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Handles all timers that are due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Ping => {
                    self.queue.push_back(ClientOutput::Ping);
                    self.timers.pinged(now);
                }
                Timer::Silence => {
                    self.queue
                        .push_back(ClientOutput::Disconnect(Close::Silent as u16));
                    self.lose_link(now, "the server has been silent for too long");
                }
                Timer::Ack => self.ack_due = true,
                Timer::Retry => self.connect(now),
                Timer::Patience => self.expire(now),
                Timer::Ttl => unreachable!("only servers set it"),
            }
        }
    }

    /// Returns the next output. [`ClientOutput::Send`] only comes while `writable` is true.
    pub fn poll_output(&mut self, writable: bool) -> Option<ClientOutput> {
        // The driver has taken the answers that came with the last acknowledgement by now.
        if self.queue.is_empty()
            && self.phase == Phase::Up
            && self.leaving
            && self.outgoing.is_empty()
        {
            self.queue
                .push_back(ClientOutput::Disconnect(Close::Normal as u16));
            self.end(ClientEvent::Left);
        }
        let output = self.queue.pop_front();
        if output.is_some() || !writable {
            return output;
        }
        if let Some(hello) = self.greeting.take() {
            return Some(ClientOutput::Send(hello));
        }
        (self.phase == Phase::Up)
            .then(|| self.next_frame())
            .flatten()
            .map(ClientOutput::Send)
    }

    /// Returns the counters.
    #[must_use]
    pub fn stats(&self) -> LogStats {
        LogStats {
            resynchronised: self.snapshots.saturating_sub(1),
            calls: self.calls.len(),
            waiting: self.outgoing.waiting(),
            bytes: self.outgoing.bytes(),
            ..self.stats
        }
    }

    fn connect(&mut self, now: Instant) {
        self.phase = Phase::Connecting;
        self.links += 1;
        self.timers.set(Timer::Silence, now + SILENCE);
        self.queue.push_back(ClientOutput::Connect);
    }

    fn next_frame(&mut self) -> Option<Vec<u8>> {
        let batch = self
            .outgoing
            .batch(|line, number| self.calls.number(line, number));
        if batch.is_none() && !self.ack_due && !self.incoming.owes_much() {
            return None;
        }
        self.ack_due = false;
        self.timers.stop(Timer::Ack);
        let (at, entries) = batch.map_or_else(
            || (self.outgoing.next(), Vec::new()),
            |batch| (batch.at, batch.entries),
        );
        Some(encode(&ClientFrame::Entries(Entries {
            at: at.0,
            ack: self.incoming.acknowledge().0,
            fresh: false,
            entries,
        })))
    }

    fn lose_link(&mut self, now: Instant, reason: &str) {
        self.drop_link();
        self.phase = Phase::Waiting;
        self.away_since.get_or_insert(now);
        self.be_patient();
        let retry_in = self.backoff.wait();
        self.timers.set(Timer::Retry, now + retry_in);
        self.queue
            .push_back(ClientOutput::Event(ClientEvent::Disconnected {
                reason: reason.to_owned(),
                retry_in,
            }));
    }

    fn drop_link(&mut self) {
        self.greeting = None;
        self.ack_due = false;
        self.timers.stop_link();
    }

    /// Starts or stops the timer that limits how long calls wait for a link.
    fn be_patient(&mut self) {
        match self.oldest_deadline() {
            Some(deadline) => self.timers.set(Timer::Patience, deadline),
            None => self.timers.stop(Timer::Patience),
        }
    }

    /// Time at which the oldest call has waited too long for a link.
    fn oldest_deadline(&self) -> Option<Instant> {
        let waits_since = self.calls.oldest()?.max(self.away_since?);
        Some(waits_since + self.config.request_timeout)
    }

    fn expire(&mut self, now: Instant) {
        while self
            .oldest_deadline()
            .is_some_and(|deadline| deadline <= now)
            && let Some((line, call)) = self.calls.pop_oldest()
        {
            self.outgoing.withdraw(line);
            let sent = call.number.is_some();
            self.unanswered(call.request, NoAnswer::Expired { sent });
        }
        self.be_patient();
    }

    fn lose_calls(&mut self) {
        while let Some((_, call)) = self.calls.pop_oldest() {
            self.unanswered(call.request, NoAnswer::Lost);
        }
    }

    fn unanswered(&mut self, request: RequestId, why: NoAnswer) {
        let event = ClientEvent::Unanswered { request, why };
        self.queue.push_back(ClientOutput::Event(event));
    }

    fn say_goodbye(&mut self) {
        self.outgoing
            .push(encode(&ClientEntry::Leave), Class::State);
    }

    fn end(&mut self, event: ClientEvent) {
        self.drop_link();
        self.phase = Phase::Over;
        self.timers = Timers::default();
        self.lose_calls();
        self.outgoing.reset();
        self.queue.push_back(ClientOutput::Event(event));
    }
}
