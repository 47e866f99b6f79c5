//! Table of a session's clients, and the traffic between them and their WebSockets. The session passes
//! messages from WebSockets in; entries to execute and messages to send come out. Updates for one, several
//! or all clients are appended to their logs here. A session is the Workers and objects that one or several
//! clients share.
//!
//! A client *joins* on each of its links, *sends* frames on it, and is *removed* when its place has expired or
//! when it has said goodbye to a session that continues without it.

use super::LinkOutput;
use super::client::{Client, ClientId, Over};
use super::clock::Clock;
use super::presence::Presence;
use super::tenant::{Share, Tenant};
use crate::tokens::Limits;
use protocol::limits::CALLS_IN_FLIGHT;
use protocol::{Act, EntryNumber, Handle, Update};
use session_logs::server::{Greeting, Keep, Place, PlaceOutput};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use wire::v1::{ActError, Close, Decoded, Epoch, Hello, encode_plain};

/// Table of the clients.
#[derive(Debug)]
pub(super) struct Clients {
    clock: Clock,
    epoch: Epoch,
    tenant: Arc<Tenant>,
    share: Share,
    presence: Presence,
    /// True once the server is draining.
    draining: bool,
    places: BTreeMap<ClientId, Client>,
    /// The newest client, if there has been any.
    last: Option<ClientId>,
}

/// Request of a client's place for something that clients don't own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// A snapshot, before anything newer is pushed.
    Snapshot,
    /// The client was removed: its state elsewhere must be dropped.
    Forget,
}

impl Clients {
    pub(super) fn new(
        epoch: Epoch,
        presence: Presence,
        tenant: Arc<Tenant>,
        share: Share,
        clock: Clock,
    ) -> Self {
        Self {
            clock,
            epoch,
            tenant,
            share,
            presence,
            draining: false,
            places: BTreeMap::new(),
            last: None,
        }
    }

    /// Adds a client, or its next link. The error is the code to reject it with.
    pub(super) fn join(&mut self, hello: &Hello, limits: Limits) -> Result<ClientId, Close> {
        let known = self
            .places
            .iter()
            .find(|(_, client)| client.key == hello.client);
        let id = match known {
            Some((id, _)) => *id,
            None => self.admit(hello, limits)?,
        };
        self.presence.linked();
        let Some(client) = self.places.get_mut(&id) else {
            return Err(Close::GoingAway);
        };
        client.limits = limits;
        let now = self.clock.now();
        match client.place.greet(now, &self.epoch, hello, self.draining) {
            Greeting::Resumed => {
                tracing::info!(client = id.0, agent = hello.agent, "client resumed");
            }
            Greeting::Begun => {
                tracing::info!(client = id.0, agent = hello.agent, "client joined");
                client.begin();
            }
        }
        Ok(id)
    }

    /// Handles a WebSocket message of a client.
    pub(super) fn receive(&mut self, id: ClientId, frame: &[u8]) {
        if let Some(client) = self.places.get_mut(&id)
            && let Err(error) = client.place.receive(self.clock.now(), frame)
        {
            tracing::warn!(client = id.0, %error, "protocol error of a client");
            client.end(Over::ProtocolError);
        }
    }

    /// Handles a sign of life of a client.
    pub(super) fn sign_of_life(&mut self, id: ClientId) {
        if let Some(client) = self.places.get_mut(&id) {
            client.place.sign_of_life(self.clock.now());
        }
    }

    /// Handles the loss of a client's link.
    pub(super) fn link_down(&mut self, id: ClientId) {
        if let Some(client) = self.places.get_mut(&id) {
            client.place.link_down(self.clock.now());
            tracing::info!(client = id.0, "link down");
        }
    }

    /// Handles the end of a client's link, for any reason. Returns true if that removes the client.
    pub(super) fn unlinked(&mut self, id: ClientId) -> bool {
        let left = self
            .places
            .get(&id)
            .is_some_and(|client| client.over == Some(Over::Left));
        let goes = left && self.presence.named();
        if goes {
            self.remove(id);
        }
        if !self.places.values().any(|client| client.place.connected()) {
            self.presence.alone(self.clock.now());
        }
        goes
    }

    /// Moves the output of a client's place to the link's outputs and to the pending entries, until there is a
    /// message for the link, a [`Want`], or nothing more.
    pub(super) fn poll_place(&mut self, id: ClientId, writable: bool) -> Option<Want> {
        while let Some(client) = self.places.get_mut(&id)
            && let Some(output) = client.place.poll_output(writable)
        {
            match output {
                PlaceOutput::Send(frame) => {
                    client.outputs.push_back(LinkOutput::Send(frame));
                    break;
                }
                PlaceOutput::Ping => {
                    // The server has stopped reading this client: its silence must not count.
                    if client.over.is_none() && !client.is_idle() {
                        client.place.sign_of_life(self.clock.now());
                    }
                    client.outputs.push_back(LinkOutput::Ping);
                }
                PlaceOutput::Disconnect(code) => {
                    client.outputs.push_back(LinkOutput::Close(code));
                }
                PlaceOutput::Entry { number, bytes } => {
                    if client.over.is_none() {
                        client.waiting.push_back((number, bytes));
                    }
                }
                PlaceOutput::Snapshot => return Some(Want::Snapshot),
                PlaceOutput::Expired => {
                    tracing::info!(client = id.0, "client expired");
                    self.remove(id);
                    return Some(Want::Forget);
                }
            }
        }
        None
    }

