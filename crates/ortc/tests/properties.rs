//! Property tests of the ORTC functions with any JSON, well-formed or hostile: they never panic, valid
//! input stays valid along the chain, and a Consumer gets no more than its Producer offers. A failure is
//! an input with which an application could crash this program or get parameters that mediasoup wouldn't
//! give.

use ortc::{
    can_consume, generate_router_rtp_capabilities, get_consumable_rtp_parameters,
    get_consumer_rtp_parameters, get_pipe_consumer_rtp_parameters,
    get_producer_rtp_parameters_mapping, normalized_supported_rtp_capabilities,
    parse_scalability_mode, validate_and_normalize_rtp_capabilities,
    validate_and_normalize_rtp_parameters, validate_and_normalize_sctp_stream_parameters,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// The member names that ORTC looks for.
const KEYS: &[&str] = &[
    "codecs",
    "headerExtensions",
    "encodings",
    "rtcp",
    "mimeType",
    "kind",
    "payloadType",
    "preferredPayloadType",
    "clockRate",
    "channels",
    "parameters",
    "rtcpFeedback",
    "apt",
    "profile-level-id",
    "packetization-mode",
    "profile-id",
    "type",
    "parameter",
    "uri",
    "id",
    "preferredId",
    "direction",
    "ssrc",
    "rid",
    "rtx",
    "maxBitrate",
    "scalabilityMode",
    "cname",
    "mid",
    "msid",
    "streamId",
    "ordered",
    "maxRetransmits",
    "mappedPayloadType",
    "mappedSsrc",
];

const WORDS: &[&str] = &[
    "",
    "audio",
    "video",
    "audio/opus",
    "video/VP8",
    "video/VP9",
    "video/H264",
    "video/rtx",
    "/rtx",
    "é/rtx",
    "nack",
    "pli",
    "42e01f",
    "L3T3",
    "1e3",
    "sendrecv",
    "toString",
    "urn:3gpp:video-orientation",
];

fn any_leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-2..130_i64).prop_map(Value::from),
        select(vec![48000, 90000, i64::MAX]).prop_map(Value::from),
        select(WORDS).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

/// JSON with the shape of anything, whose members often have names that ORTC knows.
fn any_json() -> impl Strategy<Value = Value> {
    any_leaf().prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((select(KEYS), inner), 0..8).prop_map(|members| {
                let members = members
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Value::Object(members.collect())
            }),
        ]
    })
}

/// The item or member that the index picks; the value itself if there is nothing inside.
fn inside(value: &mut Value, index: prop::sample::Index) -> &mut Value {
    let inner = match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if inner == 0 {
        return value;
    }
    let index = index.index(inner);
    match value {
        Value::Object(members) => members
            .values_mut()
            .nth(index)
            .expect("the index is below the length"),
        list => &mut list[index],
    }
}

/// A good value in which a member, anywhere, may have been replaced.
fn spoiled(good: Value) -> impl Strategy<Value = Value> {
    (
        prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        any_json(),
    )
        .prop_map(move |(path, replacement)| {
            let mut value = good.clone();
            let mut place = &mut value;
            for step in path {
                place = inside(place, step);
            }
            *place = replacement;
            value
        })
}

fn good_params() -> Value {
    json!({
        "mid": "0",
        "codecs": [
            { "mimeType": "video/VP8", "payloadType": 120, "clockRate": 90000,
              "rtcpFeedback": [{ "type": "nack" }] },
            { "mimeType": "video/rtx", "payloadType": 121, "clockRate": 90000,
              "parameters": { "apt": 120 } },
        ],
        "headerExtensions": [{ "uri": "urn:3gpp:video-orientation", "id": 4 }],
        "encodings": [{ "ssrc": 1, "rtx": { "ssrc": 2 } }, { "rid": "h", "maxBitrate": 9 }],
        "rtcp": { "cname": "me" },
    })
}

