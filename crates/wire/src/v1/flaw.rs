//! Checks of the JSON texts that a server sends. JavaScript parses them and applications traverse the
//! values: a text that isn't JSON, or is nested too deeply, would throw there. A client's decoder of
//! updates calls them for each text, and gets a `Flaw` for one that mustn't reach the application.

use protocol::limits::{APP_DATA_BYTES, APP_DATA_DEPTH};
use protocol::{AppDataId, Json};
use serde::de::IgnoredAny;

/// Levels of objects and arrays in a text that isn't an appData. Servers make texts of ten levels, and
/// parse at most 127 in RTP parameters, which they forward from other clients.
const DEPTH: usize = 128;

/// The largest appData id: ids are integers of 53 bits, which JavaScript represents exactly, other than 0.
const LAST_ID: u64 = (1 << 53) - 1;

/// Defect of a JSON text, which must not reach the application.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    /// It is not JSON.
    #[error("a text is not JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Objects and arrays are nested too deeply.
    #[error("a text has {levels} levels, the limit is {most}")]
    Depth {
        /// Its levels.
        levels: usize,
        /// The limit.
        most: usize,
    },
    /// An appData has more bytes than [`APP_DATA_BYTES`].
    #[error("an appData has {0} bytes, the limit is {APP_DATA_BYTES}")]
    Size(usize),
    /// An appData is a scalar.
    #[error("an appData is neither an object nor an array")]
    Scalar,
    /// An id is out of range.
    #[error("an appData has the id {0}, expected 1 to {LAST_ID}")]
    Id(u64),
}

/// Checks a member of an object, the argument of an event, or a value that a command returns.
pub(super) fn check(json: &Json) -> Result<(), Flaw> {
    check_depth(json, DEPTH)
}

/// Checks an appData, which a server forwards from another client.
pub(super) fn check_app_data(id: AppDataId, json: &Json) -> Result<(), Flaw> {
    let text = json.as_str();
    if !(1..=LAST_ID).contains(&id.0) {
        return Err(Flaw::Id(id.0));
    }
    if text.len() > APP_DATA_BYTES {
        return Err(Flaw::Size(text.len()));
    }
    check_depth(json, APP_DATA_DEPTH)?;
    if !text.trim_start().starts_with(['{', '[']) {
        return Err(Flaw::Scalar);
    }
    Ok(())
}

fn check_depth(json: &Json, most: usize) -> Result<(), Flaw> {
    // It ignores the depth, and needs no stack for it.
    serde_json::from_str::<IgnoredAny>(json.as_str())?;
    let levels = json.depth();
    if levels > most {
        return Err(Flaw::Depth { levels, most });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(levels: usize) -> String {
        format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels))
    }

    #[test]
    fn texts_that_javascript_can_parse_and_traverse_are_accepted() {
        for (what, text, taken) in [
            ("a value", "true".to_owned(), true),
            ("half a surrogate pair", r#"["\ud83d"]"#.to_owned(), true),
            ("the deepest", nested(DEPTH), true),
            ("one level more", nested(DEPTH + 1), false),
            ("a million levels", nested(1_000_000), false),
            (
                "a million levels without an end",
                "[".repeat(1_000_000),
                false,
            ),
            (
                "brackets in a text",
                format!(r#""{}""#, "[".repeat(1000)),
                true,
            ),
            ("an empty text", String::new(), false),
            ("not JSON", "undefined".to_owned(), false),
            ("more than one", "1 2".to_owned(), false),
        ] {
            let json = Json::from_text(text);
            assert_eq!(check(&json).is_ok(), taken, "{what}");
        }
    }

    #[test]
    fn app_data_within_the_limits_is_accepted() {
        let large = |bytes: usize| format!(r#"["{}"]"#, "x".repeat(bytes - 4));
        for (what, id, text, taken) in [
            ("an object", 1, "{}".to_owned(), true),
            ("an array behind a space", LAST_ID, " []".to_owned(), true),
            ("the deepest", 1, nested(APP_DATA_DEPTH), true),
            ("one level more", 1, nested(APP_DATA_DEPTH + 1), false),
            ("the largest", 1, large(APP_DATA_BYTES), true),
            ("one byte more", 1, large(APP_DATA_BYTES + 1), false),
            ("a text", 1, r#""{}""#.to_owned(), false),
            ("null", 1, "null".to_owned(), false),
            ("not JSON", 1, "{]".to_owned(), false),
            ("no id", 0, "{}".to_owned(), false),
            ("an id too large", LAST_ID + 1, "{}".to_owned(), false),
        ] {
            let json = Json::from_text(text);
            assert_eq!(
                check_app_data(AppDataId(id), &json).is_ok(),
                taken,
                "{what}"
            );
        }
    }
}
