//! One object of the Model (the tree of objects): its class, its id, its place in the tree, and the
//! members that the application can read. The engine reads and changes it while it handles commands and
//! messages of workers; a server reads it to describe the object to clients.

use crate::{Document, Fields, MemberText, SctpStreams};
use ortc::Consumable;
use protocol::{Handle, Json, Kind};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// One object of the tree.
#[derive(Debug)]
pub struct Entity {
    /// Its class.
    pub kind: Kind,
    /// Its id; empty for a Worker.
    pub id: Box<str>,
    /// Its parent; itself for a Worker.
    pub parent: Handle,
    /// Whose child it is in its worker: its parent, or the real Router below whose logical one it is
    /// shown.
    pub home: Handle,
    /// The Worker it lives in: a real one, except of what is logical itself.
    pub worker: Handle,
    /// The Worker that it is shown in.
    pub(crate) root: Handle,
    /// True if the application doesn't know it.
    pub hidden: bool,
    /// True if no worker knows it.
    pub logical: bool,
    /// The object that the application knows it as, if it is hidden and stands for one.
    pub(crate) shown_as: Option<Handle>,
    /// The open hidden objects that stand for it.
    pub(crate) stand_ins: BTreeSet<Handle>,
    /// True if it is closed.
    pub closed: bool,
    /// Members stored as JSON that the Model never interprets. [`Model::set`](crate::Model::set) sets them.
    pub(crate) fields: Fields,
    /// State that the Model or its owner computes with.
    pub state: State,
    pub(crate) children: BTreeSet<Handle>,
    pub(crate) peer: Option<Handle>,
}

/// State that the Model computes with, by kind.
#[derive(Debug)]
#[expect(missing_docs, reason = "the members are mediasoup's own words")]
pub enum State {
    Worker {
        /// Open objects by id: mediasoup's worker keeps ids unique within itself.
        ids: HashMap<Box<str>, Handle>,
    },
    WebRtcServer {
        /// The open transports that it serves.
        transports: BTreeSet<Handle>,
    },
    Router {
        rtp_capabilities: Arc<Document>,
    },
    Transport {
        web_rtc_server: Option<Handle>,
        /// True if a PipeTransport's consumers use RTX.
        rtx: bool,
        /// The RTCP CNAME of this transport's Producers, once there is one.
        cname: Option<Box<str>>,
        next_mid: u32,
        sctp_streams: SctpStreams,
    },
    Producer {
        consumable_rtp_parameters: Arc<Document<Consumable>>,
        paused: bool,
    },
    Consumer {
        paused: bool,
        producer_paused: bool,
    },
    DataProducer {
        paused: bool,
    },
    DataConsumer {
        paused: bool,
        producer_paused: bool,
        /// The SCTP stream that it occupies.
        stream_id: Option<u16>,
    },
    RtpObserver {
        paused: bool,
    },
}

impl Entity {
    pub(crate) fn new(
        kind: Kind,
        id: Box<str>,
        parent: Handle,
        fields: Fields,
        state: State,
    ) -> Self {
        Self {
            kind,
            id,
            parent,
            home: parent,
            worker: parent,
            root: parent,
            hidden: false,
            logical: false,
            shown_as: None,
            stand_ins: BTreeSet::new(),
            closed: false,
            fields,
            state,
            children: BTreeSet::new(),
            peer: None,
        }
    }

    /// The JSON text of a member, `None` for `undefined`.
    #[must_use]
    pub fn read(&self, member: &str) -> Option<&str> {
        let flag = |value: bool| Some(if value { "true" } else { "false" });
        match (member, &self.state) {
            (
                "paused",
                State::Producer { paused, .. }
                | State::Consumer { paused, .. }
                | State::DataProducer { paused }
                | State::DataConsumer { paused, .. }
                | State::RtpObserver { paused },
            ) => flag(*paused),
            (
                "producerPaused",
                State::Consumer {
                    producer_paused, ..
                },
            )
            | (
                "dataProducerPaused",
                State::DataConsumer {
                    producer_paused, ..
                },
            ) => flag(*producer_paused),
            ("rtpCapabilities", State::Router { rtp_capabilities }) => {
                Some(rtp_capabilities.text())
            }
            (
                "consumableRtpParameters",
                State::Producer {
                    consumable_rtp_parameters,
                    ..
                },
            ) => Some(consumable_rtp_parameters.text()),
            _ => self.fields.get(member),
        }
    }

    /// All members that aren't `undefined`, with their JSON texts, in no particular order.
    pub fn members(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let reckoned = RECKONED
            .iter()
            .filter_map(|name| Some((*name, self.read(name)?)));
        reckoned.chain(self.fields.iter())
    }

    /// Gives a member another value, of the member's own shape.
    pub(crate) fn write(&mut self, member: &'static str, text: Option<MemberText>) {
        let json = |text: Option<MemberText>| text.map_or_else(Json::default, Json::from_text);
        match (member, &mut self.state) {
            (
                "paused",
                State::Producer { paused: flag, .. }
                | State::Consumer { paused: flag, .. }
                | State::DataProducer { paused: flag }
                | State::DataConsumer { paused: flag, .. }
                | State::RtpObserver { paused: flag },
            )
            | (
                "producerPaused",
                State::Consumer {
                    producer_paused: flag,
                    ..
                },
            )
            | (
                "dataProducerPaused",
                State::DataConsumer {
                    producer_paused: flag,
                    ..
                },
            ) => *flag = text.as_deref() == Some("true"),
            ("rtpCapabilities", State::Router { rtp_capabilities }) => {
                *rtp_capabilities = Arc::new(json(text).into());
            }
            (
                "consumableRtpParameters",
                State::Producer {
                    consumable_rtp_parameters,
                    ..
                },
            ) => *consumable_rtp_parameters = Arc::new(json(text).into()),
            // A member that counts in objects of another kind isn't one of this kind.
            _ if RECKONED.contains(&member) => {}
            _ => self.fields.set(member, text),
        }
    }
}

/// The members that are part of a [`State`]; all others are fields.
const RECKONED: [&str; 5] = [
    "paused",
    "producerPaused",
    "dataProducerPaused",
    "rtpCapabilities",
    "consumableRtpParameters",
];
