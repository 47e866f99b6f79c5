//! Tests of `pipeToRouter()` between Routers of two Workers, on a `LocalHost` (the object that holds this
//! machine's Workers) with fake workers (in-process stand-ins for mediasoup's): options, simultaneous
//! calls, errors half-way, pauses and closes that cross the pipe. A failure means another outcome than
//! mediasoup's.

use crate::support::{Cast, Rig, methods, rejected, rtp_parameters};
use fbs::notification::Event as Notified;
use fbs::request::{Body, Method};
use protocol::{Emission, Error, Event, Handle, Item, Kind, Reply, RequestId};
use serde_json::{Value, json};

/// Two Workers with a Router each; the first has a producer of either kind.
struct Two {
    rig: Rig,
    near: Cast,
    far_worker: Handle,
    far: Handle,
}

impl Two {
    fn new() -> Self {
        let mut rig = Rig::new();
        let near = Cast::new(&mut rig);
        let far_worker = rig.worker();
        let far = Cast::router(&mut rig, far_worker);
        rig.told();
        Self {
            rig,
            near,
            far_worker,
            far,
        }
    }

    fn options(&self) -> Value {
        json!({ "producerId": self.rig.id(self.near.producer), "router": self.far })
    }

    fn ask(&mut self, options: &Value) -> RequestId {
        let router = self.near.router;
        self.rig.ask(router, json!({ "pipeToRouter": options }))
    }

    /// Pipes the producer: the consumer here and the producer there.
    fn pipe(&mut self, options: &Value) -> (Handle, Handle) {
        let request = self.ask(options);
        self.rig.serve();
        match self.rig.result(request) {
            Ok(Reply::Piped { consumer, producer }) => (consumer, producer),
            other => panic!("not piped: {other:?}"),
        }
    }

    /// Answers everything, except that the first request of a method is refused.
    fn serve_but(&mut self, method: Method) -> Vec<Method> {
        let mut seen = Vec::new();
        loop {
            let asked = self.rig.asked();
            if asked.is_empty() {
                return seen;
            }
            for (worker, request) in asked {
                let refuse = request.method == method && !seen.contains(&method);
                seen.push(request.method);
                let answer = if refuse {
                    rejected(request.id, "Error", "not today")
                } else {
                    self.rig.answer(worker, &request)
                };
                self.rig.input(worker, &answer);
            }
        }
    }

    fn pipe_transports(&self) -> Vec<Handle> {
        let local = self.rig.host.local();
        let model = local.model();
        (1..200)
            .map(Handle)
            .filter(|handle| {
                let open = model.open(*handle);
                open.is_some_and(|entity| {
                    entity.kind == Kind::PipeTransport && *handle != self.near.pipe
                })
            })
            .collect()
    }
}

#[test]
fn a_producer_is_there_under_its_id_and_closes_with_its_origin() {
    let mut two = Two::new();
    let (consumer, producer) = two.pipe(&two.options());
    let rig = &mut two.rig;
    assert_eq!(rig.id(producer), rig.id(two.near.producer));
    assert_eq!(rig.read(consumer, "type"), "pipe");
    let created: Vec<_> = rig
        .told()
        .into_iter()
        .filter_map(|item| match item {
            Item::Created {
                handle,
                app_data_of,
                ..
            } => Some((handle, app_data_of)),
            _ => None,
        })
        .collect();
    assert!(created.contains(&(producer, Some(two.near.producer))));

    let id = rig.id(consumer);
    rig.event(two.near.worker, &id, Notified::ConsumerProducerClose, None);
    assert_eq!(
        rig.emissions(),
        [
            Emission::closed(consumer, Some(Event::ProducerClose)),
            Emission::closed(producer, None),
        ]
    );
    let told = methods(&rig.asked());
    assert_eq!(told, [(two.far_worker, Method::TransportCloseProducer)]);
}

#[test]
fn a_data_producer_is_there_too_under_a_new_id_if_wanted() {
    let mut two = Two::new();
    let id = two.rig.id(two.near.data_producer);
    let options = json!({ "dataProducerId": id, "router": two.far, "keepId": false });
    let (consumer, producer) = two.pipe(&options);
    assert_ne!(two.rig.id(producer), id);
    assert_eq!(two.rig.read(producer, "label"), "chat");
    assert_eq!(two.rig.read(consumer, "dataProducerId"), id);
    two.rig.close(producer);
    assert!(!two.rig.is_open(consumer), "half a pipe");
}

