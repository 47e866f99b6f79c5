//! The server's end of a session: one client's place in it.
//!
//! ```text
//!                    greet
//!          Away ────────────────► Linked
//!     Ttl   │  ◄──────────────────┘
//!           ▼     link_down, nonsense, silence, close, too many answers
//!        Expired
//! ```
//!
//! The contract: entries of the client come out once and in order, and what is pushed reaches the
//! client once and in order, however often the link breaks, with three exceptions. Where a place
//! [begins](Greeting::Begun), and where more waits than [`REPLAY_BYTES`], a [snapshot](Output::Snapshot) stands for all
//! that is no answer. Of entries under one [key](Keep::Newest) only the newest is kept while they can't be sent.
//! And where answers alone exceed [`ANSWERS_BYTES`], the place is given up: it begins again on the next link.

use crate::Nonsense;
use crate::inbox::{Inbox, Start};
use crate::log::{Class, Log};
use crate::timers::{Timer, Timers};
use protocol::AGENT;
use protocol::limits::{ANSWERS_BYTES, BACKLOG_BYTES, REPLAY_BYTES};
use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};
use wire::v1::{
    ClientFrame, Close, Entries, Epoch, Hello, Resume, ServerFrame, Welcome, decode_from_client,
    encode,
};

/// How long an entry matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The answer to a call: until the client has it.
    Answer,
    /// A change of state: until the client has it, or a snapshot that stands for it.
    State,
    /// One of many: until the client has it, a snapshot comes, or a newer one with this key while it waits.
    Newest(u64),
}

/// What a link begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greeting {
    /// Both logs go on.
    Resumed,
    /// Both logs begin, the server's with a snapshot. Calls of the client that were not answered never
    /// will be, and their answers must not be pushed: numbers begin again.
    Begun,
}

/// What the driver is to do.
#[derive(Debug)]
pub enum Output {
    /// Send this message.
    Send(Vec<u8>),
    /// Send a WebSocket ping.
    Ping,
    /// Close the link with this code. Nothing more is to be heard of it.
    Disconnect(u16),
    /// Execute an entry of the client, each once and in order.
    Entry {
        /// Its number, by which its answer names it.
        number: u64,
        /// A [`ClientEntry`](wire::v1::ClientEntry).
        bytes: Vec<u8>,
    },
    /// Call [`Place::snapshot`] before anything newer is pushed.
    Snapshot,
    /// The client has been away for too long. The place is of no more use.
    Expired,
}

/// Whether the log can say what the client lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sync {
    /// It can.
    Whole,
    /// It can't: only answers are kept until there is a snapshot.
    Stale,
    /// The driver was asked for the snapshot.
    Asked,
}

/// One client's place in a session.
#[derive(Debug)]
pub struct Place {
    ttl: Duration,
    linked: bool,
    /// The link of the client that began the logs. None: they can't go on.
    since: Option<u64>,
    greeting: Option<Vec<u8>>,
    log: Log,
    sync: Sync,
    /// Lines of entries by their keys, the newest of each.
    newest: HashMap<u64, u64>,
    inbox: Inbox,
    timers: Timers,
    ack_due: bool,
    /// How the link is closed once all is said, and when that was wanted.
    closing: Option<(Close, Instant)>,
    queue: VecDeque<Output>,
}

impl Place {
    /// A place whose client hasn't come yet. It is kept for `ttl` while there is no link.
    #[must_use]
    pub fn new(ttl: Duration, now: Instant) -> Self {
        let mut timers = Timers::default();
        timers.set(Timer::Ttl, now + ttl);
        Self {
            ttl,
            linked: false,
            since: None,
            greeting: None,
            log: Log::new(),
            sync: Sync::Stale,
            newest: HashMap::new(),
            inbox: Inbox::default(),
            timers,
            ack_due: false,
            closing: None,
            queue: VecDeque::new(),
        }
    }

    /// A link came with this client's hello. If there is one already, the driver closes that with
    /// [`Close::Replaced`] and passes on nothing more of it.
    #[must_use = "calls of logs that ended are to be forgotten"]
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
            received: self.inbox.acknowledge(),
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

    /// The link is gone. Says nothing new after [`Output::Disconnect`].
    pub fn link_down(&mut self, now: Instant) {
        if self.linked {
            self.lose_link(now);
        }
    }

    /// A binary message came, after the hello. Nonsense ends the link.
    pub fn receive(&mut self, now: Instant, frame: &[u8]) -> Result<(), Nonsense> {
        if !self.linked {
            return Ok(());
        }
        self.read(now, frame)
            .inspect_err(|_| self.disconnect(now, Close::Nonsense))
    }

    /// A sign of life: a ping, a pong, a part of a message.
    pub fn heard(&mut self, now: Instant) {
        if self.linked {
            self.timers.heard(now);
        }
    }

