//! Fuzz target `channel`: a worker that sends arbitrary bytes to a `LocalHost` (the object that holds this
//! machine's Workers) that has an object of each kind and pending requests. `npm run fuzz` runs it; it
//! fails on a panic, or if objects stay open after their Worker's process was killed.
//!
//! The first byte of the input selects how the rest is split into reads. The second byte selects its meaning:
//! the bytes themselves, or changes to a valid stream (two bytes of position, one of value each), which get
//! further than random bytes.

#![no_main]

#[path = "../../crates/local-host/tests/support/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the engine's own tests use more of it"
)]
mod support;

use fbs::notification::{Body, Event};
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use support::{Cast, Rig, log_line, notification, rtp_capabilities, rtp_parameters};

fuzz_target!(|input: &[u8]| {
    let [cut, mode, rest @ ..] = input else {
        return;
    };
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let valid = replies(&mut rig, cast);
    let bytes = if mode % 2 == 0 {
        rest.to_vec()
    } else {
        changed([valid, events(&rig, cast)].concat(), rest)
    };
    for piece in bytes.chunks(usize::from(*cut) + 1) {
        if rig.read_all(cast.worker, piece).is_some() {
            rig.kill(cast.worker);
            assert!(cast.all().into_iter().all(|handle| !rig.is_open(handle)));
            break;
        }
    }
    rig.told();
});

fn changed(mut bytes: Vec<u8>, changes: &[u8]) -> Vec<u8> {
    let (changes, _) = changes.as_chunks::<3>();
    for [high, low, value] in changes {
        let place = usize::from(u16::from_be_bytes([*high, *low])) % bytes.len();
        bytes[place] = *value;
    }
    bytes
}

/// Sends a request of every kind and returns the replies to them.
fn replies(rig: &mut Rig, cast: Cast) -> Vec<u8> {
    for target in cast.all() {
        for command in [json!("dump"), json!("getStats"), json!("pause")] {
            let _ = rig.try_ask(target, command);
        }
    }
    let listen = json!({ "ip": "127.0.0.1", "protocol": "udp" });
    rig.ask(cast.web_rtc, json!("restartIce"));
    rig.ask(
        cast.pipe,
        json!({ "connect": { "ip": "127.0.0.1", "port": 5 } }),
    );
    rig.ask(
        cast.plain,
        json!({ "connect": { "ip": "127.0.0.1", "port": 5 } }),
    );
    rig.ask(
        cast.router,
        json!({ "createPlainTransport": { "listenInfo": listen } }),
    );
    rig.ask(
        cast.consumer,
        json!({ "setPreferredLayers": { "spatialLayer": 1 } }),
    );
    rig.ask(cast.data_consumer, json!({ "setSubchannels": [1] }));
    let media = rtp_parameters("video");
    rig.ask(
        cast.web_rtc,
        json!({ "produce": { "kind": "video", "rtpParameters": media } }),
    );
    let consume =
        json!({ "producerId": rig.id(cast.producer), "rtpCapabilities": rtp_capabilities() });
    rig.ask(cast.web_rtc, json!({ "consume": consume }));
    let asked = rig.asked().into_iter();
    asked
        .flat_map(|(worker, request)| rig.answer(worker, &request))
        .collect()
}

fn events(rig: &Rig, cast: Cast) -> Vec<u8> {
    let said = [
        (cast.consumer, Event::ConsumerProducerPause, None),
        (
            cast.consumer,
            Event::ConsumerScore,
            Some(Body::ConsumerScoreNotification(Box::default())),
        ),
        (
            cast.consumer,
            Event::ConsumerTrace,
            Some(Body::ConsumerTraceNotification(Box::default())),
        ),
        (
            cast.producer,
            Event::ProducerScore,
            Some(Body::ProducerScoreNotification(Box::default())),
        ),
        (
            cast.producer,
            Event::ProducerTrace,
            Some(Body::ProducerTraceNotification(Box::default())),
        ),
        (
            cast.plain,
            Event::PlaintransportTuple,
            Some(Body::PlainTransportTupleNotification(Box::default())),
        ),
        (
            cast.web_rtc,
            Event::WebrtctransportDtlsStateChange,
            Some(Body::WebRtcTransportDtlsStateChangeNotification(
                Box::default(),
            )),
        ),
        (
            cast.web_rtc,
            Event::TransportTrace,
            Some(Body::TransportTraceNotification(Box::default())),
        ),
        (
            cast.data_consumer,
            Event::DataconsumerMessage,
            Some(Body::DataConsumerMessageNotification(Box::default())),
        ),
        (
            cast.audio_level,
            Event::AudiolevelobserverVolumes,
            Some(Body::AudioLevelObserverVolumesNotification(Box::default())),
        ),
        (cast.consumer, Event::ConsumerProducerClose, None),
    ];
    let said = said.into_iter();
    said.flat_map(|(target, event, body)| notification(&rig.id(target), event, body))
        .chain(log_line("Ehm"))
        .collect()
}
