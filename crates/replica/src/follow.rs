//! Application of a server's updates to the replica, the client's copy of the server's objects. The
//! replica calls it for one update at a time; it changes the copy and returns the item (an event, a new
//! object, a reply) that JavaScript is to see, or nothing where the application has closed the object
//! already.

use crate::{Replica, returned};
use model::member;
use protocol::{
    Emission, Error, Event, Item, Json, Kind, Object, Payload, Reply, RequestId, Update,
};

impl Replica {
    /// Applies an update.
    pub(crate) fn follow(&mut self, update: Update<RequestId>) -> Option<Item> {
        match update {
            Update::Snapshot(snapshot) => {
                self.reconcile(snapshot);
                None
            }
            Update::Created { object, call } => self.created(*object, call),
            Update::Set { target, members } => {
                for (name, json) in members {
                    if let Some(name) = member(&name) {
                        self.model.set(target, name, json.map(Json::into_string));
                    }
                }
                None
            }
            Update::Linked { one, other } => {
                self.model.link(one, other);
                None
            }
            Update::Emission { emission, notified } => {
                if notified {
                    self.notified -= 1;
                    self.let_through = self.let_through.saturating_sub(1);
                }
                self.emitted(emission)
            }
            Update::Answer { call, result } => Some(self.answered(call, result)),
            Update::AppData(content) => Some(Item::AppData(content)),
            Update::SetAppData { target, app_data } => {
                self.model.get(target)?;
                self.set_app_data(target, app_data);
                Some(Item::SetAppData { target, app_data })
            }
            Update::Log(log) => Some(Item::Log(log)),
            // An event of the link, not of the objects: the connection reports it.
            Update::Draining { .. } => None,
        }
    }

    pub(crate) fn created(&mut self, object: Object, call: Option<RequestId>) -> Option<Item> {
        let (handle, kind, app_data) = (object.handle, object.kind, object.app_data);
        let (parent, id) = (object.parent, object.id.clone());
        let is_expected = call.is_some() || kind == Kind::Worker;
        if !is_expected && self.model.open(parent).is_none() {
            return None;
        }
        if !self.model.insert_object(object) {
            return None;
        }
        if kind == Kind::Worker {
            self.processes.insert(handle);
        }
        self.set_app_data(handle, app_data);
        Some(Item::Created {
            handle,
            kind,
            parent,
            id,
            request: call,
            app_data_of: None,
            app_data,
        })
    }

    fn answered(&mut self, request: RequestId, result: Result<Reply, Error>) -> Item {
        self.done_before(request);
        let returns = self.returns.remove(&request);
        let kind_of = |handle| self.model.get(handle).map(|entity| entity.kind);
        let is_known = |handle| kind_of(handle).is_some();
        let result = result.and_then(|reply| match reply {
            Reply::Created(handle) if !is_known(handle) => Err(gone()),
            Reply::Piped { consumer, producer } if !is_known(consumer) || !is_known(producer) => {
                Err(gone())
            }
            reply if returns.is_some_and(|it| !returned::is(it, &reply, kind_of)) => {
                Err(mistaken())
            }
            reply => Ok(reply),
        });
        Item::Reply { request, result }
    }

    /// Applies an event, unless its object has ended here.
    fn emitted(&mut self, mut emission: Emission) -> Option<Item> {
        if !self.concerns(&emission) {
            if is_end(&emission) {
                self.closed_here.remove(&emission.target);
            }
            return None;
        }
        self.model.follow(&emission);
        if is_closing(&emission) {
            self.closing.push(emission.target);
        }
        let is_new = self.complete(&mut emission) && self.is_new(&emission);
        is_new.then_some(Item::Emission(emission))
    }

    /// Returns true if the event is possible in the object's state here.
    fn concerns(&self, emission: &Emission) -> bool {
        let target = emission.target;
        if emission.event == Some(Event::SubprocessClose) || self.model.open(target).is_some() {
            return true;
        }
        let of_its_end =
            is_end(emission) || emission.observer == Some(Event::WebRtcTransportUnhandled);
        of_its_end && self.closing.contains(&target)
    }

    /// Removes ended objects from the argument of an event. Returns false if nothing remains to emit.
    fn complete(&mut self, emission: &mut Emission) -> bool {
        let target = emission.target;
        match &mut emission.payload {
            // It was emitted when the transport was closed here.
            Payload::Object(transport)
                if emission.observer == Some(Event::WebRtcTransportUnhandled) =>
            {
                let is_served = self.model.server_of(*transport) == Some(target);
                if is_served {
                    self.model.leave_server(*transport);
                }
                is_served
            }
            Payload::Object(handle) => self.model.get(*handle).is_some(),
            Payload::DominantSpeaker(producer) => self.model.open(*producer).is_some(),
            Payload::Volumes(volumes) => {
                volumes.retain(|(producer, _)| self.model.open(*producer).is_some());
                !volumes.is_empty()
            }
            // JavaScript tracks by object which transports a WebRtcServer serves.
            _ => !matches!(
                emission.observer,
                Some(Event::WebRtcTransportHandled | Event::WebRtcTransportUnhandled)
            ),
        }
    }

    /// Returns true if an item must be yielded, and records it.
    pub(crate) fn is_item_new(&mut self, item: &Item) -> bool {
        match item {
            Item::Emission(emission) => self.is_new(emission),
            _ => true,
        }
    }

    /// Returns true if an emission must be yielded, and records it.
    pub(crate) fn is_new(&mut self, emission: &Emission) -> bool {
        let target = emission.target;
        if self.model.get(target).is_none() {
            return false;
        }
        match emission.event {
            Some(Event::SubprocessClose) => return self.processes.remove(&target),
            Some(Event::Died) => return !self.ended.contains(&target) && self.died.insert(target),
            _ => {}
        }
        if !is_end(emission) {
            return !self.ended.contains(&target);
        }
        self.closing.retain(|closing| *closing != target);
        self.ended.insert(target)
    }
}

fn is_closing(emission: &Emission) -> bool {
    emission.event.is_none() && emission.observer.is_none()
}

pub(crate) fn is_end(emission: &Emission) -> bool {
    emission.observer == Some(Event::Close)
}

fn mistaken() -> Error {
    Error::plain("protocol error: the answer isn't of the kind that the command returns")
}

fn gone() -> Error {
    Error::not_found("the new object closed before its client received it")
}
