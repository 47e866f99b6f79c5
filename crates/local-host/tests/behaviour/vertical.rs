//! Tests of a logical Router (one for the application, in two worker processes at once), on a `LocalHost`
//! (the object that holds this machine's Workers) with fake workers (in-process stand-ins for mediasoup's).
//! They compare the items for the application and the requests to both workers; a failure means that the
//! application sees the second process.

use crate::support::vertical::{Two, ends, plenty, spread};
use crate::support::{
    Cast, Rig, log_line, methods, notification, rtp_capabilities, rtp_parameters,
};
use fbs::notification::Event as Notified;
use fbs::request::Method;
use host::Host;
use protocol::{Emission, Error, Event, Item, Kind, Payload, Reply};
use serde_json::{Value, json};

#[test]
fn what_the_application_is_told_names_only_what_it_knows() {
    let mut two = Two::new();
    let consumer = two.consume();
    let told = two.rig.told();
    let created: Vec<_> = told
        .iter()
        .filter_map(|item| match item {
            Item::Created {
                handle,
                kind,
                parent,
                ..
            } => Some((*handle, *kind, *parent)),
            _ => None,
        })
        .collect();
    assert_eq!(created, [(consumer, Kind::Consumer, two.transports[1])]);
    assert_eq!(
        two.rig.read(consumer, "producerId"),
        json!(two.rig.id(two.producer))
    );
    assert_eq!(two.hidden(Kind::PipeTransport, two.real[0]).len(), 1);
    assert_eq!(two.hidden(Kind::Producer, two.real[1]).len(), 1);
    assert_eq!(two.rig.host.logical_of(two.real[1]), Some(two.worker));
    assert_eq!(two.rig.host.real_workers(two.worker), two.real);
    assert!(two.rig.host.has_logical());
}

#[test]
fn pause_and_resume_pass_the_pipe() {
    let mut two = Two::new();
    two.consume();
    two.consume_data();
    two.rig.told();
    for (kind, pause, resume, methods_of) in [
        (
            Kind::Consumer,
            Notified::ConsumerProducerPause,
            Notified::ConsumerProducerResume,
            [Method::ProducerPause, Method::ProducerResume],
        ),
        (
            Kind::DataConsumer,
            Notified::DataconsumerDataproducerPause,
            Notified::DataconsumerDataproducerResume,
            [Method::DataproducerPause, Method::DataproducerResume],
        ),
    ] {
        for (event, method) in [pause, resume].into_iter().zip(methods_of) {
            two.near_says(kind, event);
            assert_eq!(methods(&two.rig.asked()), [(two.real[1], method)]);
            assert!(two.rig.told().is_empty());
        }
    }
}

#[test]
fn a_data_producer_that_is_paused_is_paused_at_the_far_end() {
    let mut two = Two::new();
    let producer = two.data_producer;
    assert_eq!(two.rig.call(producer, json!("pause")), Ok(Reply::Done));
    two.consume_data();
    let ends = two.hidden(Kind::DataProducer, two.real[1]);
    assert_eq!(two.rig.read(ends[0], "paused"), json!(true));
}

#[test]
fn an_observer_speaks_of_the_producers_that_the_application_knows() {
    let mut two = Two::new();
    let audio = json!({ "produce": { "kind": "audio", "rtpParameters": rtp_parameters("audio") } });
    let far = two.transports[1];
    let producer = two.rig.make(far, audio);
    let observer = two
        .rig
        .make(two.router, json!({ "createActiveSpeakerObserver": {} }));
    let home = two.rig.worker_of(observer);
    let other = two.real.iter().find(|it| **it != home).copied();
    // One of the two lives where the observer doesn't.
    let source = match two.rig.worker_of(producer) {
        worker if Some(worker) == other => producer,
        _ => two.producer,
    };
    let id = two.rig.id(source);
    two.rig.told();
    let add = json!({ "addProducer": { "producerId": id } });
    assert_eq!(two.rig.call(observer, add), Ok(Reply::Done));
    let added = Emission::observer(observer, Event::AddProducer, Payload::Object(source));
    assert!(two.rig.emissions().contains(&added));
    let body = fbs::active_speaker_observer::DominantSpeakerNotification { producer_id: id };
    let body =
        fbs::notification::Body::ActiveSpeakerObserverDominantSpeakerNotification(Box::new(body));
    let observer_id = two.rig.id(observer);
    let speaks = Notified::ActivespeakerobserverDominantSpeaker;
    two.rig.event(home, &observer_id, speaks, Some(body));
    let said = two.rig.emissions();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].payload, Payload::DominantSpeaker(source));
}

