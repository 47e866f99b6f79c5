//! Tests of a JSON value as JavaScript's `if (value)` and `??` make them. The ORTC and the encoders of
//! requests call them for flags and optional members; `truthy` returns true or false, `non_null` the
//! value unless it is missing or `null`.

use serde_json::Value;

/// `Boolean(value)`, as in `if (value)`; `None` is `undefined`. mediasoup asks so of many options.
#[must_use]
pub fn truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(flag)) => *flag,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(_) | Value::Object(_)) => true,
    }
}

/// `value ?? undefined`
#[must_use]
pub fn non_null(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn truthiness() {
        assert!(!truthy(None), "undefined");
        for falsy in [json!(null), json!(false), json!(0), json!(-0.0), json!("")] {
            assert!(!truthy(Some(&falsy)), "{falsy}");
        }
        for value in [
            json!(true),
            json!(-1),
            json!("0"),
            json!("false"),
            json!([]),
            json!({}),
        ] {
            assert!(truthy(Some(&value)), "{value}");
        }
    }

    #[test]
    fn null_is_as_good_as_nothing() {
        assert_eq!(non_null(None), None);
        assert_eq!(non_null(Some(&json!(null))), None);
        assert_eq!(non_null(Some(&json!(0))), Some(&json!(0)));
    }
}
