//! Encoder of RTP parameters, of their encodings, and of a Producer's mapping (from its payload types
//! and SSRCs to those that its Router uses). The engine calls it for `produce()` and `consume()`; it
//! returns the FlatBuffers tables that the worker process reads in the request.

use super::named;
use crate::table::{flag, optional_text, required_text};
use fbs::rtp_parameters::{
    Boolean, CodecMapping, Double, EncodingMapping, Integer32, Integer32Array, Parameter,
    RtcpFeedback, RtcpParameters, RtpCodecParameters, RtpEncodingParameters,
    RtpHeaderExtensionParameters, RtpHeaderExtensionUri, RtpMapping, RtpParameters, Rtx,
    String as Text, Value as ParameterValue,
};
use js_value::{Js, big_int, items, non_null, number, optional_items, text, truthy, uint8, uint32};
use protocol::Error;
use serde_json::Value;

/// `RtpParameters`
pub fn rtp_parameters(parameters: &Value) -> Result<RtpParameters, Error> {
    let codecs = items(parameters.get("codecs"), "rtpParameters.codecs")?
        .iter()
        .map(codec)
        .collect::<Result<_, _>>()?;
    let header_extensions = optional_items(parameters.get("headerExtensions"))?
        .iter()
        .map(header_extension)
        .collect::<Result<_, _>>()?;
    let encodings = match non_null(parameters.get("encodings")) {
        None => Vec::new(),
        Some(encodings) => rtp_encodings(encodings)?,
    };
    let rtcp = match non_null(parameters.get("rtcp")) {
        None => RtcpParameters::default(),
        Some(rtcp) => RtcpParameters {
            cname: optional_text(rtcp.get("cname")),
            reduced_size: truthy(rtcp.get("reducedSize")),
        },
    };
    Ok(RtpParameters {
        mid: optional_text(parameters.get("mid")),
        codecs,
        header_extensions,
        encodings,
        rtcp: Box::new(rtcp),
        msid: optional_text(parameters.get("msid")),
    })
}

fn codec(codec: &Value) -> Result<RtpCodecParameters, Error> {
    let mime_type = Some(codec).read("mimeType")?;
    let parameters = self::parameters(codec.get("parameters"))?;
    let rtcp_feedback = optional_items(codec.get("rtcpFeedback"))?
        .iter()
        .map(rtcp_feedback)
        .collect::<Result<_, _>>()?;
    Ok(RtpCodecParameters {
        mime_type: required_text(mime_type, 4)?,
        payload_type: uint8(codec.get("payloadType"), 0),
        clock_rate: uint32(codec.get("clockRate"), 0),
        // Number(undefined) is not a number, and that is written as 0.
        channels: Some(uint8(codec.get("channels"), 0)),
        parameters: Some(parameters),
        rtcp_feedback: Some(rtcp_feedback),
    })
}

fn rtcp_feedback(feedback: &Value) -> Result<RtcpFeedback, Error> {
    Ok(RtcpFeedback {
        type_: required_text(Some(feedback).read("type")?, 4)?,
        parameter: optional_text(feedback.get("parameter")),
    })
}

fn header_extension(extension: &Value) -> Result<RtpHeaderExtensionParameters, Error> {
    let uri = Some(extension).read("uri")?;
    Ok(RtpHeaderExtensionParameters {
        uri: named::<RtpHeaderExtensionUri>(uri, "RtpHeaderExtensionUri")?,
        parameters: Some(parameters(extension.get("parameters"))?),
        id: uint8(extension.get("id"), 0),
        encrypt: truthy(extension.get("encrypt")),
    })
}

/// The `parameters` of a codec or a header extension: `Object.keys()`, and the value of each.
fn parameters(parameters: Option<&Value>) -> Result<Vec<Parameter>, Error> {
    match parameters {
        None | Some(Value::Null) => Err(Error::type_error(
            "Cannot convert undefined or null to object",
        )),
        Some(Value::Object(members)) => members
            .iter()
            .map(|(name, value)| parameter(name.clone(), value))
            .collect(),
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(index, value)| parameter(index.to_string(), value))
            .collect(),
        Some(_) => Ok(Vec::new()),
    }
}