#[test]
fn a_pause_crosses_the_pipe() {
    let mut two = Two::new();
    let (consumer, producer) = two.pipe(&two.options());
    let id = two.rig.id(consumer);
    for (notified, method, paused) in [
        (Notified::ConsumerProducerPause, Method::ProducerPause, true),
        (
            Notified::ConsumerProducerResume,
            Method::ProducerResume,
            false,
        ),
    ] {
        let near = two.near.worker;
        two.rig.event(near, &id, notified, None);
        let asked = two.rig.asked();
        assert_eq!(methods(&asked), [(two.far_worker, method)]);
        let answer = two.rig.answer(two.far_worker, &asked[0].1);
        two.rig.input(two.far_worker, &answer);
        assert_eq!(two.rig.read(producer, "paused"), paused);
    }
    // The consumer's own pause does the same; the producer's own doesn't come back.
    two.rig.ask(consumer, json!("pause"));
    two.rig.serve();
    assert_eq!(two.rig.read(producer, "paused"), true);
    two.rig.call(producer, json!("resume")).unwrap();
    assert_eq!(two.rig.read(consumer, "paused"), true);
}

#[test]
fn many_callers_share_one_pair_of_transports() {
    let mut two = Two::new();
    let back = two
        .rig
        .make(two.far, json!({ "createDirectTransport": {} }));
    let audio = json!({ "produce": { "kind": "audio", "rtpParameters": rtp_parameters("audio") } });
    let theirs = two.rig.make(back, audio);
    two.rig.told();
    let data = json!({ "dataProducerId": two.rig.id(two.near.data_producer), "router": two.far });
    let returning = json!({ "producerId": two.rig.id(theirs), "router": two.near.router });
    let media = two.options();
    let requests = [
        two.ask(&media),
        two.ask(&data),
        two.rig.ask(two.far, json!({ "pipeToRouter": returning })),
    ];
    let asked = two.rig.asked();
    assert_eq!(
        methods(&asked),
        [
            (two.near.worker, Method::RouterCreatePipetransport),
            (two.far_worker, Method::RouterCreatePipetransport),
        ],
        "the others wait"
    );
    for (worker, request) in asked {
        let answer = two.rig.answer(worker, &request);
        two.rig.input(worker, &answer);
    }
    two.rig.serve();
    for request in requests {
        assert!(matches!(two.rig.result(request), Ok(Reply::Piped { .. })));
    }
    let pair = two.pipe_transports();
    assert_eq!(pair.len(), 2);
    two.rig.close(pair[1]);
    assert!(two.pipe_transports().is_empty(), "the pair closes as one");
    two.pipe(&data);
    assert_eq!(two.pipe_transports().len(), 2, "a new pair");
}

#[test]
fn a_failure_leaves_nothing_behind() {
    for (method, pair_stays) in [
        (Method::RouterCreatePipetransport, false),
        (Method::PipetransportConnect, false),
        (Method::TransportConsume, true),
        (Method::TransportProduce, true),
    ] {
        let mut two = Two::new();
        let request = two.ask(&two.options());
        let seen = two.serve_but(method);
        assert_eq!(
            two.rig.result(request),
            Err(Error::plain("not today")),
            "{seen:?}"
        );
        assert_eq!(two.pipe_transports().len(), if pair_stays { 2 } else { 0 });
        let id = two.rig.id(two.near.producer);
        let local = two.rig.host.local();
        assert_eq!(
            local.model().find_in_router(two.far, Kind::Producer, &id),
            None
        );
        drop(local);
        let again = two.ask(&two.options());
        two.rig.serve();
        let again = two.rig.result(again);
        // The Router remembers that it couldn't be joined to the other one.
        assert_eq!(again.is_ok(), pair_stays, "{again:?}");
    }
}

#[test]
fn a_worker_that_dies_half_way_ends_it() {
    let dies_at = [
        Method::RouterCreatePipetransport,
        Method::PipetransportConnect,
        Method::TransportConsume,
        Method::TransportProduce,
    ];
    for method in dies_at {
        let mut two = Two::new();
        let request = two.ask(&two.options());
        let mut killed = None;
        loop {
            let asked = two.rig.asked();
            if asked.is_empty() {
                break;
            }
            for (worker, asked) in asked {
                if killed.is_none() && asked.method == method {
                    two.rig.kill(worker);
                    killed = Some(worker);
                } else if killed != Some(worker) {
                    let answer = two.rig.answer(worker, &asked);
                    two.rig.input(worker, &answer);
                }
            }
        }
        assert!(killed.is_some(), "{method:?} was never asked");
        let error = two.rig.result(request).unwrap_err();
        assert!(error.message.starts_with("Channel closed"), "{error}");
        assert!(two.pipe_transports().is_empty(), "{method:?}");
    }
}

