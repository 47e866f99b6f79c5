//! The server's end of a session's logs: [`Place`], the state of one client that outlives its WebSocket.
//! The server's session has one for each client, pushes updates and received messages in, and follows the
//! orders that come out: send, execute an entry, make a snapshot.
//!
//! ```text
//!                    greet
//!          Away ────────────────► Linked
//!     Ttl   │  ◄──────────────────┘
//!           ▼     link_down, protocol error, silence, close, too many answers
//!        Expired
//! ```
//!
//! The contract: entries of the client come out once and in order, and pushed entries reach the
//! client once and in order, however often the link breaks, with three exceptions. When a place
//! [begins](Greeting::Begun), and when more than [`REPLAY_BYTES`] are queued, a [snapshot](PlaceOutput::Snapshot) replaces
//! everything but answers. Of unsendable entries with the same [object and event](Keep::Newest) only the newest is kept.
//! If answers alone exceed [`ANSWERS_BYTES`], the place is given up: it begins again on the next link.

use crate::ProtocolError;
use crate::incoming_log::{Beginning, IncomingLog};
use crate::outgoing_log::{Class, Line, OutgoingLog};
use crate::timers::{Timer, Timers};
use protocol::limits::{ANSWERS_BYTES, BACKLOG_BYTES, REPLAY_BYTES};
use protocol::{AGENT, EntryNumber, Event, Handle};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};
use wire::v1::{
    ClientFrame, Close, Entries, Epoch, Hello, Resume, ServerFrame, Welcome, decode_from_client,
    encode,
};

/// Retention of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The answer to a call: until the client has it.
    Answer,
    /// A change of state: until the client has it, or a snapshot replaces it.
    State,
    /// An update of a value: until the client has it, a snapshot replaces it, or a newer one of this object and event
    /// does.
    Newest(Handle, Event),
}

/// Beginning of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greeting {
    /// Both logs resume.
    Resumed,
    /// Both logs begin, the server's with a snapshot. The client's pending calls are lost, and their
    /// answers must not be pushed: numbers restart.
    Begun,
}

/// An order for the driver.
#[derive(Debug)]
pub enum PlaceOutput {
    /// Send this message.
    Send(Vec<u8>),
    /// Send a WebSocket ping.
    Ping,
    /// Close the link with this code. Ignore all further input from it.
    Disconnect(u16),
    /// Execute an entry of the client, each once and in order.
    Entry {
        /// Its number, which its answer refers to.
        number: EntryNumber,
        /// A [`ClientEntry`](wire::v1::ClientEntry).
        bytes: Vec<u8>,
    },
    /// Call [`Place::snapshot`] before anything newer is pushed.
    Snapshot,
    /// The client has been away for too long. Drop the place.
    Expired,
}

/// State of the log towards the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sync {
    /// It can send everything that the client lacks.
    Whole,
    /// Entries are missing: only answers are kept until there is a snapshot.
    Stale,
    /// The driver has the order to provide the snapshot.
    Asked,
}

/// One client's place in a session.
#[derive(Debug)]
pub struct Place {
    ttl: Duration,
    linked: bool,
    /// The link of the client that began the logs. `None`: they can't be resumed.
    since: Option<u64>,
    greeting: Option<Vec<u8>>,
    outgoing: OutgoingLog,
    sync: Sync,
    /// The line of the newest entry of each object and event.
    newest: HashMap<(Handle, Event), Line>,
    incoming: IncomingLog,
    timers: Timers,
    ack_due: bool,
    /// The code of the requested close, and the time of the request.
    closing: Option<(Close, Instant)>,
    queue: VecDeque<PlaceOutput>,
}

impl Place {
    /// Creates a place whose client hasn't connected yet. It expires after `ttl` without a link.
    #[must_use]
    pub fn new(ttl: Duration, now: Instant) -> Self {
        let mut timers = Timers::default();
        timers.set(Timer::Ttl, now + ttl);
        Self {
            ttl,
            linked: false,
            since: None,
            greeting: None,
            outgoing: OutgoingLog::new(),
            sync: Sync::Stale,
            newest: HashMap::new(),
            incoming: IncomingLog::default(),
            timers,
            ack_due: false,
            closing: None,
            queue: VecDeque::new(),
        }
    }

