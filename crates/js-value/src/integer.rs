//! Conversion of JSON values to integers of a given width, as mediasoup's JavaScript does it by handing
//! options to its FlatBuffers builder as they are. The encoders of requests to the worker process call
//! it for numeric options and get the integer.
//!
//! The builder writes into an array of bytes, so that any value becomes an integer: converted to a
//! number, cut, and wrapped around. `"5"` is 5, 300 is 44 in a byte, and everything that isn't a finite
//! number is 0.

use crate::{number, text};
use protocol::{Error, ErrorClass};
use serde_json::Value;

/// A `uint8`. Here and below, `undefined` is `default`.
#[must_use]
pub fn uint8(value: Option<&Value>, default: u8) -> u8 {
    value.map_or(default, |value| wrap(value).to_le_bytes()[0])
}

/// A `uint16`.
#[must_use]
pub fn uint16(value: Option<&Value>, default: u16) -> u16 {
    value.map_or(default, |value| {
        let [low, high, ..] = wrap(value).to_le_bytes();
        u16::from_le_bytes([low, high])
    })
}

/// A `uint32`.
#[must_use]
pub fn uint32(value: Option<&Value>, default: u32) -> u32 {
    value.map_or(default, |value| {
        let [a, b, c, d, ..] = wrap(value).to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
}
