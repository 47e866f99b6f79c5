//! Reads what `vectors/capture.mjs` captured.

use serde_json::Value;
use std::{fs, path::Path};

/// The groups of vectors in a file.
pub(crate) fn vectors(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    serde_json::from_str(&fs::read_to_string(folder.join(name)).unwrap()).unwrap()
}

/// The bytes of a vector.
pub(crate) fn bytes(vector: &Value) -> Vec<u8> {
    let text = vector["bytes"].as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}
