//! Parser of the option `vertical` as text: of `REMOTE_MEDIASOUP_VERTICAL`, of the server's `--vertical`
//! and its configuration file. The addon and the server call it; the result is the JSON that
//! `createWorker()` takes as `vertical`, or an error that names the setting.

use protocol::Error;
use serde_json::{Map, Value};

/// Parses the text of a setting called `name`: `1` or `true`, `0`, `false` or nothing, an object as JSON,
/// or its members in short, as in `maxWorkers=4,placement=spread`.
///
/// Returns a boolean or an object. The members are not checked: see [`VerticalOptions::parse`](crate::VerticalOptions::parse).
pub fn parse_switch(name: &str, text: &str) -> Result<Value, Error> {
    let value = match text.trim() {
        "" | "0" | "false" => Some(Value::Bool(false)),
        "1" | "true" => Some(Value::Bool(true)),
        text if text.starts_with('{') => serde_json::from_str(text).ok(),
        text => members(text),
    };
    value.ok_or_else(|| {
        Error::type_error(format!(
            "{name} must be 1, an object as JSON, or like maxWorkers=4,placement=spread, not {text:?}"
        ))
    })
}

/// `name=value,name=value` as an object. Values are numbers or booleans where they can be, or else text.
fn members(text: &str) -> Option<Value> {
    let member = |member: &str| {
        let (name, value) = member.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_word) {
            return None;
        }
        if value.is_empty() || value.contains(char::is_whitespace) {
            return None;
        }
        let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
        Some((name.to_owned(), value))
    };
    let members: Option<Map<_, _>> = text.split(',').map(member).collect();
    members.map(Value::Object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_short() {
        for (text, value) in [
            ("", json!(false)),
            ("0", json!(false)),
            ("false", json!(false)),
            ("1", json!(true)),
            (" true\n", json!(true)),
            (r#"{ "maxWorkers": 4 }"#, json!({ "maxWorkers": 4 })),
            ("placement=spread", json!({ "placement": "spread" })),
            (
                "maxWorkers=4, watermark=62.5, requireSlot=true",
                json!({ "maxWorkers": 4, "watermark": 62.5, "requireSlot": true }),
            ),
        ] {
            assert_eq!(parse_switch("it", text), Ok(value), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_switch_is_shown_with_the_setting() {
        for text in [
            "yes",
            "{",
            "5",
            "[]",
            "maxWorkers",
            "maxWorkers=",
            "=1",
            "a=1,",
            "a=1 2",
            "a b=1",
        ] {
            let error = parse_switch("SETTING", text).unwrap_err();
            assert!(error.message.starts_with("SETTING must be 1"), "{error}");
            assert!(error.message.ends_with(&format!("{text:?}")), "{error}");
        }
    }
}