    /// Returns the next entry of a client, unless it has to wait: for answers, for the rate limit, or, a
    /// notice, for a worker that is `congested`.
    pub(super) fn next_entry(
        &mut self,
        id: ClientId,
        congested: impl Fn(Handle) -> bool,
    ) -> Option<(EntryNumber, Result<Decoded, ActError>)> {
        let client = self.places.get_mut(&id)?;
        if client.in_flight >= CALLS_IN_FLIGHT || client.resume_at.is_some() {
            return None;
        }
        let (number, act) = if let Some(held) = client.held.take() {
            held
        } else {
            let (number, bytes) = client.waiting.pop_front()?;
            match client.decoder.decode(&bytes) {
                Ok(Decoded::Act(act)) => (number, act),
                other => return Some((number, other)),
            }
        };
        let resume_at = match &act {
            Act::Notice { target, .. } if congested(*target) => Some(None),
            Act::Notice { .. } | Act::Leave => None,
            Act::Call(_)
            | Act::Close { .. }
            | Act::UpdateMediaCodecs { .. }
            | Act::AppData { .. }
            | Act::SetAppData { .. } => self
                .tenant
                .take_command(self.clock.now(), client.limits.commands_per_second)
                .err()
                .map(Some),
        };
        let Some(resume_at) = resume_at else {
            return Some((number, Ok(Decoded::Act(act))));
        };
        client.resume_at = resume_at;
        client.held = Some((number, act));
        None
    }

    /// Appends an update to a client's log.
    pub(super) fn push(&mut self, id: ClientId, update: Update<EntryNumber>, keep: Keep) {
        if let Some(client) = self.places.get_mut(&id) {
            client.push(update, keep);
        }
    }

    /// Appends an update, with inline texts, to the logs of all clients for which `to` holds.
    pub(super) fn push_to(
        &mut self,
        update: Update<EntryNumber>,
        keep: Keep,
        to: impl Fn(ClientId) -> bool,
    ) {
        let mut listeners = self
            .places
            .iter_mut()
            .filter(|(id, _)| to(**id))
            .map(|(_, client)| client)
            .peekable();
        if listeners.peek().is_none() {
            return;
        }
        let now = self.clock.now();
        let mut bytes = encode_plain(update);
        while let Some(client) = listeners.next() {
            let mine = if listeners.peek().is_some() {
                bytes.clone()
            } else {
                std::mem::take(&mut bytes)
            };
            client.place.push(now, mine, keep);
        }
    }

    /// Appends an update of its own to the log of each client.
    pub(super) fn push_each(
        &mut self,
        mut update: impl FnMut(ClientId, &Client) -> Update<EntryNumber>,
    ) {
        for (id, client) in &mut self.places {
            let update = update(*id, client);
            client.push(update, Keep::State);
        }
    }

    /// Removes a client with a close code.
    pub(super) fn dismiss(&mut self, id: ClientId, over: Over, close: Close) {
        if let Some(client) = self.places.get_mut(&id) {
            client.end(over);
            client.place.close(self.clock.now(), close);
        }
    }

    /// Removes all clients: the session ends.
    pub(super) fn dismiss_all(&mut self) {
        let now = self.clock.now();
        for client in self.places.values_mut() {
            if client.over.is_none() {
                client.place.close(now, Close::GoingAway);
            }
        }
    }

    /// Marks the server as draining in further welcomes.
    pub(super) fn drain(&mut self) {
        self.draining = true;
    }

    /// Handles a client's timers.
    pub(super) fn handle_timeout(&mut self, id: ClientId) {
        let now = self.clock.now();
        if let Some(client) = self.places.get_mut(&id) {
            client.place.handle_timeout(now);
            if client.resume_at.is_some_and(|at| at <= now) {
                client.resume_at = None;
            }
        }
    }

    /// Returns the time of the next timer of a client.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let timeouts = self.places.values().flat_map(|client| {
            let resume_at = client.resume_at.filter(|_| !client.is_idle());
            [client.place.next_timeout(), resume_at]
        });
        timeouts.flatten().min()
    }

    /// Returns the time at which the session ends if no client returns until then.
    pub(super) fn ends_at(&self) -> Option<Instant> {
        self.presence.ends_at()
    }

    /// Returns true if no client will return.
    pub(super) fn are_gone(&self) -> bool {
        let now = self.clock.now();
        let unused = self.last.is_none();
        let over = self.presence.ends_at().is_some_and(|at| at <= now);
        let mut clients = self.places.values();
        let left = !self.presence.named() && clients.all(|client| client.over == Some(Over::Left));
        unused || over || left
    }

    pub(super) fn ids(&self) -> Vec<ClientId> {
        self.places.keys().copied().collect()
    }

    pub(super) fn get(&self, id: ClientId) -> Option<&Client> {
        self.places.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: ClientId) -> Option<&mut Client> {
        self.places.get_mut(&id)
    }

    fn admit(&mut self, hello: &Hello, limits: Limits) -> Result<ClientId, Close> {
        if !self.share.try_add(limits.clients) {
            return Err(Close::Limit);
        }
        let id = self.last.map_or(ClientId(1), ClientId::next);
        self.last = Some(id);
        let place = Place::new(self.presence.ttl(), self.clock.now());
        let client = Client::new(hello.client.clone(), limits, place, self.clock.clone());
        self.places.insert(id, client);
        Ok(id)
    }

    fn remove(&mut self, id: ClientId) {
        self.places.remove(&id);
        self.share.set(self.places.len());
    }
}
