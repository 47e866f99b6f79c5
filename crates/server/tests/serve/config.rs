//! Tests of the server's options, against the binary `remote-mediasoup` as a process: precedence of flags
//! over environment over file, defaults, and the reason that it prints for an invalid option. A failure
//! means that an administrator's setting is ignored or its error unclear.

use crate::support::{BINARY, Folder, Server, program, soon};
use std::process::Output;

/// Runs the program to its end.
async fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = program();
    command.args(arguments).envs(variables.iter().copied());
    soon("the program's end", command.output()).await.unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn a_flag_overrides_a_variable_and_a_variable_the_file() {
    let folder = Folder::new();
    let file = folder.write(
        "server.toml",
        "max-workers = 1\nmax-objects = 1\nmax-clients = 1\nlisten-ip = [\"10.0.0.1\"]\n",
    );
    let output = run(
        &[
            "serve",
            "--config",
            &file,
            "--max-workers",
            "3",
            "--print-config",
        ],
        &[
            ("REMOTE_MEDIASOUP_MAX_WORKERS", "2"),
            ("REMOTE_MEDIASOUP_MAX_OBJECTS", "2"),
            ("REMOTE_MEDIASOUP_LISTEN_IP", "10.0.0.2,::1"),
        ],
    )
    .await;
    assert!(output.status.success(), "{output:?}");
    let printed = text(&output.stdout);
    for line in [
        "max-workers = 3",
        "max-objects = 2",
        "max-clients = 1",
        "listen-ip = [\"10.0.0.2\", \"::1\"]",
        "listen = \"127.0.0.1:4443\"",
        "session-ttl = \"1m\"",
    ] {
        assert!(
            printed.lines().any(|printed| printed == line),
            "{line} in {printed}"
        );
    }
    let again = folder.write("printed.toml", &printed);
    let output = run(&["serve", "--config", &again, "--print-config"], &[]).await;
    assert_eq!(
        text(&output.stdout),
        printed,
        "the printed options are a valid file"
    );
}

#[tokio::test]
async fn invalid_options_are_rejected_with_the_reason() {
    let folder = Folder::new();
    let unknown = folder.write("unknown.toml", "listn = \"127.0.0.1:1\"");
    let tokens = folder.write("tokens.toml", "[[tokens]]\nname = \"n\"\nsecret = \"hush\"");
    let worker = ["--worker-bin", BINARY];
    for (arguments, reason) in [
        (vec!["--listen", "0.0.0.0:0"], "--token-file"),
        (vec!["--config", &unknown], "listn"),
        (vec!["--config", "/nowhere.toml"], "/nowhere.toml"),
        (
            vec!["--token-file", "/nowhere.toml"],
            "--token-file must name",
        ),
        (vec!["--token-file", &tokens], "16 characters"),
        (
            vec!["--tls-cert", &tokens, "--tls-key", &tokens],
            "tokens.toml (--tls-cert)",
        ),
        (vec!["--rtc-ports", "50000"], "40000-49999"),
        (vec!["--session-ttl", "60"], "60s"),
        (vec!["--listen", "192.0.2.1:0", "--insecure"], "192.0.2.1"),
    ] {
        let output = run(&[&["serve"], &worker[..], &arguments].concat(), &[]).await;
        let output_text = text(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(output_text.contains(reason), "{arguments:?}: {output_text}");
        assert!(!output_text.contains("hush"), "{output_text}");
    }
}

#[tokio::test]
async fn without_a_worker_it_does_not_start() {
    let output = run(&["serve", "--worker-bin", "/nowhere/worker"], &[]).await;
    assert!(!output.status.success());
    let reason = text(&output.stderr);
    assert!(reason.contains("/nowhere/worker"), "{reason}");
    assert!(reason.contains("--worker-bin"), "{reason}");
}

#[tokio::test]
async fn insecure_allows_other_addresses_than_loopback() {
    let server = Server::start(&["--listen", "0.0.0.0:0", "--insecure"]).await;
    assert!(server.address.ip().is_unspecified());
}

#[tokio::test]
async fn the_log_can_be_json_and_never_holds_a_secret() {
    let folder = Folder::new();
    let secret = "a-secret-nobody-may-see";
    let file = folder.write(
        "tokens.toml",
        &format!("[[tokens]]\nname = \"meetings\"\nsecret = \"{secret}\"\n"),
    );
    let arguments = [
        "--token-file",
        &file,
        "--log-format",
        "json",
        "--log-level",
        "trace",
    ];
    let mut server = Server::start(&arguments).await;
    let mut client = server.link(Some(secret)).await.unwrap();
    assert!(
        server
            .link(Some("a-wrong-one-nobody-may-see"))
            .await
            .is_err()
    );
    client.leave(0).await;
    server.signal("HUP").await;
    server.signal("TERM").await;
    server.exit().await;
    let log = server.whole_log().await;
    assert!(
        log.contains("\"meetings\"") || log.contains("meetings"),
        "{log}"
    );
    assert!(!log.contains("nobody-may-see"), "{log}");
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect(line);
        assert!(
            line["level"].is_string() && line["timestamp"].is_string(),
            "{line}"
        );
    }
}

#[tokio::test]
async fn help_completions_and_version_are_printed() {
    let help = text(&run(&["serve", "--help"], &[]).await.stdout);
    for word in [
        "Examples:",
        "REMOTE_MEDIASOUP_LISTEN",
        "--drain-timeout",
        "SIGHUP",
        "127.0.0.1:4443",
    ] {
        assert!(help.contains(word), "{word} in {help}");
    }
    for shell in ["bash", "zsh", "fish"] {
        let script = text(&run(&["completions", shell], &[]).await.stdout);
        assert!(script.contains("rtc-ports"), "{shell}");
    }
    let version = text(&run(&["--version"], &[]).await.stdout);
    assert_eq!(
        version.trim(),
        format!("remote-mediasoup {}", protocol::VERSION)
    );
}
