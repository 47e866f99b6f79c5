//! What a Host tells, told to clients: in the order of the Host, changes before what they belong to.

use super::Session;
use super::client::{Client, ClientId};
use ::session::server::Keep;
use host::Host;
use model::Change;
use protocol::wire::{Object, ServerEntry, Text, encode};
use protocol::{Emission, Error, Event, Handle, Item, Json, Kind, Payload, Reply, RequestId};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The member that repeats: Routers with the same codecs have the same.
const REPEATED: &str = "rtpCapabilities";

/// How long events give way to answers that may be on their way from the same worker. A worker tells
/// what a command brings about just before it answers, and an application hears the answer first.
const ANSWER_GRACE: Duration = Duration::from_millis(1);

/// Who closed something, and what: it has closed in its own copy already.
#[derive(Debug, Clone, Copy)]
struct Closer {
    client: ClientId,
    closed: Handle,
}

impl Session {
    /// Tells all that is to be told, events of workers included.
    pub(super) fn tell_all(&mut self, now: Instant) {
        self.tell_items(now);
        while self.next_event(now) {
            // An event has one turn of the client's event loop, whatever it amounts to.
            let mut notified = true;
            while let Some(item) = self.next_item(now) {
                let is_emission = matches!(item, Item::Emission(_));
                self.tell(now, item, notified);
                notified &= !is_emission;
            }
            self.tell_changes(now);
        }
    }

    /// Tells what is to be told now.
    pub(super) fn tell_items(&mut self, now: Instant) {
        while let Some(item) = self.next_item(now) {
            self.tell(now, item, false);
        }
        self.tell_changes(now);
    }

    /// Nobody is to be told any more: those who come back find another epoch.
    pub(super) fn forget_items(&mut self) {
        while self.host.next_item().is_some() || self.host.next_event() {}
        self.events_due = None;
        drop(self.host.take_changes());
    }

    /// Tells of changes that no event tells of.
    pub(super) fn tell_changes(&mut self, now: Instant) {
        let changes = self.host.take_changes();
        for change in changes {
            match change {
                Change::Set {
                    handle,
                    member,
                    text,
                } => self.set(now, handle, member, text.as_deref()),
                Change::Linked(one, other) => {
                    self.tell_clients(now, &ServerEntry::Linked { one, other });
                }
            }
        }
    }

    /// Tells all clients the same.
    pub(super) fn tell_clients(&mut self, now: Instant, entry: &ServerEntry) {
        self.tell_others(now, entry, Keep::State, |_| true);
    }

    /// Closes an object for a client, which has done so in its own copy.
    pub(super) fn close(&mut self, now: Instant, client: ClientId, target: Handle) {
        if self.objects.is_open(target) {
            let emissions = self.host.close(target);
            let closer = Closer {
                client,
                closed: target,
            };
            for emission in emissions {
                self.emit_after(now, emission, false, Some(closer));
            }
        }
    }

    /// The process of a Worker is gone, and all that it held. A logical Worker has died when it was
    /// the last one.
    pub(super) fn died(&mut self, now: Instant, worker: Handle, message: &str) {
        let dead = match self.host.logical_of(worker) {
            Some(_) => self.host.last_of(worker),
            None => Some(worker),
        };
        let emissions = self.host.worker_died(worker);
        self.tell_items(now);
        if let Some(dead) = dead {
            let died = Emission::own(dead, Event::Died, Payload::Json(Json::of(&message)));
            self.emit(now, died, false);
        }
        for emission in emissions {
            self.emit(now, emission, false);
        }
        self.worker_closed(worker);
    }

    /// Tells all clients of an emission, and does what follows from it here.
    pub(super) fn emit(&mut self, now: Instant, emission: Emission, notified: bool) {
        self.emit_after(now, emission, notified, None);
    }

    /// Tells of an object that is new to clients: as the answer to a request, if it is one.
    pub(super) fn created(
        &mut self,
        now: Instant,
        handle: Handle,
        request: RequestId,
        app_data_of: Option<Handle>,
    ) {
        let asked = self.calls.get(&request);
        let origin = asked.map(|asked| (asked.client, asked.life, asked.number));
        let app_data = match asked {
            Some(asked) => asked.app_data,
            None => app_data_of.and_then(|handle| self.objects.app_data(handle)),
        };
        let (object, open) = {
            let local = self.host.local();
            let model = local.model();
            (model.object(handle), model.open(handle).is_some())
        };
        let Some(mut object) = object else {
            return;
        };
        object.app_data = app_data;
        self.objects.insert(handle, open, app_data);
        if let Some(app_data) = app_data.filter(|_| open) {
            self.app_data.hold(app_data);
        }
        for id in self.clients() {
            self.introduce(now, id, app_data);
            let Some(client) = self.clients.get_mut(&id) else {
                continue;
            };
            let call = origin
                .filter(|(asker, life, _)| *asker == id && *life == client.life)
                .map(|(.., number)| number);
            let mut object = object.clone();
            intern(now, client, &mut object);
            let object = Box::new(object);
            client.push(now, &ServerEntry::Created { object, call }, Keep::State);
        }
    }

    fn next_item(&mut self, now: Instant) -> Option<Item> {
        let item = self.host.next_item();
        if item.is_some() {
            self.tell_changes(now);
        }
        item
    }

