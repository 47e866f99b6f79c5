//! Tests of logical objects (which the application sees) and of the hidden ones in several worker
//! processes that stand for them: lookups on either side, and close cascades across both. A failure
//! means that the application would see a hidden object, or keep one whose worker is gone.

use model::{Change, Document, Fields, Model, SctpStreams, State};
use protocol::{Emission, Event, Handle, Json, Kind, Payload};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A logical Router over two real ones, with a Producer in the first that is consumed in the second.
struct Two {
    model: Model,
    worker: Handle,
    router: Handle,
    server: Handle,
    workers: [Handle; 2],
    routers: [Handle; 2],
    servers: [Handle; 2],
    transports: [Handle; 2],
    producer: Handle,
    consumer: Handle,
    pipes: [Handle; 2],
    piped: Handle,
}

fn router() -> State {
    State::Router {
        rtp_capabilities: Arc::new(Document::from(json!({ "codecs": [] }))),
    }
}

fn server() -> State {
    State::WebRtcServer {
        transports: BTreeSet::new(),
    }
}

fn transport(web_rtc_server: Option<Handle>) -> State {
    State::Transport {
        web_rtc_server,
        rtx: false,
        cname: None,
        next_mid: 0,
        sctp_streams: SctpStreams::default(),
    }
}

fn producer() -> State {
    State::Producer {
        consumable_rtp_parameters: Arc::new(Json::default().into()),
        paused: false,
    }
}

const CONSUMER: State = State::Consumer {
    paused: false,
    producer_paused: false,
};

impl Two {
    fn new() -> Self {
        let mut model = Model::default();
        model.keep_journal();
        model.keep_closed();
        let none = Fields::default;
        let w1 = model.insert_worker();
        let worker = model.show(w1, w1).expect("a Worker");
        let w2 = model.insert_worker();
        model.stand_for(w2, worker);
        let s1 = model.insert_hidden(Kind::WebRtcServer, "server".into(), w1, none(), server());
        let s2 = model.insert_hidden(Kind::WebRtcServer, "s2".into(), w2, none(), server());
        let logical_server = model.show(s1, worker).expect("a server");
        model.stand_for(s2, logical_server);
        let r1 = model.insert_hidden(Kind::Router, "router".into(), w1, none(), router());
        let r2 = model.insert_hidden(Kind::Router, "r2".into(), w2, none(), router());
        let logical = model.show(r1, worker).expect("a Router");
        model.stand_for(r2, logical);
        let transports = [(r1, "t1"), (r2, "t2")].map(|(router, id)| {
            let state = transport(Some(logical_server));
            let it = model.insert(Kind::WebRtcTransport, id.into(), router, none(), state);
            model.serve(logical_server, it);
            it
        });
        let source = model.insert(
            Kind::Producer,
            "p".into(),
            transports[0],
            none(),
            producer(),
        );
        let pipes = [(r1, "pt1"), (r2, "pt2")].map(|(router, id)| {
            let state = transport(None);
            model.insert_hidden(Kind::PipeTransport, id.into(), router, none(), state)
        });
        model.link(pipes[0], pipes[1]);
        let sending = model.insert_hidden(Kind::Consumer, "c".into(), pipes[0], none(), CONSUMER);
        let far_end = model.insert_hidden(Kind::Producer, "p".into(), pipes[1], none(), producer());
        model.link(sending, far_end);
        model.stand_for(far_end, source);
        let consumer = model.insert(Kind::Consumer, "c2".into(), transports[1], none(), CONSUMER);
        Self {
            model,
            worker,
            router: logical,
            server: logical_server,
            workers: [w1, w2],
            routers: [r1, r2],
            servers: [s1, s2],
            transports,
            producer: source,
            consumer,
            pipes,
            piped: far_end,
        }
    }

    /// Ends among emissions: the objects and their reasons.
    fn ends(emissions: &[Emission]) -> Vec<(Handle, Option<Event>)> {
        let ends = emissions
            .iter()
            .filter(|it| it.observer == Some(Event::Close));
        ends.map(|it| (it.target, it.event)).collect()
    }

    fn is_open(&self, handle: Handle) -> bool {
        self.model.open(handle).is_some()
    }
}

