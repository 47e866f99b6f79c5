//! Tests of a client whose objects are absent from a snapshot, the server's description of all objects:
//! they end with the events of a dead Worker, each once. A failure means that an application would keep
//! an object that the server has lost.

use crate::support::{
    ROUTER, TRANSPORT, WORKER, created, emission, lines, object, snapshot, tree, yielded,
};
use protocol::{Emission, Event, Handle, Json, Kind, Payload, Update};

#[test]
fn absent_objects_end_as_with_a_dead_worker() {
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
            "a Worker",
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
        let yielded = yielded(&before, snapshot(&gone, after));
        assert_eq!(yielded, expected, "{what}");
    }
}

#[test]
fn both_ends_of_a_pipe_go_together() {
    let mut replica = tree();
    for handle in [4, 5] {
        replica.apply(created(object(handle, Kind::PipeTransport, ROUTER, &[])));
    }
    let linked = Update::Linked {
        one: Handle(4),
        other: Handle(5),
    };
    replica.apply(linked);
    lines(&mut replica);
    assert_eq!(replica.model().peer(Handle(4)), Some(Handle(5)));
    replica.apply(snapshot(&[], []));
    let expected = ["4 /", "4 routerclose/close", "5 /", "5 /close"];
    assert_eq!(lines(&mut replica), expected);

    let mut ends = [4, 5].map(|handle| object(handle, Kind::PipeTransport, ROUTER, &[]));
    let mut replica = tree();
    replica.apply(snapshot(&[], ends.clone()));
    lines(&mut replica);
    assert_eq!(replica.model().peer(Handle(4)), None);
    (ends[0].peer, ends[1].peer) = (Some(Handle(5)), Some(Handle(4)));
    replica.apply(snapshot(&[], ends));
    assert!(lines(&mut replica).is_empty());
    assert_eq!(replica.model().peer(Handle(4)), Some(Handle(5)));
}

#[test]
fn an_interrupted_cascade_continues_from_within() {
    let mut replica = tree();
    for handle in [4, 5] {
        replica.apply(created(object(handle, Kind::Producer, TRANSPORT, &[])));
    }
    replica.apply(emission(ROUTER, None, None));
    replica.apply(emission(TRANSPORT, None, None));
    replica.apply(emission(
        Handle(4),
        Some(Event::TransportClose),
        Some(Event::Close),
    ));
    lines(&mut replica);
    replica.apply(snapshot(&[ROUTER, TRANSPORT], []));
    let ends: Vec<String> = lines(&mut replica)
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
    assert!(replica.model().open(WORKER).is_some());
}

#[test]
fn an_interrupted_death_is_emitted_once() {
    let mut replica = tree();
    let died = Emission::own(WORKER, Event::Died, Payload::Json(Json::of(&"killed")));
    replica.apply(Update::Emission {
        emission: died,
        notified: false,
    });
    assert_eq!(lines(&mut replica), ["1 died/"]);
    replica.apply(snapshot(&[WORKER, ROUTER, TRANSPORT], []));
    let yielded = lines(&mut replica);
    assert!(!yielded.contains(&"1 died/".to_owned()), "{yielded:?}");
    assert_eq!(
        yielded[yielded.len() - 2..],
        ["1 /close", "1 subprocessclose/"]
    );
}

#[test]
fn objects_closed_here_stay_closed() {
    let mut replica = tree();
    replica.apply(created(object(4, Kind::Producer, TRANSPORT, &[])));
    lines(&mut replica);
    replica.close(TRANSPORT);
    for handle in [Handle(4), TRANSPORT] {
        replica.release(handle);
    }
    let producers = [4, 5].map(|handle| object(handle, Kind::Producer, TRANSPORT, &[]));
    replica.apply(snapshot(&[], producers));
    let yielded = lines(&mut replica);
    assert!(
        yielded.is_empty(),
        "the server has yet to receive it: {yielded:?}"
    );
    // It has received it.
    replica.apply(snapshot(&[TRANSPORT], []));
    assert!(lines(&mut replica).is_empty());
}

#[test]
fn an_unseen_exit_of_a_process_is_emitted() {
    let mut replica = tree();
    replica.close(WORKER);
    replica.apply(snapshot(&[WORKER, ROUTER, TRANSPORT], []));
    assert_eq!(lines(&mut replica), ["1 subprocessclose/"]);
    replica.apply(emission(WORKER, Some(Event::SubprocessClose), None));
    assert!(lines(&mut replica).is_empty());
}
