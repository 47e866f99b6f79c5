//! Clients come, are heard and go: what passes between their links and their places.

use super::client::{Client, ClientId, Over};
use super::{LinkOutput, Session};
use crate::tokens::Limits;
use ::session::server::{Greeting, Output as PlaceOutput, Place};
use protocol::wire::{Close, Hello};
use std::time::Instant;

impl Session {
    /// A client comes. Where it is here already, its link before this one is to be closed with
    /// [`Close::Replaced`]. The error is how it is to be sent away.
    pub(crate) fn join(
        &mut self,
        now: Instant,
        hello: &Hello,
        limits: Limits,
    ) -> Result<ClientId, Close> {
        if self.ended {
            return Err(Close::GoingAway);
        }
        let known = self
            .clients
            .iter()
            .find(|(_, client)| client.key == hello.client);
        let id = match known {
            Some((id, _)) => *id,
            None => self.admit(now, hello, limits)?,
        };
        self.alone_since = None;
        let draining = self.config.draining.is_some();
        let Some(client) = self.clients.get_mut(&id) else {
            return Err(Close::GoingAway);
        };
        client.limits = limits;
        match client.place.greet(now, &self.epoch, hello, draining) {
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

    /// A WebSocket message of a client.
    pub(crate) fn frame(&mut self, now: Instant, id: ClientId, frame: &[u8]) {
        let Some(client) = self.clients.get_mut(&id) else {
            return;
        };
        if let Err(error) = client.place.receive(now, frame) {
            tracing::warn!(client = id.0, %error, "client talks nonsense");
            client.end(Over::Nonsense);
        }
        self.poll_place(now, id, false);
    }

    /// A sign of life of a client.
    pub(crate) fn heard(&mut self, now: Instant, id: ClientId) {
        if let Some(client) = self.clients.get_mut(&id) {
            client.place.heard(now);
        }
    }

    /// A client's link is gone.
    pub(crate) fn link_down(&mut self, now: Instant, id: ClientId) {
        if let Some(client) = self.clients.get_mut(&id) {
            client.place.link_down(now);
            tracing::info!(client = id.0, "link down");
        }
        self.after_link(now, id);
    }

    /// What is to be done with a client's link next. `writable` is whether a message may be sent now.
    pub(crate) fn poll_link(
        &mut self,
        now: Instant,
        id: ClientId,
        writable: bool,
    ) -> Option<LinkOutput> {
        if self.clients.get(&id)?.outputs.is_empty() {
            self.poll_place(now, id, writable);
        }
        let output = self.clients.get_mut(&id)?.outputs.pop_front()?;
        if let LinkOutput::Close(_) = output {
            self.after_link(now, id);
        }
        Some(output)
    }

    /// Whether more may be read of a client's link: nothing of it waits here.
    pub(crate) fn may_read(&self, id: ClientId) -> bool {
        self.clients
            .get(&id)
            .is_some_and(|client| client.over.is_none() && client.is_idle())
    }

    /// Does what a client's place says until it has something for the link, or nothing more.
    pub(super) fn poll_place(&mut self, now: Instant, id: ClientId, writable: bool) {
        while let Some(client) = self.clients.get_mut(&id)
            && let Some(output) = client.place.poll_output(writable)
        {
            match output {
                PlaceOutput::Send(frame) => {
                    client.outputs.push_back(LinkOutput::Send(frame));
                    return;
                }
                PlaceOutput::Ping => {
                    // What isn't read can't be heard: its silence is our doing.
                    if client.over.is_none() && !client.is_idle() {
                        client.place.heard(now);
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
                PlaceOutput::Snapshot => self.snapshot(id),
                PlaceOutput::Expired => {
                    tracing::info!(client = id.0, "client forgotten");
                    self.remove(id);
                }
            }
        }
    }

    fn admit(&mut self, now: Instant, hello: &Hello, limits: Limits) -> Result<ClientId, Close> {
        if !self.shares.clients.try_add(limits.clients) {
            return Err(Close::Limit);
        }
        self.last_client += 1;
        let id = ClientId(self.last_client);
        let place = Place::new(self.config.ttl, now);
        let client = Client::new(hello.client.clone(), limits, place);
        self.clients.insert(id, client);
        Ok(id)
    }

    /// A link is gone, for whatever reason.
    fn after_link(&mut self, now: Instant, id: ClientId) {
        let left = self.clients.get(&id).map(|client| client.over);
        if left == Some(Some(Over::Left)) && self.config.named {
            self.remove(id);
        }
        let linked = self.clients.values().any(|client| client.place.connected());
        if !linked && self.alone_since.is_none() {
            self.alone_since = Some(now);
        }
    }

    fn remove(&mut self, id: ClientId) {
        self.clients.remove(&id);
        self.app_data.forget(id);
        self.shares.clients.set(self.clients.len());
    }
}
