//! Consumable RTP parameters: those in which a Router offers a Producer to Consumers, with the Router's
//! payload types and SSRCs. The engine (the port of mediasoup's library) computes them for `produce()`;
//! `consume()` and `canConsume()` start from them. `can_consume` returns whether the given
//! capabilities suffice.

use crate::codecs::{is_rtx_codec, match_codecs_strictly};
use crate::header_extensions::ABS_CAPTURE_TIME;
use crate::parts::ConsumableParams;
use js_value::{Js, JsMut, Result, entries, find, object, some};
use protocol::Error;
use serde_json::{Value, json};

/// The parameters of a Producer in the Router's terms: its codecs, payload types, header extensions
/// and mapped streams. Consumers are made from these.
pub fn get_consumable_rtp_parameters(
    kind: &str,
    params: &Value,
    caps: &Value,
    mapping: &Value,
) -> Result<Value> {
    let mut all = consumable_media(kind, params, caps, mapping)?;
    let streams = consumable_streams(params, mapping)?;
    for (key, member) in entries(Some(&streams)) {
        all.set(&key, member.clone())?;
    }
    Ok(all)
}

/// Of the consumable parameters `codecs` and `headerExtensions`, which are the same for all Producers with
/// the same codecs and header extensions.
pub fn consumable_media(
    kind: &str,
    params: &Value,
    caps: &Value,
    mapping: &Value,
) -> Result<Value> {
    let codecs = consumable_codecs(params, caps, mapping)?;
    let header_extensions = consumable_header_extensions(kind, params, caps)?;
    Ok(object([
        ("codecs", Some(codecs.into())),
        ("headerExtensions", Some(header_extensions.into())),
    ]))
}

/// Of the consumable parameters all the others: `encodings`, `rtcp`, `msid`.
pub fn consumable_streams(params: &Value, mapping: &Value) -> Result<Value> {
    let encodings = consumable_encodings(params, mapping)?;
    let rtcp = object([
        ("cname", params.get("rtcp").read("cname")?.cloned()),
        ("reducedSize", Some(json!(true))),
    ]);
    Ok(object([
        ("encodings", Some(encodings.into())),
        ("rtcp", Some(rtcp)),
        ("msid", params.get("msid").cloned()),
    ]))
}

/// True if someone with the given capabilities, which are normalized, can consume a Producer with
/// the given consumable parameters: whether there is a common codec, and it isn't just RTX.
pub fn can_consume(consumable_params: &impl ConsumableParams, caps: &Value) -> Result<bool> {
    let mut first_match = None;
    let codecs = consumable_params.read("codecs")?;
    for codec in codecs.iterate("consumableParams.codecs")? {
        let cap_codecs = Some(caps).read("codecs")?.items("caps.codecs", "find")?;
        if some(cap_codecs, |cap_codec| {
            match_codecs_strictly(cap_codec, codec)
        })? {
            first_match = first_match.or(Some(codec));
        }
    }
    match first_match {
        Some(codec) => Ok(!is_rtx_codec(codec)?),
        None => Ok(false),
    }
}

fn consumable_codecs(params: &Value, caps: &Value, mapping: &Value) -> Result<Vec<Value>> {
    let params_codecs = Some(params).read("codecs")?.iterate("params.codecs")?;
    let mut codecs = Vec::with_capacity(params_codecs.len());
    for codec in params_codecs {
        if is_rtx_codec(codec)? {
            continue;
        }
        let payload_type = mapped_payload_type(codec, mapping)?;
        let cap_codecs = Some(caps).read("codecs")?.items("caps.codecs", "find")?;
        let cap_codec = find(cap_codecs, |cap_codec| {
            let cap_codec = Some(cap_codec);
            Ok(cap_codec.read("preferredPayloadType")?.equals(payload_type))
        })?;
        codecs.push(object([
            ("mimeType", cap_codec.read("mimeType")?.cloned()),
            ("payloadType", payload_type.cloned()),
            ("clockRate", cap_codec.read("clockRate")?.cloned()),
            ("channels", cap_codec.read("channels")?.cloned()),
            // The Producer's own: its profile is what is sent.
            ("parameters", codec.get("parameters").cloned()),
            ("rtcpFeedback", cap_codec.read("rtcpFeedback")?.cloned()),
        ]));

        let cap_rtx_codec = find(cap_codecs, |cap_codec| {
            Ok(is_rtx_codec(cap_codec)?
                && cap_codec
                    .get("parameters")
                    .read("apt")?
                    .equals(payload_type))
        })?;
        if let Some(cap_rtx_codec) = cap_rtx_codec {
            codecs.push(object([
                ("mimeType", cap_rtx_codec.get("mimeType").cloned()),
                (
                    "payloadType",
                    cap_rtx_codec.get("preferredPayloadType").cloned(),
                ),
                ("clockRate", cap_rtx_codec.get("clockRate").cloned()),
                ("parameters", cap_rtx_codec.get("parameters").cloned()),
                ("rtcpFeedback", cap_rtx_codec.get("rtcpFeedback").cloned()),
            ]));
        }
    }
    Ok(codecs)
}

