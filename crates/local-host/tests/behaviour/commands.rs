//! Tests of commands: each one, given to an object of each kind on a `LocalHost` (the object that holds
//! this machine's Workers) with a fake worker (an in-process stand-in for mediasoup's). A failure means a
//! call without an answer, a wrong error, or a value that can be read before its answer.

use crate::support::{Cast, Rig, rtp_capabilities, rtp_parameters};
use host::Host;
use protocol::{Error, Item, Json, Notice, Reply};
use serde_json::{Value, json};

/// One of each command, with options that mediasoup accepts.
fn commands(rig: &Rig, cast: Cast) -> Vec<Value> {
    let listen =
        json!({ "protocol": "udp", "ip": "127.0.0.1", "portRange": { "min": 1, "max": 2 } });
    let srtp = json!({ "cryptoSuite": "AEAD_AES_256_GCM", "keyBase64": "AAAA" });
    let mut commands: Vec<Value> = [
        "dump",
        "getStats",
        "getResourceUsage",
        "restartIce",
        "pause",
        "resume",
        "requestKeyFrame",
        "getBufferedAmount",
    ]
    .map(Value::from)
    .into();
    commands.extend([
        json!({ "updateSettings": { "logLevel": "warn", "logTags": ["ice", "rtp"] } }),
        json!({ "createWebRtcServer": { "listenInfos": [listen] } }),
        json!({ "createRouter": {} }),
        json!({ "createWebRtcTransport": { "listenInfos": [listen], "enableTcp": true } }),
        json!({ "createWebRtcTransport": { "listenIps": ["127.0.0.1"], "preferTcp": true, "enableTcp": true } }),
        json!({ "createWebRtcTransport": { "webRtcServerId": rig.id(cast.server) } }),
        json!({ "createPlainTransport": {
            "listenIp": { "ip": "127.0.0.1", "announcedIp": "1.2.3.4" }, "port": 5,
            "rtcpMux": false, "rtcpListenInfo": listen,
            "enableSrtp": true, "srtpCryptoSuite": "AEAD_AES_128_GCM",
        } }),
        json!({ "createPipeTransport": { "listenInfo": listen, "enableRtx": true } }),
        json!({ "createDirectTransport": { "maxSendMessageSize": 1000 } }),
        json!({ "createActiveSpeakerObserver": { "interval": 500 } }),
        json!({ "createAudioLevelObserver": { "maxEntries": 5, "threshold": -70, "interval": 500 } }),
        json!({ "connect": {
            "ip": "127.0.0.1", "port": 9999, "rtcpPort": 9998, "srtpParameters": srtp,
            "dtlsParameters": { "role": "server", "fingerprints": [{ "algorithm": "sha-256", "value": "00" }] },
        } }),
        json!({ "setMaxIncomingBitrate": 1_000_000 }),
        json!({ "setMaxOutgoingBitrate": 1_000_000 }),
        json!({ "setMinOutgoingBitrate": 100_000 }),
        json!({ "produce": { "kind": "audio", "rtpParameters": rtp_parameters("audio") } }),
        json!({ "produce": { "id": "mine", "kind": "video", "rtpParameters": rtp_parameters("video"), "paused": true } }),
        json!({ "consume": { "producerId": rig.id(cast.producer), "rtpCapabilities": rtp_capabilities(), "mid": "5" } }),
        json!({ "consume": {
            "producerId": rig.id(cast.producer), "rtpCapabilities": rtp_capabilities(), "pipe": true,
            "preferredLayers": { "spatialLayer": 1, "temporalLayer": 0 }, "enableRtx": true,
        } }),
        json!({ "produceData": { "label": "direct", "sctpStreamParameters": { "streamId": 1, "maxRetransmits": 3 } } }),
        json!({ "consumeData": { "dataProducerId": rig.id(cast.data_producer), "maxPacketLifeTime": 500 } }),
        json!({ "consumeData": { "dataProducerId": rig.id(cast.data_producer), "ordered": true, "subchannels": [1, 2] } }),
        json!({ "enableTraceEvent": ["rtp", "bwe", "keyframe", "nobody's"] }),
        json!({ "setPreferredLayers": { "spatialLayer": 2, "temporalLayer": 1 } }),
        json!({ "setPriority": 200 }),
        json!({ "setBufferedAmountLowThreshold": 100 }),
        json!({ "send": { "ppid": 51, "data": [104, 105] } }),
        json!({ "setSubchannels": [1, 2, 65535] }),
        json!({ "addSubchannel": 7 }),
        json!({ "removeSubchannel": 7 }),
        json!({ "addProducer": { "producerId": rig.id(cast.producer) } }),
        json!({ "removeProducer": { "producerId": rig.id(cast.producer) } }),
    ]);
    commands
}

