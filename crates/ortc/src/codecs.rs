//! Comparison of codecs: same format (mime type, clock rate, channels) and, if strict, same profile of
//! H.264 or VP9. The other functions of this crate call it to pair codecs of two sides; it returns true
//! or false, or the error that reading a malformed codec throws in JavaScript.

use crate::h264;
use crate::validate::is_line_terminator;
use js_value::{Js, Result};
use serde_json::{Value, json};

/// True if a codec only carries retransmissions: its mime type ends with `/rtx`.
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

/// True if two codecs have the same format, whatever their profiles are.
pub(crate) fn match_codecs(a: &Value, b: &Value) -> Result<bool> {
    Ok(match_format(a, b)?.is_some())
}

/// True if two codecs have the same format and the same profile.
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

/// True if a parameter is the same in both codecs, a falsy one being 0: `"0"` isn't.
fn same_or_zero(a: &Value, b: &Value, key: &str) -> Result<bool> {
    let zero = json!(0);
    let a = parameter(a, key)?.filter(|value| Some(*value).truthy());
    let b = parameter(b, key)?.filter(|value| Some(*value).truthy());
    Ok(Some(a.unwrap_or(&zero)).equals(Some(b.unwrap_or(&zero))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rtx() {
        for (mime_type, rtx) in [
            ("video/rtx", true),
            ("AUDIO/RTX", true),
            ("anything/rtx", true),
            ("é/rtx", true),
            ("/rtx", false),
            ("video\n/rtx", false),
            ("video/rtx2", false),
            ("vidé/tx", false),
            ("rtx", false),
            ("", false),
        ] {
            let codec = json!({ "mimeType": mime_type });
            assert_eq!(is_rtx_codec(&codec), Ok(rtx), "{mime_type:?}");
        }
        assert_eq!(is_rtx_codec(&json!({})), Ok(false), "without a mime type");
    }

    #[test]
    fn matches() {
        let vp9 = |profile: Value| {
            json!({ "mimeType": "video/VP9", "clockRate": 90000,
                    "parameters": { "profile-id": profile } })
        };
        let opus = |channels: Value| json!({ "mimeType": "audio/opus", "clockRate": 48000, "channels": channels });
        for (case, a, b, format, profile) in [
            (
                "the same channels",
                opus(json!(2)),
                opus(json!(2.0)),
                true,
                true,
            ),
            (
                "other channels",
                opus(json!(2)),
                opus(json!(1)),
                false,
                false,
            ),
            ("the same profile", vp9(json!(2)), vp9(json!(2)), true, true),
            ("another profile", vp9(json!(2)), vp9(json!(0)), true, false),
            (
                "a falsy profile is 0",
                vp9(json!("")),
                vp9(json!(0)),
                true,
                true,
            ),
            (
                "digits aren't a number",
                vp9(json!("2")),
                vp9(json!(2)),
                true,
                false,
            ),
        ] {
            assert_eq!(match_codecs(&a, &b), Ok(format), "{case}");
            assert_eq!(
                match_codecs_strictly(&a, &b),
                Ok(profile),
                "{case}, strictly"
            );
        }
    }

    #[test]
    fn names_match_in_any_case_of_any_script() {
        assert!(same_ignoring_case("video/VP8", "VIDEO/vp8"));
        assert!(
            same_ignoring_case("audio/SIL\u{212a}", "audio/silk"),
            "a Kelvin sign"
        );
        assert!(same_ignoring_case("audio/É", "audio/é"));
        assert!(!same_ignoring_case("video/VP8", "video/VP9"));
    }
}
