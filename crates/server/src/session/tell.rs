//! Items of a Host, carried to clients: in the order of the Host, changes before what they belong to.

use super::Session;
use super::replicas::Closer;
use super::workers::End;
use host::Host;
use model::Change;
use protocol::{Emission, Error, Event, Handle, Item, Json, Payload, Reply, RequestId, Update};

impl Session {
    /// Carries everything to clients, events of workers included.
    pub(super) fn tell_all(&mut self) {
        self.tell_items();
        while self.next_event() {
            // An event has one turn of the client's event loop, whatever it amounts to.
            let mut notified = true;
            while let Some(item) = self.next_item() {
                let is_emission = matches!(item, Item::Emission(_));
                self.tell(item, notified);
                notified &= !is_emission;
            }
            self.tell_changes();
        }
    }

    /// Carries the items that are there to clients.
    pub(super) fn tell_items(&mut self) {
        while let Some(item) = self.next_item() {
            self.tell(item, false);
        }
        self.tell_changes();
    }

    /// Drops all items: clients that come back find another epoch.
    pub(super) fn forget_items(&mut self) {
        while self.host.next_item().is_some() || self.host.next_event() {}
        self.events.reset();
        drop(self.host.take_changes());
    }

    /// Carries changes that have no event to clients.
    pub(super) fn tell_changes(&mut self) {
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

    /// Carries an emission to clients, and closes the Worker that closes with it.
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

    /// A Worker that had a future has ended.
    pub(super) fn worker_ended(&mut self, worker: Handle, end: End) {
        match end {
            End::NeverRan(request, error) => {
                self.workers.never_ran(&mut self.host, worker);
                self.replied(request, Err(error));
            }
            End::Died(message) => self.died(worker, &message),
        }
    }

    /// The process of a Worker is gone, and all that it held. A logical Worker has died when it was
    /// the last one.
    fn died(&mut self, worker: Handle, message: &str) {
        let dead = match self.host.logical_of(worker) {
            Some(_) => self.host.last_of(worker),
            None => Some(worker),
        };
        let emissions = self.host.worker_died(worker);
        self.tell_items();
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
            self.tell_changes();
        }
        item
    }

    /// Takes the next event of a worker, if it needn't wait for an answer.
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

    fn tell(&mut self, item: Item, notified: bool) {
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
            Item::Nonsense { worker, reason } => self.worker_failed(worker, &reason),
            // Items of replicas alone.
            Item::AppData(_) | Item::SetAppData { .. } | Item::Link(_) => {}
        }
    }

    /// An object is new to clients: as the answer to a call, if it is one.
    fn created(&mut self, handle: Handle, request: RequestId, app_data_of: Option<Handle>) {
        let call = self.calls.get(request);
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
            self.created(*worker, request, None);
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
