//! What clients say, executed.

use super::client::{ClientId, Over};
use super::{Asked, Session};
use ::session::Nonsense;
use ::session::server::Keep;
use host::Host;
use protocol::limits::{APP_DATA_BYTES, APP_DATA_DEPTH, CALLS_IN_FLIGHT};
use protocol::wire::{
    Answer, AppDataId, Call, ClientEntry, Close, DecodeError, ServerEntry, Text, decode_from_client,
};
use protocol::{Command, Error, Handle, Json, Notice, Reply, RequestId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::time::Instant;

/// What an entry says.
enum Said {
    Known(ClientEntry),
    /// A call of a command that isn't known here: an older or newer client's.
    Unknown(Error),
}

/// What of a client makes no sense.
#[derive(Debug, thiserror::Error)]
pub(super) enum Wrong {
    #[error(transparent)]
    Bytes(#[from] DecodeError),
    #[error(transparent)]
    Slot(#[from] Nonsense),
    #[error("appData of {0} bytes, {max} are allowed", max = APP_DATA_BYTES)]
    AppDataTooLarge(usize),
    #[error("appData of {0} levels, {max} are allowed", max = APP_DATA_DEPTH)]
    AppDataTooDeep(usize),
    #[error("what an appData holds is no JSON: {0}")]
    NoJson(#[from] serde_json::Error),
}

impl Session {
    /// Executes what clients have said and is allowed now; whether there was anything.
    pub(super) fn execute(&mut self, now: Instant) -> bool {
        let mut executed = false;
        for id in self.clients() {
            while let Some((number, said)) = self.next_entry(now, id) {
                executed = true;
                // What was told before must not be overtaken by what this entry brings about.
                self.tell_items(now);
                let obeyed = match said {
                    Ok(Said::Known(entry)) => self.obey(now, id, number, entry),
                    Ok(Said::Unknown(error)) => {
                        self.answer(now, id, number, Err(error));
                        Ok(())
                    }
                    Err(wrong) => Err(wrong),
                };
                if let Err(wrong) = obeyed {
                    self.dismiss(now, id, &wrong);
                }
                self.tell_changes(now);
            }
        }
        executed
    }

    /// Answers a call of the log that a client has now.
    pub(super) fn answer(
        &mut self,
        now: Instant,
        id: ClientId,
        number: u64,
        result: Result<Reply, Error>,
    ) {
        if let Some(client) = self.clients.get_mut(&id) {
            let answer = Answer {
                call: number,
                result,
            };
            client.push(now, &ServerEntry::Answer(answer), Keep::Answer);
        }
    }

    /// The next entry of a client, unless it has to wait.
    fn next_entry(&mut self, now: Instant, id: ClientId) -> Option<(u64, Result<Said, Wrong>)> {
        let client = self.clients.get_mut(&id)?;
        if client.in_flight >= CALLS_IN_FLIGHT || client.resume_at.is_some() {
            return None;
        }
        let (number, entry) = if let Some(held) = client.held.take() {
            held
        } else {
            let (number, bytes) = client.waiting.pop_front()?;
            match read(&bytes) {
                Ok(Said::Known(entry)) => (number, entry),
                said => return Some((number, said)),
            }
        };
        let resume_at = match &entry {
            ClientEntry::Notice { target, .. } if self.is_congested(*target) => Some(None),
            ClientEntry::Define { .. } | ClientEntry::Notice { .. } | ClientEntry::Leave => None,
            _ => {
                let per_second = self.clients.get(&id)?.limits.commands_per_second;
                self.config
                    .tenant
                    .take_command(now, per_second)
                    .err()
                    .map(Some)
            }
        };
        let Some(resume_at) = resume_at else {
            return Some((number, Ok(Said::Known(entry))));
        };
        let client = self.clients.get_mut(&id)?;
        client.resume_at = resume_at;
        client.held = Some((number, entry));
        None
    }

    /// A client doesn't keep to the protocol.
    fn dismiss(&mut self, now: Instant, id: ClientId, wrong: &Wrong) {
        tracing::warn!(client = id.0, error = %wrong, "client talks nonsense");
        if let Some(client) = self.clients.get_mut(&id) {
            client.end(Over::Nonsense);
            client.place.close(now, Close::Nonsense);
        }
    }

    fn obey(
        &mut self,
        now: Instant,
        id: ClientId,
        number: u64,
        entry: ClientEntry,
    ) -> Result<(), Wrong> {
        match entry {
            ClientEntry::Define { slot, text } => {
                if let Some(client) = self.clients.get_mut(&id) {
                    client.define(slot, text)?;
                }
            }
            ClientEntry::Call(call) => self.call(now, id, number, *call)?,
            ClientEntry::Notice {
                target,
                notice,
                data,
            } => self.notice(target, notice, &data),
            ClientEntry::Close { target } => self.close(now, id, target),
            ClientEntry::UpdateMediaCodecs {
                target,
                media_codecs,
            } => {
                let media_codecs = media_codecs
                    .map(|text| self.resolve(id, &text))
                    .transpose()?;
                let updated = self.host.update_media_codecs(target, media_codecs);
                if let Err(error) = updated {
                    tracing::debug!(client = id.0, %error, "updateMediaCodecs() refused");
                }
            }
            ClientEntry::AppData {
                id: app_data,
                value,
                revision,
            } => {
                let value = self.resolve(id, &value)?;
                self.set_app_data(now, (id, revision), app_data, &value)?;
            }
            ClientEntry::SetAppData { target, app_data } => {
                self.give_app_data(now, id, target, app_data);
            }
            ClientEntry::Leave => {
                tracing::info!(client = id.0, "client left");
                if let Some(client) = self.clients.get_mut(&id) {
                    client.end(Over::Left);
                    client.place.close(now, Close::Normal);
                }
            }
        }
        Ok(())
    }

    /// What a text of a client says.
    fn resolve(&self, id: ClientId, text: &Text) -> Result<Json, Wrong> {
        match self.clients.get(&id) {
            Some(client) => Ok(client.resolve(text)?.clone()),
            None => Ok(Json::default()),
        }
    }

    fn call(&mut self, now: Instant, id: ClientId, number: u64, call: Call) -> Result<(), Wrong> {
        let Call {
            target,
            mut command,
            values,
            app_data,
        } = call;
        let Some(client) = self.clients.get(&id) else {
            return Ok(());
        };
        values.put_back(&mut command, |text| client.resolve(text).cloned())?;
        let creates = command.creates().len();
        match self.ask(now, id, target, command, creates) {
            Ok(request) => self.expect(id, number, request, app_data, creates),
            Err(error) => self.answer(now, id, number, Err(error)),
        }
        Ok(())
    }

    /// Has the Host work on a command, if all agree to it.
    fn ask(
        &mut self,
        now: Instant,
        id: ClientId,
        target: Handle,
        mut command: Command,
        creates: usize,
    ) -> Result<RequestId, Error> {
        self.config.policy.apply(&mut command)?;
        if let Command::CreateWorker(options) = command {
            return self.start_worker(now, id, &options);
        }
        if !self.objects.is_known(target) {
            return Err(Error::not_found("the object is unknown"));
        }
        if creates > 0 {
            self.check_objects(id, creates)?;
        }
        self.host.request(target, command.into())
    }

    fn expect(
        &mut self,
        id: ClientId,
        number: u64,
        request: RequestId,
        app_data: Option<AppDataId>,
        creates: usize,
    ) {
        let Some(client) = self.clients.get_mut(&id) else {
            return;
        };
        client.in_flight += 1;
        self.creating += creates;
        let app_data = app_data.filter(|_| creates > 0);
        if let Some(app_data) = app_data {
            self.app_data.hold(app_data);
        }
        let asked = Asked {
            client: id,
            life: client.life,
            number,
            app_data,
            creates,
        };
        self.calls.insert(request, asked);
    }

    pub(super) fn check_objects(&self, id: ClientId, creates: usize) -> Result<(), Error> {
        let limit = self
            .clients
            .get(&id)
            .map_or(0, |client| client.limits.objects);
        let share = &self.shares.objects;
        let others = share.of_tenant().saturating_sub(share.own());
        let all = others + self.objects.open() + self.creating + creates;
        if all > limit {
            return Err(Error::plain(format!(
                "limit of {limit} objects reached: close some first"
            )));
        }
        Ok(())
    }

    fn notice(&mut self, target: Handle, notice: Notice, data: &[u8]) {
        if self.objects.is_known(target) {
            // Its client has checked it; what closed on the way has nobody to tell it to.
            let _ = self.host.notify(target, notice, data);
        }
    }
}

/// Reads an entry. A call that can't be read is answered with an error; anything else is nonsense.
fn read(bytes: &[u8]) -> Result<Said, Wrong> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum AnyCall {
        Call(IgnoredAny),
    }

    match decode_from_client(bytes) {
        Ok(entry) => Ok(Said::Known(entry)),
        Err(error) => match decode_from_client(bytes) {
            Ok(AnyCall::Call(IgnoredAny)) => Ok(Said::Unknown(Error::unsupported(format!(
                "the server doesn't know this command ({error})"
            )))),
            Err(_) => Err(error.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::wire::encode;
    use serde_json::json;

    #[test]
    fn an_unknown_command_is_answered_and_anything_else_is_nonsense() {
        let call = |command| json!({ "call": { "target": 1, "command": command } });
        assert!(matches!(
            read(&encode(&call(json!("dump")))),
            Ok(Said::Known(ClientEntry::Call(_)))
        ));
        for unknown in [json!("levitate"), json!({ "levitate": {} })] {
            assert!(matches!(
                read(&encode(&call(unknown))),
                Ok(Said::Unknown(_))
            ));
        }
        for nonsense in [json!({ "levitate": {} }), json!([1, 2]), json!("call")] {
            assert!(read(&encode(&nonsense)).is_err(), "{nonsense}");
        }
        assert!(read(&[]).is_err());
    }
}
