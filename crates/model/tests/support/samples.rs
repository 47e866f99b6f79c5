//! Sample states, events and payloads for objects of any kind. The interpreter of random programs
//! (`support`) picks from them by number, so that an operation is a few bytes.

use model::{SctpStreams, State};
use protocol::{Event, Handle, Json, Kind, Payload};
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Kinds of objects that mediasoup makes below an object of a kind.
pub(crate) fn kinds_below(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Worker => &[Kind::Router, Kind::Router, Kind::WebRtcServer],
        Kind::Router => &[
            Kind::WebRtcTransport,
            Kind::PipeTransport,
            Kind::PlainTransport,
            Kind::DirectTransport,
            Kind::ActiveSpeakerObserver,
            Kind::AudioLevelObserver,
        ],
        kind if kind.is_transport() => &[
            Kind::Producer,
            Kind::Consumer,
            Kind::DataProducer,
            Kind::DataConsumer,
        ],
        _ => &[],
    }
}

/// The state of a new object.
pub(crate) fn state(kind: Kind, web_rtc_server: Option<Handle>) -> State {
    match kind {
        Kind::Worker => State::Worker {
            ids: HashMap::new(),
        },
        Kind::WebRtcServer => State::WebRtcServer {
            transports: BTreeSet::new(),
        },
        Kind::Router => State::Router {
            rtp_capabilities: Arc::new(json!({}).into()),
        },
        Kind::Producer => State::Producer {
            consumable_rtp_parameters: Arc::new(Json::of(&json!({})).into()),
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
            stream_id: Some(1),
        },
        Kind::ActiveSpeakerObserver | Kind::AudioLevelObserver => {
            State::RtpObserver { paused: false }
        }
        _ => State::Transport {
            web_rtc_server,
            rtx: false,
            cname: None,
            next_mid: 0,
            sctp_streams: SctpStreams::default(),
        },
    }
}

/// Any event.
pub(crate) fn event_of(number: u8) -> Event {
    Event::ALL[usize::from(number) % Event::ALL.len()]
}

/// Any payload.
pub(crate) fn payload_of(number: u8) -> Payload {
    match number % 6 {
        0 => Payload::None,
        1 => Payload::Undefined,
        2 => Payload::Json(Json::of(&number)),
        3 => Payload::Packet([number].into()),
        4 => Payload::Message([number].into(), 51),
        _ => Payload::Object(Handle(number.into())),
    }
}
