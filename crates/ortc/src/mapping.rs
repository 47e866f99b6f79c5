//! Mapping from the payload types and SSRCs of a Producer to those that its Router uses. The engine (the
//! port of mediasoup's library) computes it for `produce()` and sends it to the worker process, which
//! rewrites packets by it; a codec that the Router lacks is mediasoup's `UnsupportedError`.

use crate::codecs::{is_rtx_codec, match_codecs_strictly};
use crate::h264;
use js_value::{Js, JsMut, Result, find, object};
use protocol::Error;
use serde_json::{Value, json};

/// Maps the codecs and encodings of a Producer to what the Router with the given capabilities calls
/// them. The streams are mapped to `first_mapped_ssrc` and the numbers that follow.
///
/// H.264 codecs in `params` get the level that is negotiated.
pub fn get_producer_rtp_parameters_mapping(
    params: &mut Value,
    caps: &Value,
    first_mapped_ssrc: u32,
) -> Result<Value> {
    let codecs = codecs_mapping(params, caps)?;
    let encodings = Some(&*params)
        .read("encodings")?
        .iterate("params.encodings")?
        .iter()
        .zip(u64::from(first_mapped_ssrc)..)
        .map(|(encoding, mapped_ssrc)| {
            let encoding = Some(encoding);
            Ok(object([
                ("ssrc", encoding.read("ssrc")?.cloned()),
                ("rid", encoding.read("rid")?.cloned()),
                ("mappedSsrc", Some(json!(mapped_ssrc))),
            ]))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(object([
        ("codecs", Some(codecs.into())),
        ("encodings", Some(encodings.into())),
    ]))
}

fn codecs_mapping(params: &mut Value, caps: &Value) -> Result<Vec<Value>> {
    Some(&*params).read("codecs")?.iterate("params.codecs")?;
    let codecs = params.list_mut("codecs");
    let mut mapping = Vec::with_capacity(codecs.len());
    // The capability of each codec, once it is known.
    let mut matched = vec![None; codecs.len()];

    for (codec, matched) in codecs.iter_mut().zip(&mut matched) {
        if is_rtx_codec(codec)? {
            continue;
        }
        let cap_codec = find(cap_codecs(caps)?, |cap_codec| {
            match_codecs_strictly(codec, cap_codec)
        })?;
        let Some(cap_codec) = cap_codec else {
            return Err(Error::unsupported(format!(
                "unsupported codec [mimeType:{}, payloadType:{}]",
                codec.get("mimeType").display()?,
                codec.get("payloadType").display()?
            )));
        };
        if is_h264(codec) {
            h264::negotiate_level(codec, cap_codec)?;
        }
        mapping.push(codec_mapping(codec, cap_codec));
        *matched = Some(cap_codec);
    }

    for (index, codec) in codecs.iter().enumerate() {
        if !is_rtx_codec(codec)? {
            continue;
        }
        let apt = codec.get("parameters").read("apt")?;
        let associated = codecs
            .iter()
            .position(|codec| codec.get("payloadType").equals(apt));
        let Some(associated) = associated else {
            return Err(Error::type_error(format!(
                "missing media codec found for RTX PT {}",
                codec.get("payloadType").display()?
            )));
        };
        // What is associated may be an RTX codec too. If its turn is yet to come, this fails as
        // reading a member of `undefined` does.
        let payload_type = matched[associated].read("preferredPayloadType")?;
        let cap_rtx_codec = find(cap_codecs(caps)?, |cap_codec| {
            Ok(is_rtx_codec(cap_codec)?
                && cap_codec
                    .get("parameters")
                    .read("apt")?
                    .equals(payload_type))
        })?;
        let Some(cap_rtx_codec) = cap_rtx_codec else {
            return Err(Error::unsupported(format!(
                "no RTX codec for capability codec PT {}",
                payload_type.display()?
            )));
        };
        mapping.push(codec_mapping(codec, cap_rtx_codec));
        matched[index] = Some(cap_rtx_codec);
    }
    Ok(mapping)
}

fn cap_codecs(caps: &Value) -> Result<&[Value]> {
    Some(caps).read("codecs")?.items("caps.codecs", "find")
}

fn codec_mapping(codec: &Value, cap_codec: &Value) -> Value {
    object([
        ("payloadType", codec.get("payloadType").cloned()),
        (
            "mappedPayloadType",
            cap_codec.get("preferredPayloadType").cloned(),
        ),
    ])
}

fn is_h264(codec: &Value) -> bool {
    matches!(codec.get("mimeType"), Some(Value::String(mime_type))
        if mime_type.eq_ignore_ascii_case("video/h264"))
}
