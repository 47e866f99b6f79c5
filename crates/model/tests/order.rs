//! Table tests of the events that the Model (the tree of objects) emits, and of their order, against
//! mediasoup's behaviour: cascades of `close()`, pause and resume, events with a value. A failure means
//! that an application would see events that differ from mediasoup's.

use model::{Document, Fields, Model, SctpStreams, State};
use protocol::{Emission, Event, Handle, Json, Kind, Payload};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A Worker with a Router and a transport of a WebRtcServer.
struct Tree {
    model: Model,
    worker: Handle,
    server: Handle,
    router: Handle,
    transport: Handle,
}

impl Tree {
    fn new() -> Self {
        let mut model = Model::default();
        assert!(model.is_empty());
        let worker = model.insert_worker();
        let transports = BTreeSet::new();
        let state = State::WebRtcServer { transports };
        let server = insert(&mut model, Kind::WebRtcServer, "server", worker, state);
        let rtp_capabilities = Arc::new(Document::from(json!({ "codecs": [] })));
        let state = State::Router { rtp_capabilities };
        let router = insert(&mut model, Kind::Router, "router", worker, state);
        let state = State::Transport {
            web_rtc_server: Some(server),
            rtx: false,
            cname: None,
            next_mid: 0,
            sctp_streams: SctpStreams::default(),
        };
        let transport = insert(
            &mut model,
            Kind::WebRtcTransport,
            "transport",
            router,
            state,
        );
        model.serve(server, transport);
        Self {
            model,
            worker,
            server,
            router,
            transport,
        }
    }

    fn add(&mut self, kind: Kind, id: &str) -> Handle {
        let state = match kind {
            Kind::Producer => State::Producer {
                consumable_rtp_parameters: Arc::new(Json::of(&json!({ "mid": "0" })).into()),
                paused: false,
            },
            Kind::Consumer => State::Consumer {
                paused: false,
                producer_paused: false,
            },
            Kind::DataProducer => State::DataProducer { paused: false },
            Kind::DataConsumer => State::DataConsumer {
                paused: false,
                producer_paused: false,
                stream_id: Some(self.take_stream()),
            },
            _ => State::RtpObserver { paused: false },
        };
        let parent = if kind.is_rtp_observer() {
            self.router
        } else {
            self.transport
        };
        insert(&mut self.model, kind, id, parent, state)
    }

    fn take_stream(&mut self) -> u16 {
        let transport = self.model.get_mut(self.transport).expect("it is there");
        let State::Transport { sctp_streams, .. } = &mut transport.state else {
            panic!("not a transport");
        };
        sctp_streams.allocate().expect("a free stream")
    }

    fn transport_reads(&mut self, member: &'static str, text: &'static str) {
        self.model.set(self.transport, member, Some(text));
    }
}

fn insert(model: &mut Model, kind: Kind, id: &str, parent: Handle, state: State) -> Handle {
    model.insert(kind, id.into(), parent, Fields::default(), state)
}

/// Each emission as `id event/observer's event`.
fn lines(model: &Model, emissions: &[Emission]) -> Vec<String> {
    let name = |event: Option<Event>| event.map_or("", Event::name);
    emissions
        .iter()
        .map(|it| {
            let id = &model.get(it.target).expect("nobody released it").id;
            format!("{id} {}/{}", name(it.event), name(it.observer))
        })
        .collect()
}

#[test]
fn a_worker_takes_its_routers_first_then_its_servers() {
    let mut tree = Tree::new();
    // Made against the order in which they close.
    for kind in [
        Kind::AudioLevelObserver,
        Kind::DataConsumer,
        Kind::DataProducer,
        Kind::Consumer,
        Kind::Producer,
    ] {
        tree.add(kind, &format!("{kind:?}"));
    }
    let closure = tree.model.close(tree.worker);
    assert_eq!(closure.told, [tree.worker]);
    assert_eq!(
        lines(&tree.model, &closure.emissions),
        [
            " /",
            "router /",
            "transport /",
            "Producer transportclose/close",
            "Consumer transportclose/close",
            "DataProducer transportclose/close",
            "DataConsumer transportclose/close",
            "transport routerclose/close",
            "AudioLevelObserver routerclose/close",
            "router workerclose/close",
            "server /",
            "server workerclose/close",
            " /close",
        ]
    );
}

