//! Interpreter of random programs of operations on a [`Model`] (the tree of objects), with the checks
//! that must hold after each one. The property test and the fuzz target share it: a program is bytes,
//! four to an operation, which both can produce.
//!
//! Beside the Model a [`Run`] keeps a plain copy of the objects, and compares each cascade with it. The
//! updates that a server would send build another Model, which must be the same.

mod cascade;
mod samples;
pub(crate) mod stream;

pub(crate) use samples::{event_of, kinds_below, payload_of, state};

use model::{Fields, Model};
use protocol::{Emission, Event, Handle, Json, Kind, Payload, RequestId, Update};
use std::collections::BTreeMap;

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
    /// A member has another value, and no event says so.
    Set {
        target: u8,
        member: u8,
        value: u8,
    },
    /// A worker process is gone.
    Die(u8),
    /// Makes two ends of a pipe of what fits.
    Link(u8, u8),
    Release(u8),
}

impl From<[u8; 4]> for Op {
    fn from([code, a, b, c]: [u8; 4]) -> Self {
        match code % 16 {
            0 if a < 8 => Self::Die(b),
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
            13 => Self::Link(a, b),
            14 => Self::Set {
                target: a,
                member: b,
                value: c,
            },
            _ => Self::Release(a),
        }
    }
}

/// Copy of an object that the run keeps by itself.
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
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) model: Model,
    /// A Model that knows what a server tells.
    copy: Model,
    /// Updates that a server sends for the operation at hand.
    said: Vec<Update<RequestId>>,
    made: Vec<Handle>,
    shadows: BTreeMap<Handle, Shadow>,
}

impl Default for Run {
    fn default() -> Self {
        let mut model = Model::default();
        model.keep_journal();
        Self {
            model,
            copy: Model::default(),
            said: Vec::new(),
            made: Vec::new(),
            shadows: BTreeMap::new(),
        }
    }
}

impl Run {
    /// Does one operation and checks all that it says and changes. Yields what a server tells of it.
    pub(crate) fn step(&mut self, op: Op) -> Vec<Update<RequestId>> {
        match op {
            Op::AddWorker => {
                let worker = self.model.insert_worker();
                self.note(worker, Kind::Worker, worker, worker, "".into(), None);
                self.say_created(worker);
            }
            Op::Insert { parent, kind, id } => self.insert(parent, kind, id),
            Op::Close(target) => {
                if let Some(target) = self.pick(target) {
                    self.close(target);
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
                    let silent = emission.as_ref();
                    assert!(silent.is_none_or(|it| it.event.is_none() && it.target == target));
                    let paused = self.model.read(target, "paused");
                    assert!(paused.is_none_or(|text| text == now.to_string()));
                    self.say_emissions(emission, false);
                }
            }
            Op::Set {
                target,
                member,
                value,
            } => {
                if let Some(target) = self.pick(target) {
                    self.set(target, member, value);
                }
            }
            Op::Die(target) => {
                if let Some(worker) = self.pick(target).map(|it| self.shadows[&it].worker)
                    && self.is_open(worker)
                {
                    let reason = Payload::Json(Json::of(&"it died"));
                    self.say_emissions([Emission::own(worker, Event::Died, reason)], false);
                    self.close(worker);
                    let end = Emission::own(worker, Event::SubprocessClose, Payload::None);
                    self.say_emissions([end], true);
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
        self.copied()
    }

    /// Closes an object on its owner's behalf.
    fn close(&mut self, target: Handle) {
        let closure = self.model.close(target);
        self.check_close(target, None, &closure);
        self.say_emissions(closure.emissions, false);
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
        self.say_created(handle);
        if let Some(server) = server {
            let payload = Payload::Object(handle);
            let emission = Emission::observer(server, Event::WebRtcTransportHandled, payload);
            self.say_emissions([emission], false);
        }
    }

    fn notify(&mut self, target: Handle, event: Event, payload: Payload) {
        let kind = self.shadows[&target].kind;
        let consumes = matches!(kind, Kind::Consumer | Kind::DataConsumer);
        let closes = matches!(event, Event::ProducerClose | Event::DataProducerClose);
        // A worker doesn't report ends.
        let ends = matches!(event, Event::Close | Event::Died | Event::SubprocessClose);
        if closes && !consumes || ends {
            return;
        }
        let was_open = self.is_open(target);
        let closure = self.model.notify(target, event, payload);
        if !was_open {
            assert!(closure.emissions.is_empty(), "a closed object emitted");
        } else if closes {
            self.check_close(target, Some(event), &closure);
            self.say_emissions(closure.emissions, true);
            return;
        }
        assert!(closure.told.is_empty());
        assert!(closure.emissions.iter().all(|it| it.target == target));
        let is_end = |it: &Emission| it.observer == Some(Event::Close);
        assert!(!closure.emissions.iter().any(is_end));
        self.say_emissions(closure.emissions, true);
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
            self.copy.release(target);
        }
    }

    /// Checks the invariants between any two operations.
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
