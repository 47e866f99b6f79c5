//! Property tests of the replica (a client's copy of the server's objects) with updates that no honest
//! server would send: it must neither panic nor loop, and its output stays bounded. A failure means that
//! a server could stop or crash the application.

use proptest::prelude::*;
use protocol::{
    Emission, Error, Event, Handle, Json, Kind, Object, Payload, Reply, RequestId, Snapshot, Update,
};
use replica::Replica;

const KINDS: [Kind; 8] = [
    Kind::Worker,
    Kind::WebRtcServer,
    Kind::Router,
    Kind::WebRtcTransport,
    Kind::PipeTransport,
    Kind::Producer,
    Kind::Consumer,
    Kind::AudioLevelObserver,
];

const MEMBERS: [&str; 6] = [
    "paused",
    "producerPaused",
    "producerId",
    "rtpCapabilities",
    "score",
    "unknown",
];

fn handle() -> impl Strategy<Value = Handle> {
    (0..12_u32).prop_map(Handle)
}

fn event() -> impl Strategy<Value = Option<Event>> {
    prop::option::of(prop::sample::select(Event::ALL))
}

fn text() -> impl Strategy<Value = Json> {
    let texts = ["null", "true", "\"id1\"", "no JSON", "[1]"];
    prop::sample::select(texts.to_vec()).prop_map(Json::from_text)
}

fn object() -> impl Strategy<Value = Object> {
    let members = prop::collection::btree_map(
        prop::sample::select(&MEMBERS[..]).prop_map(str::to_owned),
        text(),
        0..4,
    );
    let links = (prop::option::of(handle()), prop::option::of(handle()));
    let id = (0..4).prop_map(|id| format!("id{id}").into());
    let kind = prop::sample::select(&KINDS[..]);
    (handle(), kind, id, handle(), members, links).prop_map(
        |(handle, kind, id, parent, members, (web_rtc_server, peer))| Object {
            handle,
            kind,
            id,
            parent,
            members,
            app_data: None,
            web_rtc_server,
            peer,
        },
    )
}

fn payload() -> impl Strategy<Value = Payload> {
    prop_oneof![
        Just(Payload::None),
        Just(Payload::Undefined),
        Just(Payload::Json(Json::default())),
        handle().prop_map(Payload::Object),
        handle().prop_map(Payload::DominantSpeaker),
        prop::collection::vec((handle(), any::<i8>()), 0..3).prop_map(Payload::Volumes),
    ]
}

fn request() -> impl Strategy<Value = Option<RequestId>> {
    prop::option::of(any::<u32>().prop_map(RequestId))
}

fn entry() -> impl Strategy<Value = Update<RequestId>> {
    let emission = (handle(), event(), event(), payload(), any::<bool>());
    prop_oneof![
        4 => (object(), request()).prop_map(|(object, call)| {
            Update::Created { object: object.into(), call }
        }),
        6 => emission.prop_map(|(target, event, observer, payload, notified)| {
            let emission = Emission { target, event, observer, payload };
            Update::Emission { emission, notified }
        }),
        1 => prop::collection::vec(object(), 0..6).prop_map(|objects| {
            Update::Snapshot(Snapshot {
                objects,
                ..Snapshot::default()
            })
        }),
        1 => (handle(), handle()).prop_map(|(one, other)| Update::Linked { one, other }),
        1 => (handle(), prop::sample::select(&MEMBERS[..]), prop::option::of(text())).prop_map(
            |(target, member, text)| {
                let members = [(member.to_owned(), text)].into();
                Update::Set { target, members }
            }
        ),
        1 => (any::<u32>(), handle()).prop_map(|(call, handle)| {
            let result = Ok(Reply::Created(handle));
            Update::Answer { call: RequestId(call), result }
        }),
    ]
}

/// An action of the application in between.
#[derive(Debug, Clone)]
enum Act {
    Hear(Box<Update<RequestId>>),
    Take,
    Close(Handle),
    Release(Handle),
    Answer,
    Die,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => entry().prop_map(|entry| Act::Hear(entry.into())),
        6 => Just(Act::Take),
        1 => handle().prop_map(Act::Close),
        1 => handle().prop_map(Act::Release),
        1 => Just(Act::Answer),
        1 => Just(Act::Die),
    ]
}

proptest! {
    #[test]
    fn invalid_updates_never_panic_nor_loop(acts in prop::collection::vec(act(), 0..120)) {
        let mut replica = Replica::new();
        let mut yielded = 0;
        for act in acts {
            match act {
                Act::Hear(entry) => replica.apply(*entry),
                Act::Take => {
                    replica.next_event();
                    yielded += usize::from(replica.next_item().is_some());
                }
                Act::Close(handle) => drop(replica.close(handle)),
                Act::Release(handle) => replica.release(handle),
                Act::Answer => replica.answer(RequestId(1), Err(Error::plain("late"))),
                Act::Die => replica.die("gone"),
            }
        }
        while replica.has_more() || replica.next_event() {
            yielded += usize::from(replica.next_item().is_some());
            prop_assert!(yielded < 100_000);
        }
        prop_assert_eq!(replica.events(), 0);
    }
}

/// Number of objects in a chain, for which recursion would overflow the stack.
const ROW: u32 = 200_000;

/// Creates an object of a chain with this parent and peer.
fn in_row(handle: u32, kind: Kind, parent: u32, peer: Option<u32>) -> Update<RequestId> {
    let object = Object {
        handle: Handle(handle),
        kind,
        id: format!("id{handle}").into(),
        parent: Handle(parent),
        members: [].into(),
        app_data: None,
        web_rtc_server: None,
        peer: peer.map(Handle),
    };
    Update::Created {
        object: object.into(),
        call: Some(RequestId(1)),
    }
}

#[test]
fn chained_peers_close_without_recursion() {
    // Each peer is the next object, or the producer on the next transport.
    let row = |handle: u32| in_row(handle, Kind::Producer, 1, Some(handle + 1));
    let ladder = |handle: u32| match handle % 2 {
        0 => in_row(handle, Kind::PipeTransport, 1, None),
        _ => in_row(handle, Kind::Producer, handle - 1, Some(handle + 1)),
    };
    let entries: [&dyn Fn(u32) -> Update<RequestId>; 2] = [&row, &ladder];
    for entry in entries {
        let mut replica = Replica::new();
        replica.apply(in_row(1, Kind::Worker, 1, None));
        for handle in 2..ROW {
            replica.apply(entry(handle));
        }
        for handle in 2..ROW {
            let one = Handle(handle);
            let other = Handle(handle + 1);
            replica.apply(Update::Linked { one, other });
        }
        while replica.next_item().is_some() {}
        assert!(replica.close(Handle(2)).len() < 10);
        replica.die("gone");
        while replica.next_item().is_some() {}
    }
}

#[test]
fn a_web_rtc_server_handles_transports_and_nothing_else() {
    let mut replica = Replica::new();
    replica.apply(in_row(1, Kind::Worker, 1, None));
    replica.apply(in_row(2, Kind::WebRtcServer, 1, None));
    while replica.next_item().is_some() {}
    for payload in [
        Payload::None,
        Payload::Undefined,
        Payload::Json(Json::default()),
    ] {
        let event = Event::WebRtcTransportHandled;
        let emission = Emission::observer(Handle(2), event, payload);
        replica.apply(Update::Emission {
            emission,
            notified: false,
        });
        assert_eq!(replica.next_item(), None);
    }
}
