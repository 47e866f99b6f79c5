//! Conversions from JSON values to fields of FlatBuffers tables, as mediasoup's FlatBuffers builder does
//! them: `"1"` is a set flag, `null` a missing string. The encoders of requests call them for options
//! that mediasoup takes loosely; they return the field, or the builder's error.

use js_value::{non_null, text, uint8};
use protocol::Error;
use serde_json::Value;

/// A flag that is a byte on the channel: true where that isn't 0.
pub(crate) fn flag(value: Option<&Value>, default: bool) -> bool {
    match value {
        None => default,
        Some(Value::Bool(value)) => *value,
        value => uint8(value, 0) != 0,
    }
}

/// A string that a worker gets; `undefined` and `null` are none.
pub(crate) fn optional_text(value: Option<&Value>) -> Option<String> {
    non_null(value).map(|value| text(Some(value)).into_owned())
}

/// A string that a table must have. `field` is its place there, all that the error says.
pub(crate) fn required_text(value: Option<&Value>, field: u8) -> Result<String, Error> {
    optional_text(value)
        .ok_or_else(|| Error::type_error(format!("FlatBuffers: field {field} must be set")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_boolean_is_true_where_its_byte_is_not_zero() {
        for (value, expected) in [
            (json!(true), true),
            (json!("1"), true),
            (json!("true"), false),
            (json!(256), false),
            (json!(0.5), false),
            (json!({}), false),
        ] {
            assert_eq!(flag(Some(&value), true), expected, "{value}");
        }
        assert!(flag(None, true));
    }
}
