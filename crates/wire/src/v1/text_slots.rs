//! Compression of texts that repeat between client and server: the sender defines a text once, under a
//! number (its slot), and later messages refer to the number.
//!
//! The encoders ask a [`TextWriter`], which decides which texts get slots; the decoders ask a
//! [`TextReader`], which keeps the definitions and returns the text. Both hold the same bytes, limited
//! by [`SLOTS`] and
//! [`SLOTS_BYTES`]: a text that fits goes into a slot, if necessary the least recently used one; other texts are
//! sent inline. Slots live as long as the log that defines them: both ends are cleared when the log (the
//! numbered stream of messages in one direction) restarts, and the server's at every snapshot.

use super::Text;
use protocol::Json;
use protocol::limits::{SLOTS, SLOTS_BYTES};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Length in bytes below which texts are sent inline: a slot would save little.
const SHORT: usize = 64;

/// The sending end.
#[derive(Debug, Default)]
pub struct TextWriter {
    slots: Vec<Written>,
    by_text: HashMap<Arc<str>, u32>,
    /// Slots by the time of their last use.
    by_use: BTreeMap<u64, u32>,
    uses: u64,
    bytes: usize,
}

#[derive(Debug)]
struct Written {
    text: Arc<str>,
    used: u64,
}

impl TextWriter {
    /// Creates a writer without slots.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the form of a text on the wire, and the definition of its slot if the text is new.
    ///
    /// The definition must be pushed before the entry that uses the slot.
    pub fn text(&mut self, text: &str) -> (Option<(u32, Json)>, Text) {
        if text.len() < SHORT {
            return (None, inline(text));
        }
        if let Some(slot) = self.by_text.get(text).copied() {
            self.touch(slot);
            return (None, Text::Slot(slot));
        }
        match self.define(text) {
            Some(slot) => (Some((slot, Json::from_text(text))), Text::Slot(slot)),
            None => (None, inline(text)),
        }
    }

    /// Drops all slots: the log restarts, or a snapshot follows.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn define(&mut self, text: &str) -> Option<u32> {
        let free = u32::try_from(self.slots.len())
            .ok()
            .filter(|slot| *slot < SLOTS);
        if let Some(slot) = free
            && self.bytes + text.len() <= SLOTS_BYTES
        {
            self.slots.push(Written {
                text: Arc::default(),
                used: 0,
            });
            self.fill(slot, text);
            return Some(slot);
        }
        let (_, oldest) = self.by_use.first_key_value()?;
        let (slot, old) = (*oldest, &self.slots[*oldest as usize]);
        if self.bytes - old.text.len() + text.len() > SLOTS_BYTES {
            return None;
        }
        self.bytes -= old.text.len();
        self.by_text.remove(&old.text);
        self.fill(slot, text);
        Some(slot)
    }

    fn fill(&mut self, slot: u32, text: &str) {
        let text = Arc::from(text);
        self.slots[slot as usize].text = Arc::clone(&text);
        self.bytes += text.len();
        self.by_text.insert(text, slot);
        self.touch(slot);
    }

    fn touch(&mut self, slot: u32) {
        self.uses += 1;
        let written = &mut self.slots[slot as usize];
        self.by_use.remove(&written.used);
        written.used = self.uses;
        self.by_use.insert(self.uses, slot);
    }
}

fn inline(text: &str) -> Text {
    Text::Inline(Json::from_text(text))
}

/// Incorrect use of a slot.
#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    /// A text refers to an undefined slot.
    #[error("slot {0} is not defined")]
    Empty(u32),
    /// A slot beyond [`SLOTS`].
    #[error("slot {0} is out of range")]
    Unknown(u32),
    /// The slots would hold more than [`SLOTS_BYTES`].
    #[error("the slots would hold {0} bytes, the limit is {SLOTS_BYTES}")]
    Full(usize),
}

/// The receiving end.
#[derive(Debug, Default)]
pub struct TextReader {
    slots: HashMap<u32, Json>,
    bytes: usize,
}

