//! Writer of the updates that the clients' replicas follow (a replica is a client's copy of the session's
//! objects). Every update of the session passes here: it is appended to the logs of the clients concerned.
//! The parts are the clients, and the objects and appData that they know. A session is the Workers and
//! objects that one or several clients share.
//!
//! Items of the session's Host are appended here to the log of every client. An entry names only objects and
//! appData that its client knows: an object is introduced before anything about it, an appData before its first
//! use.

mod app_data;
mod snapshot;

use super::LinkOutput;
use super::app_data::AppDataTable;
use super::calls_in_flight::CallOrigin;
use super::client::ClientId;
use super::clients::{Clients, Want};
use super::objects::Objects;
use model::Model;
use protocol::{AppDataId, Emission, EntryNumber, Event, Handle, Json, Kind, Update};
use session_logs::server::Keep;
use std::collections::BTreeMap;

/// State of the clients' replicas.
#[derive(Debug)]
pub(super) struct Replicas {
    pub(super) clients: Clients,
    pub(super) objects: Objects,
    pub(super) app_data: AppDataTable,
}

/// A client that has closed an object, in its own replica first.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closer {
    pub(super) client: ClientId,
    pub(super) closed: Handle,
}

impl Replicas {
    pub(super) fn new(clients: Clients, objects: Objects) -> Self {
        Self {
            clients,
            objects,
            app_data: AppDataTable::default(),
        }
    }

    /// Handles a WebSocket message of a client.
    pub(super) fn receive(&mut self, model: &Model, id: ClientId, frame: &[u8]) {
        self.clients.receive(id, frame);
        self.poll_place(model, id, false);
    }

    /// Handles the loss of a client's link.
    pub(super) fn link_down(&mut self, id: ClientId) {
        self.clients.link_down(id);
        self.unlinked(id);
    }

    /// Returns output for a client's link. `writable`: a message may be sent now.
    pub(super) fn poll_link(
        &mut self,
        model: &Model,
        id: ClientId,
        writable: bool,
    ) -> Option<LinkOutput> {
        if self.clients.get(id)?.outputs.is_empty() {
            self.poll_place(model, id, writable);
        }
        let output = self.clients.get_mut(id)?.outputs.pop_front()?;
        if let LinkOutput::Close(_) = output {
            self.unlinked(id);
        }
        Some(output)
    }

    /// Handles clients' timers that are due.
    pub(super) fn handle_timeout(&mut self, model: &Model) {
        for id in self.clients.ids() {
            self.clients.handle_timeout(id);
            self.poll_place(model, id, false);
        }
    }

    /// Appends an update to the logs of all clients.
    pub(super) fn push_to_all(&mut self, update: Update<EntryNumber>) {
        self.clients.push_to(update, Keep::State, |_| true);
    }

    /// Introduces a new object to clients; its creator receives it with the number of the call.
    pub(super) fn created(
        &mut self,
        model: &Model,
        handle: Handle,
        origin: Option<CallOrigin>,
        app_data: Option<AppDataId>,
    ) {
        let Some(mut object) = model.object(handle) else {
            return;
        };
        let open = model.open(handle).is_some();
        object.app_data = app_data;
        self.objects.insert(handle, open, app_data);
        if let Some(app_data) = app_data.filter(|_| open) {
            self.app_data.hold(app_data);
        }
        for id in self.clients.ids() {
            self.introduce(id, app_data);
        }
        self.clients.push_each(|id, client| {
            let is_own = |origin: &CallOrigin| {
                origin.client == id && origin.incarnation == client.incarnation
            };
            let call = origin.filter(is_own).map(|origin| origin.number);
            let object = Box::new(object.clone());
            Update::Created { object, call }
        });
    }

    /// Appends a change of a member that has no event.
    pub(super) fn set(&mut self, target: Handle, member: &str, text: Option<&str>) {
        if !self.objects.is_known(target) {
            return;
        }
        let members = BTreeMap::from([(member.to_owned(), text.map(Json::from_text))]);
        self.clients.push_each(|_, _| Update::Set {
            target,
            members: members.clone(),
        });
    }

    /// Appends an emission, unless clients don't know its object. The log of `closer` only gets emissions that
    /// its own replica may lack. Returns the Worker that closes with the emission.
    pub(super) fn emit(
        &mut self,
        model: &Model,
        emission: Emission,
        notified: bool,
        closer: Option<Closer>,
    ) -> Option<Handle> {
        let target = emission.target;
        if !self.objects.is_known(target) {
            return None;
        }
        let is_end = emission.observer == Some(Event::Close) && self.close(target);
        let kind = model.get(target).map(|entity| entity.kind);
        let closer = closer
            .filter(|closer| !closer_may_lack(model, &emission, closer.closed))
            .map(|closer| closer.client);
        let keep = keep(&emission);
        let update = Update::Emission { emission, notified };
        self.clients.push_to(update, keep, |id| Some(id) != closer);
        (is_end && kind == Some(Kind::Worker)).then_some(target)
    }

    /// Closes an object. Returns true if it was open.
    fn close(&mut self, handle: Handle) -> bool {
        let Ok(app_data) = self.objects.close(handle) else {
            return false;
        };
        if let Some(app_data) = app_data {
            self.app_data.release(app_data);
        }
        true
    }

    fn poll_place(&mut self, model: &Model, id: ClientId, writable: bool) {
        while let Some(want) = self.clients.poll_place(id, writable) {
            match want {
                Want::Snapshot => self.snapshot(model, id),
                Want::Forget => self.app_data.forget(id),
            }
        }
    }

    fn unlinked(&mut self, id: ClientId) {
        if self.clients.unlinked(id) {
            self.app_data.forget(id);
        }
    }
}

/// Returns true if the client that closed an object may lack the emission: its replica may not know yet what is
/// linked with the object, or which transports a WebRtcServer serves.
fn closer_may_lack(model: &Model, emission: &Emission, closed: Handle) -> bool {
    let is_end = emission.observer == Some(Event::Close)
        || (emission.event.is_none() && emission.observer.is_none());
    let mut handle = emission.target;
    while is_end && handle != closed {
        match model.get(handle) {
            Some(entity) if entity.parent != handle => handle = entity.parent,
            _ => return true,
        }
    }
    false
}

/// Returns the retention of an emission: of frequent events a slow reader needs the newest only.
fn keep(emission: &Emission) -> Keep {
    match emission.event.or(emission.observer) {
        Some(event @ (Event::Score | Event::Trace | Event::Volumes | Event::Rtp | Event::Rtcp)) => {
            Keep::Newest(emission.target, event)
        }
        _ => Keep::State,
    }
}
