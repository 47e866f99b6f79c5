//! Tests of snapshots (the server's description of all objects) that meet objects that the client has
//! already: differences become mediasoup's events, unchanged objects emit nothing. A failure means that
//! an application would miss a change after a cut, or see one that didn't happen.

use crate::support::{
    ROUTER, TRANSPORT, WORKER, created, lines, object, set, snapshot, tree, yielded,
};
use protocol::{
    AppDataContent, AppDataId, Emission, ErrorClass, Event, Handle, Item, Json, Kind, Payload,
    Reply, RequestId, Revision, Update,
};
use replica::Replica;

#[test]
fn unchanged_objects_emit_nothing() {
    let producer = object(4, Kind::Producer, TRANSPORT, &[("score", "[]")]);
    let yielded = yielded(
        std::slice::from_ref(&producer),
        snapshot(&[], [producer.clone()]),
    );
    assert!(yielded.is_empty(), "{yielded:?}");
}

#[test]
fn new_objects_come_with_their_app_data() {
    let mut replica = tree();
    let mut producer = object(4, Kind::Producer, TRANSPORT, &[("paused", "true")]);
    producer.app_data = Some(AppDataId(9));
    let Update::Snapshot(mut yielded) = snapshot(&[], [producer]) else {
        unreachable!("it is a snapshot");
    };
    let id = AppDataId(9);
    let content = AppDataContent {
        id,
        value: Json::from_text(r#"{"a":1}"#),
        revision: Some(Revision(3)),
    };
    yielded.app_data = vec![content.clone()];
    replica.apply(Update::Snapshot(yielded));
    assert_eq!(replica.next_item(), Some(Item::AppData(content)));
    assert!(replica.has_more());
    let Some(Item::Created {
        handle,
        app_data,
        request,
        ..
    }) = replica.next_item()
    else {
        panic!("nothing was created");
    };
    assert_eq!((handle, app_data, request), (Handle(4), Some(id), None));
    assert_eq!(replica.read(handle, "paused"), Some("true"));
    assert_eq!(replica.next_item(), None);
}

#[test]
fn changes_are_emitted_as_mediasoups_events() {
    for (kind, member, from, to, expected) in [
        (
            Kind::WebRtcTransport,
            "iceState",
            "\"new\"",
            "\"completed\"",
            "4 icestatechange/icestatechange",
        ),
        (
            Kind::WebRtcTransport,
            "iceSelectedTuple",
            "1",
            "2",
            "4 iceselectedtuplechange/iceselectedtuplechange",
        ),
        (
            Kind::WebRtcTransport,
            "dtlsState",
            "\"new\"",
            "\"failed\"",
            "4 dtlsstatechange/dtlsstatechange",
        ),
        (
            Kind::WebRtcTransport,
            "sctpState",
            "\"new\"",
            "\"failed\"",
            "4 sctpstatechange/sctpstatechange",
        ),
        (Kind::PlainTransport, "tuple", "1", "2", "4 tuple/tuple"),
        (
            Kind::PlainTransport,
            "rtcpTuple",
            "1",
            "2",
            "4 rtcptuple/rtcptuple",
        ),
        (Kind::Producer, "score", "[]", "[1]", "4 score/score"),
        (Kind::Consumer, "score", "1", "2", "4 score/score"),
        (
            Kind::Consumer,
            "currentLayers",
            "1",
            "2",
            "4 layerschange/layerschange",
        ),
        (Kind::Producer, "paused", "false", "true", "4 /pause"),
        (Kind::DataProducer, "paused", "true", "false", "4 /resume"),
        (
            Kind::AudioLevelObserver,
            "paused",
            "false",
            "true",
            "4 /pause",
        ),
        (
            Kind::DataConsumer,
            "dataProducerPaused",
            "false",
            "true",
            "4 dataproducerpause/pause",
        ),
        (
            Kind::DataConsumer,
            "dataProducerPaused",
            "true",
            "false",
            "4 dataproducerresume/resume",
        ),
        (Kind::Router, "rtpCapabilities", "1", "2", ""),
        (Kind::Producer, "consumableRtpParameters", "1", "2", ""),
        (Kind::Consumer, "priority", "1", "2", ""),
        (Kind::WebRtcTransport, "dtlsRemoteCert", "1", "2", ""),
    ] {
        let parent = match kind {
            Kind::Router => WORKER,
            kind if kind.is_transport() || kind.is_rtp_observer() => ROUTER,
            _ => TRANSPORT,
        };
        let mut replica = tree();
        replica.apply(created(object(4, kind, parent, &[(member, from)])));
        lines(&mut replica);
        assert_eq!(replica.read(Handle(4), member), Some(from));
        replica.apply(snapshot(&[], [object(4, kind, parent, &[(member, to)])]));
        assert_eq!(lines(&mut replica).join(" "), expected, "{kind:?} {member}");
        assert_eq!(replica.read(Handle(4), member), Some(to), "{kind:?}");
    }
}

#[test]
fn undefined_members_are_emitted_if_mediasoup_has_an_event() {
    let members = [
        ("currentLayers", "1"),
        ("preferredLayers", "1"),
        ("rtcpTuple", "1"),
    ];
    let mut replica = tree();
    replica.apply(created(object(4, Kind::Consumer, TRANSPORT, &members)));
    lines(&mut replica);
    replica.apply(snapshot(&[], [object(4, Kind::Consumer, TRANSPORT, &[])]));
    let Some(Item::Emission(yielded)) = replica.next_item() else {
        panic!("no emission");
    };
    let layers = Emission::both(Handle(4), Event::LayersChange, Payload::Undefined);
    assert_eq!(yielded, layers);
    assert_eq!(replica.next_item(), None);
    for (member, _) in members {
        assert_eq!(replica.read(Handle(4), member), None, "{member}");
    }
}

#[test]
fn at_most_one_change_of_the_effective_pause_is_emitted() {
    const OPEN: (bool, bool) = (false, false);
    for (from, to, expected) in [
        (OPEN, (true, true), vec!["4 /pause", "4 producerpause/"]),
        ((true, true), OPEN, vec!["4 producerresume/", "4 /resume"]),
        ((true, false), (false, true), vec!["4 producerpause/"]),
        ((false, true), (true, false), vec!["4 producerresume/"]),
        (OPEN, (false, true), vec!["4 producerpause/pause"]),
        ((true, false), (true, true), vec!["4 producerpause/"]),
        ((true, true), (false, true), vec![]),
    ] {
        let consumer = |(paused, producer_paused): (bool, bool)| {
            let texts = [paused.to_string(), producer_paused.to_string()];
            let members = [("paused", &*texts[0]), ("producerPaused", &*texts[1])];
            object(4, Kind::Consumer, TRANSPORT, &members)
        };
        let yielded = yielded(&[consumer(from)], snapshot(&[], [consumer(to)]));
        assert_eq!(yielded, expected, "{from:?} to {to:?}");
    }
}

#[test]
fn answers_outlive_their_objects() {
    let mut replica = tree();
    replica.apply(snapshot(&[], [object(4, Kind::Producer, TRANSPORT, &[])]));
    for (call, result) in [
        (1, Reply::Created(Handle(4))),
        (2, Reply::Created(Handle(5))),
        (
            3,
            Reply::Piped {
                consumer: Handle(4),
                producer: Handle(5),
            },
        ),
        (4, Reply::Done),
    ] {
        replica.apply(Update::Answer {
            call: RequestId(call),
            result: Ok(result),
        });
    }
    let items: Vec<Item> = std::iter::from_fn(|| replica.next_item()).collect();
    let is_known: Vec<Option<ErrorClass>> = items
        .iter()
        .filter_map(|item| match item {
            Item::Reply { result, .. } => Some(result.as_ref().err().map(|error| error.class)),
            _ => None,
        })
        .collect();
    let gone = Some(ErrorClass::NotFoundError);
    assert_eq!(is_known, [None, gone, gone, None]);
}

#[test]
fn a_new_app_data_is_yielded_unless_it_is_known() {
    let mut replica = tree();
    let with = |id: u64| {
        let mut producer = object(4, Kind::Producer, TRANSPORT, &[]);
        producer.app_data = Some(AppDataId(id));
        snapshot(&[], [producer])
    };
    replica.apply(with(1));
    assert_eq!(lines(&mut replica), ["new 4"]);
    replica.apply(with(2));
    assert_eq!(lines(&mut replica), ["setAppData 4"]);
    replica.set_app_data(Handle(4), Some(AppDataId(3)));
    replica.apply(with(3));
    assert!(lines(&mut replica).is_empty(), "the application's own");
    replica.apply(snapshot(&[], [object(4, Kind::Producer, TRANSPORT, &[])]));
    assert_eq!(lines(&mut replica), ["setAppData 4"], "removed");
}

#[test]
fn a_first_snapshot_creates_everything() {
    let mut replica = Replica::new();
    replica.apply(snapshot(&[], []));
    replica.apply(set(TRANSPORT, "sctpState", "\"new\""));
    assert_eq!(lines(&mut replica), ["new 1", "new 2", "new 3"]);
    assert_eq!(replica.read(TRANSPORT, "sctpState"), Some("\"new\""));
}
