//! Tests of invalid bytes from a worker: broken frames, replies of another kind, random changes. Each must
//! be an error of that Worker alone; a failure means that a faulty worker crashes the application or harms
//! another Worker.

use crate::support::{Cast, Rig, accepted, message, notification};
use fbs::message::Body as Said;
use fbs::notification::{Body, Event};
use fbs::rtp_stream::{self, StatsData};
use fbs::{consumer, producer, response, transport};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn is_an_error_that_says_why() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let consumer = rig.id(cast.consumer);
    let request = Said::Request(Box::default());
    for (bytes, why) in [
        (u32::MAX.to_ne_bytes().to_vec(), "4294967295 bytes"),
        (
            [&8_u32.to_ne_bytes()[..], &[0xFF; 8]].concat(),
            "invalid message",
        ),
        (message(request), "a request"),
        (
            notification(&consumer, Event::ConsumerScore, None),
            "invalid message",
        ),
        (
            notification(
                &consumer,
                Event::ConsumerScore,
                Some(Body::ProducerScoreNotification(Box::default())),
            ),
            "invalid message",
        ),
    ] {
        let reason = rig.read_all(cast.worker, &bytes);
        let reason = reason.expect("a protocol error");
        assert!(reason.contains(why), "{reason}");
    }
}

#[test]
fn is_a_reply_with_the_body_of_another() {
    for (command, body) in [
        (
            json!("dump"),
            Some(response::Body::WorkerDumpResponse(Box::default())),
        ),
        (json!("dump"), None),
        (
            json!({ "connect": { "dtlsParameters": { "fingerprints": [] } } }),
            Some(response::Body::WorkerDumpResponse(Box::default())),
        ),
        (
            json!({ "produceData": { "sctpStreamParameters": { "streamId": 1 } } }),
            None,
        ),
    ] {
        let mut rig = Rig::new();
        let cast = Cast::new(&mut rig);
        rig.ask(cast.web_rtc, command.clone());
        let (worker, asked) = rig.asked().remove(0);
        let error = rig.read_all(worker, &accepted(asked.id, body));
        assert!(error.is_some(), "{command}");
    }
}

#[test]
fn is_any_creation_answered_with_nothing() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let consume = json!({
        "producerId": rig.id(cast.producer), "rtpCapabilities": crate::support::rtp_capabilities(),
    });
    let consume_data = json!({ "dataProducerId": rig.id(cast.data_producer) });
    for (target, command) in [
        (cast.router, json!({ "createDirectTransport": {} })),
        (
            cast.web_rtc,
            json!({ "produce": {
            "kind": "audio", "rtpParameters": crate::support::rtp_parameters("audio"),
        } }),
        ),
        (cast.web_rtc, json!({ "consume": consume })),
        (cast.direct, json!({ "produceData": {} })),
        (cast.direct, json!({ "consumeData": consume_data })),
    ] {
        rig.ask(target, command.clone());
        let (worker, asked) = rig.asked().remove(0);
        let error = rig.read_all(worker, &accepted(asked.id, None));
        assert!(error.is_some(), "{command}");
    }
}

/// Well-formed, and at odds with itself.
#[test]
fn is_a_message_that_contradicts_itself() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let base = || rtp_stream::Stats {
        data: StatsData::BaseStats(Box::default()),
    };
    let received = |base| rtp_stream::Stats {
        data: StatsData::RecvStats(Box::new(rtp_stream::RecvStats {
            base: Box::new(base),
            packet_count: 1,
            byte_count: 1,
            bitrate: 1,
            bitrate_by_layer: vec![],
        })),
    };
    let of_producer = |stats| {
        let stats = vec![stats];
        response::Body::ProducerGetStatsResponse(Box::new(producer::GetStatsResponse { stats }))
    };
    let of_consumer = consumer::GetStatsResponse {
        stats: vec![base()],
    };
    for (target, command, body) in [
        (cast.producer, "getStats", of_producer(base())),
        (
            cast.producer,
            "getStats",
            of_producer(received(received(base()))),
        ),
        (
            cast.consumer,
            "getStats",
            response::Body::ConsumerGetStatsResponse(Box::new(of_consumer)),
        ),
        // Of one stream, which isn't there.
        (
            cast.consumer,
            "dump",
            response::Body::ConsumerDumpResponse(Box::default()),
        ),
    ] {
        rig.ask(target, json!(command));
        let (worker, asked) = rig.asked().remove(0);
        let reason = rig.read_all(worker, &accepted(asked.id, Some(body)));
        assert!(reason.is_some(), "{command}");
    }
    let bwe = transport::TraceNotification {
        type_: transport::TraceEventType::Bwe,
        ..transport::TraceNotification::default()
    };
    let id = rig.id(cast.web_rtc);
    for (event, body) in [
        (
            Event::TransportTrace,
            Body::TransportTraceNotification(Box::new(bwe)),
        ),
        (
            Event::TransportSctpNegotiatedCapabilities,
            Body::TransportSctpNegotiatedCapabilitiesNotification(Box::default()),
        ),
    ] {
        let bytes = notification(&id, event, Some(body));
        assert!(rig.read_all(cast.worker, &bytes).is_some(), "{event:?}");
    }
}

#[test]
fn is_not_looked_at_once_its_worker_is_forgotten() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    rig.host.local_mut().input(cast.worker, &[0xFF; 64]);
    rig.kill(cast.worker);
    rig.host.local_mut().release(cast.worker);
    assert_eq!(rig.told(), []);
}

#[test]
fn is_an_event_that_only_node_sends() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let producer = rig.id(cast.producer);
    let bytes = notification(&producer, Event::ProducerSend, None);
    assert!(rig.read_all(cast.worker, &bytes).is_some());
}

proptest! {
    #[test]
    fn hurts_no_other_worker(
        garbage in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 1..10),
    ) {
        let mut rig = Rig::new();
        let (cast, other) = (Cast::new(&mut rig), Cast::new(&mut rig));
        let waiting = rig.ask(other.consumer, json!("dump"));
        rig.ask(cast.consumer, json!("dump"));
        let asked = rig.asked();
        let failed = garbage.iter().any(|bytes| {
            rig.read_all(cast.worker, bytes).is_some()
        });
        if failed {
            rig.kill(cast.worker);
            prop_assert!(cast.all().into_iter().all(|handle| !rig.is_open(handle)));
        }
        for (worker, request) in asked {
            if worker == other.worker {
                let answer = rig.answer(worker, &request);
                rig.input(worker, &answer);
            }
        }
        prop_assert!(rig.result(waiting).is_ok());
        prop_assert!(other.all().into_iter().all(|handle| rig.is_open(handle)));
    }

    /// A valid stream with one byte changed, anywhere.
    #[test]
    fn of_one_byte_never_panics(place in any::<prop::sample::Index>(), value in any::<u8>()) {
        let mut rig = Rig::new();
        let cast = Cast::new(&mut rig);
        for target in [cast.worker, cast.web_rtc, cast.consumer, cast.data_consumer] {
            rig.ask(target, json!("dump"));
        }
        rig.ask(cast.router, json!({ "createDirectTransport": {} }));
        let mut bytes = Vec::new();
        for (worker, request) in rig.asked() {
            bytes.extend(rig.answer(worker, &request));
        }
        let consumer = rig.id(cast.consumer);
        bytes.extend(notification(&consumer, Event::ConsumerProducerPause, None));
        let place = place.index(bytes.len());
        bytes[place] = value;
        let _ = rig.read_all(cast.worker, &bytes);
    }
}
