//! Comparison of two JSON values by JavaScript's `>`, which converts texts and lists. The computation of
//! a Consumer's parameters calls it for bitrates that needn't be numbers; it returns true or false, or
//! the error that the conversion throws.

use crate::number::{number, parse};
use crate::{Js, Result};
use serde_json::Value;
use std::borrow::Cow;

/// `a > b`
pub fn greater_than(a: &Value, b: &Value) -> Result<bool> {
    let (a, b) = (primitive(a)?, primitive(b)?);
    Ok(match (&a, &b) {
        // JavaScript compares UTF-16 code units.
        (Primitive::Text(a), Primitive::Text(b)) => a.encode_utf16().gt(b.encode_utf16()),
        _ => a.number() > b.number(),
    })
}

/// Primitive of a value for a comparison.
enum Primitive<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

fn primitive(value: &Value) -> Result<Primitive<'_>> {
    Ok(match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Primitive::Number(number(value)),
        Value::String(_) | Value::Array(_) | Value::Object(_) => {
            Primitive::Text(Some(value).display()?)
        }
    })
}

impl Primitive<'_> {
    fn number(&self) -> f64 {
        match self {
            Primitive::Number(number) => *number,
            Primitive::Text(text) => parse(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order() {
        for (case, a, b, greater) in [
            ("numbers", json!(2), json!(1.5), true),
            ("not itself", json!(1), json!(1), false),
            ("digits against a number", json!("10"), json!(9), true),
            (
                "digits against digits are texts",
                json!("10"),
                json!("9"),
                false,
            ),
            ("a text that isn't a number", json!("x"), json!(0), false),
            (
                "a word that Rust takes for a number",
                json!("inf"),
                json!(0),
                false,
            ),
            ("digits with room around", json!(" 1e3\n"), json!(999), true),
            ("digits of another base", json!("0x10"), json!(15), true),
            ("a word that is a number", json!("Infinity"), json!(1), true),
            ("a blank is 0", json!(" "), json!(-1), true),
            ("true is 1", json!(true), json!(0), true),
            ("null is 0", json!(null), json!(-1), true),
            ("a list of one is what is in it", json!([7]), json!(6), true),
            ("an object isn't a number", json!({}), json!(0), false),
            (
                "UTF-16 puts emoji before U+FF00",
                json!("\u{1f600}"),
                json!("\u{ff00}"),
                false,
            ),
        ] {
            assert_eq!(greater_than(&a, &b), Ok(greater), "{case}: {a} > {b}");
        }
    }
}