impl TextReader {
    /// Creates a reader without slots.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a text into a slot.
    pub fn define(&mut self, slot: u32, text: Json) -> Result<(), SlotError> {
        if slot >= SLOTS {
            return Err(SlotError::Unknown(slot));
        }
        let old = self.slots.get(&slot).map_or(0, |old| old.as_str().len());
        let bytes = self.bytes - old + text.as_str().len();
        if bytes > SLOTS_BYTES {
            return Err(SlotError::Full(bytes));
        }
        self.bytes = bytes;
        self.slots.insert(slot, text);
        Ok(())
    }

    /// Returns the referenced text.
    pub fn resolve<'a>(&'a self, text: &'a Text) -> Result<&'a Json, SlotError> {
        match text {
            Text::Inline(json) => Ok(json),
            Text::Slot(slot) => self.slots.get(slot).ok_or(SlotError::Empty(*slot)),
        }
    }

    /// Returns the referenced text by value.
    pub fn take(&self, text: Text) -> Result<Json, SlotError> {
        match text {
            Text::Inline(json) => Ok(json),
            Text::Slot(_) => self.resolve(&text).cloned(),
        }
    }

    /// Drops all slots: the log restarts, or a snapshot follows.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(name: usize) -> String {
        format!("{name:0>SHORT$}")
    }

    /// Sends a text; returns true if it was defined, and the received text.
    fn pass(writer: &mut TextWriter, reader: &mut TextReader, text: &str) -> (bool, String) {
        let (definition, short) = writer.text(text);
        let defined = definition.is_some();
        if let Some((slot, json)) = definition {
            reader.define(slot, json).unwrap();
        }
        assert_eq!(writer.bytes, reader.bytes, "both hold the same");
        (defined, reader.resolve(&short).unwrap().as_str().to_owned())
    }

    #[test]
    fn a_text_is_sent_once() {
        let (mut writer, mut reader) = (TextWriter::new(), TextReader::new());
        assert_eq!(pass(&mut writer, &mut reader, &long(1)), (true, long(1)));
        assert_eq!(pass(&mut writer, &mut reader, &long(1)), (false, long(1)));
        assert_eq!(pass(&mut writer, &mut reader, "1"), (false, "1".into()));
        writer.clear();
        reader.clear();
        assert_eq!(pass(&mut writer, &mut reader, &long(1)), (true, long(1)));
    }

    #[test]
    fn the_least_recently_used_slot_is_reused() {
        let (mut writer, mut reader) = (TextWriter::new(), TextReader::new());
        let slots = SLOTS as usize;
        for name in 0..slots {
            assert!(pass(&mut writer, &mut reader, &long(name)).0);
        }
        assert!(!pass(&mut writer, &mut reader, &long(0)).0);
        assert!(pass(&mut writer, &mut reader, &long(slots)).0);
        assert!(!pass(&mut writer, &mut reader, &long(0)).0);
        assert!(pass(&mut writer, &mut reader, &long(1)).0);
    }

    #[test]
    fn texts_that_do_not_fit_are_inline() {
        let (mut writer, mut reader) = (TextWriter::new(), TextReader::new());
        let huge = "x".repeat(SLOTS_BYTES + 1);
        assert!(!pass(&mut writer, &mut reader, &huge).0);
        assert!(pass(&mut writer, &mut reader, &huge[..SLOTS_BYTES]).0);
        assert!(pass(&mut writer, &mut reader, &long(1)).0);
        assert!(pass(&mut writer, &mut reader, &huge[..SLOTS_BYTES]).0);
        assert_eq!(reader.slots.len(), 1);
    }

    #[test]
    fn a_reader_rejects_incorrect_uses_of_slots() {
        let mut reader = TextReader::new();
        assert!(matches!(
            reader.define(SLOTS, Json::default()),
            Err(SlotError::Unknown(SLOTS))
        ));
        assert!(matches!(
            reader.resolve(&Text::Slot(0)),
            Err(SlotError::Empty(0))
        ));
        let half = || Json::from_text("x".repeat(SLOTS_BYTES / 2));
        reader.define(0, half()).unwrap();
        reader.define(0, half()).unwrap();
        reader.define(1, half()).unwrap();
        assert!(matches!(
            reader.define(2, Json::default()),
            Err(SlotError::Full(_))
        ));
    }
}
