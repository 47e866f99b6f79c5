//! A logical Router over two real ones: what the application sees of it, what the workers are asked.

use crate::support::{Cast, Rig, notification, rtp_capabilities, rtp_parameters};
use fbs::notification::Event as Notified;
use fbs::request::{Body, Method, Request};
use layers::{Options, Placement, Slot, Slots};
use protocol::{Emission, Error, Event, Handle, Item, Kind, Payload, Reply};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::rc::Rc;

/// As many CPUs as anybody wants.
struct Plenty;

impl Slots for Plenty {
    fn take(&self) -> Option<Slot> {
        Some(Slot::holding(()))
    }

    fn count(&self) -> usize {
        16
    }
}

/// Two transports of a logical Router in two real Workers, with producers on the first.
struct Two {
    rig: Rig,
    worker: Handle,
    router: Handle,
    real: [Handle; 2],
    transports: [Handle; 2],
    producer: Handle,
    data_producer: Handle,
}

impl Two {
    fn new() -> Self {
        let mut rig = Rig::new();
        let (worker, first) = rig.vertical(spread(), &plenty());
        let router = Cast::router(&mut rig, worker);
        let transport = json!({ "createWebRtcTransport": {
            "listenInfos": [{ "protocol": "udp", "ip": "127.0.0.1" }], "enableSctp": true,
        } });
        let near = rig.make(router, transport.clone());
        let request = rig.ask(router, transport);
        let spawned = rig.spawn();
        assert_eq!(spawned.len(), 1);
        rig.serve();
        let Ok(Reply::Created(far)) = rig.result(request) else {
            panic!("no transport");
        };
        let producer = rig.make(
            near,
            json!({ "produce": { "kind": "video", "rtpParameters": rtp_parameters("video") } }),
        );
        let data_producer = rig.make(
            near,
            json!({ "produceData": { "sctpStreamParameters": { "streamId": 7 }, "label": "chat" } }),
        );
        let real = [first, spawned[0]];
        assert_eq!(rig.worker_of(near), real[0]);
        assert_eq!(rig.worker_of(far), real[1]);
        rig.told();
        Self {
            rig,
            worker,
            router,
            real,
            transports: [near, far],
            producer,
            data_producer,
        }
    }

    fn consume(&mut self) -> Handle {
        let consume = json!({
            "producerId": self.rig.id(self.producer), "rtpCapabilities": rtp_capabilities(),
        });
        let far = self.transports[1];
        self.rig.make(far, json!({ "consume": consume }))
    }

    fn consume_data(&mut self) -> Handle {
        let consume = json!({ "dataProducerId": self.rig.id(self.data_producer) });
        let far = self.transports[1];
        self.rig.make(far, json!({ "consumeData": consume }))
    }

    /// The hidden ends of the pipes of a kind, in a real Worker.
    fn hidden(&self, kind: Kind, worker: Handle) -> Vec<Handle> {
        let local = self.rig.host.local();
        let is_one = |handle: &Handle| {
            let entity = local.model().open(*handle);
            entity.is_some_and(|it| it.hidden && it.kind == kind && it.worker == worker)
        };
        (1..300).map(Handle).filter(is_one).collect()
    }

    /// Something that the near worker says of the pipe's consumer.
    fn near_says(&mut self, kind: Kind, event: Notified) {
        let ends = self.hidden(kind, self.real[0]);
        assert_eq!(ends.len(), 1);
        let id = self.rig.id(ends[0]);
        self.rig.event(self.real[0], &id, event, None);
    }
}

fn plenty() -> Rc<dyn Slots> {
    Rc::new(Plenty)
}

fn spread() -> Options {
    Options {
        max_workers: Some(2),
        placement: Placement::Spread,
        ..Options::default()
    }
}

fn methods(asked: &[(Handle, Request)]) -> Vec<(Handle, Method)> {
    asked
        .iter()
        .map(|(worker, it)| (*worker, it.method))
        .collect()
}