    /// Begins a link with this client's hello. If there is another link already, the driver closes that with
    /// [`Close::Replaced`] and ignores all further input from it.
    #[must_use = "the calls of logs that ended must be dropped"]
    pub fn greet(
        &mut self,
        now: Instant,
        epoch: &Epoch,
        hello: &Hello,
        draining: bool,
    ) -> Greeting {
        self.lose_link(now);
        let resume = hello
            .resume
            .as_ref()
            .filter(|resume| resume.epoch == *epoch);
        let resumed = resume.is_some_and(|resume| self.resume(resume));
        if !resumed {
            self.begin(Some(hello.link));
        }
        self.greeting = Some(encode(&ServerFrame::Welcome(Welcome {
            epoch: epoch.clone(),
            resumed,
            received: self.incoming.acknowledge().0,
            draining,
            agent: AGENT.to_owned(),
        })));
        self.linked = true;
        self.timers.stop(Timer::Ttl);
        self.timers.start_link(now);
        if resumed {
            Greeting::Resumed
        } else {
            Greeting::Begun
        }
    }

    /// Handles a lost link. No-op after [`PlaceOutput::Disconnect`].
    pub fn link_down(&mut self, now: Instant) {
        if self.linked {
            self.lose_link(now);
        }
    }

    /// Handles a binary message after the hello. A protocol error ends the link.
    pub fn receive(&mut self, now: Instant, frame: &[u8]) -> Result<(), ProtocolError> {
        if !self.linked {
            return Ok(());
        }
        self.read(now, frame)
            .inspect_err(|_| self.disconnect(now, Close::ProtocolError))
    }

    /// Handles a sign of life: a ping, a pong, a part of a message.
    pub fn sign_of_life(&mut self, now: Instant) {
        if self.linked {
            self.timers.sign_of_life(now);
        }
    }

    /// Appends a [`ServerEntry`](wire::v1::ServerEntry) to the log.
    pub fn push(&mut self, now: Instant, entry: Vec<u8>, keep: Keep) {
        // Without logs there is no call to answer, and a stale log gets a snapshot with all changes.
        let needed = match keep {
            Keep::Answer => self.since.is_some(),
            Keep::State | Keep::Newest(..) => self.sync == Sync::Whole,
        };
        if !needed {
            return;
        }
        let class = if keep == Keep::Answer {
            Class::Answer
        } else {
            Class::State
        };
        let line = self.outgoing.push(entry, class);
        if let Keep::Newest(object, event) = keep {
            let older = self.newest.insert((object, event), line);
            if let Some(older) = older
                && (!self.linked || self.outgoing.backlog() > BACKLOG_BYTES)
            {
                self.outgoing.withdraw(older);
            }
        }
        if self.outgoing.cost(Class::State) > REPLAY_BYTES {
            self.become_stale();
        }
        if self.outgoing.cost(Class::Answer) > ANSWERS_BYTES {
            self.disconnect(now, Close::Silent);
            self.begin(None);
        }
    }

    /// Queues the parts of a snapshot, ordered by [`PlaceOutput::Snapshot`].
    pub fn snapshot(&mut self, entries: Vec<Vec<u8>>) {
        if self.sync == Sync::Asked {
            self.sync = Sync::Whole;
            self.outgoing.snapshot(entries);
        }
    }

