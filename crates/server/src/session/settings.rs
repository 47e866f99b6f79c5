//! The arguments of a worker process, from the options of `createWorker()`.

use protocol::{CreateWorker, Error};
use serde_json::Value;

/// mediasoup's arguments: what is of another type than it should be, or empty, is left out.
pub(crate) fn arguments(options: &CreateWorker) -> Result<Vec<String>, Error> {
    if let Some(app_data) = &options.app_data
        && !is_object_or_falsy(app_data)
    {
        return Err(Error::type_error("if given, appData must be an object"));
    }
    let mut arguments = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        arguments.extend(value.map(|value| format!("--{name}={value}")));
    };
    add(
        "logLevel",
        text(Some(options.log_level.as_ref().unwrap_or(&"error".into()))),
    );
    for (name, port, default) in [
        ("rtcMinPort", &options.rtc_min_port, 10_000),
        ("rtcMaxPort", &options.rtc_max_port, 59_999),
    ] {
        add(name, number(port.as_ref().unwrap_or(&default.into())));
    }
    for (name, value) in [
        ("dtlsCertificateFile", &options.dtls_certificate_file),
        ("dtlsPrivateKeyFile", &options.dtls_private_key_file),
        ("libwebrtcFieldTrials", &options.libwebrtc_field_trials),
    ] {
        add(name, text(value.as_ref()));
    }
    if let Some(Value::Array(tags)) = &options.log_tags {
        for tag in tags {
            add("logTag", text(Some(tag)));
        }
    }
    Ok(arguments)
}

fn text(value: Option<&Value>) -> Option<String> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<String> {
    value.is_number().then(|| value.to_string())
}

/// An argument, or what JavaScript takes for none.
fn is_object_or_falsy(value: &Value) -> bool {
    match value {
        Value::Null | Value::Object(_) | Value::Array(_) => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn arguments_of(options: Value) -> Vec<String> {
        arguments(&serde_json::from_value(options).unwrap()).unwrap()
    }

    #[test]
    fn are_those_that_mediasoup_gives() {
        assert_eq!(
            arguments_of(json!({})),
            [
                "--logLevel=error",
                "--rtcMinPort=10000",
                "--rtcMaxPort=59999"
            ]
        );
        assert_eq!(
            arguments_of(json!({
                "logLevel": "debug",
                "logTags": ["info", "", 1, "ice"],
                "rtcMinPort": 2000,
                "rtcMaxPort": "2010",
                "libwebrtcFieldTrials": "a/b/",
            })),
            [
                "--logLevel=debug",
                "--rtcMinPort=2000",
                "--libwebrtcFieldTrials=a/b/",
                "--logTag=info",
                "--logTag=ice",
            ],
        );
        assert_eq!(
            arguments_of(json!({ "logLevel": null, "rtcMinPort": null, "logTags": "info" })),
            ["--rtcMaxPort=59999"]
        );
    }

    #[test]
    fn app_data_is_an_object() {
        for app_data in [json!("text"), json!(1), json!(true)] {
            let options: CreateWorker =
                serde_json::from_value(json!({ "appData": app_data })).unwrap();
            assert!(arguments(&options).is_err());
        }
        arguments_of(json!({ "appData": { "a": 1 } }));
        arguments_of(json!({ "appData": null }));
    }
}
