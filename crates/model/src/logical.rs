//! Logical objects, which the application sees, and the hidden ones that stand for them. Vertical
//! scaling (one Worker of the application over several worker processes) creates both kinds here, by way
//! of the engine, and looks up which hidden object stands for a shown one.
//!
//! A **logical** Worker, Router or WebRtcServer is one that no worker process knows. **Real** ones stand
//! for it, hidden from the application, each in a real Worker (one process) of its own. A Transport or
//! an RtpObserver of a logical Router is shown below that one and lives in a real one, its *home*. An
//! object on a shown Transport is shown; one on a hidden Transport (the pipes between real Routers) is
//! hidden.
//!
//! ```text
//! shown           LW - LR -+- T1 - P           hidden   W1 - R1 -+- (T1)
//!                          +- T2 - C                             +- PT1 - pipe Consumer of P
//!                                                       W2 - R2 -+- (T2)
//!                                                                +- PT2 - P', which stands for P
//! ```
//!
//! A logical object closes what stands for it; a real one that closes takes what lives in it along, and
//! the logical one stays.

use crate::{Entity, Fields, Model, State};
use protocol::{Handle, Kind};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

impl Model {
    /// Makes the logical object that a hidden one stands for, below `parent` (a Worker is a root). It
    /// has the id and the members of the real one, which is hidden from now on.
    ///
    /// `None` where there is nothing to stand for it.
    pub fn show(&mut self, real: Handle, parent: Handle) -> Option<Handle> {
        let entity = self.get(real)?;
        let state = match &entity.state {
            State::Worker { .. } => State::Worker {
                ids: HashMap::new(),
            },
            State::Router { rtp_capabilities } => State::Router {
                rtp_capabilities: Arc::clone(rtp_capabilities),
            },
            State::WebRtcServer { .. } => State::WebRtcServer {
                transports: BTreeSet::new(),
            },
            _ => return None,
        };
        let (id, fields) = (entity.id.clone(), entity.fields.clone());
        let mut logical = Entity::new(entity.kind, id, parent, fields, state);
        logical.logical = true;
        let handle = self.unused_handle();
        self.insert_with(handle, logical);
        self.stand_for(real, handle);
        Some(handle)
    }

    /// Lets an object stand for one that is shown: a real Worker, Router or WebRtcServer for a
    /// logical one, a piped Producer for its origin. It is hidden from now on. A real Router can do
    /// what its logical one can.
    pub fn stand_for(&mut self, real: Handle, shown: Handle) {
        let capabilities = match self.open(shown).map(|shown| &shown.state) {
            Some(State::Router { rtp_capabilities }) => Some(Arc::clone(rtp_capabilities)),
            Some(_) => None,
            None => return self.hide(real, None),
        };
        self.hide(real, Some(shown));
        if let Some(capabilities) = capabilities {
            self.set_rtp_capabilities(real, &capabilities);
        }
        if self.open(real).is_some()
            && let Some(shown) = self.get_mut(shown)
        {
            shown.stand_ins.insert(real);
        }
    }

    /// Adds an object below `parent` that the application never sees: see [`Model::insert`].
    pub fn insert_hidden(
        &mut self,
        kind: Kind,
        id: Box<str>,
        parent: Handle,
        fields: Fields,
        state: State,
    ) -> Handle {
        let handle = self.unused_handle();
        let mut entity = Entity::new(kind, id, parent, fields, state);
        entity.hidden = true;
        self.layered = true;
        self.insert_with(handle, entity);
        handle
    }

    /// The object that the application knows this one as: itself, unless it stands for another.
    #[must_use]
    pub fn shown(&self, handle: Handle) -> Handle {
        let shown_as = self.get(handle).and_then(|entity| entity.shown_as);
        shown_as.unwrap_or(handle)
    }

    /// True if the application doesn't know an object.
    #[must_use]
    pub fn is_hidden(&self, handle: Handle) -> bool {
        self.layered && self.get(handle).is_some_and(|entity| entity.hidden)
    }

    /// The open objects that stand for a shown one, in the order of their creation.
    #[must_use]
    pub fn stand_ins(&self, shown: Handle) -> Vec<Handle> {
        let entity = self.get(shown);
        entity.map_or_else(Vec::new, |entity| {
            entity.stand_ins.iter().copied().collect()
        })
    }

    /// The open children that the application sees, in the order of their creation.
    #[must_use]
    pub fn shown_children(&self, handle: Handle) -> Vec<Handle> {
        let Some(entity) = self.get(handle) else {
            return Vec::new();
        };
        let is_child = |child: &Handle| {
            let child = self.open(*child);
            child.is_some_and(|child| child.parent == handle && !child.hidden)
        };
        entity.children.iter().copied().filter(is_child).collect()
    }

    /// True if another real Worker of the logical one that an object is shown in has an open object
    /// with this id that is shown, too.
    #[must_use]
    pub fn is_taken_elsewhere(&self, handle: Handle, id: &str) -> bool {
        let Some(entity) = self.get(handle).filter(|it| it.root != it.worker) else {
            return false;
        };
        let taken = self.find(entity.root, id).and_then(|it| self.get(it));
        taken.is_some_and(|it| it.worker != entity.worker)
    }

    /// Notes what closes from now on, hidden or not, until it is taken.
    pub fn keep_closed(&mut self) {
        self.closed.get_or_insert_default();
    }

    /// Takes the handles that have closed since the last call, in order.
    pub fn take_closed(&mut self) -> Vec<Handle> {
        self.closed.as_mut().map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn note_closed(&mut self, handle: Handle) {
        if let Some(closed) = &mut self.closed {
            closed.push(handle);
        }
    }

    /// Has a new object, which lives in a real Router, be shown below the logical one.
    pub(crate) fn place_below(&mut self, logical: Handle, handle: Handle, entity: &mut Entity) {
        entity.parent = logical;
        let Some(parent) = self.get_mut(logical) else {
            return;
        };
        let root = parent.root;
        entity.root = root;
        if !entity.closed && !parent.closed {
            parent.children.insert(handle);
            self.name(root, entity.id.clone(), handle);
        }
    }

    fn hide(&mut self, real: Handle, shown_as: Option<Handle>) {
        self.layered = true;
        if let Some(entity) = self.get_mut(real) {
            entity.hidden = true;
            entity.shown_as = shown_as;
        }
    }
}
