//! What ends while the server and the application both speak of it, case by case.

use crate::support::{ROUTER, TRANSPORT, WORKER, created, emission, lines, object, tree};
use protocol::wire::{Answer, Object, ServerEntry};
use protocol::{Emission, Event, Handle, Item, Kind, Payload, Reply, RequestId};

const SERVER: Handle = Handle(4);
const SERVED: Handle = Handle(5);

/// [`tree`] with a WebRtcServer, and a transport that it serves.
fn served() -> mirror::Mirror {
    let mut mirror = tree();
    mirror.apply(created(object(4, Kind::WebRtcServer, WORKER, &[])));
    let transport = object(5, Kind::WebRtcTransport, ROUTER, &[]);
    mirror.apply(created(Object {
        web_rtc_server: Some(SERVER),
        ..transport
    }));
    lines(&mut mirror);
    mirror
}

fn unhandled() -> ServerEntry {
    let payload = Payload::Object(SERVED);
    ServerEntry::Emission {
        emission: Emission::observer(SERVER, Event::WebRtcTransportUnhandled, payload),
        notified: false,
    }
}

fn end(target: Handle, reason: Event) -> ServerEntry {
    emission(target, Some(reason), Some(Event::Close))
}

#[test]
fn a_web_rtc_server_hears_once_that_a_transport_is_gone() {
    // The application closes the transport; the server's own words come later.
    let mut mirror = served();
    let told = mirror.close(SERVED);
    let is_unhandled = |it: &&Emission| it.observer == Some(Event::WebRtcTransportUnhandled);
    assert_eq!(told.iter().filter(is_unhandled).count(), 1);
    mirror.apply(emission(SERVED, None, None));
    mirror.apply(unhandled());
    mirror.apply(emission(SERVED, None, Some(Event::Close)));
    assert!(lines(&mut mirror).is_empty());

    // Another client closes it.
    let mut mirror = served();
    mirror.apply(emission(SERVED, None, None));
    mirror.apply(unhandled());
    mirror.apply(emission(SERVED, None, Some(Event::Close)));
    mirror.apply(unhandled());
    let told = lines(&mut mirror);
    assert_eq!(told, ["5 /", "4 /webrtctransportunhandled", "5 /close"]);
}

#[test]
fn a_web_rtc_server_hears_of_its_transports_while_it_closes() {
    let mut mirror = served();
    mirror.apply(emission(SERVER, None, None));
    mirror.apply(emission(SERVED, None, None));
    mirror.apply(end(SERVED, Event::ListenServerClose));
    mirror.apply(unhandled());
    mirror.apply(emission(SERVER, None, Some(Event::Close)));
    let told = lines(&mut mirror);
    assert_eq!(
        told,
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
fn a_listener_closes_what_a_cascade_is_about_to_reach() {
    let mut mirror = tree();
    for handle in [4, 5] {
        mirror.apply(created(object(handle, Kind::Producer, TRANSPORT, &[])));
    }
    lines(&mut mirror);
    mirror.apply(emission(TRANSPORT, None, None));
    mirror.apply(end(Handle(4), Event::TransportClose));
    mirror.apply(end(Handle(5), Event::TransportClose));
    mirror.apply(emission(TRANSPORT, None, Some(Event::Close)));
    assert!(mirror.next_item().is_some(), "the transport closes");
    assert!(mirror.next_item().is_some(), "one of its producers is told");
    assert_eq!(mirror.close(Handle(5)), [Emission::closed(Handle(5), None)]);
    assert_eq!(lines(&mut mirror), ["3 /close"]);
}

#[test]
fn close_is_synchronous_within_a_cascade_of_its_own() {
    let mut mirror = tree();
    mirror.apply(created(object(4, Kind::Producer, TRANSPORT, &[])));
    lines(&mut mirror);
    mirror.close(TRANSPORT);
    // A listener that is called before the cascade has come to the producer.
    assert_eq!(mirror.close(Handle(4)), [Emission::closed(Handle(4), None)]);
}

#[test]
fn what_is_forgotten_before_its_turn_is_not_told() {
    let mut mirror = tree();
    mirror.die("gone");
    assert!(mirror.next_item().is_some(), "the Worker dies");
    mirror.close(ROUTER);
    mirror.release(TRANSPORT);
    mirror.release(ROUTER);
    assert_eq!(
        lines(&mut mirror),
        ["1 /", "1 /close", "1 subprocessclose/"]
    );
}

#[test]
fn what_is_created_below_a_closed_parent_is_told_to_who_waits_for_it() {
    for (call, expected) in [(Some(7), vec!["new 4"]), (None, vec![])] {
        let mut mirror = tree();
        mirror.close(ROUTER);
        mirror.apply(ServerEntry::Created {
            object: object(4, Kind::Producer, TRANSPORT, &[]).into(),
            call,
        });
        mirror.apply(emission(Handle(4), Some(Event::Score), Some(Event::Score)));
        mirror.apply(end(Handle(4), Event::TransportClose));
        assert_eq!(lines(&mut mirror), expected, "{call:?}");
        assert!(mirror.model().open(Handle(4)).is_none());
        let result = Ok(Reply::Created(Handle(4)));
        mirror.apply(ServerEntry::Answer(Answer { call: 7, result }));
        let Some(Item::Reply { request, result }) = mirror.next_item() else {
            panic!("no answer");
        };
        assert_eq!(request, RequestId(7));
        assert_eq!(result.is_ok(), call.is_some());
    }
}

#[test]
fn a_handle_names_one_object() {
    let mut mirror = tree();
    mirror.apply(created(object(3, Kind::Router, WORKER, &[])));
    assert!(lines(&mut mirror).is_empty());
    let kind = mirror.model().get(TRANSPORT).map(|entity| entity.kind);
    assert_eq!(kind, Some(Kind::WebRtcTransport));
}

#[test]
fn a_worker_dies_once_and_then_its_process_is_gone() {
    let mut mirror = tree();
    for _ in 0..2 {
        mirror.apply(emission(WORKER, Some(Event::Died), None));
    }
    mirror.apply(emission(WORKER, None, None));
    mirror.apply(emission(WORKER, None, Some(Event::Close)));
    for _ in 0..2 {
        mirror.apply(emission(WORKER, Some(Event::SubprocessClose), None));
    }
    let told = lines(&mut mirror);
    assert_eq!(told, ["1 died/", "1 /", "1 /close", "1 subprocessclose/"]);
}
