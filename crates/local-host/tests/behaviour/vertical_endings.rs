//! Tests of ends below a logical Router (one for the application, in two worker processes at once): closed
//! objects, the pipes between the processes, and processes that die or start late. A failure means that
//! something is left over, or that too much closes.

use crate::support::vertical::{Two, ends, plenty, spread};
use crate::support::{Cast, Rig, methods};
use fbs::notification::Event as Notified;
use fbs::request::{Body, Method};
use host::Host;
use protocol::{Error, Event, Item, Kind, Reply};
use serde_json::json;
use std::collections::BTreeSet;

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
