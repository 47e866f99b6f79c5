//! Conversion of a JSON value to a number, as `Number(value)` and comparisons do it in JavaScript. The
//! conversions to integers and the comparison by `>` call it, for options that mediasoup takes loosely;
//! it returns a double, NaN for a text that isn't a number.

use crate::text;
use serde_json::Value;

/// `Number(value)`, and what `>` makes of a value that it compares with a number.
#[must_use]
pub fn number(value: &Value) -> f64 {
    match value {
        Value::Null => 0.0,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        Value::String(text) => parse(text),
        Value::Array(_) => parse(&text(Some(value))),
        Value::Object(_) => f64::NAN,
    }
}

/// `Number("...")`: NaN where the text is not a number literal.
pub(crate) fn parse(text: &str) -> f64 {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let radix = |digits: &str, radix| {
        // No option of mediasoup has a use for more digits than an integer holds.
        u64::from_str_radix(digits, radix).map_or(f64::NAN, as_f64)
    };
    match text.as_bytes() {
        [] => 0.0,
        [b'0', b'x' | b'X', ..] => radix(&text[2..], 16),
        [b'0', b'o' | b'O', ..] => radix(&text[2..], 8),
        [b'0', b'b' | b'B', ..] => radix(&text[2..], 2),
        // Rust would take "inf" and "nan" too.
        [.., b'0'..=b'9' | b'.'] => text.parse().unwrap_or(f64::NAN),
        _ => match text {
            "Infinity" | "+Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            _ => f64::NAN,
        },
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "JavaScript's numbers are doubles"
)]
fn as_f64(integer: u64) -> f64 {
    integer as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_what_javascript_makes_of_a_value() {
        for (value, expected) in [
            (json!(null), 0.0),
            (json!(true), 1.0),
            (json!("  12 "), 12.0),
            (json!("\u{feff}12"), 12.0),
            (json!(""), 0.0),
            (json!("0x1F"), 31.0),
            (json!("0o17"), 15.0),
            (json!("0B11"), 3.0),
            (json!("-.5"), -0.5),
            (json!("5."), 5.0),
            (json!("1e3"), 1000.0),
            (json!("-Infinity"), f64::NEG_INFINITY),
            (json!([]), 0.0),
            (json!([["7"]]), 7.0),
        ] {
            assert_eq!(number(&value).to_bits(), expected.to_bits(), "{value}");
        }
        for value in [
            "abc", "inf", "nan", "infinity", "1_000", "-0x1", "12px", ".",
        ] {
            assert!(number(&json!(value)).is_nan(), "{value}");
        }
        assert!(number(&json!({})).is_nan(), "an object");
    }
}
