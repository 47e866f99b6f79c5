//! Decoder of the C++ worker's messages about Consumers: the reply that creates one, `dump()`, layers
//! and score. `response.rs` and `notification.rs` use these types to turn such a message into the JSON
//! that the application's `Consumer` object returns or emits.

use super::{
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
            trace_event_types: base
                .trace_event_types()?
                .iter()
                .map(|event| Ok(event?.name()))
                .collect::<Result<_, Error>>()?,
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
    Simple { rtp_stream: Stream<'a> },
    /// `simulcast` and `svc`. A layer is `null` where the channel has none.
    Layered {
        rtp_stream: Stream<'a>,
        preferred_spatial_layer: Option<i16>,
        target_spatial_layer: Option<i16>,
        current_spatial_layer: Option<i16>,
        preferred_temporal_layer: Option<i16>,
        target_temporal_layer: Option<i16>,
        current_temporal_layer: Option<i16>,
    },
    /// `pipe`
    Pipe { rtp_streams: Vec<Stream<'a>> },
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

/// A sent stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stream<'a> {
    pub params: StreamParams<'a>,
    pub score: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtx_stream: Option<RtxStream<'a>>,
}

impl<'a> TryFrom<rtp_stream::DumpRef<'a>> for Stream<'a> {
    type Error = Error;

    fn try_from(stream: rtp_stream::DumpRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            params: stream.params()?.try_into()?,
            score: stream.score()?,
            rtx_stream: stream.rtx_stream()?.map(TryInto::try_into).transpose()?,
        })
    }
}

/// Parameters of a sent stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "mediasoup's shape")]
pub struct StreamParams<'a> {
    pub encoding_idx: u32,
    pub ssrc: u32,
    pub payload_type: u8,
    pub mime_type: &'a str,
    pub clock_rate: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<&'a str>,
    pub cname: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtx_ssrc: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtx_payload_type: Option<u8>,
    pub use_nack: bool,
    pub use_pli: bool,
    pub use_fir: bool,
    pub use_in_band_fec: bool,
    pub use_dtx: bool,
    pub spatial_layers: u8,
    pub temporal_layers: u8,
}

impl<'a> TryFrom<rtp_stream::ParamsRef<'a>> for StreamParams<'a> {
    type Error = Error;

    fn try_from(params: rtp_stream::ParamsRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            encoding_idx: params.encoding_idx()?,
            ssrc: params.ssrc()?,
            payload_type: params.payload_type()?,
            mime_type: params.mime_type()?,
            clock_rate: params.clock_rate()?,
            rid: non_empty(params.rid()?),
            cname: params.cname()?,
            rtx_ssrc: params.rtx_ssrc()?,
            rtx_payload_type: params.rtx_payload_type()?,
            use_nack: params.use_nack()?,
            use_pli: params.use_pli()?,
            use_fir: params.use_fir()?,
            use_in_band_fec: params.use_in_band_fec()?,
            use_dtx: params.use_dtx()?,
            spatial_layers: params.spatial_layers()?,
            temporal_layers: params.temporal_layers()?,
        })
    }
}

/// The stream that a sent stream's retransmissions go in.
#[derive(Debug, Serialize)]
pub struct RtxStream<'a> {
    pub params: RtxStreamParams<'a>,
}

impl<'a> TryFrom<rtx_stream::RtxDumpRef<'a>> for RtxStream<'a> {
    type Error = Error;

    fn try_from(stream: rtx_stream::RtxDumpRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            params: stream.params()?.try_into()?,
        })
    }
}

/// Parameters of an RTX stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RtxStreamParams<'a> {
    pub ssrc: u32,
    pub payload_type: u8,
    pub mime_type: &'a str,
    pub clock_rate: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rrid: Option<&'a str>,
    pub cname: &'a str,
}

impl<'a> TryFrom<rtx_stream::ParamsRef<'a>> for RtxStreamParams<'a> {
    type Error = Error;

    fn try_from(params: rtx_stream::ParamsRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            ssrc: params.ssrc()?,
            payload_type: params.payload_type()?,
            mime_type: params.mime_type()?,
            clock_rate: params.clock_rate()?,
            rrid: non_empty(params.rrid()?),
            cname: params.cname()?,
        })
    }
}

/// `ConsumerLayers`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsumerLayers {
    pub spatial_layer: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporal_layer: Option<u8>,
}

impl TryFrom<consumer::ConsumerLayersRef<'_>> for ConsumerLayers {
    type Error = Error;

    fn try_from(layers: consumer::ConsumerLayersRef<'_>) -> Result<Self, Error> {
        Ok(Self {
            spatial_layer: layers.spatial_layer()?,
            temporal_layer: layers.temporal_layer()?,
        })
    }
}

/// `ConsumerScore`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsumerScore<'a> {
    pub score: u8,
    pub producer_score: u8,
    pub producer_scores: &'a [u8],
}

impl<'a> TryFrom<consumer::ConsumerScoreRef<'a>> for ConsumerScore<'a> {
    type Error = Error;

    fn try_from(score: consumer::ConsumerScoreRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            score: score.score()?,
            producer_score: score.producer_score()?,
            producer_scores: score.producer_scores()?,
        })
    }
}

/// Reply to `transport.consume()`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consumed<'a> {
    pub paused: bool,
    pub producer_paused: bool,
    pub score: ConsumerScore<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_layers: Option<ConsumerLayers>,
}

impl<'a> TryFrom<transport::ConsumeResponseRef<'a>> for Consumed<'a> {
    type Error = Error;

    fn try_from(response: transport::ConsumeResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            paused: response.paused()?,
            producer_paused: response.producer_paused()?,
            score: response.score()?.try_into()?,
            preferred_layers: response
                .preferred_layers()?
                .map(TryInto::try_into)
                .transpose()?,
        })
    }
}
