//! Fuzz target `ortc`: a meeting of hostile parties, with any media codecs, producer parameters and remote
//! capabilities as JSON. `npm run fuzz` runs the ORTC functions on them; it fails on a panic, or if valid
//! parameters can't be consumed.
//!
//! Each value is tried as it comes and after validation, when nothing may fail once the parameters are
//! mapped.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ortc::{
    can_consume, generate_router_rtp_capabilities, get_consumable_rtp_parameters,
    get_consumer_rtp_parameters, get_pipe_consumer_rtp_parameters,
    get_producer_rtp_parameters_mapping, validate_and_normalize_rtp_capabilities,
    validate_and_normalize_rtp_parameters, validate_and_normalize_sctp_stream_parameters,
};
use serde_json::{Value, json};
use std::sync::LazyLock;

static ROUTER_CAPS: LazyLock<Value> = LazyLock::new(|| {
    generate_router_rtp_capabilities(&json!([
        { "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 },
        { "mimeType": "video/VP8", "clockRate": 90000 },
        { "mimeType": "video/VP9", "clockRate": 90000, "parameters": { "profile-id": 2 } },
        { "mimeType": "video/H264", "clockRate": 90000,
          "parameters": { "packetization-mode": 1, "profile-level-id": "4d0032" } },
    ]))
    .expect("good media codecs")
});

fuzz_target!(|text: &str| {
    let Ok([media_codecs, mut params, mut caps]) = serde_json::from_str::<[Value; 3]>(text) else {
        return;
    };
    strangers(&media_codecs, &params, &caps);
    let _ = validate_and_normalize_sctp_stream_parameters(&mut media_codecs.clone());

    let router_caps = generate_router_rtp_capabilities(&media_codecs);
    let router_caps = router_caps.as_ref().unwrap_or(&ROUTER_CAPS);
    let caps_are_valid = validate_and_normalize_rtp_capabilities(&mut caps).is_ok();
    if validate_and_normalize_rtp_parameters(&mut params).is_err() {
        return;
    }
    let Ok(mapping) = get_producer_rtp_parameters_mapping(&mut params, router_caps, 1) else {
        return;
    };
    for kind in ["audio", "video"] {
        let consumable = get_consumable_rtp_parameters(kind, &params, router_caps, &mapping)
            .expect("valid and mapped parameters are consumable");
        get_pipe_consumer_rtp_parameters(&consumable, true, || 1)
            .expect("consumable parameters can be piped");
        if caps_are_valid {
            let can = can_consume(&consumable, &caps).expect("both sides are valid");
            let consumer = get_consumer_rtp_parameters(&consumable, &caps, false, true, || 1);
            assert!(
                !can || consumer.is_ok(),
                "canConsume implies consumer parameters"
            );
        }
    }
});

/// Runs every function with unvalidated values.
fn strangers(a: &Value, b: &Value, c: &Value) {
    let _ = get_producer_rtp_parameters_mapping(&mut b.clone(), c, u32::MAX);
    let _ = get_consumable_rtp_parameters("video", b, c, a);
    let _ = can_consume(b, c);
    for pipe in [true, false] {
        let _ = get_consumer_rtp_parameters(b, c, pipe, pipe, || u32::MAX);
        let _ = get_pipe_consumer_rtp_parameters(b, pipe, || u32::MAX);
    }
}
