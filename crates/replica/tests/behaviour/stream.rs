//! Tests of a server's stream of updates, applied one after the other by a client: order, visibility of
//! new objects, events and members. A failure means that reads and events of a remote object disagree.

use crate::support::{ROUTER, TRANSPORT, WORKER, created, emission, lines, object, set, tree};
use protocol::{
    AppDataContent, AppDataId, Emission, Error, ErrorClass, Event, Handle, Item, Json, Kind, Level,
    LogLine, Logger, Payload, Reply, RequestId, Revision, Update,
};
use replica::Replica;
use serde_json::json;

#[test]
fn an_object_exists_once_its_item_is_taken() {
    let mut replica = tree();
    let created = Update::Created {
        object: object(4, Kind::Producer, TRANSPORT, &[("kind", "\"audio\"")]).into(),
        call: Some(RequestId(7)),
    };
    replica.apply(created);
    replica.apply(Update::Answer {
        call: RequestId(7),
        result: Ok(Reply::Created(Handle(4))),
    });
    assert_eq!(replica.read(Handle(4), "kind"), None, "not yet");
    let Some(Item::Created {
        handle, request, ..
    }) = replica.next_item()
    else {
        panic!("nothing was created");
    };
    assert_eq!((handle, request), (Handle(4), Some(RequestId(7))));
    assert_eq!(replica.read(Handle(4), "kind"), Some("\"audio\""));
    assert_eq!(replica.read(Handle(4), "paused"), Some("false"));
    let reply = Item::Reply {
        request: RequestId(7),
        result: Ok(Reply::Created(Handle(4))),
    };
    assert_eq!(replica.next_item(), Some(reply));
    assert!(!replica.has_more());
}

#[test]
fn an_event_of_a_worker_holds_back_later_updates() {
    let mut replica = tree();
    let score = Emission::both(
        TRANSPORT,
        Event::IceStateChange,
        Payload::Json(Json::from_text("\"connected\"")),
    );
    replica.apply(Update::Emission {
        emission: score,
        notified: true,
    });
    replica.apply(set(TRANSPORT, "sctpState", "\"new\""));
    replica.answer(RequestId(1), Err(Error::plain("lost")));
    assert_eq!(
        (replica.next_item(), replica.has_more(), replica.events()),
        (None, false, 1)
    );
    assert_eq!(replica.read(TRANSPORT, "iceState"), None);
    assert!(replica.next_event());
    assert!(!replica.next_event(), "the only one");
    assert_eq!(
        lines(&mut replica),
        ["3 icestatechange/icestatechange", "reply 1"]
    );
    assert_eq!(replica.read(TRANSPORT, "iceState"), Some("\"connected\""));
    assert_eq!(replica.read(TRANSPORT, "sctpState"), Some("\"new\""));
}

#[test]
fn objects_closed_here_emit_nothing_more() {
    let mut replica = tree();
    let yielded = replica.close(ROUTER);
    assert_eq!(yielded.last(), Some(&Emission::closed(ROUTER, None)));
    for (target, event, observer) in [
        (ROUTER, None, None),
        (TRANSPORT, None, None),
        (TRANSPORT, Some(Event::RouterClose), Some(Event::Close)),
        (ROUTER, None, Some(Event::Close)),
        (ROUTER, Some(Event::Score), Some(Event::Score)),
    ] {
        replica.apply(emission(target, event, observer));
    }
    assert!(lines(&mut replica).is_empty());
    assert!(replica.model().open(WORKER).is_some());
}

#[test]
fn sending_needs_a_worker() {
    let mut replica = tree();
    assert_eq!(replica.sendable(TRANSPORT), Ok(()));
    for (handle, kind) in [(4, Kind::Producer), (5, Kind::DataProducer)] {
        replica.apply(created(object(handle, kind, TRANSPORT, &[])));
    }
    lines(&mut replica);
    replica.close(WORKER);
    for (target, event) in [(4, "PRODUCER_SEND"), (5, "DATAPRODUCER_SEND")] {
        let refused = replica.sendable(Handle(target)).unwrap_err();
        assert!(refused.message.contains(event), "{refused}");
    }
    let refused = replica.sendable(TRANSPORT).unwrap_err();
    assert_eq!(refused.class, ErrorClass::WorkerClosedError);
    assert_eq!(
        refused.message,
        "Channel closed, cannot send notification [event:TRANSPORT_SEND_RTCP]"
    );
    assert!(Replica::new().sendable(WORKER).is_err());
}