#[test]
fn the_application_sees_one_tree() {
    let mut two = Two::new();
    let [t1, t2] = two.transports;
    let model = &two.model;
    let seen: Vec<_> = model
        .objects()
        .into_iter()
        .map(|(handle, it)| (handle, it.parent))
        .collect();
    assert_eq!(
        seen,
        [
            (two.worker, two.worker),
            (two.server, two.worker),
            (two.router, two.worker),
            (t1, two.router),
            (t2, two.router),
            (two.producer, t1),
            (two.consumer, t2),
        ]
    );
    assert_eq!(model.shown_children(two.router), [t1, t2]);
    assert_eq!(
        model.shown_children(two.worker),
        [two.server, two.router],
        "the children of a logical Worker"
    );
    assert_eq!(
        two.model.object(t2).unwrap().web_rtc_server,
        Some(two.server)
    );
    let changes = two.model.take_changes();
    assert_eq!(changes, [], "pipes are nobody's business");
}

#[test]
fn what_is_found_depends_on_who_asks() {
    let two = Two::new();
    let ([w1, w2], [r1, r2], model) = (two.workers, two.routers, &two.model);
    let producer = |router| model.find_in_router(router, Kind::Producer, "p");
    assert_eq!(producer(two.router), Some(two.producer));
    assert_eq!(producer(r1), Some(two.producer));
    assert_eq!(producer(r2), Some(two.piped));
    assert_eq!(
        model.find_in_router(r2, Kind::Consumer, "c2"),
        Some(two.consumer)
    );
    assert_eq!(model.find_in_router(r1, Kind::Consumer, "c2"), None);
    assert_eq!(
        model.find_in_router(two.router, Kind::Consumer, "c2"),
        Some(two.consumer)
    );
    assert_eq!(model.find_in_router(two.router, Kind::Consumer, "c"), None);
    assert_eq!(model.find(w1, "router"), Some(r1));
    assert_eq!(model.find(two.worker, "router"), Some(two.router));
    assert_eq!(model.find(w2, "t2"), Some(two.transports[1]));
    assert_eq!(model.find(two.worker, "t2"), Some(two.transports[1]));
    assert_eq!(model.router_of(two.transports[1]), Some(r2));
    assert_eq!(model.get(two.consumer).unwrap().worker, w2);
    assert_eq!(model.shown(two.piped), two.producer);
    assert_eq!(model.shown(two.producer), two.producer);
    assert!(model.is_hidden(two.piped) && !model.is_hidden(two.producer));
}

#[test]
fn a_logical_router_closes_as_any_and_then_what_stands_for_it() {
    let mut two = Two::new();
    let [t1, t2] = two.transports;
    let closure = two.model.close(two.router);
    assert_eq!(
        Two::ends(&closure.emissions),
        [
            (two.producer, Some(Event::TransportClose)),
            (t1, Some(Event::RouterClose)),
            (two.consumer, Some(Event::TransportClose)),
            (t2, Some(Event::RouterClose)),
            (two.router, None),
        ]
    );
    assert_eq!(closure.told, two.routers, "pipes need no request");
    for hidden in [two.pipes[0], two.pipes[1], two.piped, two.routers[1]] {
        assert!(!two.is_open(hidden));
    }
    assert!(two.is_open(two.servers[1]));
    assert_eq!(two.model.find(two.workers[1], "r2"), None);
    assert_eq!(two.model.find(two.worker, "p"), None);
    let closed: BTreeSet<_> = two.model.take_closed().into_iter().collect();
    assert_eq!(closed.len(), 11, "each of them once");
    assert!(closed.contains(&two.piped));
}

#[test]
fn a_logical_worker_closes_as_any_and_then_what_stands_for_it() {
    let mut two = Two::new();
    let [t1, t2] = two.transports;
    let closure = two.model.close(two.worker);
    assert_eq!(
        Two::ends(&closure.emissions),
        [
            (two.producer, Some(Event::TransportClose)),
            (t1, Some(Event::RouterClose)),
            (two.consumer, Some(Event::TransportClose)),
            (t2, Some(Event::RouterClose)),
            (two.router, Some(Event::WorkerClose)),
            (two.server, Some(Event::WorkerClose)),
            (two.worker, None),
        ]
    );
    assert_eq!(closure.told, two.workers);
    assert!(two.model.objects().is_empty());
    assert!(two.model.close(two.workers[0]).emissions.is_empty());
}

