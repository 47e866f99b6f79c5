//! Simulated server, the log of messages on the way to one client, and that client with an application.
//! The property tests of the replica (the client's copy of the objects) execute random actions by it; it
//! checks every event against the application's view and compares both sides at the end.

use crate::program::stream::assert_same;
use crate::program::{Op, Run};
use protocol::{Emission, Event, Handle, Item, Kind, Payload, RequestId, Snapshot, Update};
use replica::Replica;
use std::collections::{BTreeMap, VecDeque};

/// The next event, on either side or between them.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    /// An operation on the server.
    Serve(Op),
    /// Delivers this many entries of the server's log.
    Deliver(u8),
    /// The client takes this many items.
    Take(u8),
    /// The application closes an object, and another one in the middle of that one's cascade.
    Close(u8, u8),
    /// Delivers the application's oldest `close()` to the server.
    Hear,
    /// The application releases an object.
    Release(u8),
    /// Drops the entries in flight and sends a snapshot instead.
    Resynchronise,
}

/// State of an object as the application sees it.
#[derive(Debug)]
struct Seen {
    kind: Kind,
    life: Life,
    died: bool,
    process_ended: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Open,
    Closing,
    Ended,
}

/// Both sides.
#[derive(Debug, Default)]
pub(crate) struct World {
    run: Run,
    on_the_way: VecDeque<Update<RequestId>>,
    pub(crate) replica: Replica,
    closes: VecDeque<Handle>,
    seen: BTreeMap<Handle, Seen>,
}

impl World {
    pub(crate) fn act(&mut self, act: Act) {
        match act {
            Act::Serve(op) => self.on_the_way.extend(self.run.step(op)),
            Act::Deliver(count) => {
                let count = usize::from(count).min(self.on_the_way.len());
                for entry in self.on_the_way.drain(..count) {
                    self.replica.apply(entry);
                }
            }
            Act::Take(count) => {
                for _ in 0..count {
                    self.take();
                }
            }
            Act::Close(place, other) => self.close(place, Some(other)),
            Act::Hear => {
                if let Some(handle) = self.closes.pop_front() {
                    self.server_closes(handle);
                }
            }
            Act::Release(place) => {
                if let Some(handle) = self.nth(place, |seen| seen.life == Life::Ended) {
                    self.replica.release(handle);
                    assert!(self.replica.model().get(handle).is_none());
                }
            }
            Act::Resynchronise => {
                self.on_the_way.clear();
                let snapshot = Update::Snapshot(self.snapshot());
                self.on_the_way.push_back(snapshot);
            }
        }
    }

    /// Delivers everything and compares both sides.
    pub(crate) fn settle(&mut self) {
        while !self.closes.is_empty() {
            self.act(Act::Hear);
        }
        for entry in self.on_the_way.drain(..) {
            self.replica.apply(entry);
        }
        self.take_all();
        assert_same(&self.run.model, self.replica.model());
        for (handle, seen) in &self.seen {
            let is_open = self.run.model.open(*handle).is_some();
            let life = if is_open { Life::Open } else { Life::Ended };
            assert_eq!(seen.life, life, "{handle:?} {seen:?}");
        }
    }

    /// Loses the session.
    pub(crate) fn die(&mut self) {
        let open = |seen: &Seen| seen.kind == Kind::Worker && seen.life == Life::Open;
        self.take_all();
        let alive: Vec<Handle> = self
            .seen
            .iter()
            .filter(|(_, seen)| open(seen))
            .map(|(handle, _)| *handle)
            .collect();
        self.replica.die("gone");
        self.take_all();
        assert!(self.replica.model().objects().is_empty());
        for (handle, seen) in &self.seen {
            assert_eq!(seen.life, Life::Ended, "{handle:?} {seen:?}");
            assert!(!alive.contains(handle) || seen.died, "{handle:?} {seen:?}");
            let is_known = self.replica.model().get(*handle).is_some();
            let has_process = seen.kind == Kind::Worker && is_known;
            assert!(!has_process || seen.process_ended, "{handle:?} {seen:?}");
        }
    }

