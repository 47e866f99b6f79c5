//! Tests of closed objects and of worker processes that end, on a `LocalHost` (the object that holds this
//! machine's Workers) with fake workers (in-process stand-ins for mediasoup's). They compare the emitted
//! events and the requests that the worker gets with mediasoup's; a failure means hung calls or objects
//! that stay open.

use crate::support::{Cast, FakeWorker, Rig};
use fbs::message::Body as Said;
use fbs::notification::Event as Notified;
use fbs::request::Method;
use host::Host;
use protocol::limits::MESSAGE_BYTES;
use protocol::{Error, Event, Message, Notice};
use serde_json::json;

fn closed(message: &str) -> Error {
    Error::worker_closed(message)
}

#[test]
fn a_dead_worker_rejects_what_was_in_flight_and_closes_what_it_held() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let other = rig.worker();
    let elsewhere = rig.ask(other, json!("dump"));
    let dump = rig.ask(cast.worker, json!("dump"));
    let make = rig.ask(cast.router, json!({ "createDirectTransport": {} }));
    let ids: Vec<u32> = rig
        .asked()
        .iter()
        .filter(|(worker, _)| *worker == cast.worker)
        .map(|(_, request)| request.id)
        .collect();
    let emissions = rig.kill(cast.worker);
    let aborted = |method: &str, id: u32| {
        closed(&format!(
            "Channel closed, pending request aborted [method:{method}, id:{id}]"
        ))
    };
    assert_eq!(rig.result(dump), Err(aborted("WORKER_DUMP", ids[0])));
    assert_eq!(
        rig.result(make),
        Err(aborted("ROUTER_CREATE_DIRECTTRANSPORT", ids[1]))
    );
    let ends: Vec<_> = emissions
        .iter()
        .filter(|it| it.observer == Some(Event::Close))
        .map(|it| it.target)
        .collect();
    assert_eq!(ends.len(), cast.all().len());
    assert_eq!(ends.last(), Some(&cast.worker));
    assert!(cast.all().into_iter().all(|handle| !rig.is_open(handle)));
    assert!(rig.sent().is_empty(), "no worker is left");

    rig.serve();
    assert_eq!(rig.try_result(elsewhere), None, "it was sent before");
    assert!(rig.is_open(other));
    assert!(rig.call(other, json!("dump")).is_ok());
}

#[test]
fn a_closed_worker_refuses_requests_and_notifications() {
    for killed in [true, false] {
        let mut rig = Rig::new();
        let cast = Cast::new(&mut rig);
        if killed {
            rig.kill(cast.worker);
        } else {
            rig.close(cast.worker);
        }
        assert_eq!(
            rig.try_ask(cast.producer, json!("getStats")),
            Err(closed(
                "Channel closed, cannot send request [method:PRODUCER_GET_STATS]"
            ))
        );
        let notices = [
            (cast.producer, Notice::Rtp, "PRODUCER_SEND"),
            (cast.direct, Notice::Rtcp, "TRANSPORT_SEND_RTCP"),
        ];
        for (target, notice, name) in notices {
            let refused = rig.host.local_mut().notify(target, &notice, b"x");
            let message = format!("Channel closed, cannot send notification [event:{name}]");
            assert_eq!(refused, Err(closed(&message)));
        }
        // Arguments are looked at first, as in mediasoup.
        assert_eq!(
            rig.try_ask(cast.consumer, json!({ "setPriority": -1 })),
            Err(Error::type_error("priority must be a positive number"))
        );
        // What comes from beyond the grave is nothing.
        rig.input(cast.worker, &[0xFF; 64]);
        rig.turn();
    }
}

#[test]
fn a_worker_that_is_closed_is_told_so_and_rejects_what_was_in_flight() {
    let mut rig = Rig::new();
    let worker = rig.worker();
    let dump = rig.ask(worker, json!("dump"));
    rig.sent();
    assert_eq!(rig.close(worker).len(), 2, "closing, and closed");
    let sent = rig.sent();
    let [(of, Said::Notification(notification))] = &sent[..] else {
        panic!("{sent:?}");
    };
    assert_eq!((*of, notification.event), (worker, Notified::WorkerClose));
    let aborted = "Channel closed, pending request aborted [method:WORKER_DUMP, id:1]";
    assert_eq!(rig.result(dump), Err(closed(aborted)));
    assert!(rig.sent().is_empty());
    rig.host.local_mut().release(worker);
    assert!(rig.try_ask(worker, json!("dump")).is_err());
    assert!(rig.kill(worker).is_empty());
}

