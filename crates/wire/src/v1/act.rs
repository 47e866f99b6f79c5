//! Encoder and decoder of acts (inputs of a client: calls, closes, appData). The client's connection
//! encodes an act into one or more entries, the numbered messages to the server; the server's session
//! decodes each into the act, a definition of a repeated text, or an `ActError`, which ends the link.

use super::client::{ClientEntry, Values, WireCall};
use super::{DecodeError, SlotError, Text, TextReader, TextWriter, decode_from_client, encode};
use protocol::{self, Act, Error, Json, Revision};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Encoder of a client's acts. It tracks the texts that the server has already.
#[derive(Debug, Default)]
pub struct ActEncoder {
    slots: TextWriter,
}

impl ActEncoder {
    /// Begins a new log: the server has no texts.
    pub fn clear(&mut self) {
        self.slots.clear();
    }

    /// Returns the entries of an act: definitions of slots, if it needs any, then the act itself.
    pub fn encode(&mut self, act: Act) -> Vec<Vec<u8>> {
        let mut entries = Vec::with_capacity(1);
        let mut text = |json: &str| {
            let (definition, text) = self.slots.text(json);
            if let Some((slot, text)) = definition {
                entries.push(encode(&ClientEntry::Define { slot, text }));
            }
            text
        };
        let entry = match act {
            Act::Call(call) => {
                let protocol::Call {
                    target,
                    mut command,
                    app_data,
                } = *call;
                let values = Values::take(&mut command, text);
                ClientEntry::Call(Box::new(WireCall {
                    target,
                    command,
                    values,
                    app_data,
                }))
            }
            Act::Notice {
                target,
                notice,
                data,
            } => ClientEntry::Notice {
                target,
                notice,
                data,
            },
            Act::Close { target } => ClientEntry::Close { target },
            Act::UpdateMediaCodecs {
                target,
                media_codecs,
            } => ClientEntry::UpdateMediaCodecs {
                target,
                media_codecs: media_codecs.map(|json| text(json.as_str())),
            },
            Act::AppData {
                id,
                value,
                revision,
            } => ClientEntry::AppData {
                id,
                value: text(value.as_str()),
                revision: revision.map_or(0, |revision| revision.0),
            },
            Act::SetAppData { target, app_data } => ClientEntry::SetAppData { target, app_data },
            Act::Leave => ClientEntry::Leave,
        };
        entries.push(encode(&entry));
        entries
    }
}

/// Content of a client's entry.
#[derive(Debug)]
pub enum Decoded {
    /// An act.
    Act(Act),
    /// A definition of a text for later entries.
    Definition,
    /// A call of an unknown command, from an older or newer client. The server replies with
    /// this error.
    Unknown(Error),
}

/// Protocol error in a client's entry.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The bytes are not an entry.
    #[error(transparent)]
    Bytes(#[from] DecodeError),
    /// A slot is used incorrectly.
    #[error(transparent)]
    Slot(#[from] SlotError),
}

/// Decoder of a client's acts. It keeps the texts that the client has defined.
#[derive(Debug, Default)]
pub struct ActDecoder {
    slots: TextReader,
}

impl ActDecoder {
    /// Begins a new log: no slot holds a text.
    pub fn clear(&mut self) {
        self.slots.clear();
    }

    /// Decodes an entry, in the order of the log.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<Decoded, ActError> {
        let entry = match decode_from_client(bytes) {
            Ok(entry) => entry,
            Err(error) => return unknown(bytes, error),
        };
        Ok(Decoded::Act(match entry {
            ClientEntry::Define { slot, text } => {
                self.slots.define(slot, text)?;
                return Ok(Decoded::Definition);
            }
            ClientEntry::Call(call) => {
                let WireCall {
                    target,
                    mut command,
                    values,
                    app_data,
                } = *call;
                values.put_back(&mut command, |text| self.slots.resolve(text).cloned())?;
                Act::Call(Box::new(protocol::Call {
                    target,
                    command,
                    app_data,
                }))
            }
            ClientEntry::Notice {
                target,
                notice,
                data,
            } => Act::Notice {
                target,
                notice,
                data,
            },
            ClientEntry::Close { target } => Act::Close { target },
            ClientEntry::UpdateMediaCodecs {
                target,
                media_codecs,
            } => Act::UpdateMediaCodecs {
                target,
                media_codecs: media_codecs.map(|text| self.json(text)).transpose()?,
            },
            ClientEntry::AppData {
                id,
                value,
                revision,
            } => Act::AppData {
                id,
                value: self.json(value)?,
                revision: (revision > 0).then_some(Revision(revision)),
            },
            ClientEntry::SetAppData { target, app_data } => Act::SetAppData { target, app_data },
            ClientEntry::Leave => Act::Leave,
        }))
    }

    fn json(&self, text: Text) -> Result<Json, SlotError> {
        self.slots.take(text)
    }
}

/// Returns the error for a call that can't be decoded; anything else is a protocol error.
fn unknown(bytes: &[u8], error: DecodeError) -> Result<Decoded, ActError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum AnyCall {
        Call(IgnoredAny),
    }

    match decode_from_client(bytes) {
        Ok(AnyCall::Call(IgnoredAny)) => Ok(Decoded::Unknown(Error::unsupported(format!(
            "the server doesn't know this command ({error})"
        )))),
        Err(_) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_unknown_command_is_answered_and_anything_else_is_a_protocol_error() {
        let read = |entry| ActDecoder::default().decode(&encode(&entry));
        let call = |command| json!({ "call": { "target": 1, "command": command } });
        assert!(matches!(
            read(call(json!("dump"))),
            Ok(Decoded::Act(Act::Call(_)))
        ));
        for unknown in [json!("levitate"), json!({ "levitate": {} })] {
            assert!(matches!(read(call(unknown)), Ok(Decoded::Unknown(_))));
        }
        for invalid in [json!({ "levitate": {} }), json!([1, 2]), json!("call")] {
            assert!(read(invalid.clone()).is_err(), "{invalid}");
        }
        assert!(ActDecoder::default().decode(&[]).is_err());
    }
}