    fn snapshot(&self) -> Snapshot {
        let model = &self.run.model;
        let objects = model.objects().into_iter();
        Snapshot {
            objects: objects
                .filter_map(|(handle, _)| model.object(handle))
                .collect(),
            ..Snapshot::default()
        }
    }

    /// Objects are numbered in the order of their creation, which is how operations name them.
    fn server_closes(&mut self, handle: Handle) {
        let place = u8::try_from(handle.0 - 1).expect("fewer operations than that");
        let said = self.run.step(Op::Close(place));
        self.on_the_way.extend(said);
    }

    fn take_all(&mut self) {
        while self.take() {}
        assert!(!self.replica.has_more());
        assert_eq!(self.replica.events(), 0);
    }

    /// Takes one item, or the waiting event.
    fn take(&mut self) -> bool {
        match self.replica.next_item() {
            Some(item) => {
                self.check_item(item);
                true
            }
            None => self.replica.next_event(),
        }
    }

    fn check_item(&mut self, item: Item) {
        match item {
            Item::Created {
                handle,
                kind,
                parent,
                ..
            } => {
                let is_open = |handle| {
                    self.seen
                        .get(handle)
                        .is_some_and(|seen| seen.life == Life::Open)
                };
                assert!(
                    kind == Kind::Worker || is_open(&parent),
                    "below what is closed"
                );
                let seen = Seen {
                    kind,
                    life: Life::Open,
                    died: false,
                    process_ended: false,
                };
                assert!(self.seen.insert(handle, seen).is_none(), "{handle:?} again");
            }
            Item::Emission(emission) => self.check_emission(&emission),
            other => panic!("unexpected {other:?}"),
        }
    }

    /// Checks that every emission of the replica is new.
    fn check_emission(&mut self, emission: &Emission) {
        if let Payload::Object(handle) = emission.payload {
            assert!(self.replica.model().get(handle).is_some(), "{emission:?}");
        }
        if let (Some(Event::Score), Payload::Json(score)) = (emission.event, &emission.payload) {
            let read = self.replica.read(emission.target, "score");
            assert_eq!(read, Some(score.as_str()), "{emission:?}");
        }
        let seen = self.seen.get_mut(&emission.target);
        let seen = seen.unwrap_or_else(|| panic!("of an unknown object: {emission:?}"));
        if emission.event == Some(Event::SubprocessClose) {
            assert!(
                !std::mem::replace(&mut seen.process_ended, true),
                "{emission:?}"
            );
            return;
        }
        assert!(seen.life != Life::Ended, "{emission:?}");
        if emission.event == Some(Event::Died) {
            assert!(!std::mem::replace(&mut seen.died, true), "{emission:?}");
        }
        let is_closing = emission.event.is_none() && emission.observer.is_none();
        let is_end = emission.observer == Some(Event::Close);
        if is_closing {
            seen.life = Life::Closing;
        } else if is_end {
            seen.life = Life::Ended;
        } else {
            let of_its_end = emission.observer == Some(Event::WebRtcTransportUnhandled);
            assert!(seen.life == Life::Open || of_its_end, "{emission:?}");
        }
    }

    /// Closes an object like JavaScript: an end that a cascade returns again is emitted once.
    fn close(&mut self, place: u8, other: Option<u8>) {
        let Some(handle) = self.nth(place, |seen| seen.life == Life::Open) else {
            return;
        };
        let mut other = other;
        self.closes.push_back(handle);
        for emission in self.replica.close(handle) {
            let target = emission.target;
            if self
                .seen
                .get(&target)
                .is_some_and(|seen| seen.life != Life::Ended)
            {
                self.check_emission(&emission);
            }
            if let Some(other) = other.take_if(|other| *other % 3 == 0) {
                self.close(other, None);
            }
        }
        assert_eq!(
            self.seen[&handle].life,
            Life::Ended,
            "close() is synchronous"
        );
    }

    fn nth(&self, place: u8, is_meant: impl Fn(&Seen) -> bool) -> Option<Handle> {
        let meant = self.seen.iter().filter(|(_, seen)| is_meant(seen));
        let meant: Vec<Handle> = meant.map(|(handle, _)| *handle).collect();
        meant.get(usize::from(place) % meant.len().max(1)).copied()
    }
}