#[test]
fn is_answered_or_refused_whatever_it_is_given_to() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for command in commands(&rig, cast) {
        let mut done = 0;
        for target in cast.all() {
            match rig.try_ask(target, command.clone()) {
                Ok(request) => {
                    rig.serve();
                    done += usize::from(rig.result(request).is_ok());
                }
                Err(_) => assert!(rig.sent().is_empty(), "refused, and sent: {command}"),
            }
            rig.told();
        }
        assert!(done > 0, "nobody does {command}");
    }
}

#[test]
fn goes_to_the_worker_even_if_the_object_is_closed() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    rig.close(cast.router);
    rig.sent();
    for target in [cast.consumer, cast.data_consumer, cast.web_rtc, cast.router] {
        rig.ask(target, json!("dump"));
        let asked = rig.asked();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].1.handler_id, rig.id(target));
    }
}

#[test]
fn changes_what_is_read_once_it_is_answered() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for (target, command, member, value) in [
        (cast.producer, json!("pause"), "paused", json!(true)),
        (
            cast.consumer,
            json!({ "setPriority": 9 }),
            "priority",
            json!(9),
        ),
        (
            cast.consumer,
            json!({ "setPreferredLayers": { "spatialLayer": 2 } }),
            "preferredLayers",
            json!({ "spatialLayer": 2 }),
        ),
        (
            cast.data_consumer,
            json!({ "setSubchannels": [3] }),
            "subchannels",
            json!([]),
        ),
        (
            cast.web_rtc,
            json!("restartIce"),
            "iceParameters",
            json!({ "usernameFragment": "", "password": "", "iceLite": false }),
        ),
    ] {
        let before = rig.read(target, member);
        assert_ne!(before, value, "{member}");
        let request = rig.ask(target, command);
        assert_eq!(rig.read(target, member), before, "too soon: {member}");
        rig.serve();
        assert!(rig.result(request).is_ok());
        assert_eq!(rig.read(target, member), value);
    }
}

#[test]
fn gives_back_what_the_worker_says() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for (target, command, expected) in [
        (cast.consumer, json!("requestKeyFrame"), Reply::Done),
        (
            cast.data_consumer,
            json!("getBufferedAmount"),
            Reply::Value(Json::from_text("0")),
        ),
        (
            cast.producer,
            json!("getStats"),
            Reply::Value(Json::from_text("[]")),
        ),
    ] {
        assert_eq!(rig.call(target, command), Ok(expected));
    }
}

#[test]
fn that_makes_an_object_tells_of_it_before_its_answer() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let request = rig.ask(cast.router, json!({ "createDirectTransport": {} }));
    rig.serve();
    let told = rig.told();
    let [
        Item::Created {
            handle,
            parent,
            request: of,
            ..
        },
        Item::Reply {
            request: id,
            result,
        },
    ] = &told[..]
    else {
        panic!("{told:?}");
    };
    assert_eq!((*parent, *of, *id), (cast.router, Some(request), request));
    assert_eq!(*result, Ok(Reply::Created(*handle)));
}

#[test]
fn of_nobody_is_refused() {
    let mut rig = Rig::new();
    let nobody = protocol::Handle(99);
    for command in [json!("dump"), json!({ "createRouter": {} })] {
        assert!(rig.try_ask(nobody, command).is_err());
    }
    let notice = rig.host.local_mut().notify(nobody, &Notice::Rtp, &[1]);
    assert!(notice.is_err());
    let pipe = rig.call(
        nobody,
        json!({ "pipeToRouter": { "producerId": "p", "router": 98 } }),
    );
    assert!(pipe.is_err());
}

#[test]
fn of_a_layer_is_not_one_of_a_worker() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let pipe = serde_json::from_value(json!({ "pipeToRouter": {} })).unwrap();
    let refused = rig.host.local_mut().request(cast.router, pipe);
    assert!(refused.is_err());
}

