//! Decoder of a server's updates (news of its objects), in the client. The client's connection calls it
//! for each entry (numbered message); it returns the update that the replica (the client's copy of the
//! objects) applies, nothing yet, or an `UpdateError`, which ends the link.

use crate::v1::server::{Answer, ServerEntry, SnapshotPart, WireObject};
use crate::v1::{DecodeError, Flaw, SlotError, Text, TextReader, decode, flaw};
use protocol::{
    AppDataContent, AppDataId, EntryNumber, Json, Level, LogLine, Logger, Object, Payload, Reply,
    Revision, Snapshot, Update,
};
use std::collections::HashMap;

/// Protocol error in a server's entry.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The bytes are not an entry.
    #[error(transparent)]
    Bytes(#[from] DecodeError),
    /// A slot is used incorrectly.
    #[error(transparent)]
    Slot(#[from] SlotError),
    /// A text of the server's own is flawed.
    #[error(transparent)]
    Text(#[from] Flaw),
    /// Parts of a snapshot are missing or out of order.
    #[error("part {0} of a snapshot is out of order")]
    Part(u32),
}

/// Decoder of a server's updates. It keeps the texts that the server has defined.
///
/// A [flawed](Flaw) text of the server's own is an error, which ends the link. An appData comes from another
/// client, which must not be able to end this one's link: the decoder ignores a flawed one and reports it in
/// a log line.
#[derive(Debug, Default)]
pub struct UpdateDecoder {
    slots: TextReader,
    /// The parts of a snapshot so far, and the number of the next part.
    gathered: SnapshotPart,
    due: u32,
    /// The first flaw of an appData since [`UpdateDecoder::left_out`], and the number of ignored appData.
    left_out: Option<(Flaw, usize)>,
}

impl UpdateDecoder {
    /// Decodes an entry, in the order of the log. Returns `None` if it yields no update: a definition, an
    /// ignored appData, or a part of a snapshot, which is returned whole with its last part.
    pub fn decode(&mut self, bytes: &[u8]) -> Result<Option<Update<EntryNumber>>, UpdateError> {
        Ok(Some(match decode(bytes)? {
            ServerEntry::Define { slot, text } => {
                self.slots.define(slot, text)?;
                return Ok(None);
            }
            ServerEntry::Snapshot(part) => match self.gather(part)? {
                Some(snapshot) => Update::Snapshot(self.snapshot(snapshot)?),
                None => return Ok(None),
            },
            ServerEntry::Created { object, call } => Update::Created {
                object: Box::new(self.object(*object)?),
                call: call.map(EntryNumber),
            },
            ServerEntry::Set { target, members } => {
                let member = |(name, text): (String, Option<Text>)| {
                    let json = text.map(|text| self.member(text)).transpose()?;
                    Ok((name, json))
                };
                let members: Result<_, UpdateError> = members.into_iter().map(member).collect();
                Update::Set {
                    target,
                    members: members?,
                }
            }
            ServerEntry::Linked { one, other } => Update::Linked { one, other },
            ServerEntry::Emission { emission, notified } => {
                if let Payload::Json(json) = &emission.payload {
                    flaw::check(json)?;
                }
                Update::Emission { emission, notified }
            }
            ServerEntry::Answer(Answer { call, result }) => {
                if let Ok(Reply::Value(json)) = &result {
                    flaw::check(json)?;
                }
                let call = EntryNumber(call);
                Update::Answer { call, result }
            }
            ServerEntry::AppData {
                id,
                value,
                revision,
            } => match self.app_data(id, value, revision)? {
                Some(content) => Update::AppData(content),
                None => return Ok(None),
            },
            ServerEntry::SetAppData { target, app_data } => Update::SetAppData { target, app_data },
            ServerEntry::Log {
                worker,
                logger,
                level,
                line,
                error,
            } => Update::Log(LogLine {
                worker,
                logger,
                level,
                line,
                error,
            }),
            ServerEntry::Draining { within_ms } => Update::Draining { within_ms },
        }))
    }

    /// Returns a log line about the appData ignored since the last call, if there were any.
    pub fn left_out(&mut self) -> Option<LogLine> {
        let (flaw, count) = self.left_out.take()?;
        Some(LogLine {
            worker: None,
            logger: Logger::Channel,
            level: Level::Warn,
            line: format!("ignoring appData of another client [number:{count}]: {flaw}"),
            error: None,
        })
    }

    /// Returns the whole snapshot with its last part.
    fn gather(&mut self, part: SnapshotPart) -> Result<Option<SnapshotPart>, UpdateError> {
        if part.part == 0 {
            self.slots.clear();
            self.gathered = SnapshotPart::default();
            self.due = 0;
        }
        if part.part != self.due {
            return Err(UpdateError::Part(part.part));
        }
        self.due += 1;
        self.gathered.app_data.extend(part.app_data);
        self.gathered.revisions.extend(part.revisions);
        self.gathered.objects.extend(part.objects);
        Ok((!part.more).then(|| std::mem::take(&mut self.gathered)))
    }

    fn snapshot(&mut self, snapshot: SnapshotPart) -> Result<Snapshot, UpdateError> {
        let revisions: HashMap<_, _> = snapshot.revisions.into_iter().collect();
        let mut app_data = Vec::with_capacity(snapshot.app_data.len());
        for (id, value) in snapshot.app_data {
            let revision = revisions.get(&id).copied().unwrap_or(0);
            app_data.extend(self.app_data(id, value, revision)?);
        }
        let objects = snapshot.objects.into_iter();
        let objects: Result<_, _> = objects.map(|object| self.object(object)).collect();
        Ok(Snapshot {
            app_data,
            objects: objects?,
        })
    }

    fn object(&self, object: WireObject) -> Result<Object, UpdateError> {
        let member = |(name, text)| Ok((name, self.member(text)?));
        let members: Result<_, UpdateError> = object.members.into_iter().map(member).collect();
        Ok(Object {
            handle: object.handle,
            kind: object.kind,
            id: object.id,
            parent: object.parent,
            members: members?,
            app_data: object.app_data,
            web_rtc_server: object.web_rtc_server,
            peer: object.peer,
        })
    }

    fn member(&self, text: Text) -> Result<Json, UpdateError> {
        let json = self.slots.take(text)?;
        flaw::check(&json)?;
        Ok(json)
    }

    /// Returns the appData, or `None` if it is ignored.
    fn app_data(
        &mut self,
        id: AppDataId,
        value: Text,
        revision: u64,
    ) -> Result<Option<AppDataContent>, UpdateError> {
        let value = self.slots.take(value)?;
        let Err(flaw) = flaw::check_app_data(id, &value) else {
            return Ok(Some(AppDataContent {
                id,
                value,
                revision: (revision > 0).then_some(Revision(revision)),
            }));
        };
        self.left_out.get_or_insert((flaw, 0)).1 += 1;
        Ok(None)
    }
}
