//! Decoder of the C++ worker's messages about Producers: `dump()`, score, video orientation.
//! `response.rs` and `notification.rs` use these types to turn such a message into the JSON that the
//! application's `Producer` object returns or emits.
//!
//! mediasoup returns some values as its FlatBuffers library unpacks them, with `null` for absent members
//! instead of leaving them out: here those in `rtpMapping` and `rtpStreams`.

use super::{names, optional, rtp::RtpParameters};
use crate::names::Named;
use fbs::{producer, rtp_parameters, rtp_stream, rtx_stream};

decoded! {
    /// `producer.dump()`
    pub struct ProducerDump<'a>(dump: producer::DumpResponseRef<'a>) {
        id: &'a str,
        kind: &'static str = dump.kind()?.name(),
        #[serde(rename = "type")]
        type_: &'static str = dump.type_()?.name(),
        rtp_parameters: RtpParameters<'a> = dump.rtp_parameters()?.try_into()?,
        rtp_mapping: RtpMapping<'a> = dump.rtp_mapping()?.try_into()?,
        /// Missing, not empty, while no stream was received.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        rtp_streams: Vec<ReceivedStream<'a>> = dump.rtp_streams()?.to_vec_result()?,
        trace_event_types: Vec<&'static str> = names(dump.trace_event_types()?.iter())?,
        paused: bool,
    }

    /// Changes of payload types and SSRCs by the worker.
    pub struct RtpMapping<'a>(mapping: rtp_parameters::RtpMappingRef<'a>) {
        codecs: Vec<CodecMapping> = mapping.codecs()?.to_vec_result()?,
        encodings: Vec<EncodingMapping<'a>> = mapping.encodings()?.to_vec_result()?,
    }

    /// The Producer's payload type and the Router's.
    pub struct CodecMapping(mapping: rtp_parameters::CodecMappingRef<'_>) {
        payload_type: u8,
        mapped_payload_type: u8,
    }

    /// The Producer's stream and the SSRC under which Consumers know it.
    pub struct EncodingMapping<'a>(mapping: rtp_parameters::EncodingMappingRef<'a>) {
        rid: Option<&'a str>,
        ssrc: Option<u32>,
        mapped_ssrc: u32,
    }

    /// A received stream.
    pub struct ReceivedStream<'a>(stream: rtp_stream::DumpRef<'a>) {
        params: ReceivedStreamParams<'a> = stream.params()?.try_into()?,
        score: u8,
        rtx_stream: Option<ReceivedRtxStream<'a>> = optional(stream.rtx_stream()?)?,
    }

    /// Parameters of a received stream.
    pub struct ReceivedStreamParams<'a>(params: rtp_stream::ParamsRef<'a>) {
        encoding_idx: u32,
        ssrc: u32,
        payload_type: u8,
        mime_type: &'a str,
        clock_rate: u32,
        rid: Option<&'a str>,
        cname: &'a str,
        rtx_ssrc: Option<u32>,
        rtx_payload_type: Option<u8>,
        use_nack: bool,
        use_pli: bool,
        use_fir: bool,
        use_in_band_fec: bool,
        use_dtx: bool,
        spatial_layers: u8,
        temporal_layers: u8,
    }

    /// The stream that brings a received stream's retransmissions.
    pub struct ReceivedRtxStream<'a>(stream: rtx_stream::RtxDumpRef<'a>) {
        params: ReceivedRtxStreamParams<'a> = stream.params()?.try_into()?,
    }

    /// Parameters of an RTX stream.
    pub struct ReceivedRtxStreamParams<'a>(params: rtx_stream::ParamsRef<'a>) {
        ssrc: u32,
        payload_type: u8,
        mime_type: &'a str,
        clock_rate: u32,
        rrid: Option<&'a str>,
        cname: &'a str,
    }

    /// The element of the argument of a Producer's `score` event.
    pub struct ProducerScore<'a>(score: producer::ScoreRef<'a>) {
        encoding_idx: u32,
        ssrc: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        rid: Option<&'a str>,
        score: u8,
    }

    /// The argument of a Producer's `videoorientationchange` event.
    pub struct VideoOrientation(orientation: producer::VideoOrientationChangeNotificationRef<'_>) {
        camera: bool,
        flip: bool,
        rotation: u16,
    }
}