#[test]
fn can_consume_is_an_answer_or_a_line_for_the_log() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let producer = rig.id(cast.producer);
    let caps = Json::of(&rtp_capabilities());
    let mut local = rig.host.local_mut();
    assert_eq!(
        local.can_consume(cast.router, &producer, Some(&caps)),
        Ok(true)
    );
    let none = Json::from_text(r#"{"codecs":[]}"#);
    assert_eq!(
        local.can_consume(cast.router, &producer, Some(&none)),
        Ok(false)
    );
    assert!(
        local
            .can_consume(cast.router, "nobody", Some(&caps))
            .is_err()
    );
    assert!(local.can_consume(cast.router, &producer, None).is_err());
    let malformed = Json::from_text("{");
    assert!(
        local
            .can_consume(cast.router, &producer, Some(&malformed))
            .is_err()
    );
}

#[test]
fn update_media_codecs_takes_effect_or_changes_nothing() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let before = rig.read(cast.router, "rtpCapabilities");
    let bad = Json::from_text(r#"[{ "mimeType": "audio/nothing", "clockRate": 1 }]"#);
    let result = rig
        .host
        .local_mut()
        .update_media_codecs(cast.router, Some(&bad));
    assert!(result.is_err());
    assert_eq!(rig.read(cast.router, "rtpCapabilities"), before);
    let good =
        Json::from_text(r#"[{ "kind": "audio", "mimeType": "audio/PCMU", "clockRate": 8000 }]"#);
    let result = rig
        .host
        .local_mut()
        .update_media_codecs(cast.router, Some(&good));
    assert_eq!(result, Ok(()));
    let codecs = rig.read(cast.router, "rtpCapabilities")["codecs"].clone();
    assert_eq!(codecs[0]["mimeType"], "audio/PCMU");
}

/// Each text is parsed once, but not kept forever.
#[test]
fn more_browsers_than_are_remembered_still_consume() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let producer = rig.id(cast.producer);
    for browser in 0..protocol::limits::PARSED_TEXTS + 5 {
        let mut caps = rtp_capabilities();
        caps["browser"] = browser.into();
        let caps = Json::of(&caps);
        let answer = rig
            .host
            .local_mut()
            .can_consume(cast.router, &producer, Some(&caps));
        assert_eq!(answer, Ok(true), "browser {browser}");
    }
}

/// One for each thing that is looked at; what mediasoup says to the rest is compared in JavaScript.
#[test]
fn with_a_bad_argument_is_refused_with_mediasoups_words() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for (target, command, message) in [
        (
            cast.worker,
            json!({ "updateSettings": { "logTags": "ice" } }),
            "logTags must be an array",
        ),
        (
            cast.router,
            json!({ "createDirectTransport": { "appData": "text" } }),
            "if given, appData must be an object",
        ),
        (
            cast.router,
            json!({ "createAudioLevelObserver": { "maxEntries": 0 } }),
            "if given, maxEntries must be a positive number",
        ),
        (
            cast.router,
            json!({ "createWebRtcTransport": { "listenInfos": [], "listenIps": 5 } }),
            "listenIps.map is not a function",
        ),
        (
            cast.direct,
            json!({ "produce": { "kind": "smell" } }),
            "invalid kind \"smell\"",
        ),
        (
            cast.consumer,
            json!({ "setPreferredLayers": {} }),
            "spatialLayer must be a number",
        ),
        (
            cast.consumer,
            json!({ "enableTraceEvent": ["rtp", 5] }),
            "every type must be a string",
        ),
        (cast.router, json!("pause"), "the object has no such method"),
    ] {
        let refused = rig.try_ask(target, command);
        assert_eq!(refused, Err(Error::type_error(message)));
        assert!(rig.sent().is_empty());
    }
}

#[test]
fn leaves_no_bytes_in_what_a_host_prints_of_itself() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let secret = format!("{:?}", [0x5E_u8; 8]);
    let data = protocol::Send {
        ppid: 53,
        data: vec![0x5E; 8],
    };
    let send = protocol::Command::Send(data);
    rig.host.request(cast.data_consumer, send.into()).unwrap();
    let printed = format!("{:?}", rig.host);
    assert!(printed.starts_with("LocalHost"));
    assert!(!printed.contains(&secret[1..secret.len() - 1]));
}
