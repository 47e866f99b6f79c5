//! What a snapshot becomes here, case by case.

use crate::support::{ROUTER, TRANSPORT, WORKER, created, emission, lines, object, set, tree};
use mirror::Mirror;
use protocol::wire::{Answer, AppDataId, Object, ServerEntry, Snapshot, Text};
use protocol::{Emission, ErrorClass, Event, Handle, Item, Json, Kind, Payload, Reply, RequestId};

const TREE: [(u32, Kind, Handle); 3] = [
    (1, Kind::Worker, WORKER),
    (2, Kind::Router, WORKER),
    (3, Kind::WebRtcTransport, ROUTER),
];

/// A snapshot of [`tree`] less what is gone, plus what else there is.
fn snapshot(gone: &[Handle], more: impl IntoIterator<Item = Object>) -> ServerEntry {
    let tree = TREE.map(|(handle, kind, parent)| object(handle, kind, parent, &[]));
    let there = tree.into_iter().filter(|it| !gone.contains(&it.handle));
    ServerEntry::Snapshot(Snapshot {
        app_data: Vec::new(),
        objects: there.chain(more).collect(),
    })
}

/// What is told of a snapshot, where this was there before.
fn told(before: &[Object], snapshot: ServerEntry) -> Vec<String> {
    let mut mirror = tree();
    for object in before {
        mirror.apply(created(object.clone()));
    }
    lines(&mut mirror);
    mirror.apply(snapshot.clone());
    let told = lines(&mut mirror);
    // Once is enough.
    mirror.apply(snapshot);
    assert!(lines(&mut mirror).is_empty());
    told
}

#[test]
fn what_is_as_it_was_is_not_spoken_of() {
    let producer = object(4, Kind::Producer, TRANSPORT, &[("score", "[]")]);
    let told = told(
        std::slice::from_ref(&producer),
        snapshot(&[], [producer.clone()]),
    );
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn what_is_new_comes_with_its_app_data() {
    let mut mirror = tree();
    let mut producer = object(4, Kind::Producer, TRANSPORT, &[("paused", "true")]);
    producer.app_data = Some(AppDataId(9));
    let ServerEntry::Snapshot(mut told) = snapshot(&[], [producer]) else {
        unreachable!("it is one");
    };
    let value = Json::from_text(r#"{"a":1}"#);
    told.app_data = vec![
        (AppDataId(9), Text::Inline(value.clone())),
        (AppDataId(8), Text::Slot(0)),
    ];
    mirror.apply(ServerEntry::Snapshot(told));
    let id = AppDataId(9);
    assert_eq!(mirror.next_item(), Some(Item::AppData { id, value }));
    assert!(mirror.has_more());
    let Some(Item::Created {
        handle,
        app_data,
        request,
        ..
    }) = mirror.next_item()
    else {
        panic!("nothing was created");
    };
    assert_eq!(
        (handle, app_data, request),
        (Handle(4), Some(id), RequestId(0))
    );
    assert_eq!(mirror.read(handle, "paused"), Some("true"));
    assert_eq!(mirror.next_item(), None);
}

#[test]
fn what_has_changed_is_told_by_mediasoups_events() {
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
        let mut mirror = tree();
        mirror.apply(created(object(4, kind, parent, &[(member, from)])));
        lines(&mut mirror);
        assert_eq!(mirror.read(Handle(4), member), Some(from));
        mirror.apply(snapshot(&[], [object(4, kind, parent, &[(member, to)])]));
        assert_eq!(lines(&mut mirror).join(" "), expected, "{kind:?} {member}");
        assert_eq!(mirror.read(Handle(4), member), Some(to), "{kind:?}");
    }
}

#[test]
fn what_is_undefined_again_is_told_where_mediasoup_can() {
    let members = [
        ("currentLayers", "1"),
        ("preferredLayers", "1"),
        ("rtcpTuple", "1"),
    ];
    let mut mirror = tree();
    mirror.apply(created(object(4, Kind::Consumer, TRANSPORT, &members)));
    lines(&mut mirror);
    mirror.apply(snapshot(&[], [object(4, Kind::Consumer, TRANSPORT, &[])]));
    let Some(Item::Emission(told)) = mirror.next_item() else {
        panic!("nothing is told");
    };
    let layers = Emission::both(Handle(4), Event::LayersChange, Payload::Undefined);
    assert_eq!(told, layers);
    assert_eq!(mirror.next_item(), None);
    for (member, _) in members {
        assert_eq!(mirror.read(Handle(4), member), None, "{member}");
    }
}

#[test]
fn of_what_flows_one_change_is_told_at_most() {
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
        let told = told(&[consumer(from)], snapshot(&[], [consumer(to)]));
        assert_eq!(told, expected, "{from:?} to {to:?}");
    }
}

