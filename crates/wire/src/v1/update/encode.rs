//! Encoder of updates (news of the session's objects), in the server. The session calls it per client,
//! which replaces texts that the client has already by numbers, or once for all clients; it returns the
//! bytes of the entries (numbered messages) to send.

use super::object::{member, object_of};
use super::snapshot_parts;
use crate::v1::server::{Answer, ServerEntry};
use crate::v1::{Text, TextWriter, encode};
use protocol::{AppDataContent, EntryNumber, Json, Snapshot, Update};

/// Encoder of the updates for one client. It tracks the texts that the client has already.
#[derive(Debug, Default)]
pub struct UpdateEncoder {
    slots: TextWriter,
}

impl UpdateEncoder {
    /// Returns the entries of an update: definitions of slots, if it needs any, then the update itself.
    /// For a snapshot use [`UpdateEncoder::snapshot`].
    pub fn encode(&mut self, update: Update<EntryNumber>) -> Vec<Vec<u8>> {
        let mut entries = Vec::with_capacity(1);
        let entry = entry(update, |json| {
            let (definition, text) = self.slots.text(json.as_str());
            if let Some((slot, text)) = definition {
                entries.push(encode(&ServerEntry::Define { slot, text }));
            }
            text
        });
        entries.push(encode(&entry));
        entries
    }

    /// Returns the entries of a snapshot, in as many parts as necessary. It empties all slots.
    pub fn snapshot(&mut self, snapshot: Snapshot) -> Vec<Vec<u8>> {
        self.slots.clear();
        snapshot_parts::encode_parts(snapshot)
    }
}

/// Returns the entry of an update for any number of clients: all texts inline.
#[must_use]
pub fn encode_plain(update: Update<EntryNumber>) -> Vec<u8> {
    encode(&entry(update, Text::Inline))
}

/// Returns the entry of an update. `repeated` converts a text that is likely to be sent again.
fn entry(update: Update<EntryNumber>, mut repeated: impl FnMut(Json) -> Text) -> ServerEntry {
    match update {
        Update::Snapshot(snapshot) => ServerEntry::Snapshot(snapshot_parts::whole(snapshot)),
        Update::Created { object, call } => ServerEntry::Created {
            object: Box::new(object_of(*object, repeated)),
            call: call.map(|call| call.0),
        },
        Update::Set { target, members } => ServerEntry::Set {
            target,
            members: members
                .into_iter()
                .map(|(name, json)| {
                    let text = json.map(|json| member(&name, json, &mut repeated));
                    (name, text)
                })
                .collect(),
        },
        Update::Linked { one, other } => ServerEntry::Linked { one, other },
        Update::Emission { emission, notified } => ServerEntry::Emission { emission, notified },
        Update::Answer { call, result } => ServerEntry::Answer(Answer {
            call: call.0,
            result,
        }),
        Update::AppData(AppDataContent {
            id,
            value,
            revision,
        }) => ServerEntry::AppData {
            id,
            value: repeated(value),
            revision: revision.map_or(0, |revision| revision.0),
        },
        Update::SetAppData { target, app_data } => ServerEntry::SetAppData { target, app_data },
        Update::Log(log) => log.into(),
        Update::Draining { within_ms } => ServerEntry::Draining { within_ms },
    }
}
