//! JSON values that stay text because most code forwards them unread, such as RTP parameters on the way
//! from a server to an application. The other types of this crate hold them as members; serialisation
//! writes the value itself in JSON, and a string in MessagePack.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A JSON value as text, for values that are forwarded or compared whole rather than parsed.
///
/// Serialized as the value itself in JSON, as a string elsewhere (MessagePack).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Json(Box<str>);

impl Json {
    /// Returns the JSON text of a value.
    ///
    /// # Panics
    /// Never for the values of this project: their maps have string keys.
    pub fn of(value: &impl Serialize) -> Self {
        Self::from_text(serde_json::to_string(value).expect("maps have string keys"))
    }

    /// Wraps text that the caller knows to be JSON.
    pub fn from_text(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Returns the text by value.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0.into()
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the nesting depth of objects and arrays: 0 for a number or a string, 2 for `[{}]`. It counts
    /// without recursion, so that it is safe for untrusted input.
    #[must_use]
    pub fn depth(&self) -> usize {
        let (mut level, mut deepest): (usize, usize) = (0, 0);
        let mut bytes = self.0.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'{' | b'[' => level += 1,
                b'}' | b']' => level = level.saturating_sub(1),
                b'"' => skip_text(&mut bytes),
                _ => {}
            }
            deepest = deepest.max(level);
        }
        deepest
    }
}

/// Skips to the end of a JSON string whose opening quote has been read.
fn skip_text(bytes: &mut impl Iterator<Item = u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
}

impl Default for Json {
    fn default() -> Self {
        Self("null".into())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serde_json::from_str::<&RawValue>(&self.0)
                .map_err(serde::ser::Error::custom)?
                .serialize(serializer)
        } else {
            serializer.serialize_str(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let raw = Box::<RawValue>::deserialize(deserializer)?;
            Ok(Self(raw.into()))
        } else {
            String::deserialize(deserializer).map(Self::from_text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_value_itself_in_json() {
        let json: Json = serde_json::from_str(r#"{"a": [1, 2.5]}"#).unwrap();
        assert_eq!(json.as_str(), r#"{"a": [1, 2.5]}"#);
        assert_eq!(
            serde_json::to_string(&[json]).unwrap(),
            r#"[{"a": [1, 2.5]}]"#
        );
    }

    #[test]
    fn depth_counts_levels_outside_of_texts() {
        for (text, levels) in [
            ("1", 0),
            (r#""[[""#, 0),
            ("[]", 1),
            ("[{}]", 2),
            (r#"{"[\"[":[[],[]],"b":"]"}"#, 3),
            (r#"["\\",[1]]"#, 2),
        ] {
            assert_eq!(Json::from_text(text).depth(), levels, "{text}");
        }
        let deep = "[".repeat(1_000_000);
        assert_eq!(Json::from_text(deep).depth(), 1_000_000);
    }
}
