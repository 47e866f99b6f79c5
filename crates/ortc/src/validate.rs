//! Validation of RTP capabilities, RTP parameters and SCTP stream parameters, with defaults filled in
//! where members are missing. The engine and the Model call it on values that the application passes; it
//! changes the value in place or returns mediasoup's `TypeError`.

use js_value::{Js, JsMut, Result, entries};
use protocol::Error;
use serde_json::{Value, json};

/// Validates RtpCapabilities and fills in defaults.
pub fn validate_and_normalize_rtp_capabilities(caps: &mut Value) -> Result<()> {
    require_object(caps, "caps")?;
    for codec in optional_list(caps, "caps", "codecs")? {
        validate_and_normalize_rtp_codec_capability(codec)?;
    }
    for extension in optional_list(caps, "caps", "headerExtensions")? {
        rtp_header_extension(extension)?;
    }
    Ok(())
}

/// Validates RtpParameters and fills in defaults.
pub fn validate_and_normalize_rtp_parameters(params: &mut Value) -> Result<()> {
    require_object(params, "params")?;
    optional(
        Some(&*params).read("mid")?,
        Js::is_string,
        "params.mid is not a string",
    )?;
    if !params.get("codecs").is_some_and(Value::is_array) {
        return Err(Error::type_error("missing params.codecs"));
    }
    for codec in params.list_mut("codecs") {
        rtp_codec_parameters(codec)?;
    }
    for extension in optional_list(params, "params", "headerExtensions")? {
        rtp_header_extension_parameters(extension)?;
    }
    for encoding in optional_list(params, "params", "encodings")? {
        rtp_encoding_parameters(encoding)?;
    }
    let rtcp = params.get("rtcp");
    if !rtcp.truthy() {
        params.set("rtcp", json!({}))?;
    } else if !rtcp.is_object() {
        return Err(Error::type_error("params.rtcp is not an object"));
    }
    optional(
        params.get("msid"),
        Js::is_string,
        "params.msid is not a string",
    )?;
    params.get_mut("rtcp").map_or(Ok(()), rtcp_parameters)
}

/// Validates SctpStreamParameters and fills in defaults.
pub fn validate_and_normalize_sctp_stream_parameters(params: &mut Value) -> Result<()> {
    require_object(params, "params")?;
    if !Some(&*params).read("streamId")?.is_number() {
        return Err(Error::type_error("missing params.streamId"));
    }
    let ordered_given = params.get("ordered").is_boolean();
    if !ordered_given {
        params.set("ordered", true)?;
    }
    let max_packet_life_time = params.get("maxPacketLifeTime");
    optional(
        max_packet_life_time,
        Js::is_number,
        "invalid params.maxPacketLifeTime",
    )?;
    let max_retransmits = params.get("maxRetransmits");
    optional(
        max_retransmits,
        Js::is_number,
        "invalid params.maxRetransmits",
    )?;
    if max_packet_life_time.truthy() && max_retransmits.truthy() {
        return Err(Error::type_error(
            "cannot provide both maxPacketLifeTime and maxRetransmits",
        ));
    }
    let partially_reliable = max_packet_life_time.truthy() || max_retransmits.truthy();
    if partially_reliable && !ordered_given {
        params.set("ordered", false)?;
    } else if partially_reliable && params.get("ordered").truthy() {
        return Err(Error::type_error(
            "cannot be ordered with maxPacketLifeTime or maxRetransmits",
        ));
    }
    Ok(())
}

/// Validates RtpCodecCapability, an entry of `codecs` in RtpCapabilities or of `mediaCodecs`, and
/// fills in defaults.
pub fn validate_and_normalize_rtp_codec_capability(codec: &mut Value) -> Result<()> {
    require_object(codec, "codec")?;
    let kind = kind_of_mime_type(codec)?;
    codec.set("kind", kind)?;
    optional(
        codec.get("preferredPayloadType"),
        Js::is_number,
        "invalid codec.preferredPayloadType",
    )?;
    rtp_codec(codec, kind)
}

fn rtp_codec_parameters(codec: &mut Value) -> Result<()> {
    require_object(codec, "codec")?;
    let kind = kind_of_mime_type(codec)?;
    if !codec.get("payloadType").is_number() {
        return Err(Error::type_error("missing codec.payloadType"));
    }
    rtp_codec(codec, kind)
}

/// Checks the members that codecs of capabilities and of parameters share.
fn rtp_codec(codec: &mut Value, kind: &str) -> Result<()> {
    if !codec.get("clockRate").is_number() {
        return Err(Error::type_error("missing codec.clockRate"));
    }
    if kind != "audio" {
        codec.delete("channels")?;
    } else if !codec.get("channels").is_number() {
        codec.set("channels", 1)?;
    }
    for (key, value) in entries(normalized_parameters(codec)?) {
        if !Some(value).is_string() && !Some(value).is_number() {
            let value = Some(value).display()?;
            return Err(Error::type_error(format!(
                "invalid codec parameter [key:{key}s, value:{value}]"
            )));
        }
        if key == "apt" && !Some(value).is_number() {
            return Err(Error::type_error("invalid codec apt parameter"));
        }
    }
    if !codec.get("rtcpFeedback").is_some_and(Value::is_array) {
        codec.set("rtcpFeedback", json!([]))?;
    }
    codec
        .list_mut("rtcpFeedback")
        .iter_mut()
        .try_for_each(rtcp_feedback)
}

