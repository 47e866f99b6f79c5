//! Tests of the server's log, with clients that try to forge lines by the names they send, or to get
//! secrets into it. They read the log of a running server; a failure means that the log can't be trusted or
//! shows a token.

use crate::support::{Folder, Link, Server, open, upgrade};
use data_encoding::HEXLOWER;
use futures_util::SinkExt;
use protocol::Command;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use wire::v1::{ClientFrame, Hello, encode};

const SECRET: &str = "the-secret-of-the-log-test";
const FORGED: &str = "x\n2026-01-01T00:00:00.000000Z  INFO remote_mediasoup::serve: FORGED\x1b[2J";

async fn server(folder: &Folder, arguments: &[&str]) -> Server {
    let tokens = format!("[[tokens]]\nname = \"log\"\nsecret = \"{SECRET}\"\n");
    let file = folder.write("tokens.toml", &tokens);
    Server::start(&[&["--token-file", &file], arguments].concat()).await
}

/// Sends a hello with a session's name, and then an invalid entry.
async fn forge(server: &Server) {
    let socket = open(server.connect().await, upgrade(Some(SECRET))).await;
    let mut link: Link<TcpStream> = Link(socket.unwrap());
    let hello = ClientFrame::Hello(Hello {
        client: "0".repeat(32),
        session: Some(FORGED.into()),
        agent: FORGED.into(),
        ..Hello::default()
    });
    for frame in [encode(&hello), encode(&json!({ FORGED: {} }))] {
        link.0.send(Message::binary(frame)).await.unwrap();
    }
    link.closed().await;
}

#[tokio::test]
async fn names_of_clients_forge_no_line() {
    for format in ["text", "json"] {
        let folder = Folder::new();
        let server = server(&folder, &["--log-format", format]).await;
        forge(&server).await;
        let log = server.logged("protocol error of a client").await;
        assert!(log.contains("FORGED"), "the names are logged: {log}");
        for line in log.lines() {
            assert!(!line.contains('\x1b'), "{line}");
            if format == "json" {
                let event: serde_json::Value = serde_json::from_str(line).unwrap();
                assert!(event["level"].is_string(), "{line}");
            } else {
                assert!(
                    !line.contains("serve: FORGED") || line.contains("x\\n2026"),
                    "{line}"
                );
            }
        }
    }
}

#[tokio::test]
async fn no_level_shows_a_token_or_the_content_of_a_link() {
    const KEY: &str = "PRIVATE-KEY-OF-A-WORKER";
    let folder = Folder::new();
    let server = server(&folder, &["--log-level", "trace,tungstenite=trace"]).await;
    let mut link = server.link(Some(SECRET)).await.unwrap();
    let options = json!({ "createWorker": { "dtlsCertificate": KEY, "dtlsPrivateKey": KEY } });
    let command: Command = serde_json::from_value(options).unwrap();
    link.call(command).await;
    link.leave(1).await;
    link.closed().await;
    drop(link);
    let log = server.logged("link closed").await;
    let lower = log.to_lowercase();
    for hidden in [SECRET, KEY] {
        let hex = HEXLOWER.encode(hidden.as_bytes());
        assert!(!log.contains(hidden) && !lower.contains(&hex), "{log}");
        let bytes = format!("{:?}", hidden.as_bytes());
        assert!(!log.contains(bytes.trim_matches(['[', ']'])), "{log}");
    }
}
