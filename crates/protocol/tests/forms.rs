//! How the protocol's values look as text and on a wire.

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
fn the_same_comes_out_of_messagepack_and_json() {
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
fn text_that_is_no_json_is_found_out_when_it_is_written() {
    assert!(serde_json::to_string(&Json::from_text("{")).is_err());
    assert_eq!(Json::default().into_string(), "null");
}

#[test]
fn an_error_shows_its_class_and_its_words() {
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
fn an_emission_says_whose_event_it_is() {
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
fn a_message_may_leave_its_subchannels_out() {
    let notice: Notice = serde_json::from_str(r#"{"message":{"ppid":51}}"#).unwrap();
    assert_eq!(
        notice,
        Notice::Message(Box::new(Message {
            ppid: 51,
            ..Message::default()
        }))
    );
}

/// `null` is refused where `undefined` is a default, so that a command must tell them apart.
#[test]
fn null_is_not_undefined_where_that_matters() {
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
fn a_kind_is_a_transport_an_observer_or_neither() {
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
