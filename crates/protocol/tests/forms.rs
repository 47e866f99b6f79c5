//! Tests of the JSON and MessagePack forms of the protocol's values: optional members, `null` against
//! `undefined`, names of events and classes. A failure means that JavaScript or a peer would read
//! another value than was written.

use protocol::{
    Command, Emission, Error, ErrorClass, Event, Handle, Json, Kind, Message, Notice, Payload,
    RequestId,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Letter {
    json: Json,
    handle: Handle,
    request: RequestId,
    error: Error,
    event: Event,
    kind: Kind,
}

fn letter() -> Letter {
    Letter {
        json: Json::from_text(r#"{"a":[1,2.5]}"#),
        handle: Handle(7),
        request: RequestId(8),
        error: Error::unsupported("no such codec"),
        event: Event::LayersChange,
        kind: Kind::WebRtcTransport,
    }
}

#[test]
fn messagepack_and_json_decode_to_the_same_value() {
    let packed = rmp_serde::to_vec_named(&letter()).unwrap();
    let unpacked: Letter = rmp_serde::from_slice(&packed).unwrap();
    assert_eq!(unpacked, letter());
    let text = serde_json::to_string(&letter()).unwrap();
    assert_eq!(
        text,
        r#"{"json":{"a":[1,2.5]},"handle":7,"request":8,"error":{"class":"UnsupportedError","message":"no such codec"},"event":"layerschange","kind":"webRtcTransport"}"#
    );
    assert_eq!(serde_json::from_str::<Letter>(&text).unwrap(), letter());
}

#[test]
fn invalid_json_text_fails_to_serialize() {
    assert!(serde_json::to_string(&Json::from_text("{")).is_err());
    assert_eq!(Json::default().into_string(), "null");
}

#[test]
fn an_error_displays_its_class_and_its_message() {
    for (error, class, text) in [
        (Error::plain("a"), ErrorClass::Error, "Error: a"),
        (
            Error::type_error("b"),
            ErrorClass::TypeError,
            "TypeError: b",
        ),
        (
            Error::unsupported("c"),
            ErrorClass::UnsupportedError,
            "UnsupportedError: c",
        ),
        (
            Error::not_found("d"),
            ErrorClass::NotFoundError,
            "NotFoundError: d",
        ),
        (
            Error::worker_closed("e"),
            ErrorClass::WorkerClosedError,
            "WorkerClosedError: e",
        ),
    ] {
        assert_eq!(error.class, class);
        assert_eq!(error.to_string(), text);
        assert!(std::error::Error::source(&error).is_none());
    }
}

#[test]
fn an_event_has_one_name() {
    for event in Event::ALL {
        let text = serde_json::to_string(event).unwrap();
        assert_eq!(text, format!("\"{}\"", event.name()));
        assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), *event);
    }
}

#[test]
fn an_emission_names_the_object_and_the_observer() {
    let (target, event) = (Handle(1), Event::Pause);
    let emission = |own, observer| Emission {
        target,
        event: own,
        observer,
        payload: Payload::None,
    };
    assert_eq!(
        Emission::both(target, event, Payload::None),
        emission(Some(event), Some(event))
    );
    assert_eq!(
        Emission::own(target, event, Payload::None),
        emission(Some(event), None)
    );
    assert_eq!(
        Emission::observer(target, event, Payload::None),
        emission(None, Some(event))
    );
    assert_eq!(
        Emission::closed(target, None),
        emission(None, Some(Event::Close))
    );
}

#[test]
fn subchannels_of_a_message_are_optional() {
    let notice: Notice = serde_json::from_str(r#"{"message":{"ppid":51}}"#).unwrap();
    assert_eq!(
        notice,
        Notice::Message(Box::new(Message {
            ppid: 51,
            ..Message::default()
        }))
    );
}

/// Some options reject `null` but have a default for `undefined`, so that commands must distinguish them.
#[test]
fn null_is_distinct_from_undefined() {
    let router = |text: &str| match serde_json::from_str(text).unwrap() {
        Command::CreateRouter(options) => options.media_codecs,
        other => panic!("{other:?}"),
    };
    assert_eq!(router(r#"{"createRouter":{}}"#), None);
    let null = router(r#"{"createRouter":{"mediaCodecs":null}}"#);
    assert_eq!(null, Some(Json::default()));
    assert!(serde_json::from_str::<Command>(r#"{"createRouter":{"mediaCodecs":}}"#).is_err());
}

#[test]
fn kinds_are_transports_observers_or_neither() {
    let transports = [
        Kind::WebRtcTransport,
        Kind::PlainTransport,
        Kind::PipeTransport,
        Kind::DirectTransport,
    ];
    assert!(
        transports
            .into_iter()
            .all(|kind| kind.is_transport() && !kind.is_rtp_observer())
    );
    let observers = [Kind::ActiveSpeakerObserver, Kind::AudioLevelObserver];
    assert!(
        observers
            .into_iter()
            .all(|kind| kind.is_rtp_observer() && !kind.is_transport())
    );
    assert!(!Kind::Router.is_transport());
}
