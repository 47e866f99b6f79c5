//! Texts that repeat: sent once, named by a slot afterwards.
//!
//! A [`TextWriter`] decides which texts get slots, a [`TextReader`] keeps what it is told. Both hold the same
//! bytes, bounded by [`SLOTS`] and [`SLOTS_BYTES`]: a text goes into a slot whenever it fits, in the end in place
//! of the one that wasn't used for longest, else it is sent inline. Slots live as long as the log that
//! defines them: both ends are cleared where that begins anew, and the server's at every snapshot.

use super::Text;
use protocol::Json;
use protocol::limits::{SLOTS, SLOTS_BYTES};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Texts below this many bytes are sent inline: a slot would save little.
const SHORT: usize = 64;

/// The sending end.
#[derive(Debug, Default)]
pub struct TextWriter {
    slots: Vec<Written>,
    by_text: HashMap<Arc<str>, u32>,
    /// Slots by when they were used last.
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
    /// No slots.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How to say a JSON text; before it, if it is new, which slot is to be defined as which text.
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

    /// Forgets all slots: the log begins anew, or a snapshot is about to be made.
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

/// Use of a slot that isn't possible.
#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    /// A text names a slot that holds nothing.
    #[error("slot {0} holds nothing")]
    Empty(u32),
    /// A slot beyond [`SLOTS`].
    #[error("there is no slot {0}")]
    Unknown(u32),
    /// Slots would hold more than [`SLOTS_BYTES`].
    #[error("the slots can't hold {0} bytes")]
    Full(usize),
}

/// The receiving end.
#[derive(Debug, Default)]
pub struct TextReader {
    slots: HashMap<u32, Json>,
    bytes: usize,
}

impl TextReader {
    /// No slots.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on, this slot holds this text.
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

    /// The text that is meant.
    pub fn resolve<'a>(&'a self, text: &'a Text) -> Result<&'a Json, SlotError> {
        match text {
            Text::Inline(json) => Ok(json),
            Text::Slot(slot) => self.slots.get(slot).ok_or(SlotError::Empty(*slot)),
        }
    }

    /// The text that is meant, taken out of its form on the wire.
    pub fn take(&self, text: Text) -> Result<Json, SlotError> {
        match text {
            Text::Inline(json) => Ok(json),
            Text::Slot(_) => self.resolve(&text).cloned(),
        }
    }

    /// Forgets all slots: the log begins anew, or a snapshot came.
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

    /// Sends a text; whether it went as a definition, and what came out.
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
    fn the_one_that_was_not_used_for_longest_makes_room() {
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
    fn what_does_not_fit_is_inline() {
        let (mut writer, mut reader) = (TextWriter::new(), TextReader::new());
        let huge = "x".repeat(SLOTS_BYTES + 1);
        assert!(!pass(&mut writer, &mut reader, &huge).0);
        assert!(pass(&mut writer, &mut reader, &huge[..SLOTS_BYTES]).0);
        assert!(pass(&mut writer, &mut reader, &long(1)).0);
        assert!(pass(&mut writer, &mut reader, &huge[..SLOTS_BYTES]).0);
        assert_eq!(reader.slots.len(), 1);
    }

    #[test]
    fn a_reader_believes_only_what_is_possible() {
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
