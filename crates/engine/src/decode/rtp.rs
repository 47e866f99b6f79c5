//! Decoder of RTP parameters in the C++ worker's replies: codecs, header extensions, encodings, RTCP.
//! The decoders of the `dump()` of a Producer and of a Consumer use these types; they serialise to the
//! `rtpParameters` that mediasoup's JavaScript shows in a dump.

use crate::names::Named;
use fbs::rtp_parameters as fbs_rtp;
use planus::Error;
use serde::{Serialize, Serializer};

decoded! {
    /// `RtpParameters`
    pub struct RtpParameters<'a>(parameters: fbs_rtp::RtpParametersRef<'a>) {
        #[serde(skip_serializing_if = "Option::is_none")]
        mid: Option<&'a str> = non_empty(parameters.mid()?),
        codecs: Vec<RtpCodecParameters<'a>> = parameters.codecs()?.to_vec_result()?,
        header_extensions: Vec<RtpHeaderExtensionParameters<'a>> =
            parameters.header_extensions()?.to_vec_result()?,
        encodings: Vec<RtpEncodingParameters<'a>> = parameters.encodings()?.to_vec_result()?,
        rtcp: RtcpParameters<'a> = parameters.rtcp()?.try_into()?,
        #[serde(skip_serializing_if = "Option::is_none")]
        msid: Option<&'a str> = non_empty(parameters.msid()?),
    }

    /// `RtpCodecParameters`
    pub struct RtpCodecParameters<'a>(codec: fbs_rtp::RtpCodecParametersRef<'a>) {
        mime_type: &'a str,
        payload_type: u8,
        clock_rate: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        channels: Option<u8>,
        parameters: Parameters<'a> = codec.parameters()?.try_into()?,
        rtcp_feedback: Vec<RtcpFeedback<'a>> = match codec.rtcp_feedback()? {
                Some(feedback) => feedback.to_vec_result()?,
                None => Vec::new(),
            },
    }

    /// `RtcpFeedback`
    pub struct RtcpFeedback<'a>(feedback: fbs_rtp::RtcpFeedbackRef<'a>) {
        #[serde(rename = "type")]
        type_: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        parameter: Option<&'a str>,
    }
}

/// `RtpHeaderExtensionParameters`
#[derive(Debug, Serialize)]
pub struct RtpHeaderExtensionParameters<'a> {
    pub uri: &'static str,
    pub id: u8,
    pub encrypt: bool,
    pub parameters: Parameters<'a>,
}

impl<'a> TryFrom<fbs_rtp::RtpHeaderExtensionParametersRef<'a>>
    for RtpHeaderExtensionParameters<'a>
{
    type Error = Error;

    fn try_from(extension: fbs_rtp::RtpHeaderExtensionParametersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            uri: extension.uri()?.name(),
            id: extension.id()?,
            encrypt: extension.encrypt()?,
            parameters: extension.parameters()?.try_into()?,
        })
    }
}

decoded! {
    /// `RtpEncodingParameters`
    pub struct RtpEncodingParameters<'a>(encoding: fbs_rtp::RtpEncodingParametersRef<'a>) {
        #[serde(skip_serializing_if = "Option::is_none")]
        ssrc: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rid: Option<&'a str> = non_empty(encoding.rid()?),
        #[serde(skip_serializing_if = "Option::is_none")]
        codec_payload_type: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtx: Option<Rtx> = match encoding.rtx()? {
                Some(rtx) => Some(Rtx { ssrc: rtx.ssrc()? }),
                None => None,
            },
        dtx: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        scalability_mode: Option<&'a str> = non_empty(encoding.scalability_mode()?),
        #[serde(skip_serializing_if = "Option::is_none")]
        max_bitrate: Option<u64>,
    }
}

/// The stream that an encoding's retransmissions go in.
#[derive(Debug, Serialize)]
pub struct Rtx {
    pub ssrc: u32,
}

decoded! {
    /// `RtcpParameters`
    pub struct RtcpParameters<'a>(rtcp: fbs_rtp::RtcpParametersRef<'a>) {
        #[serde(skip_serializing_if = "Option::is_none")]
        cname: Option<&'a str> = non_empty(rtcp.cname()?),
        reduced_size: bool,
    }
}

type ParameterVector<'a> = planus::Vector<'a, planus::Result<fbs_rtp::ParameterRef<'a>>>;

/// The `parameters` of a codec or a header extension: an object, in the order of the worker.
#[derive(Debug)]
pub struct Parameters<'a>(pub Vec<(&'a str, ParameterValue<'a>)>);

impl<'a> TryFrom<Option<ParameterVector<'a>>> for Parameters<'a> {
    type Error = Error;

    fn try_from(parameters: Option<ParameterVector<'a>>) -> Result<Self, Error> {
        let Some(parameters) = parameters else {
            return Ok(Self(Vec::new()));
        };
        parameters
            .iter()
            .map(|parameter| {
                let parameter = parameter?;
                Ok((parameter.name()?, parameter.value()?.try_into()?))
            })
            .collect::<Result<_, Error>>()
            .map(Self)
    }
}

impl Serialize for Parameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// A parameter's value. A boolean is shown as the number that the channel carries.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ParameterValue<'a> {
    Boolean(u8),
    Integer(i32),
    Double(f64),
    String(&'a str),
    Integers(Vec<i32>),
}

impl<'a> TryFrom<fbs_rtp::ValueRef<'a>> for ParameterValue<'a> {
    type Error = Error;

    fn try_from(value: fbs_rtp::ValueRef<'a>) -> Result<Self, Error> {
        Ok(match value {
            fbs_rtp::ValueRef::Boolean(value) => Self::Boolean(value.value()?),
            fbs_rtp::ValueRef::Integer32(value) => Self::Integer(value.value()?),
            fbs_rtp::ValueRef::Double(value) => Self::Double(value.value()?),
            fbs_rtp::ValueRef::String(value) => Self::String(value.value()?),
            fbs_rtp::ValueRef::Integer32Array(value) => Self::Integers(match value.value()? {
                Some(integers) => integers.to_vec()?,
                None => Vec::new(),
            }),
        })
    }
}

/// JavaScript's `text || undefined`.
pub(super) fn non_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}
