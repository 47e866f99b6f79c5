//! Tests of events: each notification of a fake worker (an in-process stand-in for mediasoup's)
//! (`cases.rs`), and the events that a `LocalHost` (the object that holds this machine's Workers) emits for
//! it. A failure means that an application misses an event of mediasoup's, or gets it with another payload
//! or at another time.

use crate::cases;
use crate::support::{Cast, Rig};
use fbs::notification::{Body as B, Event as N};
use fbs::{active_speaker_observer, sctp_association, transport};
use protocol::{Emission, Event as E, Payload as P};
use serde_json::{Value, json};

#[test]
fn are_mediasoups() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for case in cases::all(&rig, cast) {
        let id = rig.id(case.target);
        rig.event(cast.worker, &id, case.notified, case.body);
        let told = rig.emissions();
        if let (Some(member), P::Json(json)) = (case.reads, &case.payload) {
            let value: Value = serde_json::from_str(json.as_str()).unwrap();
            assert_eq!(rig.read(case.target, member), value, "{member}");
        }
        let emission = Emission {
            target: case.target,
            event: case.event,
            observer: case.observer,
            payload: case.payload,
        };
        assert_eq!(told, [emission], "{:?}", case.notified);
    }
    assert_eq!(rig.read(cast.web_rtc, "dtlsRemoteCert"), "PEM");
    assert_eq!(rig.read(cast.consumer, "currentLayers"), json!(null));
}

#[test]
fn of_a_producers_end_close_its_consumers_without_telling_the_worker() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for (target, notified, reason) in [
        (cast.consumer, N::ConsumerProducerClose, E::ProducerClose),
        (
            cast.data_consumer,
            N::DataconsumerDataproducerClose,
            E::DataProducerClose,
        ),
    ] {
        let id = rig.id(target);
        rig.event(cast.worker, &id, notified, None);
        assert_eq!(rig.emissions(), [Emission::closed(target, Some(reason))]);
        assert!(rig.sent().is_empty());
        rig.event(cast.worker, &id, notified, None);
        assert!(rig.emissions().is_empty(), "it is gone");
    }
}

#[test]
fn of_what_sctp_agreed_on_are_read_and_bound_the_streams() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let capabilities = sctp_association::SctpNegotiatedCapabilities {
        negotiated_max_outbound_streams: 1,
        ..sctp_association::SctpNegotiatedCapabilities::default()
    };
    let body = B::TransportSctpNegotiatedCapabilitiesNotification(Box::new(
        transport::SctpNegotiatedCapabilitiesNotification {
            negotiated_capabilities: Some(Box::new(capabilities)),
        },
    ));
    let id = rig.id(cast.web_rtc);
    rig.event(
        cast.worker,
        &id,
        N::TransportSctpNegotiatedCapabilities,
        Some(body),
    );
    assert!(rig.emissions().is_empty());
    let read = rig.read(cast.web_rtc, "sctpNegotiatedCapabilities");
    assert_eq!(read["negotiatedMaxOutboundStreams"], 1);
    let consume = json!({ "consumeData": { "dataProducerId": rig.id(cast.data_producer) } });
    let streams = [(); 2].map(|()| {
        let consumer = rig.make(cast.web_rtc, consume.clone());
        let stream = rig.read(consumer, "sctpStreamParameters")["streamId"].clone();
        rig.close(consumer);
        stream
    });
    assert_eq!(streams, [0, 0], "counted over again");
}

#[test]
fn about_nobody_are_nothing() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let observer = rig.id(cast.audio_level);
    rig.event(cast.worker, "nobody", N::ConsumerProducerPause, None);
    rig.event(
        cast.worker,
        &observer,
        N::AudiolevelobserverVolumes,
        Some(cases::volumes(&[("nobody", -1)])),
    );
    let speaker = rig.id(cast.active_speaker);
    let nobody = B::ActiveSpeakerObserverDominantSpeakerNotification(Box::new(
        active_speaker_observer::DominantSpeakerNotification {
            producer_id: "nobody".into(),
        },
    ));
    rig.event(
        cast.worker,
        &speaker,
        N::ActivespeakerobserverDominantSpeaker,
        Some(nobody),
    );
    rig.event(cast.worker, "", N::WorkerRunning, None);
    assert_eq!(rig.told(), []);
}

#[test]
fn wait_for_their_own_turn() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let id = rig.id(cast.consumer);
    for notified in [N::ConsumerProducerPause, N::ConsumerProducerResume] {
        rig.input(
            cast.worker,
            &crate::support::notification(&id, notified, None),
        );
    }
    assert_eq!(rig.told(), []);
    assert_eq!(rig.host.local().events(), 2);
    assert!(rig.host.local_mut().next_event());
    assert_eq!(rig.read(cast.consumer, "producerPaused"), true);
    assert_eq!(rig.emissions().len(), 1);
    rig.turn();
    assert_eq!(rig.read(cast.consumer, "producerPaused"), false);
    assert!(!rig.host.local_mut().next_event());
}
