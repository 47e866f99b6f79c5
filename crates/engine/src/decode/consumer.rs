//! Decoder of the C++ worker's messages about Consumers: the reply that creates one, `dump()`, layers
//! and score. `response.rs` and `notification.rs` use these types to turn such a message into the JSON
//! that the application's `Consumer` object returns or emits.

use super::{
    names, optional,
    rtp::{RtpEncodingParameters, RtpParameters, non_empty},
    unexpected,
};
use crate::names::Named;
use fbs::{consumer, rtp_parameters::Type, rtp_stream, rtx_stream, transport};
use planus::Error;
use serde::Serialize;

/// `consumer.dump()`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsumerDump<'a> {
    pub id: &'a str,
    pub producer_id: &'a str,
    pub kind: &'static str,
    pub rtp_parameters: RtpParameters<'a>,
    /// Missing, not empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consumable_rtp_encodings: Vec<RtpEncodingParameters<'a>>,
    pub trace_event_types: Vec<&'static str>,
    pub supported_codec_payload_types: &'a [u8],
    pub paused: bool,
    pub producer_paused: bool,
    pub priority: u8,
    #[serde(rename = "type")]
    pub type_: &'static str,
    #[serde(flatten)]
    pub streams: Streams<'a>,
}

impl<'a> TryFrom<consumer::DumpResponseRef<'a>> for ConsumerDump<'a> {
    type Error = Error;

    fn try_from(response: consumer::DumpResponseRef<'a>) -> Result<Self, Error> {
        let dump = response.data()?;
        let base = dump.base()?;
        let type_ = base.type_()?;
        Ok(Self {
            id: base.id()?,
            producer_id: base.producer_id()?,
            kind: base.kind()?.name(),
            rtp_parameters: base.rtp_parameters()?.try_into()?,
            consumable_rtp_encodings: base.consumable_rtp_encodings()?.to_vec_result()?,
            trace_event_types: names(base.trace_event_types()?.iter())?,
            supported_codec_payload_types: base.supported_codec_payload_types()?,
            paused: base.paused()?,
            producer_paused: base.producer_paused()?,
            priority: base.priority()?,
            streams: Streams::of(type_, dump)?,
            type_: type_.name(),
        })
    }
}

/// Streams that a Consumer sends, by its type.
#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Streams<'a> {
    /// `simple`
    Simple { rtp_stream: SentStream<'a> },
    /// `simulcast` and `svc`. A layer is `null` where the channel has none.
    Layered {
        rtp_stream: SentStream<'a>,
        preferred_spatial_layer: Option<i16>,
        target_spatial_layer: Option<i16>,
        current_spatial_layer: Option<i16>,
        preferred_temporal_layer: Option<i16>,
        target_temporal_layer: Option<i16>,
        current_temporal_layer: Option<i16>,
    },
    /// `pipe`
    Pipe { rtp_streams: Vec<SentStream<'a>> },
}

impl<'a> Streams<'a> {
    fn of(type_: Type, dump: consumer::ConsumerDumpRef<'a>) -> Result<Self, Error> {
        let first = || match dump.rtp_streams()?.first() {
            Some(stream) => stream?.try_into(),
            None => Err(unexpected("ConsumerDump")),
        };
        Ok(match type_ {
            Type::Simple => Self::Simple {
                rtp_stream: first()?,
            },
            Type::Simulcast | Type::Svc => Self::Layered {
                rtp_stream: first()?,
                preferred_spatial_layer: dump.preferred_spatial_layer()?,
                target_spatial_layer: dump.target_spatial_layer()?,
                current_spatial_layer: dump.current_spatial_layer()?,
                preferred_temporal_layer: dump.preferred_temporal_layer()?,
                target_temporal_layer: dump.target_temporal_layer()?,
                current_temporal_layer: dump.current_temporal_layer()?,
            },
            Type::Pipe => Self::Pipe {
                rtp_streams: dump.rtp_streams()?.to_vec_result()?,
            },
        })
    }
}

decoded! {
    /// A sent stream.
    pub struct SentStream<'a>(stream: rtp_stream::DumpRef<'a>) {
        params: SentStreamParams<'a> = stream.params()?.try_into()?,
        score: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtx_stream: Option<SentRtxStream<'a>> = optional(stream.rtx_stream()?)?,
    }

    /// Parameters of a sent stream.
    pub struct SentStreamParams<'a>(params: rtp_stream::ParamsRef<'a>) {
        encoding_idx: u32,
        ssrc: u32,
        payload_type: u8,
        mime_type: &'a str,
        clock_rate: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        rid: Option<&'a str> = non_empty(params.rid()?),
        cname: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtx_ssrc: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtx_payload_type: Option<u8>,
        use_nack: bool,
        use_pli: bool,
        use_fir: bool,
        use_in_band_fec: bool,
        use_dtx: bool,
        spatial_layers: u8,
        temporal_layers: u8,
    }

    /// The stream that a sent stream's retransmissions go in.
    pub struct SentRtxStream<'a>(stream: rtx_stream::RtxDumpRef<'a>) {
        params: SentRtxStreamParams<'a> = stream.params()?.try_into()?,
    }

    /// Parameters of an RTX stream.
    pub struct SentRtxStreamParams<'a>(params: rtx_stream::ParamsRef<'a>) {
        ssrc: u32,
        payload_type: u8,
        mime_type: &'a str,
        clock_rate: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        rrid: Option<&'a str> = non_empty(params.rrid()?),
        cname: &'a str,
    }

    /// `ConsumerLayers`
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub struct ConsumerLayers(layers: consumer::ConsumerLayersRef<'_>) {
        spatial_layer: u8,
        #[serde(skip_serializing_if = "Option::is_none")]
        temporal_layer: Option<u8>,
    }

    /// `ConsumerScore`
    pub struct ConsumerScore<'a>(score: consumer::ConsumerScoreRef<'a>) {
        score: u8,
        producer_score: u8,
        producer_scores: &'a [u8],
    }

    /// Reply to `transport.consume()`.
    pub struct Consumed<'a>(response: transport::ConsumeResponseRef<'a>) {
        paused: bool,
        producer_paused: bool,
        score: ConsumerScore<'a> = response.score()?.try_into()?,
        #[serde(skip_serializing_if = "Option::is_none")]
        preferred_layers: Option<ConsumerLayers> = optional(response.preferred_layers()?)?,
    }
}
