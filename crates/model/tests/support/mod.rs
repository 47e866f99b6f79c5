//! Programs of operations on a [`Model`], and what must hold after every one of them.
//!
//! A program is bytes, four to an operation, so that a property test and a fuzzer can both write
//! one. Beside the Model a [`Run`] keeps a plain copy of what it did, and holds each cascade against
//! that.

use model::{Closure, Document, Fields, Model, SctpStreams, State};
use protocol::{Emission, Event, Handle, Json, Kind, Payload};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// One operation. Objects are named by their place among all that were ever made.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Op {
    AddWorker,
    /// One more object below another, of a kind that belongs there.
    Insert {
        parent: u8,
        kind: u8,
        id: u8,
    },
    Close(u8),
    Notify {
        target: u8,
        event: u8,
        payload: u8,
    },
    Paused {
        target: u8,
        now: bool,
    },
    /// Makes two ends of a pipe of what fits.
    Link(u8, u8),
    Release(u8),
}

impl From<[u8; 4]> for Op {
    fn from([code, a, b, c]: [u8; 4]) -> Self {
        match code % 16 {
            0 => Self::AddWorker,
            1..8 => Self::Insert {
                parent: a,
                kind: b,
                id: c,
            },
            8 | 9 => Self::Close(a),
            10 | 11 => Self::Notify {
                target: a,
                event: b,
                payload: c,
            },
            12 => Self::Paused {
                target: a,
                now: b % 2 == 0,
            },
            13 | 14 => Self::Link(a, b),
            _ => Self::Release(a),
        }
    }
}

/// What the run itself knows of an object.
#[derive(Debug)]
struct Shadow {
    kind: Kind,
    parent: Handle,
    worker: Handle,
    id: Box<str>,
    open: bool,
    peer: Option<Handle>,
    server: Option<Handle>,
}

/// A Model under a program.
#[derive(Debug, Default)]
pub(crate) struct Run {
    model: Model,
    made: Vec<Handle>,
    shadows: BTreeMap<Handle, Shadow>,
}

impl Run {
    /// Does one operation and checks all that it says and changes.
    pub(crate) fn step(&mut self, op: Op) {
        match op {
            Op::AddWorker => {
                let worker = self.model.insert_worker();
                self.note(worker, Kind::Worker, worker, worker, "".into(), None);
            }
            Op::Insert { parent, kind, id } => self.insert(parent, kind, id),
            Op::Close(target) => {
                if let Some(target) = self.pick(target) {
                    let closure = self.model.close(target);
                    self.check_close(target, None, &closure);
                }
            }
            Op::Notify {
                target,
                event,
                payload,
            } => {
                if let Some(target) = self.pick(target) {
                    self.notify(target, event_of(event), payload_of(payload));
                }
            }
            Op::Paused { target, now } => {
                if let Some(target) = self.pick(target) {
                    let emission = self.model.paused(target, now, None);
                    assert!(emission.is_none_or(|it| it.event.is_none() && it.target == target));
                    let paused = self.model.read(target, "paused");
                    assert!(paused.is_none_or(|text| text == now.to_string()));
                }
            }
            Op::Link(one, other) => self.link(one, other),
            Op::Release(target) => {
                if let Some(target) = self.pick(target) {
                    self.release(target);
                }
            }
        }
        self.check();
    }

    fn insert(&mut self, parent: u8, kind: u8, id: u8) {
        let Some(parent) = self.pick(parent) else {
            return;
        };
        let kinds = kinds_below(self.shadows[&parent].kind);
        if kinds.is_empty() {
            return;
        }
        let kind = kinds[usize::from(kind) % kinds.len()];
        let worker = self.shadows[&parent].worker;
        // A worker refuses an id that is in use, and takes it again once it is free.
        let id: Box<str> = match format!("id{}", id % 16) {
            used if self.model.find(worker, &used).is_some() => {
                format!("only{}", self.made.len()).into()
            }
            free => free.into(),
        };
        let server = (kind == Kind::WebRtcTransport)
            .then(|| self.open_server(worker))
            .flatten();
        let handle = self.model.insert(
            kind,
            id.clone(),
            parent,
            Fields::default(),
            state(kind, server),
        );
        let is_late = !self.is_open(parent);
        let server = server.filter(|_| !is_late);
        if let Some(server) = server {
            self.model.serve(server, handle);
        }
        self.note(handle, kind, parent, worker, id, server);
        // No cascade will come by.
        self.shadow(handle).open = !is_late;
    }