#[test]
fn what_is_gone_ends_as_with_a_dead_worker() {
    let producer = object(4, Kind::Producer, TRANSPORT, &[]);
    let consumer = object(5, Kind::Consumer, TRANSPORT, &[("producerId", "\"id4\"")]);
    let data_producer = object(6, Kind::DataProducer, TRANSPORT, &[]);
    let data_consumer = object(
        7,
        Kind::DataConsumer,
        TRANSPORT,
        &[("dataProducerId", "\"id6\"")],
    );
    let observer = object(8, Kind::AudioLevelObserver, ROUTER, &[]);
    let server = object(9, Kind::WebRtcServer, WORKER, &[]);
    let all = [
        &producer,
        &consumer,
        &data_producer,
        &data_consumer,
        &observer,
        &server,
    ];
    let of_transport = [
        "3 /",
        "4 transportclose/close",
        "5 transportclose/close",
        "6 transportclose/close",
        "7 transportclose/close",
        "3 routerclose/close",
    ];
    let of_router = [
        &["2 /"][..],
        &of_transport,
        &["8 routerclose/close", "2 workerclose/close"],
    ];
    let of_router = of_router.concat();
    let of_worker = [
        &["1 died/", "1 /"][..],
        &of_router,
        &[
            "9 /",
            "9 workerclose/close",
            "1 /close",
            "1 subprocessclose/",
        ],
    ];
    for (what, gone, expected) in [
        (
            "a Worker, of which there is word",
            vec![1, 2, 3, 4, 5, 6, 7, 8, 9],
            of_worker.concat(),
        ),
        ("a Router", vec![2, 3, 4, 5, 6, 7, 8], of_router),
        ("a transport", vec![3, 4, 5, 6, 7], of_transport.to_vec()),
        (
            "a producer and its consumer",
            vec![4, 5],
            vec!["4 transportclose/close", "5 producerclose/close"],
        ),
        ("a consumer alone", vec![5], vec!["5 transportclose/close"]),
        (
            "the same of data",
            vec![6, 7],
            vec!["6 transportclose/close", "7 dataproducerclose/close"],
        ),
        (
            "a data consumer alone",
            vec![7],
            vec!["7 transportclose/close"],
        ),
        ("an observer", vec![8], vec!["8 routerclose/close"]),
        (
            "a WebRtcServer",
            vec![9],
            vec!["9 /", "9 workerclose/close"],
        ),
    ] {
        let gone: Vec<Handle> = gone.into_iter().map(Handle).collect();
        let before = all.map(Clone::clone);
        let after = before
            .iter()
            .filter(|it| !gone.contains(&it.handle))
            .cloned();
        let told = told(&before, snapshot(&gone, after));
        assert_eq!(told, expected, "{what}");
    }
}

#[test]
fn both_ends_of_a_pipe_go_together() {
    let mut mirror = tree();
    for handle in [4, 5] {
        mirror.apply(created(object(handle, Kind::PipeTransport, ROUTER, &[])));
    }
    let linked = ServerEntry::Linked {
        one: Handle(4),
        other: Handle(5),
    };
    mirror.apply(linked);
    lines(&mut mirror);
    assert_eq!(mirror.model().peer(Handle(4)), Some(Handle(5)));
    mirror.apply(snapshot(&[], []));
    let expected = ["4 /", "4 routerclose/close", "5 /", "5 /close"];
    assert_eq!(lines(&mut mirror), expected);

    let mut ends = [4, 5].map(|handle| object(handle, Kind::PipeTransport, ROUTER, &[]));
    let mut mirror = tree();
    mirror.apply(snapshot(&[], ends.clone()));
    lines(&mut mirror);
    assert_eq!(mirror.model().peer(Handle(4)), None);
    (ends[0].peer, ends[1].peer) = (Some(Handle(5)), Some(Handle(4)));
    mirror.apply(snapshot(&[], ends));
    assert!(lines(&mut mirror).is_empty());
    assert_eq!(mirror.model().peer(Handle(4)), Some(Handle(5)));
}

