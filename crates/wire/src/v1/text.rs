//! JSON text in a message: either the text itself, or the number of a slot under which the sender has
//! defined it before. Entries hold it for texts that repeat, such as `rtpCapabilities`; on the wire it
//! is a string or a number.

use protocol::Json;
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// JSON text, or the slot that the sender has defined for it before.
///
/// A string is the text itself, a number is a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// A slot of the sender.
    Slot(u32),
    /// The text itself.
    Inline(Json),
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Slot(slot) => serializer.serialize_u32(*slot),
            Self::Inline(json) => serializer.serialize_str(json.as_str()),
        }
    }
}

// Not `untagged`: serde buffers such a value in a form that counts as human-readable, in which a `Json` is
// not a string.
impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON text or the number of a slot")
    }

    fn visit_u64<E: Error>(self, slot: u64) -> Result<Text, E> {
        match u32::try_from(slot) {
            Ok(slot) => Ok(Text::Slot(slot)),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(slot), &self)),
        }
    }

    fn visit_i64<E: Error>(self, slot: i64) -> Result<Text, E> {
        match u64::try_from(slot) {
            Ok(slot) => self.visit_u64(slot),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(slot), &self)),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Inline(Json::from_text(text)))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Text, E> {
        Ok(Text::Inline(Json::from_text(text)))
    }
}