#[test]
fn a_server_takes_its_transports_and_hears_of_each() {
    let mut tree = Tree::new();
    tree.add(Kind::Producer, "producer");
    let closure = tree.model.close(tree.server);
    assert_eq!(closure.told, [tree.server]);
    assert_eq!(
        lines(&tree.model, &closure.emissions),
        [
            "server /",
            "transport /",
            "producer transportclose/close",
            "transport listenserverclose/close",
            "server /webrtctransportunhandled",
            "server /close",
        ]
    );
}

#[test]
fn a_server_hears_of_a_transports_own_end_alone() {
    let mut tree = Tree::new();
    let closure = tree.model.close(tree.transport);
    assert_eq!(
        lines(&tree.model, &closure.emissions),
        [
            "transport /",
            "server /webrtctransportunhandled",
            "transport /close",
        ]
    );
    let mut tree = Tree::new();
    let closure = tree.model.close(tree.router);
    assert_eq!(
        lines(&tree.model, &closure.emissions),
        [
            "router /",
            "transport /",
            "transport routerclose/close",
            "router /close",
        ]
    );
}

#[test]
fn a_closed_transport_reads_as_closed() {
    let mut tree = Tree::new();
    tree.transport_reads("iceState", "\"connected\"");
    tree.transport_reads("iceSelectedTuple", "{}");
    tree.transport_reads("dtlsState", "\"connected\"");
    tree.transport_reads("sctpState", "\"connected\"");
    tree.model.close(tree.transport);
    let read = |member| tree.model.read(tree.transport, member);
    assert_eq!(read("iceState"), Some("\"closed\""));
    assert_eq!(read("iceSelectedTuple"), None);
    assert_eq!(read("dtlsState"), Some("\"closed\""));
    assert_eq!(read("sctpState"), Some("\"closed\""));
}

#[test]
fn what_a_listener_closes_in_the_middle_of_a_cascade_is_told_again() {
    let mut tree = Tree::new();
    let producer = tree.add(Kind::Producer, "producer");
    tree.model.close(tree.router);
    let again = tree.model.close(producer);
    assert_eq!(lines(&tree.model, &again.emissions), ["producer /close"]);
    assert!(again.told.is_empty());
}

#[test]
fn a_stream_is_free_again_unless_its_association_went_with_it() {
    for (end, next) in [(Event::DataProducerClose, 0), (Event::TransportClose, 1)] {
        let mut tree = Tree::new();
        let consumer = tree.add(Kind::DataConsumer, "consumer");
        if end == Event::DataProducerClose {
            let closure = tree.model.notify(consumer, end, Payload::None);
            let told = lines(&tree.model, &closure.emissions);
            assert_eq!(told, ["consumer dataproducerclose/close"]);
        } else {
            tree.model.close(tree.transport);
        }
        let Some(State::Transport { sctp_streams, .. }) =
            tree.model.get_mut(tree.transport).map(|it| &mut it.state)
        else {
            panic!("not a transport");
        };
        // As if the association had but this one stream to count through.
        sctp_streams.negotiated_max_outbound = Some(1);
        assert_eq!(sctp_streams.allocate(), Some(next), "{end:?}");
    }
}

#[test]
fn pausing_is_told_where_it_changes_what_flows() {
    let mut tree = Tree::new();
    let consumer = tree.add(Kind::Consumer, "consumer");
    let told = |model: &mut Model, event| {
        let closure = model.notify(consumer, event, Payload::None);
        lines(model, &closure.emissions)
    };
    let model = &mut tree.model;
    assert_eq!(
        told(model, Event::ProducerPause),
        ["consumer producerpause/pause"]
    );
    assert!(told(model, Event::ProducerPause).is_empty(), "said before");
    // Nothing flows already.
    assert_eq!(model.paused(consumer, true, None), None);
    assert_eq!(
        told(model, Event::ProducerResume),
        ["consumer producerresume/"]
    );
    assert_eq!(model.read(consumer, "producerPaused"), Some("false"));
    assert_eq!(model.read(consumer, "paused"), Some("true"));
    let resumed = model.paused(consumer, false, None).unwrap();
    assert_eq!(lines(model, &[resumed]), ["consumer /resume"]);
    assert_eq!(model.paused(consumer, false, None), None, "not paused");
}

#[test]
fn each_kind_that_pauses_says_so_once() {
    for kind in [
        Kind::Producer,
        Kind::Consumer,
        Kind::DataProducer,
        Kind::DataConsumer,
        Kind::ActiveSpeakerObserver,
    ] {
        let mut tree = Tree::new();
        let handle = tree.add(kind, "it");
        let paused = tree.model.paused(handle, true, None).unwrap();
        assert_eq!(lines(&tree.model, &[paused]), ["it /pause"], "{kind:?}");
        assert_eq!(tree.model.paused(handle, true, None), None, "{kind:?}");
        assert_eq!(tree.model.read(handle, "paused"), Some("true"));
    }
    let mut tree = Tree::new();
    assert_eq!(tree.model.paused(tree.router, true, None), None);
    assert_eq!(tree.model.paused(Handle(99), true, None), None);
}

