//! One object: what it is, where it stands, what can be read of it.

use crate::SctpStreams;
use protocol::{Handle, Json, Kind};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// JSON text of a readable member.
pub type Text = Cow<'static, str>;

/// A JSON value that is reckoned with, and its text, which is read.
#[derive(Debug, PartialEq)]
pub struct Document {
    /// The value.
    pub value: Value,
    /// The same as text.
    pub text: Json,
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        let text = Json::of(&value);
        Self { value, text }
    }
}

/// One object of the tree.
#[derive(Debug)]
pub struct Entity {
    /// Its class.
    pub kind: Kind,
    /// Its id; empty for a Worker.
    pub id: Box<str>,
    /// Its parent; itself for a Worker.
    pub parent: Handle,
    /// The Worker it lives in.
    pub worker: Handle,
    /// Whether it is closed.
    pub closed: bool,
    /// Members that are only read, never reckoned with.
    pub fields: Fields,
    /// What the Model or its owner reckons with.
    pub state: State,
    pub(crate) children: BTreeSet<Handle>,
    pub(crate) peer: Option<Handle>,
}

/// What is reckoned with, by kind.
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
        /// Whether a PipeTransport's consumers use RTX.
        rtx: bool,
        /// The RTCP CNAME of this transport's Producers, once there is one.
        cname: Option<Box<str>>,
        next_mid: u32,
        sctp_streams: SctpStreams,
    },
    Producer {
        consumable_rtp_parameters: Arc<Document>,
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
        worker: Handle,
        fields: Fields,
        state: State,
    ) -> Self {
        Self {
            kind,
            id,
            parent,
            worker,
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
                Some(rtp_capabilities.text.as_str())
            }
            (
                "consumableRtpParameters",
                State::Producer {
                    consumable_rtp_parameters,
                    ..
                },
            ) => Some(consumable_rtp_parameters.text.as_str()),
            _ => self.fields.get(member),
        }
    }
}

/// Members by name, as JSON texts. There are a dozen at most, so that a scan is the fastest look-up.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Fields(Vec<(&'static str, Text)>);

impl Fields {
    /// With one more member, unless it is `undefined`.
    #[must_use]
    pub fn with(mut self, name: &'static str, text: Option<impl Into<Text>>) -> Self {
        self.set(name, text);
        self
    }

    /// Sets a member, or takes it away.
    pub fn set(&mut self, name: &'static str, text: Option<impl Into<Text>>) {
        let place = self.0.iter().position(|(known, _)| *known == name);
        match (place, text) {
            (Some(place), Some(text)) => self.0[place].1 = text.into(),
            (Some(place), None) => drop(self.0.swap_remove(place)),
            (None, Some(text)) => self.0.push((name, text.into())),
            (None, None) => {}
        }
    }

    /// A member's text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, text) = self.0.iter().find(|(known, _)| *known == name)?;
        Some(text)
    }
}
