//! Whether two codecs are the same one.

use crate::h264;
use crate::js::{Js, Result};
use crate::validate::is_line_terminator;
use serde_json::{Value, json};

/// Whether a codec only carries retransmissions: its mime type ends with `/rtx`.
pub(crate) fn is_rtx_codec(codec: &Value) -> Result<bool> {
    let Some(Value::String(mime_type)) = Some(codec).read("mimeType")? else {
        return Ok(false);
    };
    let Some(split) = mime_type.len().checked_sub("/rtx".len()) else {
        return Ok(false);
    };
    let Some((kind, subtype)) = mime_type.split_at_checked(split) else {
        return Ok(false);
    };
    let last = kind.chars().next_back();
    Ok(subtype.eq_ignore_ascii_case("/rtx") && last.is_some_and(|last| !is_line_terminator(last)))
}

/// Whether two codecs have the same format, whatever their profiles are.
pub(crate) fn match_codecs(a: &Value, b: &Value) -> Result<bool> {
    Ok(match_format(a, b)?.is_some())
}

/// Whether two codecs have the same format and the same profile.
pub(crate) fn match_codecs_strictly(a: &Value, b: &Value) -> Result<bool> {
    let Some(mime_type) = match_format(a, b)? else {
        return Ok(false);
    };
    if mime_type.eq_ignore_ascii_case("video/h264") {
        Ok(same_or_zero(a, b, "packetization-mode")? && h264::is_same_profile(a, b))
    } else if mime_type.eq_ignore_ascii_case("video/vp9") {
        same_or_zero(a, b, "profile-id")
    } else {
        Ok(true)
    }
}

/// The mime type that both codecs have, if they also agree in clock rate and channels.
fn match_format<'a>(a: &'a Value, b: &Value) -> Result<Option<&'a str>> {
    let a_mime_type = mime_type(a, "aCodec.mimeType")?;
    let b_mime_type = mime_type(b, "bCodec.mimeType")?;
    let same = same_ignoring_case(a_mime_type, b_mime_type)
        && a.get("clockRate").equals(b.get("clockRate"))
        && a.get("channels").equals(b.get("channels"))
        && (!a_mime_type.eq_ignore_ascii_case("audio/multiopus")
            || same_parameter(a, b, "num_streams")? && same_parameter(a, b, "coupled_streams")?);
    Ok(same.then_some(a_mime_type))
}

fn mime_type<'a>(codec: &'a Value, expression: &str) -> Result<&'a str> {
    Some(codec)
        .read("mimeType")?
        .text(expression, "toLowerCase")
}

fn same_ignoring_case(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        a.eq_ignore_ascii_case(b)
    } else {
        a.to_lowercase() == b.to_lowercase()
    }
}

fn parameter<'a>(codec: &'a Value, key: &str) -> Result<Option<&'a Value>> {
    codec.get("parameters").read(key)
}

fn same_parameter(a: &Value, b: &Value, key: &str) -> Result<bool> {
    Ok(parameter(a, key)?.equals(parameter(b, key)?))
}

/// Whether a parameter is the same in both codecs, a falsy one being 0: `"0"` isn't.
fn same_or_zero(a: &Value, b: &Value, key: &str) -> Result<bool> {
    let zero = json!(0);
    let a = parameter(a, key)?.filter(|value| Some(*value).truthy());
    let b = parameter(b, key)?.filter(|value| Some(*value).truthy());
    Ok(Some(a.unwrap_or(&zero)).equals(Some(b.unwrap_or(&zero))))
}