fn router_caps() -> Value {
    let media_codecs = json!([
        { "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 },
        { "mimeType": "video/VP8", "clockRate": 90000 },
        { "mimeType": "video/H264", "clockRate": 90000,
          "parameters": { "profile-level-id": "42e01f", "packetization-mode": 1 } },
    ]);
    generate_router_rtp_capabilities(&media_codecs).expect("good media codecs")
}

/// Calls everything with the values in every role, until something fails.
fn try_everything(a: &Value, b: &Value, c: &Value) {
    for caps in [a, b] {
        for kind in ["audio", "video"] {
            let _ = get_consumable_rtp_parameters(kind, a, caps, c);
        }
        let _ = get_producer_rtp_parameters_mapping(&mut a.clone(), caps, u32::MAX);
        let _ = can_consume(a, caps);
        for flags in 0..4 {
            let (pipe, rtx) = (flags & 1 == 0, flags & 2 == 0);
            let _ = get_consumer_rtp_parameters(a, caps, pipe, rtx, || u32::MAX);
            let _ = get_pipe_consumer_rtp_parameters(a, rtx, || u32::MAX);
        }
    }
    let _ = generate_router_rtp_capabilities(a);
    let _ = validate_and_normalize_sctp_stream_parameters(&mut a.clone());
}

/// A Producer's way through the Router; the consumable parameters if it gets that far.
fn produce(params: &mut Value, caps: &Value) -> Option<Value> {
    validate_and_normalize_rtp_parameters(params).ok()?;
    let mapping = get_producer_rtp_parameters_mapping(params, caps, 1).ok()?;
    let consumable = get_consumable_rtp_parameters("video", params, caps, &mapping);
    Some(consumable.expect("valid and mapped parameters are consumable"))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().expect("a list")
}

proptest! {
    #[test]
    fn nothing_panics(a in any_json(), b in any_json(), c in any_json(), text in any::<String>()) {
        try_everything(&a, &b, &c);
        let _ = parse_scalability_mode(&text);
    }

    #[test]
    fn nothing_panics_on_what_is_nearly_good(
        params in spoiled(good_params()),
        caps in spoiled(router_caps()),
        mapping in spoiled(json!({ "codecs": [{ "payloadType": 120, "mappedPayloadType": 101 }],
                                   "encodings": [{ "mappedSsrc": 1 }, { "mappedSsrc": 2 }] })),
    ) {
        try_everything(&params, &caps, &mapping);
        try_everything(&caps, &params, &mapping);
    }

    #[test]
    fn what_is_normal_stays_as_it_is(
        params in spoiled(good_params()),
        caps in spoiled(router_caps()),
        sctp in spoiled(json!({ "streamId": 1, "maxRetransmits": 3 })),
    ) {
        type Normalize = fn(&mut Value) -> Result<(), protocol::Error>;
        for (mut value, normalize) in [
            (params, validate_and_normalize_rtp_parameters as Normalize),
            (caps, validate_and_normalize_rtp_capabilities),
            (sctp, validate_and_normalize_sctp_stream_parameters),
        ] {
            if normalize(&mut value).is_ok() {
                let once = value.clone();
                prop_assert_eq!(normalize(&mut value), Ok(()));
                prop_assert_eq!(value, once);
            }
        }
    }

    #[test]
    fn valid_parameters_never_fail_behind_the_mapping(params in spoiled(good_params())) {
        let caps = router_caps();
        let mut params = params;
        if let Some(consumable) = produce(&mut params, &caps) {
            prop_assert!(can_consume(&consumable, &caps).is_ok());
            for pipe in [true, false] {
                let consumer = get_consumer_rtp_parameters(&consumable, &caps, pipe, true, || 1);
                if let Err(error) = consumer {
                    prop_assert_eq!(error.message, "no compatible media codecs");
                }
            }
            prop_assert!(get_pipe_consumer_rtp_parameters(&consumable, true, || 1).is_ok());
        }
    }

    #[test]
    fn a_consumer_gets_no_more_than_was_offered(
        params in spoiled(good_params()),
        cap_codecs in subsequence(list(&router_caps(), "codecs").to_vec(), 0..=5),
        cap_extensions in subsequence(
            list(normalized_supported_rtp_capabilities(), "headerExtensions").to_vec(),
            0..=18,
        ),
        pipe in any::<bool>(),
        enable_rtx in any::<bool>(),
        seed in 1..u32::MAX,
    ) {
        let mut params = params;
        let Some(consumable) = produce(&mut params, &router_caps()) else { return Ok(()) };
        let caps = json!({ "codecs": cap_codecs, "headerExtensions": cap_extensions });
        let consumer =
            get_consumer_rtp_parameters(&consumable, &caps, pipe, enable_rtx, || seed);
        let can = can_consume(&consumable, &caps).expect("both sides are valid");
        prop_assert!(!can || consumer.is_ok(), "who can consume gets parameters");
        let Ok(consumer) = consumer else { return Ok(()) };

        for codec in list(&consumer, "codecs") {
            let without_feedback = |codec: &Value| {
                let mut codec: Map<String, Value> = codec.as_object().expect("a codec").clone();
                codec.remove("rtcpFeedback");
                codec
            };
            prop_assert!(list(&consumable, "codecs")
                .iter()
                .any(|offered| without_feedback(offered) == without_feedback(codec)));
            for feedback in list(codec, "rtcpFeedback") {
                let mut caps = cap_codecs.iter();
                prop_assert!(caps.any(|cap| list(cap, "rtcpFeedback").contains(feedback)));
            }
            prop_assert!(enable_rtx || codec["mimeType"] != "video/rtx");
        }
        for extension in list(&consumer, "headerExtensions") {
            prop_assert!(list(&consumable, "headerExtensions").contains(extension));
        }
        let streams = if pipe { list(&consumable, "encodings").len() } else { 1 };
        prop_assert_eq!(list(&consumer, "encodings").len(), streams);
    }
}