#[test]
fn a_lost_session_ends_everything_once() {
    let mut replica = tree();
    replica.die("the server is gone");
    replica.die("again");
    assert_eq!(
        lines(&mut replica),
        [
            "1 died/",
            "1 /",
            "2 /",
            "3 /",
            "3 routerclose/close",
            "2 workerclose/close",
            "1 /close",
            "1 subprocessclose/",
        ]
    );
}

#[test]
fn objects_in_events_exist() {
    let mut replica = tree();
    for handle in [4, 5] {
        replica.apply(created(object(handle, Kind::Producer, TRANSPORT, &[])));
    }
    replica.apply(created(object(6, Kind::AudioLevelObserver, ROUTER, &[])));
    lines(&mut replica);
    replica.close(Handle(5));
    let (here, closed, unknown) = (Handle(4), Handle(5), Handle(9));
    for (event, payload, expected) in [
        (
            Event::DominantSpeaker,
            Payload::DominantSpeaker(here),
            Some(Payload::DominantSpeaker(here)),
        ),
        (
            Event::DominantSpeaker,
            Payload::DominantSpeaker(closed),
            None,
        ),
        (
            Event::Volumes,
            Payload::Volumes(vec![(closed, -1), (here, -2), (unknown, -3)]),
            Some(Payload::Volumes(vec![(here, -2)])),
        ),
        (Event::Volumes, Payload::Volumes(vec![(closed, -1)]), None),
        (
            Event::AddProducer,
            Payload::Object(closed),
            Some(Payload::Object(closed)),
        ),
        (Event::AddProducer, Payload::Object(unknown), None),
        (Event::Silence, Payload::None, Some(Payload::None)),
    ] {
        let emission = Emission::both(Handle(6), event, payload);
        replica.apply(Update::Emission {
            emission,
            notified: false,
        });
        let yielded = replica.next_item().map(|item| match item {
            Item::Emission(emission) => emission.payload,
            other => panic!("not an emission: {other:?}"),
        });
        assert_eq!(yielded, expected, "{event:?}");
    }
}

#[test]
fn an_event_carries_its_member() {
    let mut replica = tree();
    replica.apply(created(object(4, Kind::Consumer, TRANSPORT, &[])));
    replica.apply(created(object(5, Kind::DataConsumer, TRANSPORT, &[])));
    lines(&mut replica);
    let (consumer, data_consumer) = (Handle(4), Handle(5));
    let json = Payload::Json(Json::from_text("1"));
    for (target, event, payload, member, text) in [
        (
            consumer,
            Event::ProducerPause,
            Payload::None,
            "producerPaused",
            Some("true"),
        ),
        (
            consumer,
            Event::ProducerResume,
            Payload::None,
            "producerPaused",
            Some("false"),
        ),
        (
            data_consumer,
            Event::DataProducerPause,
            Payload::None,
            "dataProducerPaused",
            Some("true"),
        ),
        (
            data_consumer,
            Event::DataProducerResume,
            Payload::None,
            "dataProducerPaused",
            Some("false"),
        ),
        (consumer, Event::Score, json.clone(), "score", Some("1")),
        (
            consumer,
            Event::LayersChange,
            json.clone(),
            "currentLayers",
            Some("1"),
        ),
        (
            consumer,
            Event::LayersChange,
            Payload::Undefined,
            "currentLayers",
            None,
        ),
        (
            TRANSPORT,
            Event::DtlsStateChange,
            json,
            "dtlsState",
            Some("1"),
        ),
    ] {
        let emission = Emission::own(target, event, payload);
        replica.apply(Update::Emission {
            emission: emission.clone(),
            notified: false,
        });
        assert_eq!(replica.next_item(), Some(Item::Emission(emission)));
        assert_eq!(replica.read(target, member), text, "{event:?}");
    }
}