    /// Closes the link after everything due has been sent. The client may reconnect.
    pub fn close(&mut self, now: Instant, code: Close) {
        if self.linked {
            self.closing = Some((code, now));
            self.ack_due |= self.incoming.owes();
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
                    self.queue.push_back(PlaceOutput::Ping);
                    self.timers.pinged(now);
                }
                Timer::Silence => self.disconnect(now, Close::Silent),
                Timer::Ack => self.ack_due = true,
                Timer::Ttl => {
                    self.begin(None);
                    self.queue.push_back(PlaceOutput::Expired);
                }
                Timer::Retry | Timer::Patience => unreachable!("only clients set them"),
            }
        }
    }

    /// Returns the next output. [`PlaceOutput::Send`] and [`PlaceOutput::Snapshot`] only come while `writable` is
    /// true.
    pub fn poll_output(&mut self, writable: bool) -> Option<PlaceOutput> {
        let output = self.queue.pop_front();
        if output.is_some() || !writable || !self.linked {
            return output;
        }
        if let Some(welcome) = self.greeting.take() {
            return Some(PlaceOutput::Send(welcome));
        }
        if self.sync == Sync::Stale && self.closing.is_none() {
            self.sync = Sync::Asked;
            return Some(PlaceOutput::Snapshot);
        }
        if let Some(frame) = self.next_frame() {
            return Some(PlaceOutput::Send(frame));
        }
        let (code, since) = self.closing.take()?;
        self.lose_link(since);
        Some(PlaceOutput::Disconnect(code as u16))
    }

    /// Returns true if there is a link.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.linked
    }

    /// Returns the bytes of all kept entries.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.outgoing.bytes()
    }

    /// Returns the bytes of entries that were never sent.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.outgoing.backlog()
    }

    fn resume(&mut self, resume: &Resume) -> bool {
        if self.since != Some(resume.since) {
            return false;
        }
        let Ok(whole) = self.outgoing.resume(EntryNumber(resume.received)) else {
            return false;
        };
        if !whole || self.sync != Sync::Whole {
            self.become_stale();
        }
        true
    }

    /// Restarts both logs, by a link of the client or without one.
    fn begin(&mut self, since: Option<u64>) {
        self.since = since;
        self.outgoing.reset();
        self.newest.clear();
        self.incoming = IncomingLog::default();
        self.sync = Sync::Stale;
    }

    fn become_stale(&mut self) {
        self.outgoing.keep_answers();
        self.newest.clear();
        self.sync = Sync::Stale;
    }

    fn read(&mut self, now: Instant, frame: &[u8]) -> Result<(), ProtocolError> {
        let ClientFrame::Entries(frame) = decode_from_client(frame)? else {
            return Err(ProtocolError::Greeting("a second hello"));
        };
        self.outgoing.acknowledge(EntryNumber(frame.ack))?;
        // Frames of a client are never fresh: no entry of a client replaces earlier ones.
        let at = EntryNumber(frame.at);
        let taken = self.incoming.take(at, Beginning::Next, frame.entries)?;
        self.queue
            .extend(taken.map(|(number, bytes)| PlaceOutput::Entry { number, bytes }));
        self.timers.sign_of_life(now);
        if self.incoming.owes() {
            self.timers.owe(now);
        }
        Ok(())
    }

    fn next_frame(&mut self) -> Option<Vec<u8>> {
        let batch = if self.sync == Sync::Whole {
            self.outgoing.batch(|_, _| {})
        } else {
            None
        };
        if self.outgoing.waiting() == 0 {
            self.newest.clear();
        }
        if batch.is_none() && !self.ack_due && !self.incoming.owes_much() {
            return None;
        }
        self.ack_due = false;
        self.timers.stop(Timer::Ack);
        let ack = self.incoming.acknowledge().0;
        let frame = match batch {
            Some(batch) => Entries {
                at: batch.at.0,
                ack,
                fresh: batch.fresh,
                entries: batch.entries,
            },
            None => Entries {
                at: self.outgoing.next().0,
                ack,
                ..Entries::default()
            },
        };
        Some(encode(&ServerFrame::Entries(frame)))
    }

    fn disconnect(&mut self, now: Instant, code: Close) {
        if self.linked {
            self.queue.push_back(PlaceOutput::Disconnect(code as u16));
            self.lose_link(now);
        }
    }

    fn lose_link(&mut self, now: Instant) {
        self.linked = false;
        self.greeting = None;
        self.ack_due = false;
        self.closing = None;
        self.timers.stop_link();
        self.timers.set(Timer::Ttl, now + self.ttl);
    }
}
