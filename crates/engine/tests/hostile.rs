//! Property tests of the engine's decoders and encoders with bytes that no worker would send and values
//! that no application should. Every input must yield an error or a result; a failure means that a
//! worker or an application can make this program panic. proptest prints the input that failed, and
//! keeps its seed.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod captured;

use captured::{bytes, vectors};
use engine::{decode, encode};
use fbs::{
    message::{BodyRef, MessageRef},
    notification::Event,
    planus::ReadAsRoot,
    request::Method,
};
use proptest::{collection::vec, prelude::*, sample::Index};
use serde_json::{Map, Value};
use std::sync::LazyLock;

/// Every message that was captured.
static MESSAGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let vectors = vectors("decode.json");
    ["replies", "notifications"]
        .iter()
        .flat_map(|group| vectors[group].as_array().unwrap())
        .map(bytes)
        .collect()
});

/// Every value that was encoded.
static INPUTS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let Value::Object(kinds) = vectors("encode.json") else {
        panic!("not an object");
    };
    kinds
        .into_iter()
        .flat_map(|(_, vectors)| vectors.as_array().unwrap().clone())
        .filter_map(|mut vector| vector.get_mut("input").map(Value::take))
        .collect()
});

/// Decodes a message in every way that the engine could be made to.
fn decode_all(bytes: &[u8]) {
    match MessageRef::read_as_root(bytes).and_then(|message| message.data()) {
        Ok(BodyRef::Response(response)) => {
            let _ = (response.id(), response.accepted());
            let _ = (response.error(), response.reason());
            if let Ok(Some(body)) = response.body() {
                for method in (0..=u8::MAX).map_while(|tag| Method::try_from(tag).ok()) {
                    let _ = decode::value(method, body);
                }
            }
        }
        Ok(BodyRef::Notification(notification)) => {
            let _ = (notification.handler_id(), notification.event());
            if let Ok(body) = notification.body() {
                for event in (0..=u8::MAX).map_while(|tag| Event::try_from(tag).ok()) {
                    let _ = decode::payload(event, body);
                }
            }
        }
        _ => {}
    }
}

fn encode_all(value: &Value) {
    let _ = encode::rtp_parameters(value);
    let _ = encode::rtp_encodings(value);
    let _ = encode::rtp_mapping(value);
    let _ = encode::listen_infos(Some(value));
    let _ = encode::listen_info(Some(value));
    let _ = encode::dtls_parameters(Some(value));
    let _ = encode::srtp_parameters(Some(value));
    let _ = encode::sctp_stream_parameters(value);
    let _ = encode::transport_trace_events(Some(value));
    let _ = encode::producer_trace_events(Some(value));
    let _ = encode::consumer_trace_events(Some(value));
    let _ = encode::consumer_layers(Some(value), Some(value));
    let _ = encode::preferred_layers(Some(value), Some(value));
    let _ = js_value::big_int(value);
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        "[-+ ]{0,2}(0[xob])?[0-9.eE]{0,9}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(("[a-z]{1,8}", inner), 0..4)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// Puts `new` in the place of one of the values that `value` consists of.
fn replace(value: &mut Value, path: &[Index], new: Value) {
    let inner = path.split_first().and_then(|(index, path)| {
        let inner = match value {
            Value::Array(items) if !items.is_empty() => {
                let at = index.index(items.len());
                items.get_mut(at)
            }
            Value::Object(members) if !members.is_empty() => {
                let at = index.index(members.len());
                members.values_mut().nth(at)
            }
            _ => None,
        };
        inner.map(|inner| (inner, path))
    });
    match inner {
        Some((inner, path)) => replace(inner, path, new),
        None => *value = new,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_bytes_decode_to_something_or_an_error(bytes in vec(any::<u8>(), 0..200)) {
        decode_all(&bytes);
    }

    #[test]
    fn damaged_messages_decode_to_something_or_an_error(
        message in any::<Index>(),
        damage in vec((any::<Index>(), any::<u8>()), 0..6),
        length in any::<Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = MESSAGES[message.index(MESSAGES.len())].clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut {
            bytes.truncate(length.index(bytes.len()));
        }
        decode_all(&bytes);
    }

    #[test]
    fn any_value_encodes_to_something_or_an_error(value in any_value()) {
        encode_all(&value);
    }

    #[test]
    fn spoiled_values_encode_to_something_or_an_error(
        input in any::<Index>(),
        path in vec(any::<Index>(), 0..5),
        value in any_value(),
    ) {
        let mut input = INPUTS[input.index(INPUTS.len())].clone();
        replace(&mut input, &path, value);
        encode_all(&input);
    }
}
