//! H.264 profiles and levels, in the reading of npm's `h264-profile-level-id`: a missing or falsy
//! `profile-level-id` is constrained baseline 3.1, one that can't be parsed matches nothing.

use crate::js::{Js, JsMut, Result};
use h264_profile_level_id::{ProfileLevelId, generate_profile_level_id_for_answer};
use serde_json::Value;

const PROFILE_LEVEL_ID: &str = "profile-level-id";

/// Whether two codecs have the same profile, at whatever level.
pub(crate) fn is_same_profile(a: &Value, b: &Value) -> bool {
    match (profile_level_id(a), profile_level_id(b)) {
        (Some(a), Some(b)) => a.profile() == b.profile(),
        _ => false,
    }
}

/// Gives an offered codec the level that is the answer to it. Both have the same profile.
pub(crate) fn negotiate_level(offered: &mut Value, supported: &Value) -> Result<()> {
    let answer = answer(offered, supported);
    let Some(parameters) = offered.get_mut("parameters") else {
        return Ok(());
    };
    match answer {
        Some(answer) => parameters.set(PROFILE_LEVEL_ID, answer),
        None => parameters.delete(PROFILE_LEVEL_ID),
    }
}

/// The `profile-level-id` of the answer; none if neither side has named one.
fn answer(offered: &Value, supported: &Value) -> Option<String> {
    if !parameter(offered, PROFILE_LEVEL_ID).truthy()
        && !parameter(supported, PROFILE_LEVEL_ID).truthy()
    {
        return None;
    }
    generate_profile_level_id_for_answer(
        profile_level_id(offered),
        is_level_asymmetry_allowed(offered),
        profile_level_id(supported),
        is_level_asymmetry_allowed(supported),
    )
    .ok()
    .map(|answer| answer.to_string())
}

fn profile_level_id(codec: &Value) -> Option<ProfileLevelId> {
    match parameter(codec, PROFILE_LEVEL_ID) {
        id if !id.truthy() => Some(ProfileLevelId::default()),
        Some(Value::String(id)) => id.parse().ok(),
        _ => None,
    }
}

fn is_level_asymmetry_allowed(codec: &Value) -> bool {
    match parameter(codec, "level-asymmetry-allowed") {
        Some(Value::Bool(allowed)) => *allowed,
        Some(Value::Number(allowed)) => allowed.as_f64() == Some(1.0),
        Some(Value::String(allowed)) => allowed == "1",
        _ => false,
    }
}

fn parameter<'a>(codec: &'a Value, key: &str) -> Option<&'a Value> {
    codec.get("parameters")?.get(key)
}
