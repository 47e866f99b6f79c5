//! JavaScript's coercions, for options that mediasoup takes loosely.
//!
//! What mediasoup's JavaScript hands to its FlatBuffers builder is coerced by typed arrays:
//! `"5"` is 5, 300 is 44 in a byte, what is no number is 0.

use serde_json::Value;

/// `if (value)`
pub(crate) fn truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(_) | Value::Object(_)) => true,
    }
}

/// A flag that is a byte on the channel: `+value`, then anything but 0.
pub(crate) fn flag(value: Option<&Value>, default: bool) -> bool {
    value.map_or(default, |value| wrap(number(value), 8) != 0)
}

/// `Number(value)`, `NaN` for what is no number.
pub(crate) fn number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::String(text) => text.trim().parse().unwrap_or(f64::NAN),
        Value::Array(_) | Value::Object(_) => f64::NAN,
    }
}

/// The lowest bits of a number, as a typed array stores them.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the remainder of a division by at most 2^32 fits"
)]
fn wrap(number: f64, bits: i32) -> u32 {
    if number.is_finite() {
        number.trunc().rem_euclid(f64::from(bits).exp2()) as u64 as u32
    } else {
        0
    }
}

/// A `uint8`.
#[expect(clippy::cast_possible_truncation, reason = "wrapped to 8 bits")]
pub(crate) fn uint8(value: Option<&Value>, default: u8) -> u8 {
    value.map_or(default, |value| wrap(number(value), 8) as u8)
}

/// A `uint16`.
#[expect(clippy::cast_possible_truncation, reason = "wrapped to 16 bits")]
pub(crate) fn uint16(value: Option<&Value>, default: u16) -> u16 {
    value.map_or(default, |value| wrap(number(value), 16) as u16)
}

/// A `uint32`.
pub(crate) fn uint32(value: Option<&Value>, default: u32) -> u32 {
    value.map_or(default, |value| wrap(number(value), 32))
}

/// `` `${value}` ``
pub(crate) fn text(value: Option<&Value>) -> String {
    match value {
        None => "undefined".into(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| {
                if item.is_null() {
                    String::new()
                } else {
                    text(Some(item))
                }
            })
            .collect::<Vec<_>>()
            .join(","),
        Some(Value::Object(_)) => "[object Object]".into(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_wrap_as_in_typed_arrays() {
        for (value, expected) in [
            (json!(5), 5),
            (json!("5"), 5),
            (json!(300), 44),
            (json!(-1), 255),
            (json!(7.9), 7),
            (json!("x"), 0),
            (json!(true), 1),
            (json!(null), 0),
            (json!({}), 0),
            (json!(1e300), 0),
        ] {
            assert_eq!(uint8(Some(&value), 9), expected, "{value}");
        }
        assert_eq!(uint8(None, 9), 9);
        assert_eq!(uint32(Some(&json!(-1)), 0), u32::MAX);
        assert_eq!(uint16(Some(&json!(65537)), 0), 1);
    }

    #[test]
    fn values_show_as_in_template_strings() {
        for (value, expected) in [
            (None, "undefined"),
            (Some(json!("a")), "a"),
            (Some(json!([1, null, "b"])), "1,,b"),
            (Some(json!({"a": 1})), "[object Object]"),
            (Some(json!(false)), "false"),
        ] {
            assert_eq!(text(value.as_ref()), expected);
        }
    }
}
