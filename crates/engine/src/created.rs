//! Objects in the making: the part of a new Transport, Producer or Consumer that only the worker's reply
//! has, such as ICE candidates. `reply.rs` calls `state()` when the reply to a creating request arrives;
//! it returns the members and the state with which the object enters the Model (the tree of all
//! objects).

use crate::channel::ChannelError;
use crate::decode::consumer::Consumed;
use crate::decode::data::{DataConsumerDump, DataProducerDump};
use crate::decode::plain_transport::{PipeTransportDump, PlainTransportDump};
use crate::decode::transport::BaseDump;
use crate::decode::web_rtc_transport::WebRtcTransportDump;
use crate::names::Named;
use fbs::response::BodyRef;
use model::{Document, Fields, SctpStreams, State};
use ortc::Consumable;
use protocol::{Handle, Json};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Part of an object that only the worker's reply has.
#[derive(Debug)]
pub(crate) enum Making {
    WebRtcServer,
    Router {
        rtp_capabilities: Arc<Document>,
    },
    Transport {
        web_rtc_server: Option<Handle>,
    },
    Producer {
        consumable_rtp_parameters: Arc<Document<Consumable>>,
        paused: bool,
    },
    Consumer {
        /// Of a PipeTransport: mediasoup doesn't take its score and layers from the reply.
        piped: bool,
    },
    DataProducer {
        paused: bool,
    },
    DataConsumer {
        stream_id: Option<u16>,
    },
    RtpObserver,
}

/// The score of a Consumer before the first notification of one.
const UNKNOWN_SCORE: &str = r#"{"score":10,"producerScore":10,"producerScores":[]}"#;

/// The members and the state of a new object, from the request and the answer.
pub(crate) fn state(
    making: Making,
    fields: Fields,
    body: Option<BodyRef<'_>>,
) -> Result<(Fields, State), ChannelError> {
    match making {
        Making::WebRtcServer => {
            let transports = BTreeSet::new();
            Ok((fields, State::WebRtcServer { transports }))
        }
        Making::Router { rtp_capabilities } => Ok((fields, State::Router { rtp_capabilities })),
        Making::RtpObserver => Ok((fields, State::RtpObserver { paused: false })),
        Making::Transport { web_rtc_server } => transport(fields, body, web_rtc_server),
        Making::Producer {
            consumable_rtp_parameters,
            paused,
        } => {
            let Some(BodyRef::TransportProduceResponse(body)) = body else {
                return Err(unexpected());
            };
            let state = State::Producer {
                consumable_rtp_parameters,
                paused,
            };
            Ok((fields.with("type", json(&body.type_()?.name())), state))
        }
        Making::Consumer { piped } => {
            let Some(BodyRef::TransportConsumeResponse(body)) = body else {
                return Err(unexpected());
            };
            let consumed = Consumed::try_from(body)?;
            let state = State::Consumer {
                paused: consumed.paused,
                producer_paused: consumed.producer_paused,
            };
            let fields = if piped {
                fields.with("score", Some(UNKNOWN_SCORE))
            } else {
                fields.with("score", json(&consumed.score)).with(
                    "preferredLayers",
                    optional(consumed.preferred_layers.as_ref()),
                )
            };
            Ok((fields, state))
        }
        Making::DataProducer { paused } => {
            let Some(BodyRef::DataProducerDumpResponse(body)) = body else {
                return Err(unexpected());
            };
            let dump = DataProducerDump::try_from(body)?;
            let fields = fields
                .with("type", json(&dump.type_))
                .with("label", json(&dump.label))
                .with("protocol", json(&dump.protocol))
                .with(
                    "sctpStreamParameters",
                    optional(dump.sctp_stream_parameters.as_ref()),
                );
            Ok((fields, State::DataProducer { paused }))
        }
        Making::DataConsumer { stream_id } => {
            let Some(BodyRef::DataConsumerDumpResponse(body)) = body else {
                return Err(unexpected());
            };
            let dump = DataConsumerDump::try_from(body)?;
            let fields = fields
                .with("dataProducerId", json(&dump.data_producer_id))
                .with("type", json(&dump.type_))
                .with("label", json(&dump.label))
                .with("protocol", json(&dump.protocol))
                .with("subchannels", json(&dump.subchannels))
                .with(
                    "sctpStreamParameters",
                    optional(dump.sctp_stream_parameters.as_ref()),
                );
            let state = State::DataConsumer {
                paused: dump.paused,
                producer_paused: dump.data_producer_paused,
                stream_id,
            };
            Ok((fields, state))
        }
    }
}

fn transport(
    fields: Fields,
    body: Option<BodyRef<'_>>,
    web_rtc_server: Option<Handle>,
) -> Result<(Fields, State), ChannelError> {
    let mut uses_rtx = false;
    let fields = match body {
        Some(BodyRef::WebRtcTransportDumpResponse(body)) => {
            let dump = WebRtcTransportDump::try_from(body)?;
            base(fields, &dump.base)
                .with("iceRole", json(&dump.ice_role))
                .with("iceParameters", json(&dump.ice_parameters))
                .with("iceCandidates", json(&dump.ice_candidates))
                .with("iceState", json(&dump.ice_state))
                .with("dtlsParameters", json(&dump.dtls_parameters))
                .with("dtlsState", json(&dump.dtls_state))
        }
        Some(BodyRef::PlainTransportDumpResponse(body)) => {
            let dump = PlainTransportDump::try_from(body)?;
            base(fields, &dump.base)
                .with("tuple", json(&dump.tuple))
                .with("rtcpTuple", optional(dump.rtcp_tuple.as_ref()))
                .with("srtpParameters", optional(dump.srtp_parameters.as_ref()))
        }
        Some(BodyRef::PipeTransportDumpResponse(body)) => {
            let dump = PipeTransportDump::try_from(body)?;
            uses_rtx = dump.rtx;
            base(fields, &dump.base)
                .with("tuple", json(&dump.tuple))
                .with("srtpParameters", optional(dump.srtp_parameters.as_ref()))
        }
        Some(BodyRef::DirectTransportDumpResponse(_)) => fields,
        _ => return Err(unexpected()),
    };
    let state = State::Transport {
        web_rtc_server,
        rtx: uses_rtx,
        cname: None,
        next_mid: 0,
        sctp_streams: SctpStreams::default(),
    };
    Ok((fields, state))
}

fn base(fields: Fields, dump: &BaseDump<'_>) -> Fields {
    fields
        .with("sctpParameters", optional(dump.sctp_parameters.as_ref()))
        .with("sctpState", optional(dump.sctp_state.as_ref()))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the form in which members are set"
)]
fn json(value: &impl Serialize) -> Option<String> {
    Some(Json::of(value).into_string())
}

fn optional(value: Option<&impl Serialize>) -> Option<String> {
    value.and_then(json)
}

fn unexpected() -> ChannelError {
    ChannelError::Invalid("a reply with another's body".into())
}
