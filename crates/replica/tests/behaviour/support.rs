//! Helpers of these tests: updates as a server sends them, a replica (a client's copy of the server's
//! objects) with a few objects in it, and the items (replies, events, new objects) that it yields as lines of text to compare.

use protocol::{
    Emission, Event, Handle, Item, Json, Kind, Object, Payload, RequestId, Snapshot, Update,
};
use replica::Replica;

pub(crate) const WORKER: Handle = Handle(1);
pub(crate) const ROUTER: Handle = Handle(2);
pub(crate) const TRANSPORT: Handle = Handle(3);

/// Returns a replica of a Worker with a Router and a WebRtcTransport, whose items have been taken.
pub(crate) fn tree() -> Replica {
    let mut replica = Replica::new();
    for (handle, kind, parent) in [
        (WORKER, Kind::Worker, WORKER),
        (ROUTER, Kind::Router, WORKER),
        (TRANSPORT, Kind::WebRtcTransport, ROUTER),
    ] {
        replica.apply(created(object(handle.0, kind, parent, &[])));
    }
    assert_eq!(lines(&mut replica), ["new 1", "new 2", "new 3"]);
    replica
}

pub(crate) fn created(object: Object) -> Update<RequestId> {
    Update::Created {
        object: object.into(),
        call: None,
    }
}

pub(crate) fn object(handle: u32, kind: Kind, parent: Handle, members: &[(&str, &str)]) -> Object {
    let text = |text: &str| Json::from_text(text);
    Object {
        handle: Handle(handle),
        kind,
        id: format!("id{handle}").into(),
        parent,
        members: members
            .iter()
            .map(|(name, json)| ((*name).to_owned(), text(json)))
            .collect(),
        app_data: None,
        web_rtc_server: None,
        peer: None,
    }
}

pub(crate) fn set(target: Handle, member: &str, text: &str) -> Update<RequestId> {
    let text = Json::from_text(text);
    Update::Set {
        target,
        members: [(member.to_owned(), Some(text))].into(),
    }
}

pub(crate) fn emission(
    target: Handle,
    event: Option<Event>,
    observer: Option<Event>,
) -> Update<RequestId> {
    let payload = Payload::None;
    Update::Emission {
        emission: Emission {
            target,
            event,
            observer,
            payload,
        },
        notified: false,
    }
}

const TREE: [(u32, Kind, Handle); 3] = [
    (1, Kind::Worker, WORKER),
    (2, Kind::Router, WORKER),
    (3, Kind::WebRtcTransport, ROUTER),
];

/// Returns a snapshot of [`tree`] minus `gone`, plus further objects.
pub(crate) fn snapshot(
    gone: &[Handle],
    more: impl IntoIterator<Item = Object>,
) -> Update<RequestId> {
    let tree = TREE.map(|(handle, kind, parent)| object(handle, kind, parent, &[]));
    let there = tree.into_iter().filter(|it| !gone.contains(&it.handle));
    Update::Snapshot(Snapshot {
        objects: there.chain(more).collect(),
        ..Snapshot::default()
    })
}

/// Returns the lines that a snapshot yields after these objects.
pub(crate) fn yielded(before: &[Object], snapshot: Update<RequestId>) -> Vec<String> {
    let mut replica = tree();
    for object in before {
        replica.apply(created(object.clone()));
    }
    lines(&mut replica);
    replica.apply(snapshot.clone());
    let yielded = lines(&mut replica);
    // The same snapshot again yields nothing.
    replica.apply(snapshot);
    assert!(lines(&mut replica).is_empty());
    yielded
}

/// Returns all current items, a line each; emissions as `handle event/observer's event`.
pub(crate) fn lines(replica: &mut Replica) -> Vec<String> {
    let name = |event: Option<Event>| event.map_or("", Event::name);
    std::iter::from_fn(|| replica.next_item())
        .map(|item| match item {
            Item::Created { handle, .. } => format!("new {}", handle.0),
            Item::Emission(it) => {
                format!("{} {}/{}", it.target.0, name(it.event), name(it.observer))
            }
            Item::Reply { request, .. } => format!("reply {}", request.0),
            Item::AppData(content) => format!("appData {}", content.id.0),
            Item::SetAppData { target, .. } => format!("setAppData {}", target.0),
            Item::Link(event) => format!("{event:?}"),
            Item::Log(log) => format!("log {}", log.line),
            Item::ProtocolError { reason, .. } => reason,
            Item::Spawn { .. } | Item::EndProcess { .. } => unreachable!("of processes"),
        })
        .collect()
}