fn ends(emissions: &[Emission]) -> Vec<(Handle, Option<Event>)> {
    let ends = emissions
        .iter()
        .filter(|it| it.observer == Some(Event::Close));
    ends.map(|it| (it.target, it.event)).collect()
}

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
fn a_producer_that_closes_takes_its_pipe_along() {
    let mut two = Two::new();
    let consumer = two.consume();
    two.rig.told();
    two.rig.close(two.producer);
    assert_eq!(
        methods(&two.rig.asked()),
        [(two.real[0], Method::TransportCloseProducer)]
    );
    two.near_says(Kind::Consumer, Notified::ConsumerProducerClose);
    assert_eq!(
        methods(&two.rig.asked()),
        [(two.real[1], Method::TransportCloseProducer)]
    );
    assert!(two.rig.told().is_empty());
    let id = two.rig.id(consumer);
    let close = Notified::ConsumerProducerClose;
    two.rig.event(two.real[1], &id, close, None);
    let reason = Some(Event::ProducerClose);
    assert_eq!(ends(&two.rig.emissions()), [(consumer, reason)]);
}

#[test]
fn the_last_consumer_takes_the_pipe_along() {
    let mut two = Two::new();
    let consumers = [two.consume(), two.consume()];
    assert_eq!(
        two.hidden(Kind::Producer, two.real[1]).len(),
        1,
        "one is enough"
    );
    two.rig.close(consumers[0]);
    assert_eq!(two.rig.asked().len(), 1);
    two.rig.close(consumers[1]);
    let asked: BTreeSet<_> = methods(&two.rig.asked())
        .into_iter()
        .map(|(worker, method)| (worker, method as u8))
        .collect();
    assert_eq!(
        asked,
        BTreeSet::from([
            (two.real[0], Method::TransportCloseConsumer as u8),
            (two.real[1], Method::TransportCloseConsumer as u8),
            (two.real[1], Method::TransportCloseProducer as u8),
        ])
    );
    two.rig.told();
    for worker in two.real {
        for kind in [Kind::Producer, Kind::Consumer] {
            assert!(two.hidden(kind, worker).is_empty());
        }
    }
    assert_eq!(
        two.hidden(Kind::PipeTransport, two.real[1]).len(),
        1,
        "it stays"
    );
    two.consume();
}

#[test]
fn what_is_closed_is_closed_in_the_router_where_it_lives() {
    let mut two = Two::new();
    let logical = two.rig.id(two.router);
    two.rig.asked();
    for (transport, knows_the_logical_id) in [(two.transports[0], true), (two.transports[1], false)]
    {
        let id = two.rig.id(transport);
        two.rig.close(transport);
        let asked = two.rig.asked();
        let closing = asked.iter().find_map(|(_, request)| match &request.body {
            Some(Body::RouterCloseTransportRequest(body)) if body.transport_id == id => {
                Some(request.handler_id.clone())
            }
            _ => None,
        });
        assert_eq!(closing.unwrap() == logical, knows_the_logical_id);
    }
}

