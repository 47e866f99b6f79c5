//! JavaScript's conversions, for options that mediasoup takes loosely.
//!
//! `None` is `undefined`. What mediasoup's JavaScript hands to its FlatBuffers builder ends up in
//! an array of bytes, so that any value becomes an integer: converted to a number, cut, and wrapped
//! around. `"5"` is 5, 300 is 44 in a byte, what is no number is 0.

use protocol::{Error, ErrorClass};
use serde_json::Value;
use std::borrow::Cow;

/// The property `name` of a value. What isn't an object has none; `undefined` and `null` throw.
pub fn member<'a>(value: Option<&'a Value>, name: &str) -> Result<Option<&'a Value>, Error> {
    match value {
        None | Some(Value::Null) => Err(Error::type_error(format!(
            "Cannot read properties of {} (reading '{name}')",
            text(value)
        ))),
        Some(value) => Ok(value.get(name)),
    }
}

/// The elements that `for (const item of value)` sees. `expression` is what V8 calls the value.
pub fn items<'a>(value: Option<&'a Value>, expression: &str) -> Result<Cow<'a, [Value]>, Error> {
    match value {
        Some(Value::Array(items)) => Ok(Cow::Borrowed(items)),
        Some(Value::String(text)) => Ok(text.chars().map(|c| c.to_string().into()).collect()),
        _ => Err(Error::type_error(format!("{expression} is not iterable"))),
    }
}

/// The same of `value ?? []`, for which V8 has other words.
pub fn optional_items(value: Option<&Value>) -> Result<Cow<'_, [Value]>, Error> {
    let kind = match non_null(value) {
        None => return Ok(Cow::Borrowed(&[])),
        Some(Value::Bool(value)) => format!("boolean {value}"),
        Some(Value::Number(_)) => format!("number {}", text(value)),
        Some(Value::Object(_)) => "object".to_owned(),
        Some(_) => return items(value, "value"),
    };
    Err(Error::type_error(format!(
        "{kind} is not iterable (cannot read property Symbol(Symbol.iterator))"
    )))
}

/// `value ?? undefined`
pub fn non_null(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}

/// `Number(value)`
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

/// What a number literal in a string says, in the syntax of `Number("...")`.
fn parse(text: &str) -> f64 {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let radix = |digits: &str, radix| {
        // More digits than an integer holds are no number that a worker could be meant to get.
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

/// A `uint8`. Like those below, `undefined` is `default`.
pub fn uint8(value: Option<&Value>, default: u8) -> u8 {
    value.map_or(default, |value| wrap(value).to_le_bytes()[0])
}

/// A `uint16`.
pub fn uint16(value: Option<&Value>, default: u16) -> u16 {
    value.map_or(default, |value| {
        let [low, high, ..] = wrap(value).to_le_bytes();
        u16::from_le_bytes([low, high])
    })
}

/// A `uint32`.
pub fn uint32(value: Option<&Value>, default: u32) -> u32 {
    value.map_or(default, |value| {
        let [a, b, c, d, ..] = wrap(value).to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    })
}

/// A flag that is a byte on the channel: true where that isn't 0.
pub fn flag(value: Option<&Value>, default: bool) -> bool {
    match value {
        None => default,
        Some(Value::Bool(value)) => *value,
        value => uint8(value, 0) != 0,
    }
}

/// The integer part modulo 2^64; 0 for what isn't a finite number.
fn wrap(value: &Value) -> u64 {
    if let Value::Number(number) = value
        && let Some(integer) = number.as_u64()
        && u32::try_from(integer).is_ok()
    {
        return integer;
    }
    modulo(number(value).trunc())
}

/// An integral double modulo 2^64.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the remainder is within the bounds"
)]
fn modulo(integer: f64) -> u64 {
    const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

    let remainder = integer % TWO_TO_64;
    if remainder.is_nan() {
        0
    } else if remainder < 0.0 {
        (-remainder as u64).wrapping_neg()
    } else {
        remainder as u64
    }
}

