//! `src/generated.rs` is what planus makes of the schema of the pinned `mediasoup-sys`.
//!
//! Cargo fetches that crate, checks it against `schema/Cargo.lock`, and says where it is; nothing
//! of it is compiled. With `UPDATE_GENERATED` in the environment the file is written instead.

use std::{
    env,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

const HEADER: &str = "\
// Generated from the FlatBuffers schema of crate mediasoup-sys 0.18.1; see lib.rs. Not to be edited.

";

/// Strings that are read as bytes (the encoding is the same): what a peer wrote into an RTP packet,
/// and texts that the worker cuts at the size of a buffer, needn't be UTF-8. planus refuses a
/// string that isn't, while mediasoup's JavaScript shows replacement characters.
const BYTES: [(&str, &str); 3] = [
    (
        "rtpPacket.fbs",
        "mid: string;\n    rid: string;\n    rrid: string;",
    ),
    ("log.fbs", "data: string (required);"),
    ("response.fbs", "reason: string;"),
];

#[test]
fn is_what_the_schema_gives() {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join("schema");
    let files = copy_schema(&schema_folder(), &copy);
    let declarations = planus_translation::translate_files(&files).expect("a valid schema");
    let code = planus_codegen::generate_rust(&declarations, true).expect("Rust code");
    // planus documents every type with the file that declares it, at its place on this machine.
    let code = code.replace(&format!("{}/", copy.display()), "");
    let fresh = format!("{HEADER}{}", without_unused(&code));

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/generated.rs");
    if env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&path, fresh).expect("generated.rs is writable");
        return;
    }
    let committed = fs::read_to_string(&path).expect("generated.rs");
    assert!(
        committed == fresh,
        "src/generated.rs is stale: UPDATE_GENERATED=1 cargo test -p fbs"
    );
}

/// The folder `fbs` of the `mediasoup-sys` that `schema/Cargo.toml` pins.
fn schema_folder() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .arg("--manifest-path")
        .arg(&manifest)
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let package = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .find(|package| package["name"] == "mediasoup-sys")
        .expect("mediasoup-sys is pinned");
    let manifest_path = package["manifest_path"].as_str().expect("a path");
    Path::new(manifest_path).with_file_name("fbs")
}

/// Copies the schema, with [`BYTES`] applied. The files are sorted, so that the generated code
/// doesn't depend on a file system's order.
fn copy_schema(from: &Path, to: &Path) -> Vec<PathBuf> {
    fs::create_dir_all(to).expect("a folder of Cargo's");
    let mut names: Vec<_> = fs::read_dir(from)
        .and_then(Iterator::collect::<io::Result<Vec<_>>>)
        .expect("the schema's folder")
        .iter()
        .map(|entry| PathBuf::from(entry.file_name()))
        .filter(|name| name.extension() == Some(OsStr::new("fbs")))
        .collect();
    names.sort();
    for name in &names {
        let mut text = fs::read_to_string(from.join(name)).expect("a schema file");
        for (_, field) in BYTES.iter().filter(|(file, _)| name == Path::new(file)) {
            assert!(text.contains(field), "{} has changed", name.display());
            text = text.replace(field, &field.replace("string", "[uint8]"));
        }
        fs::write(to.join(name), text).expect("a folder of Cargo's");
    }
    names.iter().map(|name| to.join(name)).collect()
}

/// Leaves out serde's derives and the builder types: a third of the code, used by nobody here.
fn without_unused(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut in_builder_type = false;
    let mut in_builder_method = false;
    for line in code.lines() {
        let trimmed = line.trim_start();
        in_builder_type |= trimmed.starts_with("/// Builder for serializing an instance");
        in_builder_type &= !trimmed.starts_with("/// Reference to a deserialized");
        in_builder_method |= trimmed.starts_with("/// Creates a [") && trimmed.contains("Builder]");
        if !in_builder_type && !in_builder_method && !trimmed.starts_with("::serde::") {
            kept += &line.replace(" ::serde::Serialize, ::serde::Deserialize,", "");
            kept.push('\n');
        }
        in_builder_method &= !trimmed.is_empty();
    }
    kept
}
