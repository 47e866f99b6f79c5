//! Tests of objects that end while the server and the application both close them or act on them. Each
//! end must be emitted once and in mediasoup's order; a failure means that an application would see an
//! end twice, or never.

use crate::support::{ROUTER, TRANSPORT, WORKER, created, emission, lines, object, tree};
use protocol::{Emission, Event, Handle, Item, Kind, Object, Payload, Reply, RequestId, Update};

const SERVER: Handle = Handle(4);
const SERVED: Handle = Handle(5);

/// Returns [`tree`] with a WebRtcServer, and a transport that it serves.
fn served() -> replica::Replica {
    let mut replica = tree();
    replica.apply(created(object(4, Kind::WebRtcServer, WORKER, &[])));
    let transport = object(5, Kind::WebRtcTransport, ROUTER, &[]);
    replica.apply(created(Object {
        web_rtc_server: Some(SERVER),
        ..transport
    }));
    lines(&mut replica);
    replica
}

fn unhandled() -> Update<RequestId> {
    let payload = Payload::Object(SERVED);
    Update::Emission {
        emission: Emission::observer(SERVER, Event::WebRtcTransportUnhandled, payload),
        notified: false,
    }
}

fn end(target: Handle, reason: Event) -> Update<RequestId> {
    emission(target, Some(reason), Some(Event::Close))
}

#[test]
fn a_web_rtc_server_emits_once_that_a_transport_is_gone() {
    // The application closes the transport; the server's events come later.
    let mut replica = served();
    let yielded = replica.close(SERVED);
    let is_unhandled = |it: &&Emission| it.observer == Some(Event::WebRtcTransportUnhandled);
    assert_eq!(yielded.iter().filter(is_unhandled).count(), 1);
    replica.apply(emission(SERVED, None, None));
    replica.apply(unhandled());
    replica.apply(emission(SERVED, None, Some(Event::Close)));
    assert!(lines(&mut replica).is_empty());

    // Another client closes it.
    let mut replica = served();
    replica.apply(emission(SERVED, None, None));
    replica.apply(unhandled());
    replica.apply(emission(SERVED, None, Some(Event::Close)));
    replica.apply(unhandled());
    let yielded = lines(&mut replica);
    assert_eq!(yielded, ["5 /", "4 /webrtctransportunhandled", "5 /close"]);
}

#[test]
fn a_closing_web_rtc_server_emits_its_transports() {
    let mut replica = served();
    replica.apply(emission(SERVER, None, None));
    replica.apply(emission(SERVED, None, None));
    replica.apply(end(SERVED, Event::ListenServerClose));
    replica.apply(unhandled());
    replica.apply(emission(SERVER, None, Some(Event::Close)));
    let yielded = lines(&mut replica);
    assert_eq!(
        yielded,
        [
            "4 /",
            "5 /",
            "5 listenserverclose/close",
            "4 /webrtctransportunhandled",
            "4 /close"
        ]
    );
}

#[test]
fn a_listener_may_close_an_object_before_a_cascade_reaches_it() {
    let mut replica = tree();
    for handle in [4, 5] {
        replica.apply(created(object(handle, Kind::Producer, TRANSPORT, &[])));
    }
    lines(&mut replica);
    replica.apply(emission(TRANSPORT, None, None));
    replica.apply(end(Handle(4), Event::TransportClose));
    replica.apply(end(Handle(5), Event::TransportClose));
    replica.apply(emission(TRANSPORT, None, Some(Event::Close)));
    assert!(replica.next_item().is_some(), "the transport closes");
    assert!(
        replica.next_item().is_some(),
        "one of its producers is emitted"
    );
    assert_eq!(
        replica.close(Handle(5)),
        [Emission::closed(Handle(5), None)]
    );
    assert_eq!(lines(&mut replica), ["3 /close"]);
}

#[test]
fn close_is_synchronous_within_a_cascade_of_its_own() {
    let mut replica = tree();
    replica.apply(created(object(4, Kind::Producer, TRANSPORT, &[])));
    lines(&mut replica);
    replica.close(TRANSPORT);
    // A listener that runs before the cascade reaches the producer.
    assert_eq!(
        replica.close(Handle(4)),
        [Emission::closed(Handle(4), None)]
    );
}

#[test]
fn objects_released_before_their_turn_emit_nothing() {
    let mut replica = tree();
    replica.die("gone");
    assert!(replica.next_item().is_some(), "the Worker dies");
    replica.close(ROUTER);
    replica.release(TRANSPORT);
    replica.release(ROUTER);
    assert_eq!(
        lines(&mut replica),
        ["1 /", "1 /close", "1 subprocessclose/"]
    );
}

#[test]
fn objects_below_a_closed_parent_are_yielded_for_pending_calls_only() {
    for (call, expected) in [(Some(7), vec!["new 4"]), (None, vec![])] {
        let mut replica = tree();
        replica.close(ROUTER);
        replica.apply(Update::Created {
            object: object(4, Kind::Producer, TRANSPORT, &[]).into(),
            call: call.map(RequestId),
        });
        replica.apply(emission(Handle(4), Some(Event::Score), Some(Event::Score)));
        replica.apply(end(Handle(4), Event::TransportClose));
        assert_eq!(lines(&mut replica), expected, "{call:?}");
        assert!(replica.model().open(Handle(4)).is_none());
        let result = Ok(Reply::Created(Handle(4)));
        replica.apply(Update::Answer {
            call: RequestId(7),
            result,
        });
        let Some(Item::Reply { request, result }) = replica.next_item() else {
            panic!("no answer");
        };
        assert_eq!(request, RequestId(7));
        assert_eq!(result.is_ok(), call.is_some());
    }
}

#[test]
fn a_handle_names_one_object() {
    let mut replica = tree();
    replica.apply(created(object(3, Kind::Router, WORKER, &[])));
    assert!(lines(&mut replica).is_empty());
    let kind = replica.model().get(TRANSPORT).map(|entity| entity.kind);
    assert_eq!(kind, Some(Kind::WebRtcTransport));
}

#[test]
fn a_worker_dies_once_and_then_its_process_exits() {
    let mut replica = tree();
    for _ in 0..2 {
        replica.apply(emission(WORKER, Some(Event::Died), None));
    }
    replica.apply(emission(WORKER, None, None));
    replica.apply(emission(WORKER, None, Some(Event::Close)));
    for _ in 0..2 {
        replica.apply(emission(WORKER, Some(Event::SubprocessClose), None));
    }
    let yielded = lines(&mut replica);
    assert_eq!(
        yielded,
        ["1 died/", "1 /", "1 /close", "1 subprocessclose/"]
    );
}
