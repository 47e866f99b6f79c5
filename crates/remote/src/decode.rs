//! Entries of the server's log, as the application's thread takes them: without slots, and with
//! the application's own names for its calls.

use crate::texts::{self, Flaw};
use protocol::wire::{Answer, AppDataId, DecodeError, Object, ServerEntry, Snapshot, Text, decode};
use protocol::{Emission, Json, Level, Logger, Payload, Reply, RequestId};
use session_logs::Nonsense;
use session_logs::text_slots::TextReader;

/// What a server said that makes no sense.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Entry(#[from] DecodeError),
    #[error(transparent)]
    Slot(#[from] Nonsense),
    #[error(transparent)]
    Text(#[from] Flaw),
    #[error("part {0} of a snapshot where another is due")]
    Part(u32),
}

/// Which call of the application an answer or an object belongs to, by its number in the log.
pub(crate) trait CallNumbers {
    /// Whose object it is.
    fn call(&self, number: u64) -> Option<RequestId>;
    /// Whose answer it is; there is no other.
    fn answered(&mut self, number: u64) -> Option<RequestId>;
}

impl CallNumbers for session_logs::client::ClientEnd {
    fn call(&self, number: u64) -> Option<RequestId> {
        self.call(number)
    }

    fn answered(&mut self, number: u64) -> Option<RequestId> {
        self.answered(number)
    }
}

/// Reads entries, and knows the texts that the server has sent before.
///
/// A text that a server makes and that is [flawed](Flaw) is an error, which ends the link. An appData comes
/// from another client, who must not be able to end ours: one that is flawed is left out, and the log says so.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    slots: TextReader,
    /// What has come of a snapshot so far, and which part is due.
    gathered: Snapshot,
    due: u32,
    /// The first flaw of an appData that was left out, and how many were since somebody asked.
    left_out: Option<(Flaw, usize)>,
}

impl Decoder {
    /// The entry as it is handed on. None is one that nobody needs: a definition, the answer to a call that
    /// isn't waited for any more, or part of a snapshot, which is handed on whole.
    pub(crate) fn entry(
        &mut self,
        bytes: &[u8],
        calls: &mut impl CallNumbers,
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
                for (id, mut value) in std::mem::take(&mut snapshot.app_data) {
                    if self.resolve_app_data(id, &mut value)? {
                        snapshot.app_data.push((id, value));
                    }
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
                    self.resolve_member(text)?;
                }
            }
            ServerEntry::Answer(Answer { call, result }) => match calls.answered(*call) {
                Some(request) => {
                    *call = request.0.into();
                    if let Ok(Reply::Value(json)) = result {
                        texts::check(json)?;
                    }
                }
                None => return Ok(None),
            },
            ServerEntry::AppData { id, value, .. } => {
                if !self.resolve_app_data(*id, value)? {
                    return Ok(None);
                }
            }
            ServerEntry::Emission {
                emission:
                    Emission {
                        payload: Payload::Json(json),
                        ..
                    },
                ..
            } => texts::check(json)?,
            ServerEntry::Define { .. }
            | ServerEntry::Linked { .. }
            | ServerEntry::Emission { .. }
            | ServerEntry::SetAppData { .. }
            | ServerEntry::Log { .. }
            | ServerEntry::Draining { .. } => {}
        }
        Ok(Some(entry))
    }

    /// The line for the log that says which appData was left out since the last call, if any was.
    pub(crate) fn left_out(&mut self) -> Option<ServerEntry> {
        let (flaw, count) = self.left_out.take()?;
        Some(ServerEntry::Log {
            worker: None,
            logger: Logger::Channel,
            level: Level::Warn,
            line: format!("appData of another client is left out [number:{count}]: {flaw}"),
            error: None,
        })
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
            self.resolve_member(text)?;
        }
        Ok(())
    }

    fn resolve_member(&self, text: &mut Text) -> Result<(), Error> {
        Ok(texts::check(self.resolve(text)?)?)
    }

    /// Whether it can be handed on.
    fn resolve_app_data(&mut self, id: AppDataId, text: &mut Text) -> Result<bool, Error> {
        let Err(flaw) = texts::check_app_data(id, self.resolve(text)?) else {
            return Ok(true);
        };
        self.left_out.get_or_insert((flaw, 0)).1 += 1;
        Ok(false)
    }

    /// Puts the text in the place of a slot.
    fn resolve<'a>(&self, text: &'a mut Text) -> Result<&'a Json, Error> {
        if let Text::Slot(_) = text {
            let json: Json = self.slots.resolve(text)?.clone();
            *text = Text::Inline(json);
        }
        match text {
            Text::Inline(json) => Ok(json),
            Text::Slot(slot) => Err(Nonsense::EmptySlot(*slot).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::wire::encode;
    use protocol::{Event, Handle};

    /// The call with number 7 is request 70.
    struct One;

    impl CallNumbers for One {
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
            let id = AppDataId(u64::from(part) + 1);
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

    #[test]
    fn a_flawed_text_of_the_server_is_an_error() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let members = |text: &str| [("pid".to_owned(), Some(inline(text)))].into();
        for text in ["not JSON", &deep] {
            let json = || Json::from_text(text);
            for entry in [
                ServerEntry::Set {
                    target: Handle(1),
                    members: members(text),
                },
                ServerEntry::Emission {
                    emission: Emission::own(Handle(1), Event::Trace, Payload::Json(json())),
                    notified: true,
                },
                ServerEntry::Answer(Answer {
                    call: 7,
                    result: Ok(Reply::Value(json())),
                }),
            ] {
                let error = read(&mut Decoder::default(), &entry).unwrap_err();
                assert!(matches!(error, Error::Text(_)), "{error}");
            }
        }
    }

    #[test]
    fn flawed_app_data_of_others_is_left_out() {
        let mut decoder = Decoder::default();
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert!(
            read(&mut decoder, &app_data(inline(&deep)))
                .unwrap()
                .is_none()
        );
        let line = |entry| match entry {
            Some(ServerEntry::Log { line, .. }) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            line(decoder.left_out()),
            "appData of another client is left out [number:1]: a text of 100000 levels, where 64 are possible"
        );
        assert!(decoder.left_out().is_none());

        let texts = [&deep, "{}", "not JSON"];
        let ids = (1..).map(AppDataId);
        let snapshot = Snapshot {
            app_data: ids.zip(texts.map(inline)).collect(),
            ..Snapshot::default()
        };
        let entry = read(&mut decoder, &ServerEntry::Snapshot(snapshot)).unwrap();
        let Some(ServerEntry::Snapshot(whole)) = entry else {
            panic!("{entry:?}");
        };
        assert_eq!(whole.app_data, [(AppDataId(2), inline("{}"))]);
        assert!(line(decoder.left_out()).contains("[number:2]"));
    }

    fn inline(text: &str) -> Text {
        Text::Inline(Json::from_text(text))
    }
}
