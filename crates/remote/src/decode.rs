//! Entries of the server's log, as the application's thread takes them: without slots, and with
//! the application's own names for its calls.

use protocol::wire::{Answer, DecodeError, Object, ServerEntry, Snapshot, Text, decode};
use protocol::{Json, RequestId};
use session::Nonsense;
use session::slots::Reader;

/// What a server said that makes no sense.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Entry(#[from] DecodeError),
    #[error(transparent)]
    Slot(#[from] Nonsense),
    #[error("part {0} of a snapshot where another is due")]
    Part(u32),
}

/// Which call of the application an answer or an object belongs to, by its number in the log.
pub(crate) trait Calls {
    /// Whose object it is.
    fn call(&self, number: u64) -> Option<RequestId>;
    /// Whose answer it is; there is no other.
    fn answered(&mut self, number: u64) -> Option<RequestId>;
}

impl Calls for session::client::Client {
    fn call(&self, number: u64) -> Option<RequestId> {
        self.call(number)
    }

    fn answered(&mut self, number: u64) -> Option<RequestId> {
        self.answered(number)
    }
}

/// Reads entries, and knows the texts that the server has sent before.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    slots: Reader,
    /// What has come of a snapshot so far, and which part is due.
    gathered: Snapshot,
    due: u32,
}

impl Decoder {
    /// The entry as it is handed on. None is one that nobody needs: a definition, the answer to a call that
    /// isn't waited for any more, or part of a snapshot, which is handed on whole.
    pub(crate) fn entry(
        &mut self,
        bytes: &[u8],
        calls: &mut impl Calls,
    ) -> Result<Option<ServerEntry>, Error> {
        let mut entry = match decode(bytes)? {
            ServerEntry::Define { slot, text } => {
                self.slots.define(slot, text)?;
                return Ok(None);
            }
            ServerEntry::Snapshot(part) => match self.gather(part)? {
                Some(snapshot) => ServerEntry::Snapshot(snapshot),
                None => return Ok(None),
            },
            entry => entry,
        };
        match &mut entry {
            ServerEntry::Snapshot(snapshot) => {
                for (_, value) in &mut snapshot.app_data {
                    self.resolve(value)?;
                }
                for object in &mut snapshot.objects {
                    self.resolve_members(object)?;
                }
            }
            ServerEntry::Created { object, call } => {
                self.resolve_members(object)?;
                let request = call.and_then(|number| calls.call(number));
                *call = request.map(|request| request.0.into());
            }
            ServerEntry::Set { members, .. } => {
                for text in members.values_mut().flatten() {
                    self.resolve(text)?;
                }
            }
            ServerEntry::Answer(Answer { call, .. }) => match calls.answered(*call) {
                Some(request) => *call = request.0.into(),
                None => return Ok(None),
            },
            ServerEntry::AppData { value, .. } => self.resolve(value)?,
            ServerEntry::Define { .. }
            | ServerEntry::Linked { .. }
            | ServerEntry::Emission { .. }
            | ServerEntry::SetAppData { .. }
            | ServerEntry::Log { .. }
            | ServerEntry::Draining { .. } => {}
        }
        Ok(Some(entry))
    }

    /// The whole snapshot, once its last part is there.
    fn gather(&mut self, part: Snapshot) -> Result<Option<Snapshot>, Error> {
        if part.part == 0 {
            self.slots.clear();
            self.gathered = Snapshot::default();
            self.due = 0;
        }
        if part.part != self.due {
            return Err(Error::Part(part.part));
        }
        self.due += 1;
        self.gathered.app_data.extend(part.app_data);
        self.gathered.revisions.extend(part.revisions);
        self.gathered.objects.extend(part.objects);
        Ok((!part.more).then(|| std::mem::take(&mut self.gathered)))
    }

    fn resolve_members(&self, object: &mut Object) -> Result<(), Error> {
        for text in object.members.values_mut() {
            self.resolve(text)?;
        }
        Ok(())
    }

    fn resolve(&self, text: &mut Text) -> Result<(), Error> {
        if let Text::Slot(_) = text {
            let json: Json = self.slots.resolve(text)?.clone();
            *text = Text::Inline(json);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::Reply;
    use protocol::wire::{AppDataId, Snapshot, encode};

    /// The call with number 7 is request 70.
    struct One;

    impl Calls for One {
        fn call(&self, number: u64) -> Option<RequestId> {
            (number == 7).then_some(RequestId(70))
        }

        fn answered(&mut self, number: u64) -> Option<RequestId> {
            self.call(number)
        }
    }

    fn read(decoder: &mut Decoder, entry: &ServerEntry) -> Result<Option<ServerEntry>, Error> {
        decoder.entry(&encode(entry), &mut One)
    }

    fn app_data(value: Text) -> ServerEntry {
        let id = AppDataId(1);
        ServerEntry::AppData {
            id,
            value,
            revision: 0,
        }
    }

    #[test]
    fn slots_become_texts_until_a_snapshot() {
        let mut decoder = Decoder::default();
        let text = Json::from_text(r#"{"peer":1}"#);
        let define = ServerEntry::Define {
            slot: 3,
            text: text.clone(),
        };
        assert!(read(&mut decoder, &define).unwrap().is_none());
        let entry = read(&mut decoder, &app_data(Text::Slot(3))).unwrap();
        let Some(ServerEntry::AppData { value, .. }) = entry else {
            panic!("{entry:?}");
        };
        assert_eq!(value, Text::Inline(text));
        let snapshot = ServerEntry::Snapshot(Snapshot::default());
        assert!(read(&mut decoder, &snapshot).unwrap().is_some());
        let error = read(&mut decoder, &app_data(Text::Slot(3))).unwrap_err();
        assert!(matches!(error, Error::Slot(_)), "{error}");
    }

    #[test]
    fn a_snapshot_is_handed_on_whole() {
        let mut decoder = Decoder::default();
        let mut part = |part, more| {
            let id = AppDataId(u64::from(part));
            let app_data = vec![(id, Text::Inline(Json::from_text("{}")))];
            let snapshot = Snapshot {
                part,
                more,
                app_data,
                ..Snapshot::default()
            };
            let entry = read(&mut decoder, &ServerEntry::Snapshot(snapshot));
            entry.map(|entry| match entry {
                Some(ServerEntry::Snapshot(whole)) => whole.app_data.len(),
                _ => 0,
            })
        };
        assert_eq!(part(0, true).unwrap(), 0);
        assert_eq!(part(1, true).unwrap(), 0);
        assert_eq!(part(0, true).unwrap(), 0, "another begins");
        assert_eq!(part(1, false).unwrap(), 2);
        assert!(part(3, false).is_err());
    }

    #[test]
    fn answers_name_the_request() {
        let mut decoder = Decoder::default();
        for (number, request) in [(7, Some(70)), (8, None)] {
            let result = Ok(Reply::Done);
            let answer = ServerEntry::Answer(Answer {
                call: number,
                result,
            });
            let entry = read(&mut decoder, &answer).unwrap();
            let call = entry.map(|entry| match entry {
                ServerEntry::Answer(answer) => answer.call,
                other => panic!("{other:?}"),
            });
            assert_eq!(call, request);
        }
    }
}