    /// Appends a [`ServerEntry`](wire::v1::ServerEntry) to the log.
    pub fn push(&mut self, now: Instant, entry: Vec<u8>, keep: Keep) {
        // Without logs nobody waits for an answer, and what is stale is said by the snapshot.
        let needed = match keep {
            Keep::Answer => self.since.is_some(),
            Keep::State | Keep::Newest(_) => self.sync == Sync::Whole,
        };
        if !needed {
            return;
        }
        let class = if keep == Keep::Answer {
            Class::Answer
        } else {
            Class::State
        };
        let line = self.log.push(entry, class);
        if let Keep::Newest(key) = keep {
            let older = self.newest.insert(key, line);
            if let Some(older) = older
                && (!self.linked || self.log.backlog() > BACKLOG_BYTES)
            {
                self.log.withdraw(older);
            }
        }
        if self.log.cost(Class::State) > REPLAY_BYTES {
            self.become_stale();
        }
        if self.log.cost(Class::Answer) > ANSWERS_BYTES {
            self.disconnect(now, Close::Silent);
            self.begin(None);
        }
    }

    /// The answer to [`Output::Snapshot`]: the snapshot itself, then what belongs to it.
    pub fn snapshot(&mut self, entries: Vec<Vec<u8>>) {
        if self.sync == Sync::Asked {
            self.sync = Sync::Whole;
            self.log.snapshot(entries);
        }
    }

    /// Closes the link once all that is due has been sent. The client may come back.
    pub fn close(&mut self, now: Instant, code: Close) {
        if self.linked {
            self.closing = Some((code, now));
            self.ack_due |= self.inbox.owes();
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    /// Time has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(timer) = self.timers.take_due(now) {
            match timer {
                Timer::Ping => {
                    self.queue.push_back(Output::Ping);
                    self.timers.pinged(now);
                }
                Timer::Silence => self.disconnect(now, Close::Silent),
                Timer::Ack => self.ack_due = true,
                Timer::Ttl => {
                    self.begin(None);
                    self.queue.push_back(Output::Expired);
                }
                Timer::Retry | Timer::Patience => unreachable!("only a client sets them"),
            }
        }
    }

    /// The next thing to do. [`Output::Send`] and [`Output::Snapshot`] only come while the link can be
    /// written to.
    pub fn poll_output(&mut self, writable: bool) -> Option<Output> {
        let output = self.queue.pop_front();
        if output.is_some() || !writable || !self.linked {
            return output;
        }
        if let Some(welcome) = self.greeting.take() {
            return Some(Output::Send(welcome));
        }
        if self.sync == Sync::Stale && self.closing.is_none() {
            self.sync = Sync::Asked;
            return Some(Output::Snapshot);
        }
        if let Some(frame) = self.next_frame() {
            return Some(Output::Send(frame));
        }
        let (code, since) = self.closing.take()?;
        self.lose_link(since);
        Some(Output::Disconnect(code as u16))
    }

    /// Whether there is a link.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.linked
    }

    /// Bytes of all entries that are kept.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.log.bytes()
    }

    /// Bytes of entries that were never sent.
    #[must_use]
    pub fn backlog(&self) -> usize {
        self.log.backlog()
    }

    fn resume(&mut self, resume: &Resume) -> bool {
        if self.since != Some(resume.since) {
            return false;
        }
        let Ok(whole) = self.log.resume(resume.received) else {
            return false;
        };
        if !whole || self.sync != Sync::Whole {
            self.become_stale();
        }
        true
    }

    /// Both logs begin, by a link of the client or without one.
    fn begin(&mut self, since: Option<u64>) {
        self.since = since;
        self.log.reset();
        self.newest.clear();
        self.inbox = Inbox::default();
        self.sync = Sync::Stale;
    }

    fn become_stale(&mut self) {
        self.log.keep_answers();
        self.newest.clear();
        self.sync = Sync::Stale;
    }

    fn read(&mut self, now: Instant, frame: &[u8]) -> Result<(), Nonsense> {
        let ClientFrame::Entries(frame) = decode_from_client(frame)? else {
            return Err(Nonsense::Greeting("a second hello"));
        };
        self.log.acknowledge(frame.ack)?;
        // What a client says is never fresh: nothing stands for what it has said before.
        let taken = self.inbox.take(frame.at, Start::Next, frame.entries)?;
        self.queue
            .extend(taken.map(|(number, bytes)| Output::Entry { number, bytes }));
        self.timers.heard(now);
        if self.inbox.owes() {
            self.timers.owe(now);
        }
        Ok(())
    }

    fn next_frame(&mut self) -> Option<Vec<u8>> {
        let batch = if self.sync == Sync::Whole {
            self.log.batch(|_, _| {})
        } else {
            None
        };
        if self.log.waiting() == 0 {
            self.newest.clear();
        }
        if batch.is_none() && !self.ack_due && !self.inbox.owes_much() {
            return None;
        }
        self.ack_due = false;
        self.timers.stop(Timer::Ack);
        let ack = self.inbox.acknowledge();
        let frame = match batch {
            Some(batch) => Entries {
                at: batch.at,
                ack,
                fresh: batch.fresh,
                entries: batch.entries,
            },
            None => Entries {
                at: self.log.next(),
                ack,
                ..Entries::default()
            },
        };
        Some(encode(&ServerFrame::Entries(frame)))
    }

    fn disconnect(&mut self, now: Instant, code: Close) {
        if self.linked {
            self.queue.push_back(Output::Disconnect(code as u16));
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
