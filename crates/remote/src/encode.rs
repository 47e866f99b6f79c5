//! What the application does, as entries of the client's log.

use protocol::wire::{Call, ClientEntry, Text, Values, encode};
use protocol::{Error, RequestId};
use replica::Outgoing;
use session_logs::text_slots::TextWriter;

/// An entry to be pushed, and the call that it is.
pub(crate) type EncodedEntry = (Vec<u8>, Option<RequestId>);

/// Makes entries, and knows which texts the server has already.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    slots: TextWriter,
}

impl Encoder {
    /// The log begins anew: the server knows no texts.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
    }

    /// The entries that say it. An error is the answer of the call.
    pub(crate) fn entries(
        &mut self,
        outgoing: Outgoing,
    ) -> Result<Vec<EncodedEntry>, (RequestId, Error)> {
        let mut entries = Vec::with_capacity(1);
        let mut call = None;
        let entry = match outgoing {
            Outgoing::Call {
                request,
                target,
                call: asked,
            } => {
                call = Some(request);
                let app_data = asked.app_data;
                let mut command = asked.parse().map_err(|error| (request, error))?;
                let values = Values::take(&mut command, |text| self.text(text, &mut entries));
                ClientEntry::Call(Box::new(Call {
                    target,
                    command,
                    values,
                    app_data,
                }))
            }
            Outgoing::Notice {
                target,
                notice,
                data,
            } => ClientEntry::Notice {
                target,
                notice,
                data,
            },
            Outgoing::Close { target } => ClientEntry::Close { target },
            Outgoing::UpdateMediaCodecs {
                target,
                media_codecs,
            } => ClientEntry::UpdateMediaCodecs {
                target,
                media_codecs: media_codecs.map(|text| self.text(&text, &mut entries)),
            },
            Outgoing::AppData {
                id,
                value,
                revision,
            } => ClientEntry::AppData {
                id,
                value: self.text(&value, &mut entries),
                revision,
            },
            Outgoing::SetAppData { target, app_data } => {
                ClientEntry::SetAppData { target, app_data }
            }
        };
        entries.push((encode(&entry), call));
        Ok(entries)
    }

    fn text(&mut self, text: &str, entries: &mut Vec<EncodedEntry>) -> Text {
        let (definition, text) = self.slots.text(text);
        if let Some((slot, text)) = definition {
            entries.push((encode(&ClientEntry::Define { slot, text }), None));
        }
        text
    }
}