#[test]
fn a_web_rtc_server_is_one_wherever_its_transports_live() {
    let mut rig = Rig::new();
    let (worker, _) = rig.vertical(spread(), &plenty());
    let listen = json!([{ "protocol": "udp", "ip": "127.0.0.1", "port": 0 }]);
    let server = rig.make(
        worker,
        json!({ "createWebRtcServer": { "listenInfos": listen } }),
    );
    let router = Cast::router(&mut rig, worker);
    let options = json!({ "createWebRtcTransport": { "webRtcServerId": rig.id(server) } });
    let first = rig.make(router, options.clone());
    let request = rig.ask(router, options);
    rig.spawn();
    rig.serve();
    let Ok(Reply::Created(second)) = rig.result(request) else {
        panic!("no transport");
    };
    assert_ne!(rig.worker_of(first), rig.worker_of(second));
    let handled = |it: &Emission| it.observer == Some(Event::WebRtcTransportHandled);
    let handled: Vec<_> = rig.emissions().into_iter().filter(handled).collect();
    assert_eq!(
        handled
            .iter()
            .map(|it| (it.target, it.payload.clone()))
            .collect::<Vec<_>>(),
        [first, second].map(|it| (server, Payload::Object(it)))
    );
    let emissions = rig.close(server);
    let reason = Some(Event::ListenServerClose);
    assert_eq!(
        ends(&emissions),
        [(first, reason), (second, reason), (server, None)]
    );
    let asked = methods(&rig.asked());
    assert_eq!(asked.len(), 2);
    assert!(
        asked
            .iter()
            .all(|(_, it)| *it == Method::WorkerWebrtcserverClose)
    );
}

#[test]
fn codecs_and_what_can_be_consumed_are_the_logical_router_s() {
    let mut two = Two::new();
    let id = two.rig.id(two.producer);
    let caps = protocol::Json::of(&rtp_capabilities());
    let can = two.rig.host.can_consume(two.router, &id, Some(&caps));
    assert_eq!(can, Ok(true));
    let codecs: Value = json!([{ "kind": "video", "mimeType": "video/H264", "clockRate": 90000 }]);
    let codecs = protocol::Json::of(&codecs);
    let updated = two
        .rig
        .host
        .update_media_codecs(two.router, Some(codecs.clone()));
    assert_eq!(updated, Ok(()));
    let capabilities = two.rig.read(two.router, "rtpCapabilities").to_string();
    assert!(capabilities.contains("H264") && !capabilities.contains("VP8"));
    let far = two.transports[1];
    let produce =
        json!({ "produce": { "kind": "video", "rtpParameters": rtp_parameters("video") } });
    assert!(
        two.rig.call(far, produce).is_err(),
        "there is no VP8 any more"
    );
}

#[test]
fn an_id_is_unique_in_a_logical_worker_as_in_any() {
    let mut two = Two::new();
    let id = two.rig.id(two.producer);
    let produce = json!({ "produce": {
        "id": id, "kind": "video", "rtpParameters": rtp_parameters("video"),
    } });
    let refused = two.rig.try_ask(two.transports[1], produce.clone());
    let message = format!("Channel request handler with ID {id} already exists");
    assert_eq!(refused, Err(Error::plain(message)));
    two.rig.close(two.producer);
    two.rig.make(two.transports[1], produce);
}

#[test]
fn a_worker_says_how_it_does() {
    let mut two = Two::new();
    two.consume();
    let stats = two.rig.call(two.worker, json!("getStats"));
    let Ok(Reply::Value(stats)) = stats else {
        panic!("no stats: {stats:?}");
    };
    let stats: Value = serde_json::from_str(stats.as_str()).expect("JSON");
    assert_eq!(stats["workers"].as_array().map(Vec::len), Some(2));
    assert_eq!(stats["transports"], json!(2));
    assert_eq!(stats["consumers"], json!(1));

    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let Ok(Reply::Value(stats)) = rig.call(cast.worker, json!("getStats")) else {
        panic!("a plain Worker has stats, too");
    };
    let stats: Value = serde_json::from_str(stats.as_str()).expect("JSON");
    assert_eq!(stats["transports"], json!(4));
    assert_eq!(stats["consumers"], json!(2));
}

#[test]
fn what_is_logged_is_the_logical_worker_s() {
    let mut two = Two::new();
    let line = log_line("Wsomething");
    let far = two.real[1];
    two.rig.input(far, &line);
    two.rig.input(
        far,
        &notification("nobody", Notified::ConsumerProducerPause, None),
    );
    let told = two.rig.told();
    let Some(Item::Log(log)) = told.first() else {
        panic!("no line: {told:?}");
    };
    assert_eq!(log.worker, Some(two.worker));
}