#[test]
fn what_it_was_before_may_be_known_better() {
    let mut tree = Tree::new();
    let observer = tree.add(Kind::AudioLevelObserver, "it");
    for (now, before, told) in [
        (true, true, false),
        (true, false, true),
        (false, false, false),
    ] {
        let emission = tree.model.paused(observer, now, Some(before));
        assert_eq!(emission.is_some(), told, "{before} to {now}");
    }
}

#[test]
fn what_comes_after_its_parents_end_is_closed_without_a_word() {
    let mut tree = Tree::new();
    tree.model.close(tree.router);
    let observer = tree.add(Kind::AudioLevelObserver, "late");
    assert!(tree.model.open(observer).is_none());
    assert_eq!(tree.model.find(tree.worker, "late"), None);
    tree.model.release(observer);
    assert!(tree.model.get(observer).is_none());
}

#[test]
fn an_event_with_a_value_is_what_reads_show_next() {
    let mut tree = Tree::new();
    let consumer = tree.add(Kind::Consumer, "consumer");
    for (target, event, member) in [
        (consumer, Event::Score, "score"),
        (consumer, Event::LayersChange, "currentLayers"),
        (tree.transport, Event::IceStateChange, "iceState"),
        (
            tree.transport,
            Event::IceSelectedTupleChange,
            "iceSelectedTuple",
        ),
        (tree.transport, Event::DtlsStateChange, "dtlsState"),
        (tree.transport, Event::SctpStateChange, "sctpState"),
        (tree.transport, Event::Tuple, "tuple"),
        (tree.transport, Event::RtcpTuple, "rtcpTuple"),
    ] {
        let payload = Payload::Json(Json::from_text("1"));
        let closure = tree.model.notify(target, event, payload.clone());
        assert_eq!(closure.emissions, [Emission::both(target, event, payload)]);
        assert_eq!(tree.model.read(target, member), Some("1"), "{member}");
    }
    tree.model
        .notify(consumer, Event::LayersChange, Payload::Undefined);
    assert_eq!(tree.model.read(consumer, "currentLayers"), None);
}

#[test]
fn a_consumers_trace_comes_twice() {
    let mut tree = Tree::new();
    let producer = tree.add(Kind::Producer, "producer");
    let consumer = tree.add(Kind::Consumer, "consumer");
    let trace = |model: &mut Model, target| {
        let payload = Payload::Json(Json::default());
        model.notify(target, Event::Trace, payload).emissions.len()
    };
    assert_eq!(trace(&mut tree.model, producer), 1);
    assert_eq!(trace(&mut tree.model, consumer), 2);
}

#[test]
fn only_the_object_hears_of_packets_and_messages() {
    let mut tree = Tree::new();
    let consumer = tree.add(Kind::DataConsumer, "consumer");
    for event in [
        Event::Rtp,
        Event::Rtcp,
        Event::Message,
        Event::SctpSendBufferFull,
        Event::BufferedAmountLow,
    ] {
        let emissions = tree.model.notify(consumer, event, Payload::None).emissions;
        assert_eq!(emissions, [Emission::own(consumer, event, Payload::None)]);
    }
}

#[test]
fn objects_are_found_in_the_router_they_belong_to() {
    let mut tree = Tree::new();
    let producer = tree.add(Kind::Producer, "producer");
    let other = {
        let rtp_capabilities = Arc::new(Document::from(json!({})));
        let state = State::Router { rtp_capabilities };
        insert(&mut tree.model, Kind::Router, "other", tree.worker, state)
    };
    let find = |router, kind| tree.model.find_in_router(router, kind, "producer");
    assert_eq!(find(tree.router, Kind::Producer), Some(producer));
    assert_eq!(find(tree.router, Kind::Consumer), None);
    assert_eq!(find(other, Kind::Producer), None);
    assert_eq!(tree.model.find(producer, "producer"), None, "no Worker");
    assert_eq!(tree.model.router_of(tree.transport), Some(tree.router));
    let router = |member| tree.model.read(tree.router, member);
    assert_eq!(router("rtpCapabilities"), Some(r#"{"codecs":[]}"#));
    let consumable = tree.model.read(producer, "consumableRtpParameters");
    assert_eq!(consumable, Some(r#"{"mid":"0"}"#));
}