    /// Takes the next event of a worker, if it needn't wait for an answer.
    fn next_event(&mut self, now: Instant) -> bool {
        let mut local = self.host.local_mut();
        if local.is_answering() && now < *self.events_due.get_or_insert(now + ANSWER_GRACE) {
            return false;
        }
        let taken = local.next_event();
        if !taken {
            self.events_due = None;
        }
        taken
    }

    fn tell(&mut self, now: Instant, item: Item, notified: bool) {
        match item {
            Item::Created {
                handle,
                request,
                app_data_of,
                ..
            } => self.created(now, handle, request, app_data_of),
            Item::Emission(emission) => self.emit(now, emission, notified),
            Item::Reply { request, result } => self.replied(now, request, result),
            Item::Log(log) => self.tell_clients(now, &log.into()),
            Item::Spawn { worker, request } => self.spawn(worker, request),
            Item::EndProcess { worker } => self.worker_closed(worker),
            Item::Nonsense { worker, reason } => self.worker_failed(now, worker, &reason),
            // Items of replicas alone.
            Item::AppData { .. } | Item::SetAppData { .. } | Item::Link(_) => {}
        }
    }

    pub(super) fn replied(
        &mut self,
        now: Instant,
        request: RequestId,
        result: Result<Reply, Error>,
    ) {
        if let Ok(Reply::Created(worker)) = &result {
            self.worker_runs(now, *worker, request);
        }
        let Some(asked) = self.calls.remove(&request) else {
            return;
        };
        self.creating -= asked.creates;
        if let Some(app_data) = asked.app_data {
            self.app_data.release(app_data);
        }
        if let Some(client) = self.clients.get_mut(&asked.client)
            && client.life == asked.life
        {
            client.in_flight -= 1;
            self.answer(now, asked.client, asked.number, result);
        }
    }

    fn set(&mut self, now: Instant, target: Handle, member: &str, text: Option<&str>) {
        if !self.objects.is_known(target) {
            return;
        }
        for client in self.clients.values_mut() {
            let text = text.map(|text| match member {
                REPEATED => client.text(now, text),
                _ => Text::Inline(Json::from_text(text)),
            });
            let members = BTreeMap::from([(member.to_owned(), text)]);
            client.push(now, &ServerEntry::Set { target, members }, Keep::State);
        }
    }

    fn emit_after(
        &mut self,
        now: Instant,
        emission: Emission,
        notified: bool,
        closer: Option<Closer>,
    ) {
        let target = emission.target;
        if !self.objects.is_known(target) {
            return;
        }
        if emission.observer == Some(Event::Close) {
            self.closed(target);
        }
        let closer = closer
            .filter(|closer| !self.is_news(&emission, closer.closed))
            .map(|closer| closer.client);
        let keep = keep(&emission);
        let entry = ServerEntry::Emission { emission, notified };
        self.tell_others(now, &entry, keep, |id| Some(id) != closer);
    }

    /// Whether somebody who has closed an object in a copy may not have had this from there: the
    /// copy may not know yet what is linked with the object, or what a WebRtcServer serves.
    fn is_news(&self, emission: &Emission, closed: Handle) -> bool {
        let is_end = emission.observer == Some(Event::Close)
            || (emission.event.is_none() && emission.observer.is_none());
        let local = self.host.local();
        let mut handle = emission.target;
        while is_end && handle != closed {
            match local.model().get(handle) {
                Some(entity) if entity.parent != handle => handle = entity.parent,
                _ => return true,
            }
        }
        false
    }

    /// An object has closed.
    fn closed(&mut self, handle: Handle) {
        let Ok(app_data) = self.objects.close(handle) else {
            return;
        };
        if let Some(app_data) = app_data {
            self.app_data.release(app_data);
        }
        let kind = {
            let local = self.host.local();
            local.model().get(handle).map(|entity| entity.kind)
        };
        if kind == Some(Kind::Worker) {
            self.worker_closed(handle);
        }
    }

    fn tell_others(
        &mut self,
        now: Instant,
        entry: &ServerEntry,
        keep: Keep,
        to: impl Fn(ClientId) -> bool,
    ) {
        let mut listeners = self
            .clients
            .iter_mut()
            .filter(|(id, _)| to(**id))
            .map(|(_, client)| client)
            .peekable();
        if listeners.peek().is_none() {
            return;
        }
        let mut bytes = encode(entry);
        while let Some(client) = listeners.next() {
            let mine = if listeners.peek().is_some() {
                bytes.clone()
            } else {
                std::mem::take(&mut bytes)
            };
            client.place.push(now, mine, keep);
        }
    }
}

/// Puts texts that repeat into the client's slots.
fn intern(now: Instant, client: &mut Client, object: &mut Object) {
    if let Some(text) = object.members.get_mut(REPEATED)
        && let Text::Inline(json) = text
    {
        *text = client.text(now, json.as_str());
    }
}

/// How long an emission matters: of what comes often, the newest is enough for a slow reader.
fn keep(emission: &Emission) -> Keep {
    match emission.event.or(emission.observer) {
        Some(event @ (Event::Score | Event::Trace | Event::Volumes | Event::Rtp | Event::Rtcp)) => {
            Keep::Newest(u64::from(emission.target.0) << 8 | event as u64)
        }
        _ => Keep::State,
    }
}
