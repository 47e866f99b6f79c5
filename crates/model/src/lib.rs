//! The Model: mediasoup's object tree as data, with each object's readable members and the rules by
//! which objects close with others. The engine has one of the objects in its worker processes, and each
//! client of a server has a copy, its replica.
//!
//! A pure state machine. Its owner applies an input (a worker's reply or notification, a `close()` of
//! the application) to the [`Model`], and the Model returns the consequences: the emissions (events for
//! the application), in mediasoup's order. It knows neither the worker's channel nor JavaScript.
//!
//! Life of an object: *open* (found by its id, part of cascades) -> *closed* (still readable, found by
//! its handle alone) -> *released* (forgotten; the handle may be given again). An object whose parent
//! has closed before its worker answered is closed from the start.

//!
//! A copy of another Model's objects is a Model, too: see [`Model::insert_object`].
//!
//! An object may be shown below one object and live in another: see [`Model::show`]. Emissions,
//! [`Model::take_changes`] and [`Model::objects`] never name a hidden object.

mod change;
mod close;
mod codecs;
mod copy;
mod document;
mod entity;
mod journal;
mod logical;
mod member;
mod parsed;
mod sctp_streams;

pub use close::Closure;
pub use document::Document;
pub use entity::{Entity, State};
pub use journal::Change;
pub use member::{Fields, MemberText, member};
pub use sctp_streams::SctpStreams;

use parsed::Parsed;

use protocol::{Handle, Kind};
use std::collections::{BTreeSet, HashMap};

/// Every object of one ObjectTree, Workers at the roots.
#[derive(Debug, Default)]
pub struct Model {
    entities: HashMap<Handle, Entity>,
    last: u32,
    parsed: Parsed,
    journal: Option<Vec<Change>>,
    /// True once anything was hidden.
    layered: bool,
    /// Handles of closed objects, once [`Model::keep_closed`] was called.
    closed: Option<Vec<Handle>>,
}

impl Model {
    /// Adds a Worker.
    pub fn insert_worker(&mut self) -> Handle {
        let handle = self.unused_handle();
        let state = State::Worker {
            ids: HashMap::new(),
        };
        let (id, fields) = ("".into(), Fields::default());
        let entity = Entity::new(Kind::Worker, id, handle, fields, state);
        self.insert_with(handle, entity);
        handle
    }

    /// Adds an object below `parent`. Where that has closed in the meanwhile, the new one is closed,
    /// too, without a word: in mediasoup it looks open for ever, but its worker doesn't know it.
    ///
    /// Below a hidden Router it is shown: as a child of the logical one.
    pub fn insert(
        &mut self,
        kind: Kind,
        id: Box<str>,
        parent: Handle,
        fields: Fields,
        state: State,
    ) -> Handle {
        let handle = self.unused_handle();
        self.insert_with(handle, Entity::new(kind, id, parent, fields, state));
        handle
    }

    /// Adds an object under a handle of somebody else's choice, which nothing here may have.
    pub(crate) fn insert_with(&mut self, handle: Handle, mut entity: Entity) -> bool {
        if self.entities.contains_key(&handle) {
            return false;
        }
        if entity.kind == Kind::Worker {
            (entity.parent, entity.home) = (handle, handle);
            (entity.worker, entity.root) = (handle, handle);
        } else if let Some(home) = self.get_mut(entity.home) {
            (entity.worker, entity.root) = (home.worker, home.root);
            entity.closed = home.closed;
            // What stands for nothing has only hidden children.
            entity.hidden |= home.hidden && home.shown_as.is_none();
            let shown_as = home.shown_as.filter(|_| !entity.hidden);
            if !home.closed {
                home.children.insert(handle);
                let (worker, id) = (entity.worker, entity.id.clone());
                self.name(worker, id, handle);
            }
            if let Some(logical) = shown_as {
                self.place_below(logical, handle, &mut entity);
            } else if !entity.closed && entity.root != entity.worker {
                let (root, id) = (entity.root, entity.id.clone());
                self.name(root, id, handle);
            }
        } else {
            entity.closed = true;
        }
        if entity.closed {
            self.note_closed(handle);
        }
        self.entities.insert(handle, entity);
        true
    }

    /// Notes that a WebRtcServer serves a transport.
    pub fn serve(&mut self, server: Handle, transport: Handle) {
        if let Some(State::WebRtcServer { transports }) =
            self.get_mut(server).map(|server| &mut server.state)
        {
            transports.insert(transport);
        }
    }

    /// The WebRtcServer that serves a transport, as long as it does.
    #[must_use]
    pub fn server_of(&self, transport: Handle) -> Option<Handle> {
        match self.get(transport)?.state {
            State::Transport { web_rtc_server, .. } => web_rtc_server,
            _ => None,
        }
    }

