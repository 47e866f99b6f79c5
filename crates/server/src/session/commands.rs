//! Execution of what clients send. The session's turn calls `execute`, which takes the entries of clients
//! (calls, packets, `close()`, appData, goodbye), checks them against limits and policy, and passes
//! commands to the [`LocalHost`](local_host::LocalHost) (the object that holds the session's Workers),
//! which sends them to a worker process. It answers rejected calls at once. A session is the Workers and
//! objects that one or several clients share.

use super::Session;
use super::calls_in_flight::{CallInFlight, CallOrigin};
use super::client::{ClientId, Over};
use super::entry_error::EntryError;
use super::replicas::Closer;
use host::Host;
use protocol::{
    Act, AppDataId, Call, Command, EntryNumber, Error, Handle, Notice, Reply, RequestId, Update,
};
use session_logs::server::Keep;
use wire::v1::{ActError, Close, Decoded};

impl Session {
    /// Executes the entries of clients that needn't wait. Returns true if there were any.
    pub(super) fn execute(&mut self) -> bool {
        let mut executed = false;
        for id in self.clients() {
            while let Some((number, decoded)) = self.next_entry(id) {
                executed = true;
                // Earlier items go out first: this entry may cause others.
                self.broadcast_items();
                let executed_act = match decoded {
                    Ok(Decoded::Act(act)) => self.execute_act(id, number, act),
                    Ok(Decoded::Definition) => Ok(()),
                    Ok(Decoded::Unknown(error)) => {
                        self.answer(id, number, Err(error));
                        Ok(())
                    }
                    Err(error) => Err(error.into()),
                };
                if let Err(error) = executed_act {
                    tracing::warn!(client = id.0, %error, "protocol error of a client");
                    let clients = &mut self.replicas.clients;
                    clients.dismiss(id, Over::ProtocolError, Close::ProtocolError);
                }
                self.broadcast_changes();
            }
        }
        executed
    }

    /// Answers a call of the client's current log.
    pub(super) fn answer(
        &mut self,
        id: ClientId,
        number: EntryNumber,
        result: Result<Reply, Error>,
    ) {
        let call = number;
        let answer = Update::Answer { call, result };
        self.replicas.clients.push(id, answer, Keep::Answer);
    }

    fn next_entry(&mut self, id: ClientId) -> Option<(EntryNumber, Result<Decoded, ActError>)> {
        let local = self.host.local();
        let workers = &self.workers;
        self.replicas.clients.next_entry(id, |target| {
            let entity = local.model().get(target);
            entity.is_some_and(|entity| workers.is_congested(entity.worker))
        })
    }

    fn execute_act(
        &mut self,
        id: ClientId,
        number: EntryNumber,
        act: Act,
    ) -> Result<(), EntryError> {
        match act {
            Act::Call(call) => self.call(id, number, *call),
            Act::Notice {
                target,
                notice,
                data,
            } => self.notice(target, notice, &data),
            Act::Close { target } => self.close(id, target),
            Act::UpdateMediaCodecs {
                target,
                media_codecs,
            } => {
                let updated = self.host.update_media_codecs(target, media_codecs);
                if let Err(error) = updated {
                    tracing::debug!(client = id.0, %error, "updateMediaCodecs() refused");
                }
            }
            Act::AppData {
                id: app_data,
                value,
                revision,
            } => {
                let change = (id, revision);
                self.replicas.set_app_data(change, app_data, &value)?;
            }
            Act::SetAppData { target, app_data } => {
                self.replicas.give_app_data(id, target, app_data);
            }
            Act::Leave => {
                tracing::info!(client = id.0, "client left");
                let clients = &mut self.replicas.clients;
                clients.dismiss(id, Over::Left, Close::Normal);
            }
        }
        Ok(())
    }

    fn call(&mut self, id: ClientId, number: EntryNumber, call: Call) {
        let creates = call.command.creates().len();
        match self.request(id, call.target, call.command, creates) {
            Ok(request) => self.expect(id, number, request, call.app_data, creates),
            Err(error) => self.answer(id, number, Err(error)),
        }
    }

    /// Passes a command to the Host, if policy and limits allow it.
    fn request(
        &mut self,
        id: ClientId,
        target: Handle,
        mut command: Command,
        creates: usize,
    ) -> Result<RequestId, Error> {
        self.policy.apply(&mut command)?;
        let clients = &self.replicas.clients;
        let limits = clients.get(id).map(|client| client.limits);
        let limits = limits.ok_or_else(|| Error::plain("the client has left"))?;
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
        let origin = CallOrigin {
            client: id,
            incarnation: client.incarnation,
            number,
        };
        self.replicas.objects.reserve(creates);
        let app_data = app_data.filter(|_| creates > 0);
        if let Some(app_data) = app_data {
            self.replicas.app_data.hold(app_data);
        }
        let call = CallInFlight {
            origin,
            app_data,
            creates,
        };
        self.calls.insert(request, call);
    }

    /// Closes an object that a client has closed in its own replica.
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
            // Its client has checked it. There is no reply if the object has closed meanwhile.
            let _ = self.host.notify(target, notice, data);
        }
    }
}