    fn notify(&mut self, target: Handle, event: Event, payload: Payload) {
        let kind = self.shadows[&target].kind;
        let consumes = matches!(kind, Kind::Consumer | Kind::DataConsumer);
        let closes = matches!(event, Event::ProducerClose | Event::DataProducerClose);
        if closes && !consumes {
            return;
        }
        let was_open = self.is_open(target);
        let closure = self.model.notify(target, event, payload);
        if !was_open {
            assert!(closure.emissions.is_empty(), "a closed object was told");
        } else if closes {
            self.check_close(target, Some(event), &closure);
            return;
        }
        assert!(closure.told.is_empty());
        assert!(closure.emissions.iter().all(|it| it.target == target));
        let is_end = |it: &Emission| it.observer == Some(Event::Close);
        assert!(event == Event::Close || !closure.emissions.iter().any(is_end));
    }

    /// Only what `pipeToRouter()` links: open ends in different Routers, each with no other end.
    fn link(&mut self, one: u8, other: u8) {
        let Some(one) = nth(
            one,
            &self.ends(&[Kind::PipeTransport, Kind::Consumer, Kind::DataConsumer]),
        ) else {
            return;
        };
        let fitting = match self.shadows[&one].kind {
            Kind::Consumer => Kind::Producer,
            Kind::DataConsumer => Kind::DataProducer,
            kind => kind,
        };
        let mut others = self.ends(&[fitting]);
        others.retain(|other| self.router_of(one) != self.router_of(*other));
        if let Some(other) = nth(other, &others) {
            self.model.link(one, other);
            assert_eq!(self.model.peer(one), Some(other));
            for (end, peer) in [(one, other), (other, one)] {
                self.shadow(end).peer = Some(peer);
            }
        }
    }

    /// Open objects of these kinds that nothing is linked to.
    fn ends(&self, kinds: &[Kind]) -> Vec<Handle> {
        let ends = self.shadows.iter().filter(|(_, shadow)| {
            shadow.open && shadow.peer.is_none() && kinds.contains(&shadow.kind)
        });
        ends.map(|(handle, _)| *handle).collect()
    }

    fn release(&mut self, target: Handle) {
        let before = self.model.len();
        self.model.release(target);
        if self.is_open(target) {
            assert_eq!(self.model.len(), before, "an open object was forgotten");
        } else {
            assert!(self.model.get(target).is_none());
            assert_eq!(self.model.read(target, "paused"), None);
            self.shadows.remove(&target);
        }
    }

    /// Holds what closing `target` gave against what it should have, and notes what is closed.
    fn check_close(&mut self, target: Handle, reason: Option<Event>, closure: &Closure) {
        let ends: Vec<(Handle, Option<Event>)> = closure
            .emissions
            .iter()
            .filter(|it| it.observer == Some(Event::Close))
            .map(|it| (it.target, it.event))
            .collect();
        if !self.is_open(target) {
            // A listener's close() in the middle of a cascade: what is below is told again.
            assert!(closure.told.is_empty());
            assert!(ends.iter().all(|(handle, _)| !self.is_open(*handle)));
            return;
        }
        let expected = self.closing_with(target);
        let ended: BTreeSet<Handle> = ends.iter().map(|(handle, _)| *handle).collect();
        assert_eq!(ended, expected, "what closes with {target:?}");
        assert_eq!(ends.len(), ended.len(), "an end was told twice: {ends:?}");

        let place: HashMap<Handle, usize> = ends
            .iter()
            .enumerate()
            .map(|(place, (handle, _))| (*handle, place))
            .collect();
        let mut told: Vec<Handle> = Vec::new();
        for (handle, why) in &ends {
            let shadow = &self.shadows[handle];
            match why {
                None => told.push(*handle),
                _ if *handle == target => assert_eq!(*why, reason),
                Some(Event::ListenServerClose) => {
                    assert!(shadow.server.is_some_and(|server| ended.contains(&server)));
                }
                Some(why) => {
                    assert_eq!(*why, reason_below(self.shadows[&shadow.parent].kind));
                    assert!(
                        place[handle] < place[&shadow.parent],
                        "a parent's end first"
                    );
                }
            }
        }
        told.sort_unstable();
        let mut said = closure.told.clone();
        said.sort_unstable();
        assert_eq!(said, told, "the worker is told of what has no other reason");
        self.check_order(&ends);
        self.check_closing(closure, &place);
        for handle in ended {
            self.shadow(handle).open = false;
        }
    }

