//! Decoder of RTP parameters in the C++ worker's replies: codecs, header extensions, encodings, RTCP.
//! The decoders of the `dump()` of a Producer and of a Consumer use these types; they serialise to the
//! `rtpParameters` that mediasoup's JavaScript shows in a dump.

use crate::names::Named;
use fbs::rtp_parameters as fbs_rtp;
use planus::Error;
use serde::{Serialize, Serializer};

/// `RtpParameters`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RtpParameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mid: Option<&'a str>,
    pub codecs: Vec<RtpCodecParameters<'a>>,
    pub header_extensions: Vec<RtpHeaderExtensionParameters<'a>>,
    pub encodings: Vec<RtpEncodingParameters<'a>>,
    pub rtcp: RtcpParameters<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msid: Option<&'a str>,
}

impl<'a> TryFrom<fbs_rtp::RtpParametersRef<'a>> for RtpParameters<'a> {
    type Error = Error;

    fn try_from(parameters: fbs_rtp::RtpParametersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            mid: non_empty(parameters.mid()?),
            codecs: parameters.codecs()?.to_vec_result()?,
            header_extensions: parameters.header_extensions()?.to_vec_result()?,
            encodings: parameters.encodings()?.to_vec_result()?,
            rtcp: parameters.rtcp()?.try_into()?,
            msid: non_empty(parameters.msid()?),
        })
    }
}

/// `RtpCodecParameters`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RtpCodecParameters<'a> {
    pub mime_type: &'a str,
    pub payload_type: u8,
    pub clock_rate: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<u8>,
    pub parameters: Parameters<'a>,
    pub rtcp_feedback: Vec<RtcpFeedback<'a>>,
}

impl<'a> TryFrom<fbs_rtp::RtpCodecParametersRef<'a>> for RtpCodecParameters<'a> {
    type Error = Error;

    fn try_from(codec: fbs_rtp::RtpCodecParametersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            mime_type: codec.mime_type()?,
            payload_type: codec.payload_type()?,
            clock_rate: codec.clock_rate()?,
            channels: codec.channels()?,
            parameters: codec.parameters()?.try_into()?,
            rtcp_feedback: match codec.rtcp_feedback()? {
                Some(feedback) => feedback.to_vec_result()?,
                None => Vec::new(),
            },
        })
    }
}

/// `RtcpFeedback`
#[derive(Debug, Serialize)]
pub struct RtcpFeedback<'a> {
    #[serde(rename = "type")]
    pub type_: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<&'a str>,
}

impl<'a> TryFrom<fbs_rtp::RtcpFeedbackRef<'a>> for RtcpFeedback<'a> {
    type Error = Error;

    fn try_from(feedback: fbs_rtp::RtcpFeedbackRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            type_: feedback.type_()?,
            parameter: feedback.parameter()?,
        })
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

/// `RtpEncodingParameters`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RtpEncodingParameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssrc: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codec_payload_type: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtx: Option<Rtx>,
    pub dtx: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scalability_mode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bitrate: Option<u64>,
}

impl<'a> TryFrom<fbs_rtp::RtpEncodingParametersRef<'a>> for RtpEncodingParameters<'a> {
    type Error = Error;

    fn try_from(encoding: fbs_rtp::RtpEncodingParametersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            ssrc: encoding.ssrc()?,
            rid: non_empty(encoding.rid()?),
            codec_payload_type: encoding.codec_payload_type()?,
            rtx: match encoding.rtx()? {
                Some(rtx) => Some(Rtx { ssrc: rtx.ssrc()? }),
                None => None,
            },
            dtx: encoding.dtx()?,
            scalability_mode: non_empty(encoding.scalability_mode()?),
            max_bitrate: encoding.max_bitrate()?,
        })
    }
}

/// The stream that an encoding's retransmissions go in.
#[derive(Debug, Serialize)]
pub struct Rtx {
    pub ssrc: u32,
}

/// `RtcpParameters`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RtcpParameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cname: Option<&'a str>,
    pub reduced_size: bool,
}

impl<'a> TryFrom<fbs_rtp::RtcpParametersRef<'a>> for RtcpParameters<'a> {
    type Error = Error;

    fn try_from(rtcp: fbs_rtp::RtcpParametersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            cname: non_empty(rtcp.cname()?),
            reduced_size: rtcp.reduced_size()?,
        })
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
