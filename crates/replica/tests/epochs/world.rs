//! Simulated server and application around a client's `RemoteHost` (its objects on that server). The
//! tests of epochs and a fuzz target send updates and cut links by it, and get the items that the
//! application would see as lines of text.

use crate::connection::FakeConnection;
use host::{Host, Request};
use protocol::{
    Emission, Error, Event, Handle, Item, Json, Kind, LinkEvent, Object, Outcome, Payload, Reply,
    RequestId, Snapshot, Update,
};
use replica::{Incoming, Outgoing, RemoteHost};
use std::collections::BTreeMap;

/// One epoch after the other.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) wire: FakeConnection,
    pub(crate) host: RemoteHost<FakeConnection>,
    last_handle: u32,
}

impl World {
    pub(crate) fn new() -> Self {
        let wire = FakeConnection::default();
        Self {
            host: RemoteHost::new(wire.clone(), 0),
            wire,
            last_handle: 0,
        }
    }

    /// The first link, with an empty session.
    pub(crate) fn linked() -> Self {
        let mut world = Self::new();
        world.link(Outcome::First);
        world.snapshot([]);
        assert_eq!(world.lines(), ["connected First"]);
        world
    }

    pub(crate) fn come(&mut self, incoming: Incoming) {
        self.wire.0.borrow_mut().came.push_back(incoming);
        self.host.receive();
    }

    pub(crate) fn update(&mut self, update: Update<RequestId>) {
        self.come(Incoming::Update(Box::new(update)));
    }

    pub(crate) fn link(&mut self, outcome: Outcome) {
        self.come(Incoming::Link(LinkEvent::Connected {
            outcome,
            draining: false,
            agent: String::new(),
        }));
    }

    pub(crate) fn cut(&mut self) {
        self.come(Incoming::Link(LinkEvent::Disconnected {
            reason: "cut".to_owned(),
            retry_in_ms: 1,
        }));
    }

    pub(crate) fn snapshot(&mut self, objects: impl IntoIterator<Item = Object>) {
        self.update(Update::Snapshot(Snapshot {
            objects: objects.into_iter().collect(),
            ..Snapshot::default()
        }));
    }

    /// Adds a Worker of another client.
    pub(crate) fn worker(&mut self) -> Handle {
        self.last_handle += 1;
        let handle = Handle(self.last_handle);
        self.update(Update::Created {
            object: object(handle, Kind::Worker, handle).into(),
            call: None,
        });
        handle
    }

    /// Adds a Router of another client.
    pub(crate) fn router(&mut self, worker: Handle) -> Handle {
        self.last_handle += 1;
        let handle = Handle(self.last_handle);
        self.update(Update::Created {
            object: object(handle, Kind::Router, worker).into(),
            call: None,
        });
        handle
    }

    /// Sends an event of a worker, which has its own turn.
    pub(crate) fn event(&mut self, target: Handle) {
        self.update(Update::Emission {
            emission: Emission::own(target, Event::Trace, Payload::None),
            notified: true,
        });
    }

    pub(crate) fn ask(&mut self, target: Handle, command: &str) -> Result<RequestId, Error> {
        self.host.request(target, Request::text(command.to_owned()))
    }

    pub(crate) fn answer(&mut self, request: RequestId) {
        self.wire.0.borrow_mut().calls.retain(|it| *it != request);
        self.update(Update::Answer {
            call: request,
            result: Ok(Reply::Value(Json::from_text("{}"))),
        });
    }

    /// Returns the objects whose close the host has sent since the last call.
    pub(crate) fn closes(&mut self) -> Vec<Handle> {
        let sent = std::mem::take(&mut self.wire.0.borrow_mut().sent);
        let closes = sent.into_iter().filter_map(|outgoing| match outgoing {
            Outgoing::Close { target } => Some(target),
            _ => None,
        });
        closes.collect()
    }

    /// Moves on to the next epoch.
    pub(crate) fn renew(&mut self) -> bool {
        match self.host.renew() {
            Some(next) => {
                self.host = next;
                true
            }
            None => false,
        }
    }

    /// Returns all remaining items, a line each.
    pub(crate) fn lines(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.host.next_item())
            .map(|item| line(&item))
            .collect()
    }
}

pub(crate) fn object(handle: Handle, kind: Kind, parent: Handle) -> Object {
    Object {
        handle,
        kind,
        id: "".into(),
        parent,
        members: BTreeMap::new(),
        app_data: None,
        web_rtc_server: None,
        peer: None,
    }
}

fn line(item: &Item) -> String {
    let name = |event: Option<Event>| event.map_or("", Event::name);
    match item {
        Item::Created { handle, .. } => format!("new {}", handle.0),
        Item::Emission(it) => format!("{} {}/{}", it.target.0, name(it.event), name(it.observer)),
        Item::Reply { request, result } => match result {
            Ok(_) => format!("reply {}", request.0),
            Err(error) => format!("error {}: {}", request.0, error.message),
        },
        Item::Link(LinkEvent::Connected { outcome, .. }) => format!("connected {outcome:?}"),
        Item::Link(LinkEvent::Disconnected { .. }) => "disconnected".to_owned(),
        Item::Link(LinkEvent::Left) => "left".to_owned(),
        other => format!("{other:?}"),
    }
}
