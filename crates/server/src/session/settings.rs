//! Arguments of a worker process, from the options of `createWorker()`. The table of Workers calls `launch`
//! for each process to start; it returns the command line and the contents of files, or mediasoup's error
//! for a wrong option.
//!
//! Certificate and key are files on the client's machine, so that the client sends their content. A worker
//! expects files; it gets them as descriptors without a name in any file system.

use js_value::truthy;
use protocol::{CreateWorker, Error};
use serde_json::Value;

/// Arguments and files of a worker process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Launch {
    pub(crate) arguments: Vec<String>,
    /// Contents of the descriptors from [`FIRST_FILE`] on.
    pub(crate) files: Vec<String>,
}

/// The descriptor of a worker's first file; those before are its standard streams and its channel.
pub(crate) const FIRST_FILE: usize = 5;

/// Limit in bytes of a certificate or a key. Chains of certificates have a tenth of that.
const FILE_BYTES: usize = 64 * 1024;

/// Returns mediasoup's arguments: values of a wrong type, and empty ones, are ignored.
pub(crate) fn launch(options: &CreateWorker) -> Result<Launch, Error> {
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
    add(
        "libwebrtcFieldTrials",
        text(options.libwebrtc_field_trials.as_ref()),
    );
    if let Some(Value::Array(tags)) = &options.log_tags {
        for tag in tags {
            add("logTag", text(Some(tag)));
        }
    }
    let mut files = Vec::new();
    for (name, value) in [
        ("dtlsCertificateFile", &options.dtls_certificate),
        ("dtlsPrivateKeyFile", &options.dtls_private_key),
    ] {
        let Some(file) = text(value.as_ref()) else {
            continue;
        };
        if file.len() > FILE_BYTES {
            return Err(Error::type_error("wrong settings"));
        }
        arguments.push(format!(
            "--{name}=/proc/self/fd/{}",
            FIRST_FILE + files.len()
        ));
        files.push(file);
    }
    Ok(Launch { arguments, files })
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

/// Returns true for an object, or a value that JavaScript treats as absent.
fn is_object_or_falsy(value: &Value) -> bool {
    value.is_object() || value.is_array() || !truthy(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn arguments_of(options: Value) -> Vec<String> {
        launch(&serde_json::from_value(options).unwrap())
            .unwrap()
            .arguments
    }

    #[test]
    fn arguments_are_those_of_mediasoup() {
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
            assert!(launch(&options).is_err());
        }
        arguments_of(json!({ "appData": { "a": 1 } }));
        arguments_of(json!({ "appData": null }));
    }

    #[test]
    fn files_are_descriptors() {
        let options = json!({ "dtlsCertificate": "CERTIFICATE", "dtlsPrivateKey": "KEY" });
        let launch = launch(&serde_json::from_value(options).unwrap()).unwrap();
        assert_eq!(
            launch.arguments[3..],
            [
                "--dtlsCertificateFile=/proc/self/fd/5",
                "--dtlsPrivateKeyFile=/proc/self/fd/6",
            ]
        );
        assert_eq!(launch.files, ["CERTIFICATE", "KEY"]);

        let huge = json!({ "dtlsCertificate": "x".repeat(FILE_BYTES + 1) });
        assert!(super::launch(&serde_json::from_value(huge).unwrap()).is_err());
    }
}
