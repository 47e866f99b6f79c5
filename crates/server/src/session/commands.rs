//! Entries of clients, executed.

use super::Session;
use super::app_data::Revision;
use super::calls::{self, Origin};
use super::client::{ClientId, EntryNumber, Over};
use super::entry::{Said, Wrong};
use super::replicas::Closer;
use host::Host;
use protocol::wire::{Answer, AppDataId, Call, ClientEntry, Close, ServerEntry, Text};
use protocol::{Command, Error, Handle, Json, Notice, Reply, RequestId};
use session_logs::server::Keep;

impl Session {
    /// Executes the entries of clients that needn't wait. Returns whether there were any.
    pub(super) fn execute(&mut self) -> bool {
        let mut executed = false;
        for id in self.clients() {
            while let Some((number, said)) = self.next_entry(id) {
                executed = true;
                // Earlier items go out first: this entry may bring about others.
                self.tell_items();
                let obeyed = match said {
                    Ok(Said::Known(entry)) => self.obey(id, number, entry),
                    Ok(Said::Unknown(error)) => {
                        self.answer(id, number, Err(error));
                        Ok(())
                    }
                    Err(wrong) => Err(wrong),
                };
                if let Err(wrong) = obeyed {
                    tracing::warn!(client = id.0, error = %wrong, "client talks nonsense");
                    let clients = &mut self.replicas.clients;
                    clients.dismiss(id, Over::Nonsense, Close::Nonsense);
                }
                self.tell_changes();
            }
        }
        executed
    }

    /// Answers a call of the log that a client has now.
    pub(super) fn answer(
        &mut self,
        id: ClientId,
        number: EntryNumber,
        result: Result<Reply, Error>,
    ) {
        let answer = Answer {
            call: number.0,
            result,
        };
        let entry = ServerEntry::Answer(answer);
        self.replicas.clients.push(id, &entry, Keep::Answer);
    }

    fn next_entry(&mut self, id: ClientId) -> Option<(EntryNumber, Result<Said, Wrong>)> {
        let local = self.host.local();
        let workers = &self.workers;
        self.replicas.clients.next_entry(id, |target| {
            let entity = local.model().get(target);
            entity.is_some_and(|entity| workers.is_congested(entity.worker))
        })
    }

    fn obey(&mut self, id: ClientId, number: EntryNumber, entry: ClientEntry) -> Result<(), Wrong> {
        match entry {
            ClientEntry::Define { slot, text } => {
                if let Some(client) = self.replicas.clients.get_mut(id) {
                    client.define(slot, text)?;
                }
            }
            ClientEntry::Call(call) => self.call(id, number, *call)?,
            ClientEntry::Notice {
                target,
                notice,
                data,
            } => self.notice(target, notice, &data),
            ClientEntry::Close { target } => self.close(id, target),
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
                self.replicas
                    .set_app_data((id, Revision(revision)), app_data, &value)?;
            }
            ClientEntry::SetAppData { target, app_data } => {
                self.replicas.give_app_data(id, target, app_data);
            }
            ClientEntry::Leave => {
                tracing::info!(client = id.0, "client left");
                let clients = &mut self.replicas.clients;
                clients.dismiss(id, Over::Left, Close::Normal);
            }
        }
        Ok(())
    }

    /// Resolves a text of a client: inline, or one of its slots.
    fn resolve(&self, id: ClientId, text: &Text) -> Result<Json, Wrong> {
        match self.replicas.clients.get(id) {
            Some(client) => Ok(client.resolve(text)?.clone()),
            None => Ok(Json::default()),
        }
    }

    fn call(&mut self, id: ClientId, number: EntryNumber, call: Call) -> Result<(), Wrong> {
        let Call {
            target,
            mut command,
            values,
            app_data,
        } = call;
        let Some(client) = self.replicas.clients.get(id) else {
            return Ok(());
        };
        values.put_back(&mut command, |text| client.resolve(text).cloned())?;
        let creates = command.creates().len();
        match self.ask(id, target, command, creates) {
            Ok(request) => self.expect(id, number, request, app_data, creates),
            Err(error) => self.answer(id, number, Err(error)),
        }
        Ok(())
    }

    /// Gives a command to the Host, if policy and limits allow it.
    fn ask(
        &mut self,
        id: ClientId,
        target: Handle,
        mut command: Command,
        creates: usize,
    ) -> Result<RequestId, Error> {
        self.policy.apply(&mut command)?;
        let clients = &self.replicas.clients;
        let limits = clients.get(id).map(|client| client.limits);
        let limits = limits.ok_or_else(|| Error::plain("the client is gone"))?;
        let objects = &self.replicas.objects;
        if let Command::CreateWorker(options) = command {
            let start = self.workers.prepare(&options)?;
            objects.check(creates, limits.objects)?;
            return self
                .workers
                .start(&mut self.host, id, start, limits.workers);
        }
        if !objects.is_known(target) {
            return Err(Error::not_found("the object is unknown"));
        }
        objects.check(creates, limits.objects)?;
        self.host.request(target, command.into())
    }

    fn expect(
        &mut self,
        id: ClientId,
        number: EntryNumber,
        request: RequestId,
        app_data: Option<AppDataId>,
        creates: usize,
    ) {
        let Some(client) = self.replicas.clients.get_mut(id) else {
            return;
        };
        client.in_flight += 1;
        let origin = Origin {
            client: id,
            incarnation: client.incarnation,
            number,
        };
        self.replicas.objects.reserve(creates);
        let app_data = app_data.filter(|_| creates > 0);
        if let Some(app_data) = app_data {
            self.replicas.app_data.hold(app_data);
        }
        let call = calls::Call {
            origin,
            app_data,
            creates,
        };
        self.calls.insert(request, call);
    }

    /// Closes an object for a client, which has done so in its own replica.
    fn close(&mut self, client: ClientId, target: Handle) {
        if self.replicas.objects.is_open(target) {
            let emissions = self.host.close(target);
            let closer = Closer {
                client,
                closed: target,
            };
            for emission in emissions {
                self.emit(emission, false, Some(closer));
            }
        }
    }

    fn notice(&mut self, target: Handle, notice: Notice, data: &[u8]) {
        if self.replicas.objects.is_known(target) {
            // Its client has checked it; what closed on the way has nobody to tell it to.
            let _ = self.host.notify(target, notice, data);
        }
    }
}
