//! Contract cases: refused commands, with mediasoup's error class and words, and nothing changed. The suite
//! runs them on every implementation of the trait `Host` (this machine's Workers, a server's, a fake); a
//! host that fails one throws another error, or keeps half of a refused change.

use super::objects::{Objects, opus, produce, rtp_capabilities};
use super::{Case, Stage};
use protocol::{Error, ErrorClass, Handle, Json, Reply};
use serde_json::{Value, json};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a command may come as JSON text",
        play: text,
    },
    Case {
        name: "refusals have mediasoup's class and words",
        play: words,
    },
    Case {
        name: "a refused command changes nothing",
        play: unchanged,
    },
    Case {
        name: "a refused updateMediaCodecs() changes nothing",
        play: update_media_codecs,
    },
    Case {
        name: "canConsume() of an unknown Producer has a line for the log",
        play: can_consume,
    },
];

fn text(stage: &mut Stage<'_>) {
    let Objects { consumer, .. } = Objects::new(stage);
    let answer = stage.call_text(consumer, r#"{"setPriority":4}"#);
    assert_eq!(answer, Ok(Reply::Done));
    assert_eq!(stage.read(consumer, "priority"), Some(json!(4)));
    let refused = stage.call_text(consumer, r#"{"levitate":{}}"#);
    let error = refused.expect_err("there is no such command");
    assert_eq!(error.class, ErrorClass::TypeError, "{error}");
}

fn words(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    stage.make(objects.sending, produce("audio", Some("mike")));
    let capabilities = rtp_capabilities();
    let consume =
        |id: Value| json!({ "consume": { "producerId": id, "rtpCapabilities": capabilities } });
    for (target, command, expected) in [
        (
            objects.worker,
            json!({ "createRouter": { "mediaCodecs": 5 } }),
            Error::type_error("mediaCodecs must be an Array"),
        ),
        (
            objects.sending,
            produce("smell", None),
            Error::type_error("invalid kind \"smell\""),
        ),
        (
            objects.sending,
            produce("audio", Some("mike")),
            Error::type_error("a Producer with same id \"mike\" already exists"),
        ),
        (
            objects.receiving,
            json!({ "consume": { "rtpCapabilities": {} } }),
            Error::type_error("missing producerId"),
        ),
        (
            objects.receiving,
            consume(json!("nobody")),
            Error::not_found("Producer with id \"nobody\" not found"),
        ),
        (
            objects.receiving,
            json!({ "consumeData": { "dataProducerId": "nobody" } }),
            Error::not_found("DataProducer with id \"nobody\" not found"),
        ),
        (
            objects.consumer,
            json!({ "setPriority": "high" }),
            Error::type_error("priority must be a positive number"),
        ),
        (
            Handle(9999),
            json!("dump"),
            Error::not_found("the object is unknown"),
        ),
    ] {
        let refused = stage.call(target, command.clone());
        assert_eq!(refused, Err(expected), "{command}");
    }
}

fn unchanged(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    for _ in 0..2 {
        let refused = stage.call(objects.sending, produce("smell", Some("rose")));
        let refused = refused.expect_err("that kind doesn't exist");
        assert_eq!(refused, Error::type_error("invalid kind \"smell\""));
        stage.serve();
        assert_eq!(stage.all_items(), [], "nothing was sent");
    }
    stage.make(objects.sending, produce("audio", Some("rose")));
    assert!(
        stage
            .call(objects.consumer, json!({ "setPriority": -1 }))
            .is_err()
    );
    assert_eq!(stage.read(objects.consumer, "priority"), Some(json!(1)));
}

fn update_media_codecs(stage: &mut Stage<'_>) {
    let Objects { router, .. } = Objects::new(stage);
    let before = stage.read(router, "rtpCapabilities");
    let mut codec = opus();
    codec["mimeType"] = "audio/tin-can".into();
    let codecs = Json::of(&json!([codec]));
    let refused = stage.host().update_media_codecs(router, Some(codecs));
    let expected = "media codec not supported [mimeType:audio/tin-can]";
    assert_eq!(refused, Err(Error::unsupported(expected)));
    stage.serve();
    assert_eq!(stage.all_items(), []);
    assert_eq!(stage.read(router, "rtpCapabilities"), before);
}

fn can_consume(stage: &mut Stage<'_>) {
    let Objects { router, .. } = Objects::new(stage);
    let capabilities = Json::of(&rtp_capabilities());
    let line = "canConsume() | Producer with id \"nobody\" not found";
    let answer = stage
        .host()
        .can_consume(router, "nobody", Some(&capabilities));
    assert_eq!(answer, Err(line.to_owned()));
}
