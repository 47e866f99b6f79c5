//! Objects of the fake ObjectTree (mediasoup objects without worker processes), and the rules for what
//! closes with what. [`Fake`](crate::Fake) changes them as the tree's calls and the fake workers' replies
//! demand; tests read a [`FakeObject`] for each, and [`Emitted`] for each event emitted on it.

use protocol::{Handle, Kind};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// An object.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub struct FakeObject {
    /// Its class.
    pub kind: Kind,
    /// Its id.
    pub id: String,
    /// Whose child it is as the application sees it, or as it is where that is hidden.
    pub parent: Handle,
    /// The real Worker; 0 of logical objects.
    pub worker: Handle,
    /// The real Router; 0 of what is above.
    pub router: Handle,
    /// True if the application doesn't know it.
    pub hidden: bool,
    /// True if it is open in the Model.
    pub open: bool,
    /// The object that the application knows it as.
    pub shown_as: Option<Handle>,
    /// Objects that stand for it.
    pub stand_ins: BTreeSet<Handle>,
    /// The object that closes with it.
    pub peer: Option<Handle>,
    /// Of a consumer: the (data) producer in its own real Router.
    pub source: Option<Handle>,
    /// Of a (data) producer: its consumers in its own real Router.
    pub consumers: BTreeSet<Handle>,
    /// Of an RtpObserver: its Producers in its own real Router.
    pub observes: BTreeSet<Handle>,
    /// Of a WebRtcTransport: its real WebRtcServer.
    pub server: Option<Handle>,
    /// True if it is paused.
    pub paused: bool,
    /// Of a consumer: whether its (data) producer is.
    pub producer_paused: bool,
    pub(crate) children: BTreeSet<Handle>,
}

/// Emission on an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "mediasoup's events")]
pub enum Emitted {
    Close,
    Pause,
    Resume,
    ProducerPause,
    ProducerResume,
}

/// All objects.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub entities: BTreeMap<Handle, FakeObject>,
    /// By the Router, real or logical, and the id.
    pub ids: HashMap<(Handle, String), Handle>,
    pub emitted: Vec<(Handle, Emitted)>,
    /// Objects that closed since the last call.
    pub closed: Vec<Handle>,
    /// Closed objects to report to real Workers: the Worker, the object.
    pub to_tell: Vec<(Handle, Handle)>,
    last: u32,
}

impl FakeObject {
    pub(crate) fn new(kind: Kind, parent: Handle) -> Self {
        let none = Handle::default();
        Self {
            kind,
            id: String::new(),
            parent,
            worker: none,
            router: none,
            hidden: false,
            open: true,
            shown_as: None,
            stand_ins: BTreeSet::new(),
            peer: None,
            source: None,
            consumers: BTreeSet::new(),
            observes: BTreeSet::new(),
            server: None,
            paused: false,
            producer_paused: false,
            children: BTreeSet::new(),
        }
    }
}

impl Tree {
    pub(crate) fn insert(&mut self, mut entity: FakeObject) -> Handle {
        self.last += 1;
        let handle = Handle(self.last);
        if entity.id.is_empty() {
            entity.id = format!("id-{}", self.last);
        }
        for above in [entity.parent, entity.router] {
            if let Some(above) = self.entities.get_mut(&above) {
                above.children.insert(handle);
            }
        }
        for router in self.routers_of(&entity) {
            self.ids.insert((router, entity.id.clone()), handle);
        }
        if let Some(source) = entity.source {
            self.get_mut(source).consumers.insert(handle);
        }
        self.entities.insert(handle, entity);
        handle
    }

    /// The real Router, and the logical one where the object is shown.
    fn routers_of(&self, entity: &FakeObject) -> Vec<Handle> {
        let mut routers = vec![entity.router];
        if !entity.hidden
            && let Some(router) = self.entities.get(&entity.router)
        {
            routers.extend(router.shown_as);
        }
        routers
    }

    pub(crate) fn open(&self, handle: Handle) -> Option<&FakeObject> {
        self.entities.get(&handle).filter(|entity| entity.open)
    }

    pub(crate) fn get_mut(&mut self, handle: Handle) -> &mut FakeObject {
        let entity = self.entities.get_mut(&handle);
        entity.expect("handles come from here")
    }

    pub(crate) fn emit(&mut self, handle: Handle, emitted: Emitted) {
        if !self.entities[&handle].hidden {
            self.emitted.push((handle, emitted));
        }
    }

    /// Closes an object that its worker doesn't close by itself.
    pub(crate) fn close(&mut self, handle: Handle) {
        if let Some(entity) = self.open(handle) {
            self.to_tell.push((entity.worker, handle));
            self.cascade(handle);
        }
    }

    /// Closes an object with all that closes with it.
    pub(crate) fn cascade(&mut self, handle: Handle) {
        if self.open(handle).is_none() {
            return;
        }
        self.get_mut(handle).open = false;
        let entity = self.entities[&handle].clone();
        for below in entity.children.iter().chain(&entity.consumers) {
            self.cascade(*below);
        }
        if entity.kind == Kind::WebRtcServer {
            let served = |(_, it): &(&Handle, &FakeObject)| it.open && it.server == Some(handle);
            let served: Vec<Handle> = self
                .entities
                .iter()
                .filter(served)
                .map(|it| *it.0)
                .collect();
            for transport in served {
                self.cascade(transport);
            }
        }
        for router in self.routers_of(&entity) {
            let key = (router, entity.id.clone());
            if self.ids.get(&key) == Some(&handle) {
                self.ids.remove(&key);
            }
        }
        for above in [entity.parent, entity.router] {
            if let Some(above) = self.entities.get_mut(&above) {
                above.children.remove(&handle);
            }
        }
        if let Some(source) = entity.source {
            self.get_mut(source).consumers.remove(&handle);
        }
        if let Some(shown) = entity.shown_as {
            self.get_mut(shown).stand_ins.remove(&handle);
        }
        self.emit(handle, Emitted::Close);
        self.closed.push(handle);
        for other in entity.stand_ins.into_iter().chain(entity.peer) {
            self.close(other);
        }
    }
}
