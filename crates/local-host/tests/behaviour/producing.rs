//! Tests of `produce()`, whose results for equal codecs and header extensions a `LocalHost` (the object
//! that holds this machine's Workers) caches. They compare a cached result with one computed from all
//! parameters; a failure means that the cache changes an answer, or grows without bound.

use crate::support::{Cast, Rig, rtp_parameters};
use fbs::request::Body;
use fbs::transport::ProduceRequest;
use host::Host;
use protocol::limits::{PARSED_TEXT_BYTES, PARSED_TEXTS};
use protocol::{Command, Error, Handle, Json, Produce};
use serde_json::{Value, json};

/// Produces; returns the request to the worker and the Producer.
fn produce(rig: &mut Rig, cast: Cast, kind: &str, params: &Value) -> (ProduceRequest, Handle) {
    let command = json!({ "produce": { "kind": kind, "rtpParameters": params } });
    rig.ask(cast.web_rtc, command);
    let (worker, request) = rig.asked().remove(0);
    let answer = rig.answer(worker, &request);
    rig.input(worker, &answer);
    let Some(Body::TransportProduceRequest(body)) = request.body else {
        panic!("another request");
    };
    rig.told();
    let local = rig.host.local();
    let mut objects = local.model().objects().into_iter();
    let producer = objects.find(|(_, it)| *it.id == *body.producer_id);
    (*body, producer.expect("it was made").0)
}

fn refusal(rig: &mut Rig, cast: Cast, params: &Value) -> String {
    let command = json!({ "produce": { "kind": "video", "rtpParameters": params } });
    let error = rig
        .try_ask(cast.web_rtc, command)
        .expect_err("it is refused");
    assert!(rig.sent().is_empty());
    error.message
}

/// Parameters as browsers send them, with members that nobody knows.
fn params(kind: &str, ssrc: u32) -> Value {
    let mut params = rtp_parameters(kind);
    params["encodings"][0]["ssrc"] = ssrc.into();
    params["mid"] = ssrc.to_string().into();
    params["unknown"] = json!([ssrc]);
    params["codecs"][0]["unknown"] = json!({ "a": 1.5 });
    params
}

#[test]
fn both_are_what_ortc_makes_of_all_their_parameters() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for kind in ["audio", "video", "audio", "video"] {
        for ssrc in [1000, 2000] {
            let mut expected = params(kind, ssrc);
            let (body, producer) = produce(&mut rig, cast, kind, &expected);

            let caps = rig.read(cast.router, "rtpCapabilities");
            let first_ssrc = body.rtp_mapping.encodings[0].mapped_ssrc;
            ortc::validate_and_normalize_rtp_parameters(&mut expected).unwrap();
            expected["rtcp"]["cname"] =
                rig.read(producer, "rtpParameters")["rtcp"]["cname"].clone();
            let mapping =
                ortc::get_producer_rtp_parameters_mapping(&mut expected, &caps, first_ssrc)
                    .unwrap();
            let consumable =
                ortc::get_consumable_rtp_parameters(kind, &expected, &caps, &mapping).unwrap();

            for (member, expected) in [
                ("rtpParameters", &expected),
                ("consumableRtpParameters", &consumable),
            ] {
                let text = rig.read(producer, member).to_string();
                assert_eq!(text, expected.to_string(), "{member}, in this order");
            }
            let parameters = engine::encode::rtp_parameters(&expected).unwrap();
            assert_eq!(*body.rtp_parameters, parameters);
            let mapping = engine::encode::rtp_mapping(&mapping).unwrap();
            assert_eq!(*body.rtp_mapping, mapping);
        }
    }
}

#[test]
fn of_several_faults_mediasoups_first_is_told() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    produce(&mut rig, cast, "video", &params("video", 1000));
    let changed = |change: fn(&mut Value)| {
        let mut params = params("video", 2000);
        change(&mut params);
        params
    };
    for (params, message) in [
        (json!(7), "params is not an object"),
        (json!([]), "missing params.codecs"),
        (
            changed(|params| {
                params["mid"] = 5.into();
                params["codecs"] = json!("none");
            }),
            "params.mid is not a string",
        ),
        (
            changed(|params| {
                params["codecs"][0]["mimeType"] = "video/unknown".into();
                params["encodings"][1]["ssrc"] = "text".into();
            }),
            "invalid encoding.ssrc",
        ),
        (
            changed(|params| {
                params["codecs"][0]["mimeType"] = "video/unknown".into();
            }),
            "unsupported codec [mimeType:video/unknown, payloadType:112]",
        ),
        (
            changed(|params| {
                params["headerExtensions"] = json!([{ "uri": "urn:unknown", "id": 1 }]);
            }),
            "invalid RtpHeaderExtensionUri: urn:unknown",
        ),
    ] {
        assert_eq!(refusal(&mut rig, cast, &params), message);
    }
}

/// Only a client of a server can send it.
#[test]
fn what_is_no_json_is_refused_as_null_is() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for text in ["{", r#"{"codecs":[]"#, "null"] {
        let command = Command::Produce(Produce {
            kind: Some("video".into()),
            rtp_parameters: Some(Json::from_text(text)),
            ..Produce::default()
        });
        let refused = rig.host.request(cast.web_rtc, command.into());
        let message = "Cannot read properties of null (reading 'mid')";
        assert_eq!(refused, Err(Error::type_error(message)));
    }
}

#[test]
fn what_a_router_has_agreed_to_ends_with_its_codecs() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let video = params("video", 1000);
    produce(&mut rig, cast, "video", &video);
    let audio_alone =
        Json::from_text(r#"[{ "kind": "audio", "mimeType": "audio/PCMU", "clockRate": 8000 }]"#);
    let updated = rig
        .host
        .local_mut()
        .update_media_codecs(cast.router, Some(&audio_alone));
    assert_eq!(updated, Ok(()));
    let message = "unsupported codec [mimeType:video/VP8, payloadType:112]";
    assert_eq!(refusal(&mut rig, cast, &video), message);
}

/// Each text is parsed once, but not kept forever.
#[test]
fn more_than_are_remembered_can_be_produced() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let mut params = params("audio", 1000);
    for browser in 0..PARSED_TEXTS + 5 {
        params["mid"] = browser.to_string().into();
        params["codecs"][0]["browser"] = browser.into();
        let (_, producer) = produce(&mut rig, cast, "audio", &params);
        let codecs = &rig.read(producer, "rtpParameters")["codecs"];
        assert_eq!(codecs[0]["browser"], browser);
    }
    params["codecs"][0]["unknown"] = "x".repeat(PARSED_TEXT_BYTES).into();
    let (_, producer) = produce(&mut rig, cast, "audio", &params);
    let codecs = &rig.read(producer, "rtpParameters")["codecs"];
    assert_eq!(codecs[0]["unknown"], params["codecs"][0]["unknown"]);
}