#[test]
fn a_worker_may_end_before_it_runs() {
    let mut rig = Rig::new();
    let (worker, request) = rig.host.local_mut().add_worker();
    rig.kill(worker);
    assert_eq!(
        rig.try_result(request),
        None,
        "the driver knows why it ended"
    );
}

#[test]
fn only_what_was_closed_itself_is_told_to_its_worker() {
    for (pick, method) in [
        (
            (|cast| cast.server) as fn(Cast) -> _,
            Method::WorkerWebrtcserverClose,
        ),
        (|cast| cast.router, Method::WorkerCloseRouter),
        (|cast| cast.web_rtc, Method::RouterCloseTransport),
        (|cast| cast.plain, Method::RouterCloseTransport),
        (|cast| cast.pipe, Method::RouterCloseTransport),
        (|cast| cast.direct, Method::RouterCloseTransport),
        (|cast| cast.producer, Method::TransportCloseProducer),
        (|cast| cast.consumer, Method::TransportCloseConsumer),
        (
            |cast| cast.data_producer,
            Method::TransportCloseDataproducer,
        ),
        (
            |cast| cast.data_consumer,
            Method::TransportCloseDataconsumer,
        ),
        (|cast| cast.active_speaker, Method::RouterCloseRtpobserver),
        (|cast| cast.audio_level, Method::RouterCloseRtpobserver),
    ] {
        let mut rig = Rig::new();
        let cast = Cast::new(&mut rig);
        rig.close(pick(cast));
        let asked = rig.asked();
        assert_eq!(asked.len(), 1, "{method:?}");
        assert_eq!(asked[0].1.method, method);
        let answer = rig.answer(cast.worker, &asked[0].1);
        rig.input(cast.worker, &answer);
        assert_eq!(rig.told(), [], "nobody waits for the answer");
    }
}

#[test]
fn an_id_is_free_once_its_object_is_closed() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let options = json!({ "produceData": { "id": "chat" } });
    let first = rig.make(cast.direct, options.clone());
    let refused = rig.try_ask(cast.direct, options.clone());
    let same = r#"a DataProducer with same id "chat" already exists"#;
    assert_eq!(refused, Err(Error::type_error(same)));
    rig.close(first);
    let second = rig.make(cast.direct, options);
    assert_ne!(first, second);
    assert_eq!(rig.id(first), rig.id(second));
}

#[test]
fn a_message_beyond_the_limit_is_refused_or_dropped() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let send = protocol::Command::Send(protocol::Send {
        ppid: 51,
        data: vec![0; MESSAGE_BYTES + 1],
    });
    let refused = rig.host.request(cast.data_consumer, send.into());
    assert!(refused.is_err_and(|error| error.message.contains("too big")));
    let mut local = rig.host.local_mut();
    let dropped = local.notify(cast.producer, &Notice::Rtp, &vec![0; MESSAGE_BYTES]);
    assert_eq!(dropped, Ok(()));
    assert!(local.output(cast.worker).is_empty());
    drop(local);
    assert!(rig.call(cast.data_consumer, json!("dump")).is_ok());
}

#[test]
fn packets_and_messages_go_to_the_worker_as_they_are() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let message = Notice::Message(Box::new(Message {
        ppid: 51,
        subchannels: Some(json!([1])),
        required_subchannel: Some(json!(1)),
        ignored_subchannel: None,
    }));
    for (target, notice) in [
        (cast.producer, Notice::Rtp),
        (cast.direct, Notice::Rtcp),
        (cast.data_producer, message),
    ] {
        rig.host
            .local_mut()
            .notify(target, &notice, b"data")
            .unwrap();
    }
    let local = rig.host.local();
    let sent = FakeWorker::read(local.output(cast.worker));
    let events: Vec<Notified> = sent
        .iter()
        .map(|said| match said {
            Said::Notification(notification) => notification.event,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        events,
        [
            Notified::ProducerSend,
            Notified::TransportSendRtcp,
            Notified::DataproducerSend
        ]
    );
}