#[test]
fn a_real_worker_that_dies_takes_along_only_what_lived_there() {
    let mut two = Two::new();
    let consumer = two.consume();
    let [first, second] = two.real;
    assert_eq!(two.rig.host.last_of(first), None);
    let emissions = two.rig.kill(first);
    let closed = Some(Event::TransportClose);
    assert_eq!(
        ends(&emissions),
        [
            (two.producer, closed),
            (two.data_producer, closed),
            (two.transports[0], Some(Event::RouterClose)),
        ]
    );
    assert_eq!(
        methods(&two.rig.asked()),
        [
            (second, Method::TransportCloseProducer),
            (second, Method::RouterCloseTransport),
        ]
    );
    let id = two.rig.id(consumer);
    two.rig
        .event(second, &id, Notified::ConsumerProducerClose, None);
    assert_eq!(
        ends(&two.rig.emissions()),
        [(consumer, Some(Event::ProducerClose))]
    );
    let refused = two.rig.call(two.producer, json!("pause"));
    assert!(matches!(refused, Err(Error { .. })), "{refused:?}");
    assert!(two.rig.is_open(two.router));
    let plain = json!({ "listenInfo": { "protocol": "udp", "ip": "127.0.0.1" } });
    let request = two
        .rig
        .ask(two.router, json!({ "createPlainTransport": plain }));
    two.rig.spawn();
    two.rig.serve();
    assert!(matches!(two.rig.result(request), Ok(Reply::Created(_))));

    for real in two.rig.host.real_workers(two.worker) {
        let last = two.rig.host.last_of(real);
        let emissions = two.rig.kill(real);
        let is_end = ends(&emissions).contains(&(two.worker, None));
        assert_eq!(is_end, last == Some(two.worker));
    }
    assert!(!two.rig.is_open(two.worker));
    assert!(!two.rig.host.has_logical());
}

#[test]
fn closing_a_logical_worker_ends_all_its_processes() {
    let mut two = Two::new();
    let consumer = two.consume();
    let emissions = two.rig.close(two.worker);
    assert_eq!(ends(&emissions).last(), Some(&(two.worker, None)));
    let ended: Vec<_> = two
        .rig
        .told()
        .into_iter()
        .filter_map(|item| match item {
            Item::EndProcess { worker } => Some(worker),
            _ => None,
        })
        .collect();
    assert_eq!(ended, two.real);
    assert!(two.rig.asked().is_empty(), "nothing but the end");
    for real in two.real {
        two.rig.host.release(real);
    }
    let refused = two.rig.try_ask(two.worker, json!("dump"));
    assert!(refused.is_err());
    let [near, far] = two.transports;
    let above = [two.worker, two.router, near, far];
    let on_them = [two.producer, two.data_producer, consumer];
    for handle in above.into_iter().chain(on_them) {
        two.rig.host.release(handle);
    }
    assert!(
        two.rig.host.local().model().is_empty(),
        "nothing hidden is kept"
    );
}

#[test]
fn a_process_that_can_t_be_had_is_no_end() {
    let mut rig = Rig::new();
    let (worker, first) = rig.vertical(spread(), &plenty());
    let router = Cast::router(&mut rig, worker);
    let direct = json!({ "createDirectTransport": {} });
    rig.make(router, direct.clone());
    let request = rig.ask(router, direct.clone());
    let spawns = rig.spawns();
    assert_eq!(spawns.len(), 1);
    rig.host
        .spawn_failed(spawns[0], Error::plain("no more processes"));
    assert!(rig.spawns().is_empty(), "not at once again");
    rig.serve();
    let Ok(Reply::Created(transport)) = rig.result(request) else {
        panic!("it goes where there is a Worker");
    };
    assert_eq!(rig.worker_of(transport), first);
    assert_eq!(rig.host.add_worker_for(spawns[0]), None);
}

#[test]
fn a_process_that_is_on_its_way_when_all_ends_isn_t_wanted() {
    let mut rig = Rig::new();
    let (worker, first) = rig.vertical(spread(), &plenty());
    let router = Cast::router(&mut rig, worker);
    let direct = json!({ "createDirectTransport": {} });
    rig.make(router, direct.clone());
    let request = rig.ask(router, direct);
    let spawns = rig.spawns();
    let starting = rig.host.add_worker_for(spawns[0]).expect("it is wanted");
    assert_eq!(
        rig.host.last_of(first),
        Some(worker),
        "the other doesn't run"
    );
    let emissions = rig.kill(first);
    assert!(ends(&emissions).contains(&(worker, None)));
    assert!(rig.result(request).is_err());
    let ended = Item::EndProcess { worker: starting };
    assert!(rig.told().contains(&ended));
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
    let updated = two.rig.host.update_media_codecs(two.router, Some(&codecs));
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
    let line = crate::support::log_line("Wsomething");
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