#[test]
fn a_real_worker_takes_along_what_lived_in_it() {
    let mut two = Two::new();
    let [w1, w2] = two.workers;
    let closure = two.model.close(w1);
    assert_eq!(
        Two::ends(&closure.emissions),
        [
            (two.producer, Some(Event::TransportClose)),
            (two.transports[0], Some(Event::RouterClose)),
        ]
    );
    assert_eq!(closure.told, [w1, two.piped, two.pipes[1]]);
    for open in [two.worker, two.router, two.server, two.routers[1]] {
        assert!(two.is_open(open));
    }
    assert!(two.is_open(two.consumer), "until its worker says why not");
    let closure = two
        .model
        .notify(two.consumer, Event::ProducerClose, Payload::None);
    let reason = Some(Event::ProducerClose);
    assert_eq!(Two::ends(&closure.emissions), [(two.consumer, reason)]);
    assert_eq!(two.model.shown_children(two.router), [two.transports[1]]);
    assert_eq!(two.model.stand_ins(two.router), [two.routers[1]]);
    assert_eq!(two.model.stand_ins(two.worker), [w2]);
}

#[test]
fn a_web_rtc_server_closes_what_it_serves_anywhere() {
    let mut two = Two::new();
    let [t1, t2] = two.transports;
    let closure = two.model.close(two.server);
    let reason = Some(Event::ListenServerClose);
    let closed = Some(Event::TransportClose);
    assert_eq!(
        Two::ends(&closure.emissions),
        [
            (two.producer, closed),
            (t1, reason),
            (two.consumer, closed),
            (t2, reason),
            (two.server, None),
        ]
    );
    assert_eq!(closure.told, two.servers);
}

#[test]
fn a_transport_leaves_both_its_parents() {
    let mut two = Two::new();
    let t2 = two.transports[1];
    let closure = two.model.close(t2);
    assert_eq!(closure.told, [t2]);
    let unhandled = |it: &&Emission| it.observer == Some(Event::WebRtcTransportUnhandled);
    let unhandled = closure.emissions.iter().find(unhandled);
    assert_eq!(unhandled.map(|it| it.target), Some(two.server));
    two.model.close(two.routers[1]);
    assert_eq!(two.model.shown_children(two.router), [two.transports[0]]);
    two.model.release(t2);
    assert!(two.model.get(t2).is_none());
}

#[test]
fn what_is_made_below_a_router_that_has_closed_is_closed() {
    let mut two = Two::new();
    two.model.close(two.workers[1]);
    let (id, none) = ("late".into(), Fields::default());
    let late = two.model.insert(
        Kind::PlainTransport,
        id,
        two.routers[1],
        none,
        transport(None),
    );
    assert!(!two.is_open(late));
    assert_eq!(two.model.get(late).unwrap().parent, two.router);
    assert_eq!(two.model.find(two.worker, "late"), None);
}

#[test]
fn codecs_are_those_of_all_real_routers() {
    let mut two = Two::new();
    two.model.take_changes();
    let codecs =
        json!([{ "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 }]);
    let codecs = Json::of(&codecs);
    two.model
        .update_media_codecs(two.router, Some(&codecs))
        .unwrap();
    let capabilities =
        |model: &Model, router| model.read(router, "rtpCapabilities").unwrap().to_owned();
    let fresh = capabilities(&two.model, two.router);
    assert!(fresh.contains("opus"));
    for real in two.routers {
        assert_eq!(capabilities(&two.model, real), fresh);
    }
    let changes = two.model.take_changes();
    assert!(matches!(&changes[..], [Change::Set { handle, .. }] if *handle == two.router));

    let (id, none) = ("r3".into(), Fields::default());
    let third = two
        .model
        .insert_hidden(Kind::Router, id, two.workers[0], none, router());
    two.model.stand_for(third, two.router);
    assert_eq!(
        capabilities(&two.model, third),
        fresh,
        "of those to come, too"
    );
}