/// `BigInt(value)` as `uint64`.
pub fn big_int(value: &Value) -> Result<u64, Error> {
    let shown = || text(Some(value));
    let refused = || Error::type_error(format!("Cannot convert {} to a BigInt", shown()));
    match value {
        Value::Null => Err(refused()),
        Value::Bool(value) => Ok((*value).into()),
        Value::Number(_) => {
            let number = number(value);
            if number.fract() == 0.0 {
                Ok(modulo(number))
            } else {
                Err(Error::new(
                    ErrorClass::RangeError,
                    format!(
                        "The number {} cannot be converted to a BigInt because it is not an integer",
                        shown()
                    ),
                ))
            }
        }
        Value::String(_) | Value::Array(_) | Value::Object(_) => {
            let text = shown();
            let digits = text.trim();
            match digits.parse::<i128>() {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a BigInt is cut to 64 bits where it is written"
                )]
                Ok(integer) => Ok(integer as u64),
                Err(_) if digits.is_empty() => Ok(0),
                Err(_) => Err(Error::new(ErrorClass::SyntaxError, refused().message)),
            }
        }
    }
}

/// `` `${value}` ``
pub fn text(value: Option<&Value>) -> String {
    match value {
        None => "undefined".into(),
        Some(Value::Null) => "null".into(),
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Number(_)) => number_text(value.map_or(f64::NAN, number)),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| non_null(Some(item)).map_or_else(String::new, |item| text(Some(item))))
            .collect::<Vec<_>>()
            .join(","),
        Some(Value::Object(_)) => "[object Object]".into(),
    }
}

fn number_text(number: f64) -> String {
    let magnitude = number.abs();
    if number == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&magnitude) {
        number.to_string()
    } else {
        let text = format!("{number:e}");
        if magnitude >= 1.0 {
            text.replace('e', "e+")
        } else {
            text
        }
    }
}

/// A string that a worker gets; `undefined` and `null` are none.
pub fn optional_text(value: Option<&Value>) -> Option<String> {
    non_null(value).map(|value| text(Some(value)))
}

/// A string that a table must have. `field` is its place there, all that the error says.
pub fn required_text(value: Option<&Value>, field: u8) -> Result<String, Error> {
    optional_text(value)
        .ok_or_else(|| Error::type_error(format!("FlatBuffers: field {field} must be set")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truthy;
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

    #[test]
    fn integers_are_cut_and_wrapped_around() {
        for (value, expected) in [
            (json!(255.9), 0xff),
            (json!(-1), 0xffff_ffff),
            (json!(-1.9), 0xffff_ffff),
            (json!(4_294_967_297_u64), 1),
            (json!(u64::MAX), 0),
            (json!(1e300), 0),
            (json!("Infinity"), 0),
            (json!({}), 0),
        ] {
            assert_eq!(uint32(Some(&value), 9), expected, "{value}");
        }
        assert_eq!(uint8(Some(&json!(300)), 9), 44);
        assert_eq!(uint16(Some(&json!(-2)), 9), 65534);
        assert_eq!(uint8(None, 9), 9, "undefined");
    }

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
        assert!(truthy(Some(&json!("false"))), "any text is truthy");
        assert!(!truthy(Some(&json!(-0.0))));
    }

    #[test]
    fn texts_are_what_javascript_prints() {
        for (value, expected) in [
            (json!(-0.0), "0"),
            (json!(100.0), "100"),
            (json!(0.1), "0.1"),
            (json!(1e21), "1e+21"),
            (json!(-1.5e-7), "-1.5e-7"),
            (
                json!(123_456_789_012_345_680_000.0),
                "123456789012345680000",
            ),
            (json!([1, [2, null], "x"]), "1,2,,x"),
            (json!({ "a": 1 }), "[object Object]"),
        ] {
            assert_eq!(text(Some(&value)), expected);
        }
        assert_eq!(text(None), "undefined");
    }
}
