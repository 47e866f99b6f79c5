//! Generator of a Router's RTP capabilities: those that mediasoup supports, narrowed to the media codecs
//! that the application lists, with a payload type for each codec and its retransmissions. The Model
//! (the tree of objects) calls it for a new Router and for `updateMediaCodecs()`; it returns the
//! capabilities or mediasoup's error.

use crate::codecs::match_codecs;
use crate::supported::normalized_supported_rtp_capabilities;
use crate::validate::validate_and_normalize_rtp_codec_capability;
use js_value::{Js, JsMut, Result, entries, find, object};
use protocol::Error;
use serde_json::{Map, Value, json};
use std::collections::VecDeque;

/// Generates the RtpCapabilities of a Router that has the given media codecs.
///
/// `Null` stands for `undefined` and means no codecs. Unlike in mediasoup, the defaults that the
/// media codecs are given for matching don't show in the argument.
pub fn generate_router_rtp_capabilities(media_codecs: &Value) -> Result<Value> {
    let media_codecs = match media_codecs {
        Value::Null => &[],
        Value::Array(media_codecs) => media_codecs.as_slice(),
        _ => return Err(Error::type_error("mediaCodecs must be an Array")),
    };
    let supported = normalized_supported_rtp_capabilities();
    let supported_codecs = supported.get("codecs").iterate("codecs")?;
    let mut payload_types = DynamicPayloadTypes::new();
    let mut codecs = Vec::with_capacity(2 * media_codecs.len());

    for media_codec in media_codecs {
        let mut media_codec = media_codec.clone();
        validate_and_normalize_rtp_codec_capability(&mut media_codec)?;
        let codec = router_codec(&media_codec, supported_codecs, &mut payload_types)?;
        let payload_type = codec.get("preferredPayloadType");
        if codecs
            .iter()
            .any(|other: &Value| other.get("preferredPayloadType").equals(payload_type))
        {
            return Err(Error::type_error("duplicated codec.preferredPayloadType"));
        }
        let is_video = codec.get("kind").equals_str("video");
        codecs.push(codec);
        if let Some(codec) = codecs.last().filter(|_| is_video) {
            let rtx_codec = rtx_codec(codec, payload_types.take()?);
            codecs.push(rtx_codec);
        }
    }

    Ok(object([
        ("codecs", Some(codecs.into())),
        (
            "headerExtensions",
            supported.get("headerExtensions").cloned(),
        ),
    ]))
}

/// The supported codec that the media codec asks for, with its payload type and parameters.
fn router_codec(
    media_codec: &Value,
    supported_codecs: &[Value],
    payload_types: &mut DynamicPayloadTypes,
) -> Result<Value> {
    let supported_codec = find(supported_codecs, |codec| match_codecs(media_codec, codec))?;
    let Some(supported_codec) = supported_codec else {
        let mime_type = media_codec.get("mimeType").display()?;
        return Err(Error::unsupported(format!(
            "media codec not supported [mimeType:{mime_type}]"
        )));
    };
    let mut codec = supported_codec.clone();

    let preferred_payload_type = media_codec.get("preferredPayloadType");
    if let Some(payload_type @ Value::Number(_)) = preferred_payload_type {
        payload_types.remove(payload_type);
        codec.set("preferredPayloadType", payload_type.clone())?;
    } else if !codec.get("preferredPayloadType").is_number() {
        codec.set("preferredPayloadType", payload_types.take()?)?;
    }

    let parameters: Map<String, Value> = entries(codec.get("parameters"))
        .into_iter()
        .chain(entries(media_codec.get("parameters")))
        .map(|(key, value)| (key.into_owned(), value.clone()))
        .collect();
    codec.set("parameters", parameters)?;
    Ok(codec)
}

fn rtx_codec(codec: &Value, payload_type: u8) -> Value {
    object([
        ("kind", Some(json!("video"))),
        ("mimeType", Some(json!("video/rtx"))),
        ("preferredPayloadType", Some(json!(payload_type))),
        ("clockRate", codec.get("clockRate").cloned()),
        (
            "parameters",
            Some(object([(
                "apt",
                codec.get("preferredPayloadType").cloned(),
            )])),
        ),
        ("rtcpFeedback", Some(json!([]))),
    ])
}

/// The payload types that are there for codecs without one of their own, 100 to 127 first.
struct DynamicPayloadTypes(VecDeque<u8>);

impl DynamicPayloadTypes {
    fn new() -> Self {
        Self((100..=127).chain(96..=99).collect())
    }

    fn take(&mut self) -> Result<u8> {
        self.0
            .pop_front()
            .ok_or_else(|| Error::plain("cannot allocate more dynamic codec payload types"))
    }

    fn remove(&mut self, payload_type: &Value) {
        self.0
            .retain(|free| payload_type.as_f64() != Some(f64::from(*free)));
    }
}