#[test]
fn members_change_without_an_event() {
    let mut replica = tree();
    replica.apply(set(TRANSPORT, "sctpState", "\"new\""));
    replica.apply(set(TRANSPORT, "aura", "\"purple\""));
    replica.apply(set(Handle(9), "sctpState", "\"new\""));
    let undefined = Update::Set {
        target: ROUTER,
        members: [("rtpCapabilities".to_owned(), None)].into(),
    };
    replica.apply(set(ROUTER, "rtpCapabilities", "{}"));
    assert!(lines(&mut replica).is_empty());
    assert_eq!(replica.read(TRANSPORT, "sctpState"), Some("\"new\""));
    assert_eq!(replica.read(TRANSPORT, "aura"), None, "of another version");
    assert_eq!(replica.read(ROUTER, "rtpCapabilities"), Some("{}"));
    replica.apply(undefined);
    assert!(lines(&mut replica).is_empty());
    assert_eq!(replica.read(ROUTER, "rtpCapabilities"), Some("null"));
}

#[test]
fn updates_that_concern_no_object_are_passed_on() {
    let mut replica = tree();
    let id = AppDataId(5);
    replica.apply(Update::AppData(AppDataContent {
        id,
        value: Json::from_text("{}"),
        revision: Some(Revision(3)),
    }));
    for target in [TRANSPORT, Handle(9)] {
        let app_data = Some(id);
        replica.apply(Update::SetAppData { target, app_data });
    }
    replica.apply(Update::Log(LogLine {
        worker: Some(WORKER),
        logger: Logger::Channel,
        level: Level::Warn,
        line: "careful".to_owned(),
        error: None,
    }));
    replica.apply(Update::Draining { within_ms: 1 });
    assert!(replica.has_more());
    assert_eq!(
        lines(&mut replica),
        ["appData 5", "setAppData 3", "log careful"]
    );
    assert!(!replica.has_more());
}

#[test]
fn routers_reply_locally() {
    let mut replica = tree();
    let codecs =
        json!([{ "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 }]);
    let opus = Json::of(&codecs);
    assert_eq!(replica.update_media_codecs(ROUTER, Some(&opus)), Ok(()));
    let caps = replica
        .read(ROUTER, "rtpCapabilities")
        .expect("they were updated");
    let caps = Json::from_text(caps);
    assert!(caps.as_str().contains("audio/opus"));
    let refused = replica.update_media_codecs(ROUTER, Some(&Json::from_text("7")));
    assert_eq!(refused.unwrap_err().class, ErrorClass::TypeError);

    let consumable = json!({
        "codecs": [{ "mimeType": "audio/opus", "clockRate": 48000, "channels": 2, "payloadType": 100 }],
        "headerExtensions": [],
        "encodings": [{ "ssrc": 1 }],
        "rtcp": {},
    });
    let members = [("consumableRtpParameters", &*consumable.to_string())];
    replica.apply(created(object(4, Kind::Producer, TRANSPORT, &members)));
    assert!(
        replica.can_consume(ROUTER, "id4", Some(&caps)).is_err(),
        "not yet"
    );
    lines(&mut replica);
    assert_eq!(replica.can_consume(ROUTER, "id4", Some(&caps)), Ok(true));
    let none = Json::from_text(r#"{"codecs":[]}"#);
    assert_eq!(replica.can_consume(ROUTER, "id4", Some(&none)), Ok(false));
    let line = replica.can_consume(ROUTER, "id4", None).unwrap_err();
    assert!(
        line.starts_with("canConsume() | unexpected error: "),
        "{line}"
    );
}

#[test]
fn app_data_of_released_objects_is_dropped() {
    let mut replica = tree();
    replica.set_app_data(Handle(9), Some(AppDataId(1)));
    replica.release(TRANSPORT);
    assert!(replica.model().open(TRANSPORT).is_some(), "it is open");
}
