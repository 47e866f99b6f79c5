//! JSON text that may have been sent before.

use crate::Json;
use serde::{Deserialize, Serialize};

/// JSON text, or the slot in which the sender has put it by a `define` before.
///
/// In MessagePack a string is the text itself, a number is a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// What a slot of the sender holds.
    Slot(u32),
    /// The text itself.
    Inline(Json),
}
