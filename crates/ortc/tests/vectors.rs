//! Tests of the ORTC functions against recordings of mediasoup's own `ortc.js`, which
//! `vectors/generate.mjs` made: the same arguments must yield the same result, the same changed
//! arguments, and the same error. A failure means that an application would get other parameters than
//! from mediasoup.

use ortc::{
    can_consume, generate_router_rtp_capabilities, get_consumable_rtp_parameters,
    get_consumer_rtp_parameters, get_pipe_consumer_rtp_parameters,
    get_producer_rtp_parameters_mapping, normalized_supported_rtp_capabilities,
    parse_scalability_mode, supported_rtp_capabilities, validate_and_normalize_rtp_capabilities,
    validate_and_normalize_rtp_codec_capability, validate_and_normalize_rtp_parameters,
    validate_and_normalize_sctp_stream_parameters,
};
use protocol::Error;
use serde::Deserialize;
use serde_json::Value;
use std::fmt::Write;

/// A file of cases. Cases name their values by index.
#[derive(Deserialize)]
struct Recording {
    values: Vec<Value>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    title: String,
    call: String,
    args: Vec<usize>,
    /// The result; none if that is `undefined`.
    returns: Option<usize>,
    /// The arguments after the call.
    #[serde(default)]
    leaves: Vec<usize>,
    throws: Option<(String, String)>,
}

/// The functions that change their first argument in view of the caller.
const CHANGE_THEIR_ARGUMENT: [&str; 4] = [
    "validateAndNormalizeRtpCapabilities",
    "validateAndNormalizeRtpParameters",
    "validateAndNormalizeSctpStreamParameters",
    "getProducerRtpParametersMapping",
];

fn call(name: &str, args: &mut [Value]) -> Result<Option<Value>, Error> {
    let mut random_numbers = (1..).map(|n| n * 100_000_000 + 1);
    let mut random = || random_numbers.next().expect("there are always more");
    match (name, args) {
        ("validateAndNormalizeRtpCapabilities", [caps]) => {
            validate_and_normalize_rtp_capabilities(caps).map(|()| None)
        }
        ("validateAndNormalizeRtpParameters", [params]) => {
            validate_and_normalize_rtp_parameters(params).map(|()| None)
        }
        ("validateAndNormalizeSctpStreamParameters", [params]) => {
            validate_and_normalize_sctp_stream_parameters(params).map(|()| None)
        }
        ("generateRouterRtpCapabilities", [media_codecs]) => {
            generate_router_rtp_capabilities(media_codecs).map(Some)
        }
        ("getProducerRtpParametersMapping", [params, caps]) => {
            get_producer_rtp_parameters_mapping(params, caps, random()).map(Some)
        }
        ("getConsumableRtpParameters", [kind, params, caps, mapping]) => {
            let kind = kind.as_str().expect("kinds are strings");
            get_consumable_rtp_parameters(kind, params, caps, mapping).map(Some)
        }
        ("canConsume", [consumable, caps]) => {
            validate_and_normalize_rtp_capabilities(caps)?;
            can_consume(consumable, caps).map(|can| Some(can.into()))
        }
        ("getConsumerRtpParameters", [consumable, caps, pipe, enable_rtx]) => {
            let (pipe, enable_rtx) = (*pipe == true, *enable_rtx == true);
            for codec in caps
                .get_mut("codecs")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                validate_and_normalize_rtp_codec_capability(codec)?;
            }
            get_consumer_rtp_parameters(consumable, caps, pipe, enable_rtx, random).map(Some)
        }
        ("getPipeConsumerRtpParameters", [consumable, enable_rtx]) => {
            get_pipe_consumer_rtp_parameters(consumable, *enable_rtx == true, random).map(Some)
        }
        ("parseScalabilityMode", [text]) => {
            let mode = parse_scalability_mode(text.as_str().expect("modes are strings"));
            Ok(serde_json::to_value(mode).ok())
        }
        (name, args) => panic!("no function {name} of {} arguments", args.len()),
    }
}

/// Equal as JavaScript sees it: 1 is 1.0, and the order of members counts.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|((a_key, a), (b_key, b))| a_key == b_key && same(a, b))
        }
        _ => a == b,
    }
}

fn replay(file: &str) {
    let recording: Recording = serde_json::from_str(file).expect("a recording");
    let mut differences = String::new();
    let mut report = |case: &Case, what: &str, expected: String, got: String| {
        let Case { title, call, .. } = case;
        let _ = writeln!(
            differences,
            "{call}: {title}: {what}\n  expected {expected}\n  got      {got}"
        );
    };
    for case in &recording.cases {
        let mut args: Vec<Value> = case
            .args
            .iter()
            .map(|&i| recording.values[i].clone())
            .collect();
        let result = call(&case.call, &mut args);
        let expected = match &case.throws {
            Some((class, message)) => Err(format!("{class}: {message}")),
            None => Ok(case.returns.map(|i| &recording.values[i])),
        };
        match (&expected, result.map_err(|error| error.to_string())) {
            (Err(expected), Err(got)) if *expected == got => continue,
            (Ok(None), Ok(None)) => {}
            (Ok(Some(expected)), Ok(Some(got))) if same(expected, &got) => {}
            (_, got) => {
                report(case, "result", format!("{expected:?}"), format!("{got:?}"));
                continue;
            }
        }
        if CHANGE_THEIR_ARGUMENT.contains(&case.call.as_str()) {
            let expected = &recording.values[case.leaves[0]];
            if !same(expected, &args[0]) {
                report(case, "argument", expected.to_string(), args[0].to_string());
            }
        }
    }
    assert!(differences.is_empty(), "\n{differences}");
}

#[test]
fn supported_capabilities_are_mediasoups_before_and_after_their_first_use() {
    let recording: Recording =
        serde_json::from_str(include_str!("vectors/supported.json")).expect("a recording");
    assert!(same(&recording.values[0], supported_rtp_capabilities()));
    assert!(same(
        &recording.values[1],
        normalized_supported_rtp_capabilities()
    ));
}

#[test]
fn validation_is_mediasoups() {
    replay(include_str!("vectors/validation.json"));
}

#[test]
fn router_capabilities_are_mediasoups() {
    replay(include_str!("vectors/routers.json"));
}

#[test]
fn producers_and_their_consumers_are_mediasoups() {
    replay(include_str!("vectors/meetings.json"));
}

#[test]
fn values_that_nobody_validated_fail_or_pass_as_in_mediasoup() {
    replay(include_str!("vectors/strangers.json"));
}
