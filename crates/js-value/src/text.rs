//! Conversion of a JSON value to text, as JavaScript's template literals and `join()` do it. The
//! encoders of requests call it for ids and addresses that needn't be strings; it returns the text that
//! would appear in JavaScript.

use crate::Result;
use protocol::Error;
use serde_json::Value;
use std::borrow::Cow;

/// `` `${value}` `` of a value whose objects have the `toString()` that they were born with. It never
/// fails: see [`display`] for values where that matters.
#[must_use]
pub fn text(value: Option<&Value>) -> Cow<'_, str> {
    match value {
        None => "undefined".into(),
        Some(Value::Null) => "null".into(),
        Some(Value::Bool(flag)) => flag.to_string().into(),
        Some(Value::Number(number)) => number_text(number.as_f64().unwrap_or(f64::NAN)).into(),
        Some(Value::String(text)) => text.into(),
        Some(Value::Array(items)) => {
            let texts = items.iter().map(|item| match item {
                // A list shows `null` as nothing at all.
                Value::Null => Cow::Borrowed(""),
                item => text(Some(item)),
            });
            texts.collect::<Vec<_>>().join(",").into()
        }
        Some(Value::Object(_)) => "[object Object]".into(),
    }
}

/// `` `${value}` ``, which fails where a member hides `toString()`.
pub(crate) fn display(value: Option<&Value>) -> Result<Cow<'_, str>> {
    if value.is_some_and(hides_to_string) {
        return Err(Error::type_error(
            "Cannot convert object to primitive value",
        ));
    }
    Ok(text(value))
}

/// True if a member called `toString` is in the method's place. Data can't be called.
fn hides_to_string(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.contains_key("toString"),
        Value::Array(items) => items.iter().any(hides_to_string),
        _ => false,
    }
}

fn number_text(number: f64) -> String {
    ryu_js::Buffer::new().format(number).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

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
            (json!(1e-7), "1e-7"),
            (json!(9_007_199_254_740_993_u64), "9007199254740992"),
            (json!(null), "null"),
            (json!(true), "true"),
            (json!([1, [2, null], "x"]), "1,2,,x"),
            (json!([1, null, ["a", []], {}]), "1,,a,,[object Object]"),
            (json!({ "a": 1 }), "[object Object]"),
        ] {
            assert_eq!(text(Some(&value)), expected);
        }
        assert_eq!(text(None), "undefined");
    }

    #[test]
    fn a_member_that_hides_to_string_fails_only_where_it_is_displayed() {
        for value in [json!({ "toString": 1 }), json!([1, [{ "toString": null }]])] {
            assert!(display(Some(&value)).is_err(), "{value}");
            assert!(text(Some(&value)).ends_with("[object Object]"), "{value}");
        }
        assert_eq!(display(None).as_deref(), Ok("undefined"));
    }
}