    /// Siblings that close for the same reason do so by kind, and by age within a kind.
    fn check_order(&self, ends: &[(Handle, Option<Event>)]) {
        let mut last: HashMap<(Handle, Event), (usize, Handle)> = HashMap::new();
        for (handle, why) in ends {
            let shadow = &self.shadows[handle];
            let Some(why) = why.filter(|why| *why != Event::ListenServerClose) else {
                continue;
            };
            let now = (rank(shadow.kind), *handle);
            if let Some(before) = last.insert((shadow.parent, why), now) {
                assert!(before < now, "{before:?} closed before {now:?}");
            }
        }
    }

    /// What has children is said to be closing before any of them ends.
    fn check_closing(&self, closure: &Closure, place: &HashMap<Handle, usize>) {
        let mut closing = BTreeSet::new();
        for it in &closure.emissions {
            if it.event.is_none() && it.observer.is_none() {
                assert!(closing.insert(it.target), "closing twice");
            } else if it.observer == Some(Event::Close) {
                let parent = self.shadows[&it.target].parent;
                let in_cascade = parent != it.target && place.contains_key(&parent);
                let by_cascade = it.event.is_some_and(|why| why != Event::ListenServerClose);
                assert!(!in_cascade || !by_cascade || closing.contains(&parent));
            }
        }
    }

    /// Everything that closes when `target` does: what is below, other ends of pipes, and the
    /// transports of a WebRtcServer.
    fn closing_with(&self, target: Handle) -> BTreeSet<Handle> {
        let mut all = BTreeSet::new();
        let mut left = vec![target];
        while let Some(handle) = left.pop() {
            if !self.is_open(handle) || !all.insert(handle) {
                continue;
            }
            left.extend(self.shadows[&handle].peer);
            let below = self.shadows.iter().filter(|(_, shadow)| {
                shadow.parent == handle || shadow.server.is_some_and(|server| server == handle)
            });
            left.extend(below.map(|(below, _)| *below));
        }
        all
    }

    /// What holds between any two operations.
    fn check(&self) {
        assert_eq!(self.model.len(), self.shadows.len());
        assert_eq!(self.model.is_empty(), self.shadows.is_empty());
        for (&handle, shadow) in &self.shadows {
            let entity = self.model.get(handle).expect("nobody has released it");
            assert_eq!(entity.closed, !shadow.open, "{handle:?} {shadow:?}");
            assert_eq!((entity.kind, entity.parent), (shadow.kind, shadow.parent));
            assert_eq!(self.model.open(handle).is_some(), shadow.open);
            if shadow.kind == Kind::Worker {
                continue;
            }
            let found = self.model.find(shadow.worker, &shadow.id);
            assert_eq!(found == Some(handle), shadow.open, "by its id");
            assert!(!shadow.open || self.is_open(shadow.parent), "an orphan");
            if let Some(peer) = shadow.peer {
                assert!(shadow.open || !self.is_open(peer), "half a pipe");
            }
        }
    }

    fn note(
        &mut self,
        handle: Handle,
        kind: Kind,
        parent: Handle,
        worker: Handle,
        id: Box<str>,
        server: Option<Handle>,
    ) {
        self.made.push(handle);
        let shadow = Shadow {
            kind,
            parent,
            worker,
            id,
            open: true,
            peer: None,
            server,
        };
        assert!(
            self.shadows.insert(handle, shadow).is_none(),
            "handle reused"
        );
    }

