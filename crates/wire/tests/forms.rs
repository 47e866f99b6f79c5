//! Round trips of every message between a client and a server: encoded, decoded, encoded again to the
//! same bytes. A failure means that a message loses or changes a member on the way, or that a member's
//! name isn't the documented one.

use protocol::{
    AppDataId, Command, Emission, Error, ErrorClass, Event, Handle, Json, Kind, Level, LogLine,
    Logger, Message, Notice, Payload, Reply,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;
use std::fmt::Debug;
use wire::v1::{
    Answer, ClientEntry, ClientFrame, Entries, Epoch, Hello, Resume, ServerEntry, ServerFrame,
    SnapshotPart, Text, Values, Welcome, WireCall, WireObject, decode, decode_from_client, encode,
};

/// Checks that a value survives encoding and decoding.
fn pass<T: Serialize + DeserializeOwned + Debug>(value: &T) {
    let bytes = encode(value);
    for decoded in [decode::<T>(&bytes), decode_from_client::<T>(&bytes)] {
        let decoded = decoded.unwrap_or_else(|error| panic!("{value:?}: {error}"));
        assert_eq!(format!("{decoded:?}"), format!("{value:?}"));
        assert_eq!(encode(&decoded), bytes, "{value:?}");
    }
}

fn json(text: &str) -> Json {
    Json::from_text(text)
}

fn text() -> Text {
    Text::Inline(json(r#"{"a":1}"#))
}

fn entries() -> Entries {
    Entries {
        at: u64::MAX,
        ack: 7,
        fresh: true,
        entries: vec![ByteBuf::from([1, 2, 3]), ByteBuf::new()],
    }
}

fn object() -> WireObject {
    WireObject {
        handle: Handle(u32::MAX),
        kind: Kind::WebRtcTransport,
        id: "id".into(),
        parent: Handle(1),
        members: BTreeMap::from([("iceState".into(), text()), ("b".into(), Text::Slot(9))]),
        app_data: Some(AppDataId((1 << 53) - 1)),
        web_rtc_server: Some(Handle(2)),
        peer: Some(Handle(3)),
    }
}

#[test]
fn frames() {
    let resume = Resume {
        epoch: Epoch("epoch".into()),
        since: 3,
        received: 4,
    };
    let hello = Hello {
        client: "c".into(),
        session: Some("s".into()),
        link: 5,
        resume: Some(resume),
        agent: "a".into(),
    };
    for frame in [
        ClientFrame::Hello(hello),
        ClientFrame::Hello(Hello::default()),
        ClientFrame::Entries(entries()),
        ClientFrame::Entries(Entries::default()),
    ] {
        pass(&frame);
    }
    let welcome = Welcome {
        epoch: Epoch("epoch".into()),
        resumed: true,
        received: 9,
        draining: true,
        agent: "a".into(),
    };
    pass(&ServerFrame::Welcome(welcome));
    pass(&ServerFrame::Entries(entries()));
}

#[test]
fn entries_of_a_client() {
    let target = Handle(5);
    let message = Message {
        ppid: 51,
        subchannels: Some(serde_json::json!([1, 2])),
        required_subchannel: Some(serde_json::json!(1)),
        ignored_subchannel: Some(serde_json::json!("2")),
    };
    for notice in [
        Notice::Rtp,
        Notice::Rtcp,
        Notice::Message(Box::new(message)),
    ] {
        let data = vec![0, 255];
        pass(&ClientEntry::Notice {
            target,
            notice,
            data,
        });
    }
    for media_codecs in [None, Some(text()), Some(Text::Slot(0))] {
        pass(&ClientEntry::UpdateMediaCodecs {
            target,
            media_codecs,
        });
    }
    for app_data in [None, Some(AppDataId(7))] {
        pass(&ClientEntry::SetAppData { target, app_data });
    }
    for entry in [
        ClientEntry::Define {
            slot: 1023,
            text: json("[]"),
        },
        ClientEntry::Close { target },
        ClientEntry::AppData {
            id: AppDataId(7),
            value: Text::Slot(1),
            revision: 0,
        },
        ClientEntry::AppData {
            id: AppDataId(7),
            value: Text::Slot(1),
            revision: 3,
        },
        ClientEntry::Leave,
    ] {
        pass(&entry);
    }
}

/// Each command with options of every accepted kind.
const COMMANDS: &str = r#"
    "dump" "getStats" "getResourceUsage" "restartIce" "pause" "resume" "requestKeyFrame"
    "getBufferedAmount"
    {"createWorker":{"logLevel":"warn","rtcMinPort":1,"appData":{}}}
    {"updateSettings":{"logTags":["ice"]}}
    {"createWebRtcServer":{"listenInfos":[{"ip":"::"}],"appData":null}}
    {"createRouter":{"mediaCodecs":[{"kind":"audio"}]}}
    {"createWebRtcTransport":{"listenIps":["::"],"iceConsentTimeout":1.5,"enableSctp":true}}
    {"createPlainTransport":{"rtcpMux":false,"listenInfo":{"ip":"::"},"enableSctp":1}}
    {"createPipeTransport":{"enableRtx":null,"port":-1}}
    {"createDirectTransport":{"maxSendMessageSize":18446744073709551615}}
    {"createActiveSpeakerObserver":{"interval":"300"}}
    {"createAudioLevelObserver":{"threshold":-80}}
    {"pipeToRouter":{"producerId":"p","router":7,"keepId":false,"listenIp":"::"}}
    {"connect":{"dtlsParameters":{"fingerprints":[]},"port":1e3}}
    {"setMaxIncomingBitrate":1} {"setMaxOutgoingBitrate":null} {"setMinOutgoingBitrate":"1"}
    {"produce":{"kind":"audio","rtpParameters":{"codecs":[]},"appDataOf":7}}
    {"consume":{"producerId":"p","rtpCapabilities":{"codecs":[]},"preferredLayers":{}}}
    {"produceData":{"label":"","sctpStreamParameters":{"streamId":1},"appDataOf":7}}
    {"consumeData":{"dataProducerId":"d","subchannels":[1]}}
    {"enableTraceEvent":["rtp"]}
    {"setPreferredLayers":{"spatialLayer":1}} {"setPriority":255}
    {"setBufferedAmountLowThreshold":1}
    {"send":{"ppid":51,"data":[1,2]}}
    {"setSubchannels":[1]} {"addSubchannel":1} {"removeSubchannel":1}
    {"addProducer":{"producerId":"p"}} {"removeProducer":{}}
"#;

#[test]
fn members_of_entries_have_javascript_s_names() {
    let given = |entry: serde_json::Value| format!("{:?}", decode::<ClientEntry>(&encode(&entry)));
    let entry = serde_json::json!({ "setAppData": { "target": 1, "appData": 7 } });
    assert!(given(entry).contains("Some(AppDataId(7))"));
    let entry = serde_json::json!({ "updateMediaCodecs": { "target": 1, "mediaCodecs": "[7]" } });
    assert!(given(entry).contains("[7]"));
    let draining = encode(&ServerEntry::Draining { within_ms: 7 });
    let draining: serde_json::Value = decode(&draining).unwrap();
    assert_eq!(
        draining,
        serde_json::json!({ "draining": { "withinMs": 7 } })
    );
}

#[test]
fn calls() {
    let commands = serde_json::Deserializer::from_str(COMMANDS).into_iter::<Command>();
    let commands: Vec<_> = commands.collect::<Result<_, _>>().unwrap();
    assert_eq!(commands.len(), 37, "all of them");
    for command in commands {
        pass(&ClientEntry::Call(Box::new(WireCall {
            target: Handle(1),
            command: command.clone(),
            values: Values::default(),
            app_data: None,
        })));
        pass(&ClientEntry::Call(Box::new(WireCall {
            target: Handle(1),
            command,
            values: Values {
                rtp_capabilities: Some(Text::Slot(1)),
                rtp_parameters: Some(text()),
                media_codecs: Some(Text::Slot(2)),
            },
            app_data: Some(AppDataId(7)),
        })));
    }
}

#[test]
fn entries_of_a_server() {
    let target = Handle(5);
    let error = Error::new(ErrorClass::UnsupportedError, "no");
    let log = |worker, error| {
        ServerEntry::from(LogLine {
            worker,
            logger: Logger::Channel,
            level: Level::Warn,
            line: "a line".into(),
            error,
        })
    };
    for entry in [
        ServerEntry::Define {
            slot: 0,
            text: json("1"),
        },
        ServerEntry::Snapshot(SnapshotPart::default()),
        ServerEntry::Snapshot(SnapshotPart {
            app_data: vec![(AppDataId(1), text())],
            revisions: vec![(AppDataId(1), 3)],
            objects: vec![object(), object()],
            part: 1,
            more: true,
        }),
        ServerEntry::Created {
            object: Box::new(object()),
            call: Some(3),
        },
        ServerEntry::Created {
            object: Box::new(object()),
            call: None,
        },
        ServerEntry::Set {
            target,
            members: BTreeMap::from([("a".into(), None), ("b".into(), Some(text()))]),
        },
        ServerEntry::Linked {
            one: Handle(1),
            other: Handle(2),
        },
        ServerEntry::AppData {
            id: AppDataId(1),
            value: text(),
            revision: 3,
        },
        ServerEntry::SetAppData {
            target,
            app_data: None,
        },
        ServerEntry::SetAppData {
            target,
            app_data: Some(AppDataId(1)),
        },
        log(None, None),
        log(Some(target), Some(error.clone())),
        ServerEntry::Draining { within_ms: 600_000 },
    ] {
        pass(&entry);
    }
    for result in [
        Ok(Reply::Done),
        Ok(Reply::Value(json("null"))),
        Ok(Reply::Created(target)),
        Ok(Reply::Piped {
            consumer: target,
            producer: Handle(6),
        }),
        Err(error),
    ] {
        pass(&ServerEntry::Answer(Answer { call: 1, result }));
    }
}

#[test]
fn emissions() {
    let target = Handle(5);
    for payload in [
        Payload::None,
        Payload::Undefined,
        Payload::Json(json("[1]")),
        Payload::Packet(Box::new([1, 2])),
        Payload::Message(Box::new([]), 51),
        Payload::Object(target),
        Payload::DominantSpeaker(target),
        Payload::Volumes(vec![(target, -127), (Handle(6), 0)]),
    ] {
        for emission in [
            Emission::both(target, Event::Trace, payload.clone()),
            Emission::own(target, Event::Rtp, payload.clone()),
            Emission::observer(target, Event::Volumes, payload.clone()),
        ] {
            for notified in [true, false] {
                let emission = emission.clone();
                pass(&ServerEntry::Emission { emission, notified });
            }
        }
    }
    for event in Event::ALL {
        let emission = Emission::both(target, *event, Payload::None);
        pass(&ServerEntry::Emission {
            emission,
            notified: false,
        });
    }
}

#[test]
fn a_text_is_a_string_or_a_slot() {
    for (text, bytes) in [
        (Text::Slot(5), &b"\x05"[..]),
        (Text::Slot(u32::MAX), b"\xce\xff\xff\xff\xff"),
        (Text::Inline(json("[]")), b"\xa2[]"),
    ] {
        assert_eq!(encode(&text), bytes);
        pass(&text);
    }
    // Numbers in the forms that other libraries choose, and invalid values.
    assert_eq!(decode::<Text>(b"\xd0\x05").unwrap(), Text::Slot(5));
    for bytes in [&b"\xff"[..], b"\xcf\0\0\0\x01\0\0\0\0", b"\xc0", b"\x90"] {
        assert!(decode::<Text>(bytes).is_err(), "{bytes:?}");
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Newer {
    Welcome(NewerWelcome),
    Entries(NewerEntries),
}

#[derive(Serialize)]
struct NewerWelcome {
    news: Vec<u8>,
    epoch: &'static str,
    more: BTreeMap<&'static str, Option<u8>>,
    resumed: bool,
    received: u64,
}

#[derive(Serialize)]
struct NewerEntries {
    news: bool,
}

#[test]
fn unknown_members_of_newer_peers_are_ignored() {
    let welcome = Newer::Welcome(NewerWelcome {
        news: vec![1],
        epoch: "e",
        more: BTreeMap::from([("a", None)]),
        resumed: true,
        received: 4,
    });
    let ServerFrame::Welcome(welcome) = decode(&encode(&welcome)).unwrap() else {
        panic!("a welcome");
    };
    assert_eq!((welcome.resumed, welcome.received), (true, 4));
    assert!(!welcome.draining, "absent members have their defaults");
    let entries = Newer::Entries(NewerEntries { news: true });
    let frame: ClientFrame = decode(&encode(&entries)).unwrap();
    assert_eq!(frame, ClientFrame::Entries(Entries::default()));
}
