//! Comparison of H.264 profiles and negotiation of levels, in the reading of npm's
//! `h264-profile-level-id`: a missing or falsy `profile-level-id` is constrained baseline 3.1, one that
//! can't be parsed matches nothing. The comparison of codecs calls `is_same_profile()`, which returns
//! true or false; the mapping of a Producer's parameters calls `negotiate_level()`, which writes the
//! answer's level into the codec.

use h264_profile_level_id::{ProfileLevelId, generate_profile_level_id_for_answer};
use js_value::{Js, JsMut, Result};
use serde_json::Value;

const PROFILE_LEVEL_ID: &str = "profile-level-id";

/// True if two codecs have the same profile, at whatever level.
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn negotiated(offered: &Value, supported: &Value) -> Value {
        let mut offered = json!({ "parameters": offered });
        let supported = json!({ "parameters": supported });
        assert!(is_same_profile(&offered, &supported));
        assert_eq!(negotiate_level(&mut offered, &supported), Ok(()));
        offered["parameters"].take()
    }

    fn id(id: &str) -> Value {
        json!({ PROFILE_LEVEL_ID: id })
    }

    #[test]
    fn profiles() {
        for (case, a, b, same) in [
            (
                "the same profile at two levels",
                id("42e01f"),
                id("42e034"),
                true,
            ),
            (
                "two ways to write constrained baseline",
                id("42e01f"),
                id("4d801f"),
                true,
            ),
            ("two profiles", id("42e01f"), id("4d001f"), false),
            (
                "a missing one is constrained baseline",
                json!({}),
                id("42e00a"),
                true,
            ),
            ("an empty one is a missing one", id(""), json!({}), true),
            (
                "an invalid one is none, not even itself",
                id("xxxxxx"),
                id("xxxxxx"),
                false,
            ),
            (
                "a number is not digits",
                json!({ PROFILE_LEVEL_ID: 420_010 }),
                id("420010"),
                false,
            ),
        ] {
            let a = json!({ "parameters": a });
            let b = json!({ "parameters": b });
            assert_eq!(is_same_profile(&a, &b), same, "{case}");
            assert_eq!(is_same_profile(&b, &a), same, "{case}, the other way round");
        }
    }

    #[test]
    fn levels() {
        for (case, offered, supported, answer) in [
            (
                "the lower one of the two",
                id("42e034"),
                id("42e01f"),
                id("42e01f"),
            ),
            (
                "also if it is the offered one",
                id("42e00a"),
                id("42e01f"),
                id("42e00a"),
            ),
            ("1b is above 1", id("42f00b"), id("42e00a"), id("42e00a")),
            (
                "1b is below 1.1, and the other way round",
                id("42f00b"),
                id("42e00b"),
                id("42f00b"),
            ),
            (
                "so that the offered one is the lower one",
                id("42e00b"),
                id("42f00b"),
                id("42e00b"),
            ),
            ("missing means 3.1", id("42e034"), json!({}), id("42e01f")),
            (
                "nothing if both are missing",
                json!({ "a": 1 }),
                json!({}),
                json!({ "a": 1 }),
            ),
            ("an empty one goes then", id(""), json!({}), json!({})),
        ] {
            assert_eq!(negotiated(&offered, &supported), answer, "{case}");
        }
    }

    #[test]
    fn with_asymmetry_on_both_sides_the_offered_level_stays() {
        let allowing = |id: &str, allowed: &Value| json!({ PROFILE_LEVEL_ID: id, "level-asymmetry-allowed": allowed });
        for (allowed, level) in [
            (json!(1), "42e034"),
            (json!(1.0), "42e034"),
            (json!("1"), "42e034"),
            (json!(true), "42e034"),
            (json!(0), "42e01f"),
            (json!("yes"), "42e01f"),
            (json!([]), "42e01f"),
        ] {
            let answer = negotiated(
                &allowing("42e034", &allowed),
                &allowing("42e01f", &json!(1)),
            );
            assert_eq!(answer[PROFILE_LEVEL_ID], level, "{allowed}");
        }
    }
}
