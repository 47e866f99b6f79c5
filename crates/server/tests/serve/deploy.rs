//! Tests of the example files in `deploy/` (configuration and tokens), which the binary `remote-mediasoup`
//! has to read as they are. A failure means that an administrator who installs them gets an error, or that
//! a key was committed with them.

use crate::support::{BINARY, Folder, program, soon};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

async fn serve(arguments: &[&str]) -> Output {
    let mut command = program();
    command.args(["serve", "--listen", "127.0.0.1:0", "--worker-bin", BINARY]);
    command.args(arguments);
    soon("the program's end", command.output()).await.unwrap()
}

/// Returns the file with all its entries uncommented.
fn uncommented(text: &str) -> String {
    let lines = text.lines().map(|line| match line.strip_prefix('#') {
        Some(entry) if !entry.is_empty() && !entry.starts_with(' ') => entry,
        _ => line,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn the_token_file_is_rejected_until_it_is_filled_in() {
    let folder = Folder::new();
    let text = files()
        .into_iter()
        .find(|file| file.ends_with("tokens.toml"))
        .map(|file| fs::read_to_string(file).unwrap())
        .unwrap();
    let open = uncommented(&text);
    assert_ne!(text, open, "there is an example in it");
    for (text, reason) in [(&text, "no entry"), (&open, "64 hexadecimal digits")] {
        let file = folder.write("tokens.toml", text);
        let output = serve(&["--token-file", &file]).await;
        let output_text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{output_text}");
        assert!(output_text.contains(reason), "{output_text}");
    }
    let key = open.split_once("[[keys]]").unwrap().1;
    let file = folder.write("tokens.toml", &format!("[[keys]]{key}"));
    let output = serve(&["--token-file", &file]).await;
    let output_text = String::from_utf8(output.stderr).unwrap();
    assert!(
        output_text.contains("is not an Ed25519 key"),
        "{output_text}"
    );
}

#[tokio::test]
async fn the_configuration_is_valid() {
    for file in files() {
        if !file.ends_with("server.toml") {
            continue;
        }
        let output = serve(&["--config", file.to_str().unwrap(), "--print-config"]).await;
        assert!(output.status.success(), "{output:?}");
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(
            printed.contains("token-file"),
            "it requires tokens: {printed}"
        );
        assert!(!printed.contains("insecure = true"), "{printed}");
    }
}

#[test]
fn no_file_holds_a_key_or_a_hash() {
    /// Shorter than an Ed25519 key in base64, than a hash in hexadecimal digits.
    const LONGEST: usize = 40;
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        assert!(!text.contains("-----BEGIN"), "{}", file.display());
        let is_code = |c: char| c.is_ascii_alphanumeric() || "+=".contains(c);
        let longest = text.split(|c| !is_code(c)).map(str::len).max();
        assert!(longest < Some(LONGEST), "{}: {longest:?}", file.display());
    }
}