fn mapped_payload_type<'a>(codec: &Value, mapping: &'a Value) -> Result<Option<&'a Value>> {
    let payload_type = codec.get("payloadType");
    let entries = Some(mapping).read("codecs")?;
    find(entries.items("rtpMapping.codecs", "find")?, |entry| {
        Ok(Some(entry).read("payloadType")?.equals(payload_type))
    })?
    .read("mappedPayloadType")
}

/// The header extensions that the Router can send for this kind of media.
fn consumable_header_extensions(kind: &str, params: &Value, caps: &Value) -> Result<Vec<Value>> {
    let cap_extensions = Some(caps)
        .read("headerExtensions")?
        .iterate("caps.headerExtensions")?;
    let mut extensions = Vec::with_capacity(cap_extensions.len());
    for cap_extension in cap_extensions {
        let cap_extension = Some(cap_extension);
        let is_kind = cap_extension.read("kind")?.equals_str(kind);
        let direction = cap_extension.read("direction")?;
        if !is_kind || !direction.equals_str("sendrecv") && !direction.equals_str("sendonly") {
            continue;
        }
        let uri = cap_extension.read("uri")?;
        // The Router passes the capture times of packets on and has none of its own. Announced
        // without being sent, they would be waited for forever.
        if uri.equals_str(ABS_CAPTURE_TIME) && !has_header_extension(params, ABS_CAPTURE_TIME)? {
            continue;
        }
        extensions.push(object([
            ("uri", uri.cloned()),
            ("id", cap_extension.read("preferredId")?.cloned()),
            ("encrypt", cap_extension.read("preferredEncrypt")?.cloned()),
            ("parameters", Some(json!({}))),
        ]));
    }
    Ok(extensions)
}

fn has_header_extension(params: &Value, uri: &str) -> Result<bool> {
    let extensions = params.get("headerExtensions");
    some(
        extensions.items("params.headerExtensions", "some")?,
        |ext| Ok(Some(ext).read("uri")?.equals_str(uri)),
    )
}

/// The Producer's encodings with the Router's SSRCs, without what names the Producer's own streams.
fn consumable_encodings(params: &Value, mapping: &Value) -> Result<Vec<Value>> {
    let Some(Value::Array(encodings)) = params.get("encodings") else {
        return Ok(Vec::new());
    };
    let mut consumable = Vec::with_capacity(encodings.len());
    for (index, encoding) in encodings.iter().enumerate() {
        let mapped_ssrc = mapped_ssrc(mapping, index)?;
        let mut encoding = encoding.clone();
        for key in ["rid", "rtx", "codecPayloadType"] {
            encoding.delete(key)?;
        }
        match mapped_ssrc {
            Some(ssrc) => encoding.set("ssrc", ssrc.clone())?,
            None => encoding.delete("ssrc")?,
        }
        consumable.push(encoding);
    }
    Ok(consumable)
}

fn mapped_ssrc(mapping: &Value, index: usize) -> Result<Option<&Value>> {
    let encoding = match Some(mapping).read("encodings")? {
        Some(Value::Array(encodings)) => encodings.get(index),
        other => other.read(&index.to_string())?,
    };
    match encoding {
        None | Some(Value::Null) => Err(Error::type_error(format!(
            "Cannot destructure property 'mappedSsrc' of 'rtpMapping.encodings[i]' as it is {}.",
            encoding.display()?
        ))),
        Some(encoding) => Ok(encoding.get("mappedSsrc")),
    }
}