    fn pick(&self, place: u8) -> Option<Handle> {
        nth(place, &self.made).filter(|handle| self.shadows.contains_key(handle))
    }

    fn is_open(&self, handle: Handle) -> bool {
        self.shadows.get(&handle).is_some_and(|shadow| shadow.open)
    }

    fn shadow(&mut self, handle: Handle) -> &mut Shadow {
        self.shadows.get_mut(&handle).expect("a known object")
    }

    fn open_server(&self, worker: Handle) -> Option<Handle> {
        let mut servers = self.shadows.iter().filter(|(_, shadow)| {
            shadow.kind == Kind::WebRtcServer && shadow.worker == worker && shadow.open
        });
        servers.next().map(|(handle, _)| *handle)
    }

    fn router_of(&self, mut handle: Handle) -> Option<Handle> {
        loop {
            let shadow = self.shadows.get(&handle)?;
            if shadow.kind == Kind::Router {
                return Some(handle);
            }
            handle = shadow.parent;
        }
    }
}

fn nth(place: u8, of: &[Handle]) -> Option<Handle> {
    of.get(usize::from(place) % of.len().max(1)).copied()
}

/// What mediasoup makes below an object of a kind.
pub(crate) fn kinds_below(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Worker => &[Kind::Router, Kind::Router, Kind::WebRtcServer],
        Kind::Router => &[
            Kind::WebRtcTransport,
            Kind::PipeTransport,
            Kind::PlainTransport,
            Kind::DirectTransport,
            Kind::ActiveSpeakerObserver,
            Kind::AudioLevelObserver,
        ],
        kind if kind.is_transport() => &[
            Kind::Producer,
            Kind::Consumer,
            Kind::DataProducer,
            Kind::DataConsumer,
        ],
        _ => &[],
    }
}

/// The state of a new object.
pub(crate) fn state(kind: Kind, web_rtc_server: Option<Handle>) -> State {
    let document = || Arc::new(Document::from(json!({})));
    match kind {
        Kind::Worker => State::Worker {
            ids: HashMap::new(),
        },
        Kind::WebRtcServer => State::WebRtcServer {
            transports: BTreeSet::new(),
        },
        Kind::Router => State::Router {
            rtp_capabilities: document(),
        },
        Kind::Producer => State::Producer {
            consumable_rtp_parameters: document(),
            paused: false,
        },
        Kind::Consumer => State::Consumer {
            paused: false,
            producer_paused: false,
        },
        Kind::DataProducer => State::DataProducer { paused: false },
        Kind::DataConsumer => State::DataConsumer {
            paused: false,
            producer_paused: false,
            stream_id: Some(1),
        },
        Kind::ActiveSpeakerObserver | Kind::AudioLevelObserver => {
            State::RtpObserver { paused: false }
        }
        _ => State::Transport {
            web_rtc_server,
            rtx: false,
            cname: None,
            next_mid: 0,
            sctp_streams: SctpStreams::default(),
        },
    }
}

/// Any event.
pub(crate) fn event_of(number: u8) -> Event {
    Event::ALL[usize::from(number) % Event::ALL.len()]
}

/// Any payload.
pub(crate) fn payload_of(number: u8) -> Payload {
    match number % 6 {
        0 => Payload::None,
        1 => Payload::Undefined,
        2 => Payload::Json(Json::of(&number)),
        3 => Payload::Packet([number].into()),
        4 => Payload::Message([number].into(), 51),
        _ => Payload::Object(Handle(number.into())),
    }
}

/// Where a kind comes among its siblings when they close.
fn rank(kind: Kind) -> usize {
    match kind {
        Kind::WebRtcServer | Kind::Consumer => 1,
        kind if kind.is_rtp_observer() => 1,
        Kind::DataProducer => 2,
        Kind::DataConsumer => 3,
        _ => 0,
    }
}

fn reason_below(kind: Kind) -> Event {
    match kind {
        Kind::Worker => Event::WorkerClose,
        Kind::Router => Event::RouterClose,
        _ => Event::TransportClose,
    }
}
