//! Tests of authentication by tokens, against a running server: links with the right, a wrong, an outdated
//! or no token. A failure means that the server admits somebody it shouldn't, or refuses a valid client.

use crate::support::{Folder, Server, open, soon, upgrade};
use std::fmt::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const TOKENS: &str = r#"
[[tokens]]
name = "meetings"
secret = "the-meetings-secret"
"#;
const RIGHT: &str = "the-meetings-secret";

async fn with_tokens(folder: &Folder, more: &[&str]) -> Server {
    let file = folder.write("tokens.toml", TOKENS);
    Server::start(&[&["--token-file", &file], more].concat()).await
}

#[tokio::test]
async fn on_loopback_a_link_needs_no_token() {
    let server = Server::start(&[]).await;
    assert_eq!(server.scheme, "ws");
    assert!(server.link(None).await.is_ok());
    assert!(server.link(Some("whatever")).await.is_ok());
}

#[tokio::test]
async fn web_pages_need_a_token() {
    let folder = Folder::new();
    let mut from_page = upgrade(Some(RIGHT));
    let origin = "https://example.com".parse().unwrap();
    from_page.headers_mut().insert("origin", origin);

    let server = Server::start(&[]).await;
    let refused = open(server.connect().await, from_page.clone()).await;
    assert_eq!(refused.unwrap_err().status, 401);

    let server = with_tokens(&folder, &[]).await;
    assert!(open(server.connect().await, from_page).await.is_ok());
}

#[tokio::test]
async fn a_link_needs_a_valid_token() {
    let folder = Folder::new();
    let server = with_tokens(&folder, &[]).await;
    let none = server.link(None).await.err().unwrap();
    assert_eq!(none.status, 401);
    assert!(none.body.contains("Authorization: Bearer"), "{}", none.body);
    assert!(none.head.contains("www-authenticate"), "{}", none.head);
    let wrong = server
        .link(Some("the-meetings-secreT"))
        .await
        .err()
        .unwrap();
    assert_eq!(
        (wrong.status, wrong.body.as_str()),
        (401, "unknown token\n")
    );
    assert!(server.link(Some(RIGHT)).await.is_ok());
}

#[tokio::test]
async fn a_request_without_our_subprotocol_gets_its_name() {
    let folder = Folder::new();
    let server = with_tokens(&folder, &[]).await;
    let mut foreign = upgrade(Some(RIGHT));
    let version = "remote-mediasoup.v999".parse().unwrap();
    foreign
        .headers_mut()
        .insert("sec-websocket-protocol", version);
    let mut silent = upgrade(Some(RIGHT));
    silent.headers_mut().remove("sec-websocket-protocol");
    let authorization = format!("Bearer {RIGHT}");
    let plain = server.get("/", &[("authorization", &authorization)]).await;
    for refused in [
        open(server.connect().await, foreign).await.unwrap_err(),
        open(server.connect().await, silent).await.unwrap_err(),
        plain,
    ] {
        assert_eq!(refused.status, 426);
        assert!(
            refused.body.contains("remote-mediasoup.v1"),
            "{}",
            refused.body
        );
    }
    let without_token = server.get("/", &[]).await;
    assert_eq!(
        without_token.status, 401,
        "unauthenticated requests get no information"
    );
    assert_eq!(server.get("/other", &[]).await.status, 404);
}

#[tokio::test]
async fn tokens_are_reloaded_on_sighup() {
    let folder = Folder::new();
    let server = with_tokens(&folder, &[]).await;
    folder.write(
        "tokens.toml",
        &TOKENS.replace(RIGHT, "another-secret-of-theirs"),
    );
    server.signal("HUP").await;
    soon("the other token", async {
        while server.link(Some("another-secret-of-theirs")).await.is_err() {}
    })
    .await;
    assert!(server.link(Some(RIGHT)).await.is_err());

    folder.write("tokens.toml", "invalid");
    server.signal("HUP").await;
    server.logged("stay unchanged").await;
    assert!(server.link(Some("another-secret-of-theirs")).await.is_ok());
}

#[tokio::test]
async fn ten_thousand_wrong_tokens_use_no_memory() {
    let folder = Folder::new();
    let server = with_tokens(&folder, &[]).await;
    assert_eq!(wrong_tokens(&server, 1000).await, 1000);
    let before = resident_bytes(server.pid());
    assert_eq!(wrong_tokens(&server, 10_000).await, 10_000);
    let grown = resident_bytes(server.pid()).saturating_sub(before);
    assert!(grown < 4 * 1024 * 1024, "{grown} bytes more");
    assert!(server.link(Some(RIGHT)).await.is_ok());
    let log = server.logged("refused").await;
    assert!(log.lines().count() < 1000, "they don't fill the log");
    assert!(!log.contains("wrong-token-"), "nor are they in it");
}

/// Sends this many requests with wrong tokens, one after the other. Returns the number of 401s.
async fn wrong_tokens(server: &Server, count: usize) -> usize {
    /// Requests of one connection, all written at once.
    const BATCH: usize = 250;
    let mut refused = 0;
    for batch in 0..count / BATCH {
        let mut requests = String::new();
        for index in 0..BATCH {
            let connection = if index + 1 == BATCH {
                "close"
            } else {
                "keep-alive"
            };
            write!(
                requests,
                "GET / HTTP/1.1\r\nhost: server\r\nconnection: {connection}\r\n\
                 authorization: Bearer wrong-token-{batch}-{index}\r\n\r\n"
            )
            .unwrap();
        }
        let (mut read, mut write) = server.connect().await.into_split();
        let writing = async move {
            write.write_all(requests.as_bytes()).await.unwrap();
            write
        };
        let mut answers = String::new();
        let (_write, length) = soon("refusals", async {
            tokio::join!(writing, read.read_to_string(&mut answers))
        })
        .await;
        length.unwrap();
        refused += answers.matches("HTTP/1.1 401").count();
    }
    refused
}

fn resident_bytes(pid: u32) -> usize {
    const PAGE_BYTES: usize = 4096;
    let statm = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap();
    let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * PAGE_BYTES
}
