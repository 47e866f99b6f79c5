//! Reconciliation of a client's copy of the server's objects with a snapshot, the server's description
//! of all of them, which it sends when the client has missed too many updates. The replica calls it for
//! a snapshot: absent objects end, new ones appear, and differences become the events that the
//! application missed.

use crate::{Input, Replica};
use model::member;
use protocol::{Emission, Event, Handle, Item, Json, Kind, Object, Payload, Snapshot};
use std::collections::HashSet;

/// Reason of the death of a Worker that isn't in a snapshot.
const GONE: &str = "the server doesn't have the Worker any more";

/// Members whose changes are events, in the order in which a worker emits them.
const EVENTS: [(&str, Event); 8] = [
    ("iceSelectedTuple", Event::IceSelectedTupleChange),
    ("iceState", Event::IceStateChange),
    ("dtlsState", Event::DtlsStateChange),
    ("sctpState", Event::SctpStateChange),
    ("tuple", Event::Tuple),
    ("rtcpTuple", Event::RtcpTuple),
    ("score", Event::Score),
    ("currentLayers", Event::LayersChange),
];

/// A changed member: its name and its new text.
type Changed = (&'static str, Option<Json>);

impl Replica {
    /// Queues the appData, ends the absent objects, then queues each present object.
    pub(crate) fn reconcile(&mut self, snapshot: Snapshot) {
        let app_data = snapshot.app_data.into_iter();
        self.items.extend(app_data.map(Item::AppData));
        let present = snapshot.objects.iter().map(|object| object.handle);
        let present: HashSet<Handle> = present.collect();
        self.closed_here.retain(|handle| present.contains(handle));
        self.close_absent(&present, GONE);
        for object in snapshot.objects.into_iter().rev() {
            self.queue.push_front(Input::Present(object.into()));
        }
    }

    /// Ends everything that isn't present, as a dead Worker does. Objects that were closing continue,
    /// the innermost first.
    pub(crate) fn close_absent(&mut self, present: &HashSet<Handle>, reason: &str) {
        for handle in self.closing.clone().into_iter().rev() {
            self.end(handle, present);
        }
        let open = self.model.objects().into_iter();
        let absent: Vec<Handle> = open
            .map(|(handle, _)| handle)
            .filter(|handle| !present.contains(handle))
            .collect();
        for handle in absent {
            let Some(entity) = self.model.open(handle) else {
                continue;
            };
            if entity.kind == Kind::Worker {
                let reason = Payload::Json(Json::of(&reason));
                self.emit([Emission::own(handle, Event::Died, reason)]);
            }
            self.end(handle, present);
        }
        let gone = self.processes.iter().filter(|it| !present.contains(it));
        let gone: Vec<Handle> = gone.copied().collect();
        for worker in gone {
            self.emit([Emission::own(worker, Event::SubprocessClose, Payload::None)]);
        }
    }

    /// Handles an object of a snapshot: creates it, or emits its changes.
    pub(crate) fn present(&mut self, object: Object) -> Option<Item> {
        if self.closed_here.contains(&object.handle) {
            return None;
        }
        if self.model.get(object.handle).is_none() {
            return self.created(object, None);
        }
        if self.model.open(object.handle).is_some() {
            self.update(object);
        }
        None
    }

    fn end(&mut self, handle: Handle, present: &HashSet<Handle>) {
        let closure = match self.reason(handle, present) {
            Some(reason) => self.model.close_because(handle, reason),
            None => self.model.close(handle),
        };
        self.emit(closure.emissions);
    }

    /// Returns the reason of an object's end: its parent or source ended first, as far as the snapshot shows.
    fn reason(&self, handle: Handle, present: &HashSet<Handle>) -> Option<Event> {
        let entity = self.model.get(handle)?;
        let source_is_gone = |member| {
            let id: Option<String> = entity
                .read(member)
                .and_then(|text| serde_json::from_str(text).ok());
            let source = self.model.find(entity.worker, &id.unwrap_or_default());
            source.is_none_or(|source| !present.contains(&source))
        };
        let transport_is_there = present.contains(&entity.parent);
        Some(match entity.kind {
            Kind::Worker => return None,
            Kind::Router | Kind::WebRtcServer => Event::WorkerClose,
            Kind::Consumer if transport_is_there && source_is_gone("producerId") => {
                Event::ProducerClose
            }
            Kind::DataConsumer if transport_is_there && source_is_gone("dataProducerId") => {
                Event::DataProducerClose
            }
            kind if kind.is_transport() || kind.is_rtp_observer() => Event::RouterClose,
            _ => Event::TransportClose,
        })
    }

    /// Takes over the changes of an object, and emits them.
    fn update(&mut self, object: Object) {
        let handle = object.handle;
        if let Some(peer) = object.peer {
            self.model.link(handle, peer);
        }
        if self.app_data.get(&handle).copied() != object.app_data {
            self.set_app_data(handle, object.app_data);
            self.items.push_back(Item::SetAppData {
                target: handle,
                app_data: object.app_data,
            });
        }
        let mut changes = self.changes(object);
        let mut take = |name: &str| {
            let place = changes.iter().position(|(changed, _)| *changed == name)?;
            Some(changes.swap_remove(place))
        };
        let paused = take("paused");
        let producer_paused = take("producerPaused").or_else(|| take("dataProducerPaused"));
        let events: Vec<(Changed, Event)> = EVENTS
            .iter()
            .filter_map(|(name, event)| Some((take(name)?, *event)))
            .collect();
        for (name, text) in changes {
            self.model.set(handle, name, text.map(Json::into_string));
        }
        self.update_pauses(handle, paused, producer_paused);
        for ((name, text), event) in events {
            let payload = match text {
                Some(text) => Payload::Json(text),
                None if event == Event::LayersChange => Payload::Undefined,
                None => {
                    self.model.set(handle, name, None::<&str>);
                    continue;
                }
            };
            let closure = self.model.notify(handle, event, payload);
            self.emit(closure.emissions);
        }
    }

    /// Returns the changed members of an object.
    fn changes(&self, object: Object) -> Vec<Changed> {
        let Some(entity) = self.model.get(object.handle) else {
            return Vec::new();
        };
        let texts: Vec<(&'static str, Json)> = object
            .members
            .into_iter()
            .filter_map(|(name, text)| Some((member(&name)?, text)))
            .collect();
        let is_there = |name: &str| texts.iter().any(|(there, _)| *there == name);
        let lost = entity.members().filter(|(name, _)| !is_there(name));
        let lost: Vec<Changed> = lost.map(|(name, _)| (name, None)).collect();
        let other = texts
            .into_iter()
            .filter(|(name, text)| entity.read(name) != Some(text.as_str()))
            .map(|(name, text)| (name, Some(text)));
        other.chain(lost).collect()
    }

    /// Orders the two pauses of a consumer: it pauses before its producer and resumes after it, so that
    /// listeners see at most one change of the effective state.
    fn update_pauses(
        &mut self,
        handle: Handle,
        own: Option<Changed>,
        of_producer: Option<Changed>,
    ) {
        let is_true = |(_, text): Changed| text.is_some_and(|text| text.as_str() == "true");
        let own = own.map(is_true);
        if own == Some(true) {
            let emission = self.model.paused(handle, true, None);
            self.emit(emission);
        }
        if let Some((name, text)) = of_producer {
            let event = match (name, is_true((name, text))) {
                ("producerPaused", true) => Event::ProducerPause,
                ("producerPaused", false) => Event::ProducerResume,
                (_, true) => Event::DataProducerPause,
                (_, false) => Event::DataProducerResume,
            };
            let closure = self.model.notify(handle, event, Payload::None);
            self.emit(closure.emissions);
        }
        if own == Some(false) {
            let emission = self.model.paused(handle, false, None);
            self.emit(emission);
        }
    }

    fn emit(&mut self, emissions: impl IntoIterator<Item = Emission>) {
        self.items.extend(emissions.into_iter().map(Item::Emission));
    }
}