    /// The object, open or closed.
    #[must_use]
    pub fn get(&self, handle: Handle) -> Option<&Entity> {
        self.entities.get(&handle)
    }

    /// The object, open or closed, to be changed.
    pub fn get_mut(&mut self, handle: Handle) -> Option<&mut Entity> {
        self.entities.get_mut(&handle)
    }

    /// The object if it is open.
    #[must_use]
    pub fn open(&self, handle: Handle) -> Option<&Entity> {
        self.get(handle).filter(|entity| !entity.closed)
    }

    /// The open object with this id in a Worker.
    #[must_use]
    pub fn find(&self, worker: Handle, id: &str) -> Option<Handle> {
        match &self.get(worker)?.state {
            State::Worker { ids } => ids.get(id).copied(),
            _ => None,
        }
    }

    /// The open object of this kind with this id in a Router: in a logical one what is shown, in a
    /// real one what lives there.
    #[must_use]
    pub fn find_in_router(&self, router: Handle, kind: Kind, id: &str) -> Option<Handle> {
        let worker = self.get(router)?.worker;
        let handle = self.find(worker, id)?;
        let entity = self.get(handle)?;
        let transport = self.get(entity.parent)?;
        let is_in = transport.home == router || transport.parent == router;
        (entity.kind == kind && is_in).then_some(handle)
    }

    /// The Router that a transport or an RTP observer lives in.
    #[must_use]
    pub fn router_of(&self, handle: Handle) -> Option<Handle> {
        self.get(handle).map(|entity| entity.home)
    }

    /// The JSON text of one readable member of an object, `None` for `undefined`.
    #[must_use]
    pub fn read(&self, handle: Handle, member: &str) -> Option<&str> {
        self.get(handle)?.read(member)
    }

    /// The other end of a pipe, if this is one and both are open.
    #[must_use]
    pub fn peer(&self, handle: Handle) -> Option<Handle> {
        let peer = self.open(handle)?.peer?;
        self.open(peer).map(|_| peer)
    }

    /// Forgets a closed object. Nobody may ask by its handle again. Those below it, which are closed,
    /// too, are forgotten by themselves, in any order.
    pub fn release(&mut self, handle: Handle) {
        if self.get(handle).is_some_and(|entity| entity.closed) {
            self.detach(handle);
            self.entities.remove(&handle);
        }
    }

    /// Number of objects, closed ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entities.len()
    }

    /// True if there are no objects.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entities.is_empty()
    }

    /// Makes an object be found by its id in a Worker.
    fn name(&mut self, worker: Handle, id: Box<str>, handle: Handle) {
        if let Some(ids) = self.ids_mut(worker) {
            ids.insert(id, handle);
        }
    }

    fn unname(&mut self, worker: Handle, id: &str, handle: Handle) {
        if let Some(ids) = self.ids_mut(worker)
            && ids.get(id) == Some(&handle)
        {
            ids.remove(id);
        }
    }

    fn ids_mut(&mut self, worker: Handle) -> Option<&mut HashMap<Box<str>, Handle>> {
        match &mut self.entities.get_mut(&worker)?.state {
            State::Worker { ids } => Some(ids),
            _ => None,
        }
    }

    /// Children of one kind, in the order in which they were created.
    fn children(&self, handle: Handle, of: impl Fn(Kind) -> bool) -> Vec<Handle> {
        let children: Option<&BTreeSet<Handle>> = self.get(handle).map(|entity| &entity.children);
        children
            .into_iter()
            .flatten()
            .copied()
            .filter(|child| self.get(*child).is_some_and(|entity| of(entity.kind)))
            .collect()
    }

    /// Handles count upwards, so that their order is the order of creation. After 2^32 objects
    /// the count starts over and skips those still in use.
    fn unused_handle(&mut self) -> Handle {
        loop {
            self.last = self.last.checked_add(1).unwrap_or(1);
            let handle = Handle(self.last);
            if !self.entities.contains_key(&handle) {
                return handle;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::sync::Arc;

    #[test]
    fn what_a_closed_parent_gets_is_closed_without_a_word() {
        let mut model = Model::default();
        let worker = model.insert_worker();
        let rtp_capabilities = Arc::new(Document::from(Value::Null));
        let router = model.insert(
            Kind::Router,
            "router".into(),
            worker,
            Fields::default(),
            State::Router { rtp_capabilities },
        );
        model.close(router);

        let late = model.insert(
            Kind::AudioLevelObserver,
            "late".into(),
            router,
            Fields::default(),
            State::RtpObserver { paused: false },
        );
        assert!(model.open(late).is_none());
        assert_eq!(model.find(worker, "late"), None);

        let closure = model.close(late);
        assert_eq!(closure.emissions.len(), 1, "its own close() is emitted");
        assert!(closure.told.is_empty(), "its worker doesn't know it");

        model.release(late);
        assert!(model.get(late).is_none());
    }
}
