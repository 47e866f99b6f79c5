//! What a server's stream becomes here, case by case.

mod support;

use mirror::Mirror;
use protocol::wire::{Answer, ServerEntry};
use protocol::{
    Emission, Error, ErrorClass, Event, Handle, Item, Json, Kind, Payload, Reply, RequestId,
};
use support::{ROUTER, TRANSPORT, WORKER, emission, lines, object, set, tree};

#[test]
fn an_object_is_there_when_it_is_told() {
    let mut mirror = tree();
    let created = ServerEntry::Created {
        object: object(4, Kind::Producer, TRANSPORT, &[("kind", "\"audio\"")]).into(),
        call: Some(7),
    };
    mirror.apply(created);
    mirror.apply(ServerEntry::Answer(Answer {
        call: 7,
        result: Ok(Reply::Created(Handle(4))),
    }));
    assert_eq!(mirror.read(Handle(4), "kind"), None, "not yet");
    let Some(Item::Created {
        handle, request, ..
    }) = mirror.next_item()
    else {
        panic!("nothing was created");
    };
    assert_eq!((handle, request), (Handle(4), RequestId(7)));
    assert_eq!(mirror.read(Handle(4), "kind"), Some("\"audio\""));
    assert_eq!(mirror.read(Handle(4), "paused"), Some("false"));
    let reply = Item::Reply {
        request: RequestId(7),
        result: Ok(Reply::Created(Handle(4))),
    };
    assert_eq!(mirror.next_item(), Some(reply));
    assert!(!mirror.has_more());
}

#[test]
fn an_event_of_a_worker_holds_back_what_came_after_it() {
    let mut mirror = tree();
    let score = Emission::both(
        TRANSPORT,
        Event::IceStateChange,
        Payload::Json(Json::from_text("\"connected\"")),
    );
    mirror.apply(ServerEntry::Emission {
        emission: score,
        notified: true,
    });
    mirror.apply(set(TRANSPORT, "sctpState", "\"new\""));
    mirror.answer(RequestId(1), Err(Error::plain("lost")));
    assert_eq!(
        (mirror.next_item(), mirror.has_more(), mirror.events()),
        (None, false, 1)
    );
    assert_eq!(mirror.read(TRANSPORT, "iceState"), None);
    assert!(mirror.next_event());
    assert!(!mirror.next_event(), "the only one");
    assert_eq!(
        lines(&mut mirror),
        ["3 icestatechange/icestatechange", "reply 1"]
    );
    assert_eq!(mirror.read(TRANSPORT, "iceState"), Some("\"connected\""));
    assert_eq!(mirror.read(TRANSPORT, "sctpState"), Some("\"new\""));
}

#[test]
fn what_was_closed_here_is_heard_of_no_more() {
    let mut mirror = tree();
    let told = mirror.close(ROUTER);
    assert_eq!(told.last(), Some(&Emission::closed(ROUTER, None)));
    for (target, event, observer) in [
        (ROUTER, None, None),
        (TRANSPORT, None, None),
        (TRANSPORT, Some(Event::RouterClose), Some(Event::Close)),
        (ROUTER, None, Some(Event::Close)),
        (ROUTER, Some(Event::Score), Some(Event::Score)),
    ] {
        mirror.apply(emission(target, event, observer));
    }
    assert!(lines(&mut mirror).is_empty());
    assert!(mirror.model().open(WORKER).is_some());
}

#[test]
fn sending_needs_a_worker() {
    let mut mirror = tree();
    assert_eq!(mirror.sendable(TRANSPORT), Ok(()));
    mirror.close(WORKER);
    let refused = mirror.sendable(TRANSPORT).unwrap_err();
    assert_eq!(refused.class, ErrorClass::WorkerClosedError);
    assert_eq!(
        refused.message,
        "Channel closed, cannot send notification [event:TRANSPORT_SEND_RTCP]"
    );
    assert!(Mirror::new().sendable(WORKER).is_err());
}

#[test]
fn a_lost_session_ends_everything_once() {
    let mut mirror = tree();
    mirror.die("the server is gone");
    mirror.die("again");
    assert_eq!(
        lines(&mut mirror),
        [
            "1 died/",
            "1 /",
            "2 /",
            "3 /",
            "3 routerclose/close",
            "2 workerclose/close",
            "1 /close",
            "1 subprocessclose/",
        ]
    );
}
