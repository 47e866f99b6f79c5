//! Broadcast of a session's events to its clients. The session's turn takes the items of its
//! [`LocalHost`](local_host::LocalHost) (created objects, emitted events, replies, log lines) and appends
//! each to the logs of the clients concerned, in the host's order. Changes of readable state precede the
//! item they belong to. A session is the Workers and objects that one or several clients share.

use super::Session;
use super::replicas::Closer;
use super::workers::End;
use host::Host;
use model::Change;
use protocol::{Emission, Error, Event, Handle, Item, Json, Payload, Reply, RequestId, Update};

impl Session {
    /// Broadcasts everything, events of workers included.
    pub(super) fn broadcast_all(&mut self) {
        self.broadcast_items();
        while self.next_event() {
            // An event has one turn of the client's event loop, however many items it yields.
            let mut notified = true;
            while let Some(item) = self.next_item() {
                let is_emission = matches!(item, Item::Emission(_));
                self.broadcast(item, notified);
                notified &= !is_emission;
            }
            self.broadcast_changes();
        }
    }

    /// Broadcasts the pending items.
    pub(super) fn broadcast_items(&mut self) {
        while let Some(item) = self.next_item() {
            self.broadcast(item, false);
        }
        self.broadcast_changes();
    }

    /// Drops all items: clients that return find another epoch.
    pub(super) fn forget_items(&mut self) {
        while self.host.next_item().is_some() || self.host.next_event() {}
        self.events.reset();
        drop(self.host.take_changes());
    }

    /// Broadcasts changes that have no event.
    pub(super) fn broadcast_changes(&mut self) {
        let changes = self.host.take_changes();
        for change in changes {
            match change {
                Change::Set {
                    handle,
                    member,
                    text,
                } => self.replicas.set(handle, member, text.as_deref()),
                Change::Linked(one, other) => {
                    self.replicas.push_to_all(Update::Linked { one, other });
                }
            }
        }
    }

    /// Broadcasts an emission, and closes the Worker that closes with it.
    pub(super) fn emit(&mut self, emission: Emission, notified: bool, closer: Option<Closer>) {
        let ended_worker = {
            let local = self.host.local();
            self.replicas
                .emit(local.model(), emission, notified, closer)
        };
        if let Some(worker) = ended_worker {
            self.workers.closed(worker);
        }
    }

    /// Handles the end of a Worker that was starting or running.
    pub(super) fn worker_ended(&mut self, worker: Handle, end: End) {
        match end {
            End::NeverRan(request, error) => {
                self.workers.never_ran(&mut self.host, worker);
                self.replied(request, Err(error));
            }
            End::Died(message) => self.died(worker, &message),
        }
    }

    /// Handles the death of a Worker's process and of everything in it. A logical Worker dies with
    /// its last process.
    fn died(&mut self, worker: Handle, message: &str) {
        let dead = match self.host.logical_of(worker) {
            Some(_) => self.host.last_of(worker),
            None => Some(worker),
        };
        let emissions = self.host.worker_died(worker);
        self.broadcast_items();
        if let Some(dead) = dead {
            let died = Emission::own(dead, Event::Died, Payload::Json(Json::of(&message)));
            self.emit(died, false, None);
        }
        for emission in emissions {
            self.emit(emission, false, None);
        }
        self.workers.closed(worker);
    }

    fn next_item(&mut self) -> Option<Item> {
        let item = self.host.next_item();
        if item.is_some() {
            self.broadcast_changes();
        }
        item
    }

    /// Takes the next event of a worker, unless it has to wait for an answer.
    fn next_event(&mut self) -> bool {
        let mut local = self.host.local_mut();
        if !self.events.is_open(local.is_answering()) {
            return false;
        }
        let taken = local.next_event();
        if !taken {
            self.events.reset();
        }
        taken
    }

    fn broadcast(&mut self, item: Item, notified: bool) {
        match item {
            Item::Created {
                handle,
                request,
                app_data_of,
                ..
            } => self.created(handle, request, app_data_of),
            Item::Emission(emission) => self.emit(emission, notified, None),
            Item::Reply { request, result } => self.replied(request, result),
            Item::Log(log) => self.replicas.push_to_all(Update::Log(log)),
            Item::Spawn { worker, request } => {
                self.workers.start_another(&mut self.host, worker, request);
            }
            Item::EndProcess { worker } => self.workers.closed(worker),
            Item::ProtocolError { worker, reason } => self.worker_failed(worker, &reason),
            // Items of replicas only.
            Item::AppData(_) | Item::SetAppData { .. } | Item::Link(_) => {}
        }
    }

    /// Introduces a new object to clients: as the result of a call, if there is one.
    fn created(&mut self, handle: Handle, request: Option<RequestId>, app_data_of: Option<Handle>) {
        let call = request.and_then(|request| self.calls.get(request));
        let app_data = match call {
            Some(call) => call.app_data,
            None => app_data_of.and_then(|handle| self.replicas.objects.app_data(handle)),
        };
        let origin = call.map(|call| call.origin);
        let local = self.host.local();
        self.replicas
            .created(local.model(), handle, origin, app_data);
    }

    fn replied(&mut self, request: RequestId, result: Result<Reply, Error>) {
        if let Ok(Reply::Created(worker)) = &result
            && self.workers.runs(request)
        {
            self.created(*worker, Some(request), None);
        }
        let Some(call) = self.calls.remove(request) else {
            return;
        };
        self.replicas.objects.give_back(call.creates);
        if let Some(app_data) = call.app_data {
            self.replicas.app_data.release(app_data);
        }
        let origin = call.origin;
        if let Some(client) = self.replicas.clients.get_mut(origin.client)
            && client.incarnation == origin.incarnation
        {
            client.in_flight -= 1;
            self.answer(origin.client, origin.number, result);
        }
    }
}
