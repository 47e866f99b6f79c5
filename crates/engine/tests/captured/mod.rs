//! Loader of the recorded messages and values in `vectors/`, which `vectors/capture.mjs` took from npm
//! mediasoup. The tests `vectors` and `hostile` call it; it returns the parsed JSON file, or a message's
//! bytes.

use data_encoding::HEXLOWER;
use serde_json::Value;
use std::{fs, path::Path};

/// The groups of vectors in a file.
pub(crate) fn vectors(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// The bytes of a vector.
pub(crate) fn bytes(vector: &Value) -> Vec<u8> {
    HEXLOWER
        .decode(vector["bytes"].as_str().unwrap().as_bytes())
        .unwrap()
}