/// mediasoup's JavaScript writes a boolean or an array in a way that no reader understands. ORTC
/// lets none of them through; here they are written as the schema says.
fn parameter(name: String, value: &Value) -> Result<Parameter, Error> {
    let value = match value {
        Value::Bool(value) => ParameterValue::Boolean(Box::new(Boolean {
            value: u8::from(*value),
        })),
        Value::Number(_) => number_value(value),
        Value::String(text) => ParameterValue::String(Box::new(Text {
            value: text.clone(),
        })),
        Value::Array(items) => ParameterValue::Integer32Array(Box::new(Integer32Array {
            value: Some(items.iter().map(int32).collect()),
        })),
        Value::Null | Value::Object(_) => {
            return Err(Error::plain(format!(
                "invalid parameter type [key:'{name}', value:{}]",
                text(Some(value))
            )));
        }
    };
    Ok(Parameter { name, value })
}

fn number_value(value: &Value) -> ParameterValue {
    let double = number(value);
    if double.fract() == 0.0 {
        ParameterValue::Integer32(Box::new(Integer32 {
            value: int32(value),
        }))
    } else {
        ParameterValue::Double(Box::new(Double { value: double }))
    }
}

fn int32(value: &Value) -> i32 {
    uint32(Some(value), 0).cast_signed()
}

/// `RtpEncodingParameters[]`
pub fn rtp_encodings(encodings: &Value) -> Result<Vec<RtpEncodingParameters>, Error> {
    items(Some(encodings), "rtpEncodingParameters")?
        .iter()
        .map(encoding)
        .collect()
}

fn encoding(encoding: &Value) -> Result<RtpEncodingParameters, Error> {
    let rid = Some(encoding).read("rid")?;
    let given = |name| encoding.get(name).filter(|value| truthy(Some(value)));
    Ok(RtpEncodingParameters {
        ssrc: given("ssrc").map(|ssrc| uint32(Some(ssrc), 0)),
        rid: optional_text(rid),
        codec_payload_type: given("codecPayloadType").map(|type_| uint8(Some(type_), 0)),
        rtx: given("rtx").map(|rtx| {
            Box::new(Rtx {
                ssrc: uint32(rtx.get("ssrc"), 0),
            })
        }),
        dtx: flag(encoding.get("dtx"), false),
        scalability_mode: given("scalabilityMode").map(|mode| text(Some(mode)).into_owned()),
        max_bitrate: encoding.get("maxBitrate").map(big_int).transpose()?,
    })
}

/// `RtpMapping`, as ORTC makes it for a Producer.
pub fn rtp_mapping(mapping: &Value) -> Result<RtpMapping, Error> {
    Ok(RtpMapping {
        codecs: items(mapping.get("codecs"), "rtpMapping.codecs")?
            .iter()
            .map(|codec| CodecMapping {
                payload_type: uint8(codec.get("payloadType"), 0),
                mapped_payload_type: uint8(codec.get("mappedPayloadType"), 0),
            })
            .collect(),
        encodings: items(mapping.get("encodings"), "rtpMapping.encodings")?
            .iter()
            .map(|encoding| EncodingMapping {
                rid: optional_text(encoding.get("rid")),
                ssrc: non_null(encoding.get("ssrc")).map(|ssrc| uint32(Some(ssrc), 0)),
                mapped_ssrc: uint32(encoding.get("mappedSsrc"), 0),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn booleans_and_arrays_are_written_as_the_schema_says() {
        let encoded = parameters(Some(&json!({ "yes": true, "list": [1, "2", -3] }))).unwrap();
        let values: Vec<_> = encoded
            .into_iter()
            .map(|parameter| parameter.value)
            .collect();
        assert_eq!(
            values,
            [
                ParameterValue::Boolean(Box::new(Boolean { value: 1 })),
                ParameterValue::Integer32Array(Box::new(Integer32Array {
                    value: Some(vec![1, 2, -3]),
                })),
            ]
        );
    }
}
