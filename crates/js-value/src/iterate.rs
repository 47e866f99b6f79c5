//! Iteration over a JSON value that need not be a list, as JavaScript's `for (... of value)` does it.
//! The ORTC and the encoders of requests call it for options that should be lists; it returns the
//! elements, or the `TypeError` that V8 throws for a value that isn't iterable.

use crate::{Js, Result, non_null, text};
use protocol::Error;
use serde_json::Value;
use std::borrow::Cow;

/// The elements that `for (const item of value)` sees, a text's characters among them. `expression` is
/// what V8 calls the value.
pub fn items<'a>(value: Option<&'a Value>, expression: &str) -> Result<Cow<'a, [Value]>> {
    match value {
        Some(Value::String(text)) => Ok(text.chars().map(|c| c.to_string().into()).collect()),
        _ => value.iterate(expression).map(Cow::Borrowed),
    }
}

/// The same of `value ?? []`, for which V8 has other words.
pub fn optional_items(value: Option<&Value>) -> Result<Cow<'_, [Value]>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_and_texts_have_items() {
        let letters = json!("aé");
        assert_eq!(
            items(Some(&letters), "x").unwrap().as_ref(),
            [json!("a"), json!("é")]
        );
        let list = json!([1]);
        assert_eq!(items(Some(&list), "x").unwrap().as_ref(), [json!(1)]);
        let error = items(None, "a.b").unwrap_err();
        assert_eq!(error.message, "a.b is not iterable");
    }

    #[test]
    fn a_default_is_taken_for_nothing_alone() {
        assert!(optional_items(None).unwrap().is_empty());
        assert!(optional_items(Some(&json!(null))).unwrap().is_empty());
        for (value, kind) in [
            (json!(false), "boolean false"),
            (json!(0), "number 0"),
            (json!({}), "object"),
        ] {
            let message = optional_items(Some(&value)).unwrap_err().message;
            assert!(
                message.starts_with(&format!("{kind} is not iterable")),
                "{message}"
            );
        }
    }
}