#[test]
fn an_origin_that_closes_meanwhile_takes_the_pipe_along() {
    for data in [false, true] {
        let mut two = Two::new();
        let (origin, options, produce) = if data {
            let id = two.rig.id(two.near.data_producer);
            let options = json!({ "dataProducerId": id, "router": two.far });
            (
                two.near.data_producer,
                options,
                Method::TransportProduceData,
            )
        } else {
            (two.near.producer, two.options(), Method::TransportProduce)
        };
        let request = two.ask(&options);
        loop {
            let asked = two.rig.asked();
            if asked.iter().any(|(_, request)| request.method == produce) {
                two.rig.close(origin);
            }
            if asked.is_empty() {
                break;
            }
            for (worker, request) in asked {
                let answer = two.rig.answer(worker, &request);
                two.rig.input(worker, &answer);
            }
        }
        let error = two.rig.result(request).unwrap_err();
        let kind = if data { "DataProducer" } else { "Producer" };
        assert_eq!(error.message, format!("original {kind} closed"));
    }
}

#[test]
fn an_origin_that_is_paused_meanwhile_is_paused_there() {
    let mut two = Two::new();
    let request = two.ask(&two.options());
    let mut paused_there = false;
    loop {
        let asked = two.rig.asked();
        if asked.is_empty() {
            break;
        }
        for (worker, request) in asked {
            paused_there |= request.method == Method::ProducerPause && worker == two.far_worker;
            if request.method == Method::TransportProduce {
                let pause = two.near.producer;
                two.rig.ask(pause, json!("pause"));
                let (near, pause) = two.rig.asked().remove(0);
                let answer = two.rig.answer(near, &pause);
                two.rig.input(near, &answer);
            }
            let answer = two.rig.answer(worker, &request);
            two.rig.input(worker, &answer);
        }
    }
    let Ok(Reply::Piped { producer, .. }) = two.rig.result(request) else {
        panic!("not piped");
    };
    assert!(paused_there);
    assert_eq!(two.rig.read(producer, "paused"), true);
}

#[test]
fn bad_options_are_refused_before_anything_is_sent() {
    let mut two = Two::new();
    let near = two.near;
    let producer = two.rig.id(near.producer);
    let listen = json!({ "ip": "127.0.0.1" });
    for (options, error) in [
        (
            json!({ "router": two.far }),
            Error::type_error("missing producerId or dataProducerId"),
        ),
        (
            json!({ "producerId": "a", "dataProducerId": "b", "router": two.far }),
            Error::type_error("just producerId or dataProducerId can be given"),
        ),
        (
            json!({ "producerId": producer, "router": two.far, "listenInfo": listen, "listenIp": "::1" }),
            Error::type_error("only one of listenInfo and listenIp must be given"),
        ),
        (
            json!({ "producerId": producer, "router": near.router }),
            Error::type_error("cannot use this Router as destination"),
        ),
        (
            json!({ "producerId": "nobody", "router": two.far }),
            Error::not_found("Producer not found"),
        ),
        (
            json!({ "dataProducerId": producer, "router": two.far }),
            Error::not_found("DataProducer not found"),
        ),
        (
            json!({ "producerId": 5, "router": two.far }),
            Error::not_found("Producer not found"),
        ),
        (
            json!({ "producerId": producer, "router": 0 }),
            Error::type_error("router.createPipeTransport is not a function"),
        ),
    ] {
        let result = two
            .rig
            .call(near.router, json!({ "pipeToRouter": options }));
        assert_eq!(result, Err(error));
        assert!(two.pipe_transports().is_empty());
    }
}

#[test]
fn srtp_and_a_socket_of_the_applications_choice_are_passed_on() {
    let mut two = Two::new();
    let mut options = two.options();
    options["listenIp"] = json!({ "ip": "127.0.0.2" });
    options["enableSrtp"] = true.into();
    two.ask(&options);
    for (_, request) in two.rig.asked() {
        let Some(Body::RouterCreatePipeTransportRequest(body)) = request.body else {
            panic!("{request:?}");
        };
        assert_eq!(body.options.listen_info.ip, "127.0.0.2");
        assert!(body.options.enable_srtp);
        assert!(body.options.base.enable_sctp, "unless told otherwise");
    }
}