/// `audio` or `video`, as the mime type begins: a kind that is given is overridden by it.
fn kind_of_mime_type(codec: &Value) -> Result<&'static str> {
    let Some(Value::String(mime_type)) = Some(codec).read("mimeType")? else {
        return Err(Error::type_error("missing codec.mimeType"));
    };
    if mime_type.is_empty() {
        return Err(Error::type_error("missing codec.mimeType"));
    }
    ["audio", "video"]
        .into_iter()
        .find(|kind| is_subtype_of(kind, mime_type))
        .ok_or_else(|| Error::type_error("invalid codec.mimeType"))
}

/// True if the mime type is the kind in any case, a slash, and something on the same line.
fn is_subtype_of(kind: &str, mime_type: &str) -> bool {
    let Some((prefix, rest)) = mime_type.split_at_checked(kind.len()) else {
        return false;
    };
    let subtype = rest.strip_prefix('/').and_then(|rest| rest.chars().next());
    prefix.eq_ignore_ascii_case(kind) && subtype.is_some_and(|first| !is_line_terminator(first))
}

/// True for characters that `.` doesn't match in a regular expression of JavaScript.
pub(crate) fn is_line_terminator(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn rtcp_feedback(feedback: &mut Value) -> Result<()> {
    require_object(feedback, "fb")?;
    let kind = Some(&*feedback).read("type")?;
    if !kind.truthy() || !kind.is_string() {
        return Err(Error::type_error("missing fb.type"));
    }
    if !feedback.get("parameter").is_string() {
        feedback.set("parameter", "")?;
    }
    Ok(())
}

fn rtp_header_extension(extension: &mut Value) -> Result<()> {
    require_object(extension, "ext")?;
    let kind = Some(&*extension).read("kind")?;
    if !kind.equals_str("audio") && !kind.equals_str("video") {
        return Err(Error::type_error("invalid ext.kind"));
    }
    require_uri(extension)?;
    if !extension.get("preferredId").is_number() {
        return Err(Error::type_error("missing ext.preferredId"));
    }
    optional_flag(extension, "preferredEncrypt")?;
    let direction = extension.get("direction");
    if !direction.truthy() {
        extension.set("direction", "sendrecv")?;
    } else if !direction.is_string() {
        return Err(Error::type_error("invalid ext.direction"));
    }
    Ok(())
}

fn rtp_header_extension_parameters(extension: &mut Value) -> Result<()> {
    require_object(extension, "ext")?;
    require_uri(extension)?;
    if !extension.get("id").is_number() {
        return Err(Error::type_error("missing ext.id"));
    }
    optional_flag(extension, "encrypt")?;
    for (_, value) in entries(normalized_parameters(extension)?) {
        if !Some(value).is_string() && !Some(value).is_number() {
            return Err(Error::type_error("invalid header extension parameter"));
        }
    }
    Ok(())
}

fn require_uri(extension: &Value) -> Result<()> {
    let uri = Some(extension).read("uri")?;
    if !uri.truthy() || !uri.is_string() {
        return Err(Error::type_error("missing ext.uri"));
    }
    Ok(())
}

fn optional_flag(extension: &mut Value, key: &str) -> Result<()> {
    let flag = extension.get(key);
    if !flag.truthy() {
        extension.set(key, false)?;
    } else if !flag.is_boolean() {
        return Err(Error::type_error(format!("invalid ext.{key}")));
    }
    Ok(())
}

fn rtp_encoding_parameters(encoding: &mut Value) -> Result<()> {
    require_object(encoding, "encoding")?;
    let ssrc = Some(&*encoding).read("ssrc")?;
    optional(ssrc, Js::is_number, "invalid encoding.ssrc")?;
    optional(encoding.get("rid"), Js::is_string, "invalid encoding.rid")?;
    let rtx = encoding.get("rtx");
    optional(rtx, Js::is_object, "invalid encoding.rtx")?;
    if rtx.truthy() && !rtx.read("ssrc")?.is_number() {
        return Err(Error::type_error("missing encoding.rtx.ssrc"));
    }
    if !encoding.get("dtx").is_boolean() {
        encoding.set("dtx", false)?;
    }
    optional(
        encoding.get("scalabilityMode"),
        Js::is_string,
        "invalid encoding.scalabilityMode",
    )
}

fn rtcp_parameters(rtcp: &mut Value) -> Result<()> {
    optional(rtcp.get("cname"), Js::is_string, "invalid rtcp.cname")?;
    // An explicit `false` doesn't survive: mediasoup takes every falsy value for a missing one.
    rtcp.set("reducedSize", true)
}

fn require_object(value: &Value, name: &str) -> Result<()> {
    if Some(value).is_object() {
        return Ok(());
    }
    Err(Error::type_error(format!("{name} is not an object")))
}

/// Refuses a member that is there, which means truthy, but isn't of the type that it has to be.
fn optional<'v>(
    member: Option<&'v Value>,
    is_of_type: fn(Option<&'v Value>) -> bool,
    refusal: &str,
) -> Result<()> {
    if member.truthy() && !is_of_type(member) {
        return Err(Error::type_error(refusal));
    }
    Ok(())
}

/// The list that is the member `key` of `owner`: empty if missing, refused if it isn't a list.
fn optional_list<'v>(owner: &'v mut Value, name: &str, key: &str) -> Result<&'v mut [Value]> {
    let list = Some(&*owner).read(key)?;
    if !list.truthy() {
        owner.set(key, json!([]))?;
    } else if !list.is_some_and(Value::is_array) {
        return Err(Error::type_error(format!("{name}.{key} is not an array")));
    }
    Ok(owner.list_mut(key))
}

/// The member `parameters` of `owner`, made an empty object if it isn't one.
fn normalized_parameters(owner: &mut Value) -> Result<Option<&Value>> {
    let parameters = owner.get("parameters");
    if !parameters.truthy() || !parameters.is_object() {
        owner.set("parameters", json!({}))?;
    }
    Ok(owner.get("parameters"))
}
