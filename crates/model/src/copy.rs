//! Copies of a Model (the tree of objects). A server reads complete objects out of the original and
//! sends them to its clients; each client's replica inserts them into a Model of its own, which then
//! follows the emissions (events) and the journal (changes without an event) that the server sends.
//!
//! ```text
//! original: object() = objects(), take_changes(), emissions ==> copy: insert_object(), set(), link(), follow()
//! ```

use crate::change::member_of;
use crate::member::member;
use crate::{Entity, Fields, MemberText, Model, SctpStreams, State};
use protocol::{Emission, Event, Handle, Json, Kind, Object};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

impl Model {
    /// The open objects that are shown, in the order of their creation: each after its parent.
    #[must_use]
    pub fn objects(&self) -> Vec<(Handle, &Entity)> {
        let is_there = |entity: &Entity| !entity.closed && !entity.hidden;
        let open = self.entities.iter().filter(|(_, it)| is_there(it));
        let mut objects: Vec<_> = open.map(|(handle, entity)| (*handle, entity)).collect();
        objects.sort_unstable_by_key(|(handle, _)| *handle);
        objects
    }

    /// Returns the complete description of an object, open or closed, but for its appData.
    #[must_use]
    pub fn object(&self, handle: Handle) -> Option<Object> {
        let entity = self.get(handle)?;
        let members = entity
            .members()
            .map(|(name, text)| (name.to_owned(), Json::from_text(text)))
            .collect();
        Some(Object {
            handle,
            kind: entity.kind,
            id: entity.id.clone(),
            parent: entity.parent,
            members,
            app_data: None,
            web_rtc_server: self.server_of(handle),
            peer: entity.peer,
        })
    }

    /// Adds a copy of another Model's object under the same handle. Members that aren't known here count as
    /// `undefined`.
    ///
    /// `false` where the handle names an object already: it stays as it is.
    pub fn insert_object(&mut self, object: Object) -> bool {
        let Object {
            handle,
            kind,
            id,
            parent,
            members,
            app_data: _,
            web_rtc_server,
            peer,
        } = object;
        let mut entity = Entity::new(
            kind,
            id,
            parent,
            Fields::default(),
            empty_state(kind, web_rtc_server),
        );
        for (name, text) in known(members) {
            entity.write(name, Some(text));
        }
        if !self.insert_with(handle, entity) {
            return false;
        }
        if let Some(server) = web_rtc_server {
            self.serve(server, handle);
        }
        if let Some(peer) = peer {
            self.link(handle, peer);
        }
        true
    }

    /// Takes over what an emission of the original says of the object that it is about.
    pub fn follow(&mut self, emission: &Emission) {
        let target = emission.target;
        match (emission.event, emission.observer) {
            (None, None) | (_, Some(Event::Close)) => self.close_alone(target),
            (Some(Event::ProducerPause | Event::DataProducerPause), _) => {
                self.set_producer_paused(target, true);
            }
            (Some(Event::ProducerResume | Event::DataProducerResume), _) => {
                self.set_producer_paused(target, false);
            }
            (Some(event), _) => {
                if let Some(member) = member_of(event) {
                    self.take_over(target, member, &emission.payload);
                }
            }
            (None, Some(_)) => {}
        }
    }
}

/// JSON texts of members by the names they have here.
fn known(members: BTreeMap<String, Json>) -> impl Iterator<Item = (&'static str, MemberText)> {
    let known = |(name, json): (String, Json)| Some((member(&name)?, json.into_string().into()));
    members.into_iter().filter_map(known)
}

/// The state of an object of which no member is known yet.
fn empty_state(kind: Kind, web_rtc_server: Option<Handle>) -> State {
    match kind {
        Kind::Worker => State::Worker {
            ids: HashMap::new(),
        },
        Kind::WebRtcServer => State::WebRtcServer {
            transports: BTreeSet::new(),
        },
        Kind::Router => State::Router {
            rtp_capabilities: Arc::new(Json::default().into()),
        },
        Kind::WebRtcTransport
        | Kind::PlainTransport
        | Kind::PipeTransport
        | Kind::DirectTransport => State::Transport {
            web_rtc_server,
            rtx: false,
            cname: None,
            next_mid: 0,
            sctp_streams: SctpStreams::default(),
        },
        Kind::Producer => State::Producer {
            consumable_rtp_parameters: Arc::new(Json::default().into()),
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
            stream_id: None,
        },
        Kind::ActiveSpeakerObserver | Kind::AudioLevelObserver => {
            State::RtpObserver { paused: false }
        }
    }
}
