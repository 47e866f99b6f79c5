//! Tests of the engine's decoders and encoders against npm mediasoup's own JavaScript:
//! `vectors/capture.mjs` recorded the values that it decodes and the bytes that it encodes, and the
//! engine must produce the same. A failure means that an application would see another value, or the
//! worker another request, than with mediasoup.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod captured;

use captured::{bytes, vectors};
use data_encoding::HEXLOWER;
use engine::{
    decode::{self, NotificationPayload},
    encode,
};
use fbs::{
    message::{BodyRef, MessageRef},
    planus::{Builder, ReadAsRoot, WriteAsOffset},
};
use protocol::{Error, ErrorClass};
use serde_json::{Value, json};
use std::{collections::HashSet, fmt::Debug};

/// JavaScript has one kind of number.
fn as_javascript(value: &mut Value) {
    match value {
        Value::Number(number) => *value = json!(number.as_f64().unwrap()),
        Value::Array(items) => items.iter_mut().for_each(as_javascript),
        Value::Object(members) => members.values_mut().for_each(as_javascript),
        _ => {}
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn replies_decode_to_what_javascript_returns() {
    let mut methods = HashSet::new();
    for vector in vectors("decode.json")["replies"].as_array().unwrap() {
        let bytes = bytes(vector);
        let message = MessageRef::read_as_root(&bytes).unwrap();
        let BodyRef::Response(response) = message.data().unwrap() else {
            panic!("not a reply: {vector}");
        };
        let name = vector["method"].as_str().unwrap();
        let method = method(name);
        let body = response.body().unwrap().expect(name);

        let mut ours = parsed(&decode::value(method, body).expect(name));
        let mut theirs = vector["value"].clone();
        as_javascript(&mut ours);
        as_javascript(&mut theirs);
        assert_eq!(ours, theirs, "{name}");
        methods.insert(method as u8);
    }
    assert_eq!(methods.len(), 34, "every method that has a value");
}

#[test]
fn notifications_decode_to_what_javascript_emits() {
    let mut events = HashSet::new();
    for vector in vectors("decode.json")["notifications"].as_array().unwrap() {
        let bytes = bytes(vector);
        let message = MessageRef::read_as_root(&bytes).unwrap();
        let BodyRef::Notification(notification) = message.data().unwrap() else {
            panic!("not a notification: {vector}");
        };
        let name = vector["event"].as_str().unwrap();
        let event = notification.event().unwrap();
        assert_eq!(event, self::event(name));

        let payload = decode::payload(event, notification.body().unwrap()).expect(name);
        let mut ours = as_vector(payload);
        let mut theirs = vector.clone();
        for member in ["event", "bytes"] {
            theirs.as_object_mut().unwrap().remove(member);
        }
        as_javascript(&mut ours);
        as_javascript(&mut theirs);
        assert_eq!(ours, theirs, "{name}");
        events.insert(event as u8);
    }
    assert_eq!(
        events.len(),
        26,
        "every event that carries something, and some that don't"
    );
}

/// Encodes every input of a kind, and compares with what JavaScript made of it. `reference` takes
/// what is to be compared out of the bytes of a whole table.
fn check<T: Debug + PartialEq>(
    kind: &str,
    encode: impl Fn(Option<&Value>) -> Result<T, Error>,
    reference: impl Fn(&[u8]) -> fbs::planus::Result<T>,
) {
    let vectors = vectors("encode.json");
    let vectors = vectors[kind].as_array().expect(kind);
    for vector in vectors {
        let theirs = match vector.get("error") {
            None => Ok(reference(&bytes(vector)).unwrap()),
            Some(error) => Err(Error::new(
                match error["name"].as_str().unwrap() {
                    "TypeError" => ErrorClass::TypeError,
                    "SyntaxError" => ErrorClass::SyntaxError,
                    "RangeError" => ErrorClass::RangeError,
                    _ => ErrorClass::Error,
                },
                error["message"].as_str().unwrap(),
            )),
        };
        let input = vector.get("input");
        assert_eq!(encode(input), theirs, "{kind}: {input:?}");
    }
}

/// An encoder whose input is never `undefined`.
fn given<T>(
    encode: impl Fn(&Value) -> Result<T, Error>,
) -> impl Fn(Option<&Value>) -> Result<T, Error> {
    move |input| encode(input.unwrap())
}

/// The owned form of a table.
macro_rules! owned {
    ($table:ty, $reference:ty) => {
        |bytes: &[u8]| <$table>::try_from(<$reference>::read_as_root(bytes)?)
    };
}

#[test]
fn rtp_encodes_to_what_javascript_sends() {
    use fbs::rtp_parameters::{RtpMapping, RtpMappingRef, RtpParameters, RtpParametersRef};

    let parameters = owned!(RtpParameters, RtpParametersRef<'_>);
    check("rtpParameters", given(encode::rtp_parameters), parameters);
    check("rtpEncodings", given(encode::rtp_encodings), |bytes| {
        parameters(bytes).map(|parameters| parameters.encodings)
    });
    let mapping = owned!(RtpMapping, RtpMappingRef<'_>);
    check("rtpMapping", given(encode::rtp_mapping), mapping);
}

#[test]
fn transports_encode_to_what_javascript_sends() {
    use fbs::{
        router::{CreatePipeTransportRequest, CreatePipeTransportRequestRef},
        sctp_parameters::{SctpStreamParameters, SctpStreamParametersRef},
        srtp_parameters::{SrtpParameters, SrtpParametersRef},
        web_rtc_transport::{ConnectRequest, ConnectRequestRef},
    };

    check(
        "sctpStreamParameters",
        given(encode::sctp_stream_parameters),
        owned!(SctpStreamParameters, SctpStreamParametersRef<'_>),
    );
    check(
        "srtpParameters",
        encode::srtp_parameters,
        owned!(SrtpParameters, SrtpParametersRef<'_>),
    );
    let connect = owned!(ConnectRequest, ConnectRequestRef<'_>);
    check("dtlsParameters", encode::dtls_parameters, |bytes| {
        connect(bytes).map(|request| *request.dtls_parameters)
    });
    let create = owned!(
        CreatePipeTransportRequest,
        CreatePipeTransportRequestRef<'_>
    );
    check("listenInfo", encode::listen_info, |bytes| {
        create(bytes).map(|request| *request.options.listen_info)
    });
}

#[test]
fn trace_events_encode_to_what_javascript_sends() {
    let transport = owned!(
        fbs::transport::EnableTraceEventRequest,
        fbs::transport::EnableTraceEventRequestRef<'_>
    );
    check(
        "transportTraceEvents",
        encode::transport_trace_events,
        |bytes| transport(bytes).map(|request| request.events),
    );
    let producer = owned!(
        fbs::producer::EnableTraceEventRequest,
        fbs::producer::EnableTraceEventRequestRef<'_>
    );
    check(
        "producerTraceEvents",
        encode::producer_trace_events,
        |bytes| producer(bytes).map(|request| request.events),
    );
    let consumer = owned!(
        fbs::consumer::EnableTraceEventRequest,
        fbs::consumer::EnableTraceEventRequestRef<'_>
    );
    check(
        "consumerTraceEvents",
        encode::consumer_trace_events,
        |bytes| consumer(bytes).map(|request| request.events),
    );
}

#[test]
fn layers_encode_to_what_javascript_sends() {
    use fbs::consumer::{SetPreferredLayersRequest, SetPreferredLayersRequestRef};

    let request = owned!(SetPreferredLayersRequest, SetPreferredLayersRequestRef<'_>);
    check(
        "preferredLayers",
        given(|layers| {
            encode::preferred_layers(layers.get("spatialLayer"), layers.get("temporalLayer"))
        }),
        |bytes| request(bytes).map(|request| *request.preferred_layers),
    );
}

#[test]
fn what_is_written_reads_back_the_same() {
    use fbs::rtp_parameters::{RtpParameters, RtpParametersRef};

    for vector in vectors("encode.json")["rtpParameters"].as_array().unwrap() {
        let Ok(parameters) = encode::rtp_parameters(&vector["input"]) else {
            continue;
        };
        let mut builder = Builder::new();
        let offset = WriteAsOffset::prepare(&parameters, &mut builder);
        let bytes = builder.finish(offset, None);
        let read = RtpParametersRef::read_as_root(bytes).unwrap();
        assert_eq!(RtpParameters::try_from(read).unwrap(), parameters);
    }
}

/// The form in which `recorder.mjs` keeps an event's argument.
fn as_vector(payload: NotificationPayload<'_>) -> Value {
    match payload {
        NotificationPayload::None => json!({}),
        NotificationPayload::Json(text) => json!({ "value": parsed(&text) }),
        NotificationPayload::State(state) => json!({ "value": state }),
        NotificationPayload::Dtls { state, remote_cert } => match remote_cert {
            Some(cert) => json!({ "value": state, "remoteCert": cert }),
            None => json!({ "value": state }),
        },
        NotificationPayload::Bytes { data, ppid } => {
            json!({ "data": HEXLOWER.encode(data), "ppid": ppid })
        }
        NotificationPayload::DominantSpeaker(id) => json!({ "dominantSpeaker": id }),
        NotificationPayload::Volumes(volumes) => json!({ "volumes": volumes }),
    }
}

/// The method of that name in the schema.
fn method(name: &str) -> fbs::request::Method {
    (0..=u8::MAX)
        .map_while(|tag| tag.try_into().ok())
        .find(|method| spelled(&format!("{method:?}"), name))
        .unwrap_or_else(|| panic!("no method {name}"))
}

/// The event of that name in the schema.
fn event(name: &str) -> fbs::notification::Event {
    (0..=u8::MAX)
        .map_while(|tag| tag.try_into().ok())
        .find(|event| spelled(&format!("{event:?}"), name))
        .unwrap_or_else(|| panic!("no event {name}"))
}

/// True if `WorkerDump` is `WORKER_DUMP`.
fn spelled(ours: &str, theirs: &str) -> bool {
    ours.to_uppercase() == theirs.replace('_', "")
}
