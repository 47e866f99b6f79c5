//! Decoder of the C++ worker's messages about Producers: `dump()`, score, video orientation.
//! `response.rs` and `notification.rs` use these types to turn such a message into the JSON that the
//! application's `Producer` object returns or emits.
//!
//! mediasoup returns some values as its FlatBuffers library unpacks them, with `null` for absent members
//! instead of leaving them out: here those in `rtpMapping` and `rtpStreams`.

use super::rtp::RtpParameters;
use crate::names::Named;
use fbs::{producer, rtp_parameters, rtp_stream, rtx_stream};
use planus::Error;
use serde::Serialize;

/// `producer.dump()`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProducerDump<'a> {
    pub id: &'a str,
    pub kind: &'static str,
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub rtp_parameters: RtpParameters<'a>,
    pub rtp_mapping: RtpMapping<'a>,
    /// Missing, not empty, while no stream was received.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rtp_streams: Vec<Stream<'a>>,
    pub trace_event_types: Vec<&'static str>,
    pub paused: bool,
}

impl<'a> TryFrom<producer::DumpResponseRef<'a>> for ProducerDump<'a> {
    type Error = Error;

    fn try_from(dump: producer::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            id: dump.id()?,
            kind: dump.kind()?.name(),
            type_: dump.type_()?.name(),
            rtp_parameters: dump.rtp_parameters()?.try_into()?,
            rtp_mapping: dump.rtp_mapping()?.try_into()?,
            rtp_streams: dump.rtp_streams()?.to_vec_result()?,
            trace_event_types: dump
                .trace_event_types()?
                .iter()
                .map(|event| Ok(event?.name()))
                .collect::<Result<_, Error>>()?,
            paused: dump.paused()?,
        })
    }
}

/// Changes of payload types and SSRCs by the worker.
#[derive(Debug, Serialize)]
pub struct RtpMapping<'a> {
    pub codecs: Vec<CodecMapping>,
    pub encodings: Vec<EncodingMapping<'a>>,
}

impl<'a> TryFrom<rtp_parameters::RtpMappingRef<'a>> for RtpMapping<'a> {
    type Error = Error;

    fn try_from(mapping: rtp_parameters::RtpMappingRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            codecs: mapping.codecs()?.to_vec_result()?,
            encodings: mapping.encodings()?.to_vec_result()?,
        })
    }
}

/// The Producer's payload type and the Router's.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CodecMapping {
    pub payload_type: u8,
    pub mapped_payload_type: u8,
}

impl TryFrom<rtp_parameters::CodecMappingRef<'_>> for CodecMapping {
    type Error = Error;

    fn try_from(mapping: rtp_parameters::CodecMappingRef<'_>) -> Result<Self, Error> {
        Ok(Self {
            payload_type: mapping.payload_type()?,
            mapped_payload_type: mapping.mapped_payload_type()?,
        })
    }
}

/// The Producer's stream and the SSRC under which Consumers know it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EncodingMapping<'a> {
    pub rid: Option<&'a str>,
    pub ssrc: Option<u32>,
    pub mapped_ssrc: u32,
}

impl<'a> TryFrom<rtp_parameters::EncodingMappingRef<'a>> for EncodingMapping<'a> {
    type Error = Error;

    fn try_from(mapping: rtp_parameters::EncodingMappingRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            rid: mapping.rid()?,
            ssrc: mapping.ssrc()?,
            mapped_ssrc: mapping.mapped_ssrc()?,
        })
    }
}

/// A received stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stream<'a> {
    pub params: StreamParams<'a>,
    pub score: u8,
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

/// Parameters of a received stream.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "mediasoup's shape")]
pub struct StreamParams<'a> {
    pub encoding_idx: u32,
    pub ssrc: u32,
    pub payload_type: u8,
    pub mime_type: &'a str,
    pub clock_rate: u32,
    pub rid: Option<&'a str>,
    pub cname: &'a str,
    pub rtx_ssrc: Option<u32>,
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
            rid: params.rid()?,
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

/// The stream that brings a received stream's retransmissions.
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
            rrid: params.rrid()?,
            cname: params.cname()?,
        })
    }
}

/// The element of the argument of a Producer's `score` event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProducerScore<'a> {
    pub encoding_idx: u32,
    pub ssrc: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<&'a str>,
    pub score: u8,
}

impl<'a> TryFrom<producer::ScoreRef<'a>> for ProducerScore<'a> {
    type Error = Error;

    fn try_from(score: producer::ScoreRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            encoding_idx: score.encoding_idx()?,
            ssrc: score.ssrc()?,
            rid: score.rid()?,
            score: score.score()?,
        })
    }
}

/// The argument of a Producer's `videoorientationchange` event.
#[derive(Debug, Serialize)]
pub struct VideoOrientation {
    pub camera: bool,
    pub flip: bool,
    pub rotation: u16,
}

impl TryFrom<producer::VideoOrientationChangeNotificationRef<'_>> for VideoOrientation {
    type Error = Error;

    fn try_from(
        orientation: producer::VideoOrientationChangeNotificationRef<'_>,
    ) -> Result<Self, Error> {
        Ok(Self {
            camera: orientation.camera()?,
            flip: orientation.flip()?,
            rotation: orientation.rotation()?,
        })
    }
}