#[test]
fn a_cascade_that_was_cut_goes_on_from_within() {
    let mut mirror = tree();
    for handle in [4, 5] {
        mirror.apply(created(object(handle, Kind::Producer, TRANSPORT, &[])));
    }
    mirror.apply(emission(ROUTER, None, None));
    mirror.apply(emission(TRANSPORT, None, None));
    mirror.apply(emission(
        Handle(4),
        Some(Event::TransportClose),
        Some(Event::Close),
    ));
    lines(&mut mirror);
    mirror.apply(snapshot(&[ROUTER, TRANSPORT], []));
    let ends: Vec<String> = lines(&mut mirror)
        .into_iter()
        .filter(|line| line.ends_with("close"))
        .collect();
    assert_eq!(
        ends,
        [
            "5 transportclose/close",
            "3 routerclose/close",
            "2 workerclose/close"
        ]
    );
    assert!(mirror.model().open(WORKER).is_some());
}

#[test]
fn a_death_that_was_cut_is_told_once() {
    let mut mirror = tree();
    let died = Emission::own(WORKER, Event::Died, Payload::Json(Json::of(&"killed")));
    mirror.apply(ServerEntry::Emission {
        emission: died,
        notified: false,
    });
    assert_eq!(lines(&mut mirror), ["1 died/"]);
    mirror.apply(snapshot(&[WORKER, ROUTER, TRANSPORT], []));
    let told = lines(&mut mirror);
    assert!(!told.contains(&"1 died/".to_owned()), "{told:?}");
    assert_eq!(told[told.len() - 2..], ["1 /close", "1 subprocessclose/"]);
}

#[test]
fn what_was_closed_here_stays_closed() {
    let mut mirror = tree();
    mirror.apply(created(object(4, Kind::Producer, TRANSPORT, &[])));
    lines(&mut mirror);
    mirror.close(TRANSPORT);
    for handle in [Handle(4), TRANSPORT] {
        mirror.release(handle);
    }
    let producers = [4, 5].map(|handle| object(handle, Kind::Producer, TRANSPORT, &[]));
    mirror.apply(snapshot(&[], producers));
    let told = lines(&mut mirror);
    assert!(told.is_empty(), "the server will hear of it: {told:?}");
    // It has.
    mirror.apply(snapshot(&[TRANSPORT], []));
    assert!(lines(&mut mirror).is_empty());
}

#[test]
fn a_process_ends_even_if_nobody_saw_it() {
    let mut mirror = tree();
    mirror.close(WORKER);
    mirror.apply(snapshot(&[WORKER, ROUTER, TRANSPORT], []));
    assert_eq!(lines(&mut mirror), ["1 subprocessclose/"]);
    mirror.apply(emission(WORKER, Some(Event::SubprocessClose), None));
    assert!(lines(&mut mirror).is_empty());
}

#[test]
fn answers_outlive_what_they_speak_of() {
    let mut mirror = tree();
    mirror.apply(snapshot(&[], [object(4, Kind::Producer, TRANSPORT, &[])]));
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
        let result = Ok(result);
        mirror.apply(ServerEntry::Answer(Answer { call, result }));
    }
    let items: Vec<Item> = std::iter::from_fn(|| mirror.next_item()).collect();
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
fn another_app_data_is_told_unless_it_is_known() {
    let mut mirror = tree();
    let with = |id: u64| {
        let mut producer = object(4, Kind::Producer, TRANSPORT, &[]);
        producer.app_data = Some(AppDataId(id));
        snapshot(&[], [producer])
    };
    mirror.apply(with(1));
    assert_eq!(lines(&mut mirror), ["new 4"]);
    mirror.apply(with(2));
    assert_eq!(lines(&mut mirror), ["setAppData 4"]);
    mirror.set_app_data(Handle(4), Some(AppDataId(3)));
    mirror.apply(with(3));
    assert!(lines(&mut mirror).is_empty(), "the application's own");
    mirror.apply(snapshot(&[], [object(4, Kind::Producer, TRANSPORT, &[])]));
    assert_eq!(lines(&mut mirror), ["setAppData 4"], "none any more");
}

#[test]
fn a_first_snapshot_is_all_there_is() {
    let mut mirror = Mirror::new();
    mirror.apply(snapshot(&[], []));
    mirror.apply(set(TRANSPORT, "sctpState", "\"new\""));
    assert_eq!(lines(&mut mirror), ["new 1", "new 2", "new 3"]);
    assert_eq!(mirror.read(TRANSPORT, "sctpState"), Some("\"new\""));
}
