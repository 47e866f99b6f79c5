//! Tests of bad connections, against a running server: idle ones, floods, too many links, messages and
//! request heads that are too long. A failure means that such a client keeps others out.

use crate::support::{Link, Server, link, open, soon, upgrade};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

#[tokio::test]
async fn idle_connections_time_out() {
    let server = Server::start(&[]).await;
    let mut streams = Vec::new();
    for said in [
        "",
        "GET / HT",
        "GET / HTTP/1.1\r\nhost: x\r\n",
        "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        for _ in 0..20 {
            let mut stream = server.connect().await;
            stream.write_all(said.as_bytes()).await.unwrap();
            streams.push(stream);
        }
    }
    let closed = async {
        for stream in &mut streams {
            // By an end or a reset.
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    };
    soon("the end of them all", closed).await;
    assert!(server.link(None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_idle_connections_does_not_keep_others_out() {
    const CROWD: usize = 1500;
    /// Time limit of a health check.
    const PROBE_TIME: Duration = Duration::from_secs(3);
    /// Pause before a retry of a closed connection.
    const PAUSE: Duration = Duration::from_millis(5);
    let server = Server::start(&[]).await;
    let address = server.address;
    let mut crowd = JoinSet::new();
    let (held, mut holding) = watch::channel(0);
    for _ in 0..CROWD {
        let held = held.clone();
        crowd.spawn(async move {
            loop {
                let Ok(mut stream) = TcpStream::connect(address).await else {
                    continue;
                };
                held.send_modify(|held| *held += 1);
                let _ = stream.read(&mut [0]).await;
                held.send_modify(|held| *held -= 1);
                tokio::time::sleep(PAUSE).await;
            }
        });
    }
    let is_there = holding.wait_for(|held| *held >= CROWD / 2);
    soon("the crowd", is_there).await.unwrap();
    for attempt in 0..5 {
        let begun = Instant::now();
        assert_eq!(server.get("/healthz", &[]).await.status, 200);
        assert!(server.link(None).await.is_ok());
        let took = begun.elapsed();
        assert!(took < PROBE_TIME, "attempt {attempt} took {took:?}");
    }
    crowd.shutdown().await;
}

#[tokio::test]
async fn a_link_without_a_hello_ends() {
    let server = Server::start(&[]).await;
    let mut silent = Link(open(server.connect().await, upgrade(None)).await.unwrap());
    silent.closed().await;
    server.logged("timeout waiting for the hello").await;
}

#[tokio::test]
async fn links_beyond_the_limit_are_rejected_until_one_ends() {
    let server = Server::start(&["--max-links", "2"]).await;
    let one = server.link(None).await.unwrap();
    let _other = server.link(None).await.unwrap();
    let refused = server.link(None).await.err().unwrap();
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (503, "too many links\n")
    );
    assert_eq!(server.get("/healthz", &[]).await.status, 200);
    drop(one);
    soon("a place", async {
        while server.link(None).await.is_err() {}
    })
    .await;
}

#[tokio::test]
async fn a_message_that_is_too_long_ends_only_its_link() {
    let server = Server::start(&[]).await;
    let mut good = server.link(None).await.unwrap();
    let mut bad = server.link(None).await.unwrap();
    bad.send_too_much(1).await;
    bad.closed().await;
    good.leave(0).await;
    assert!(server.link(None).await.is_ok());
}

#[tokio::test]
async fn a_request_head_that_is_too_long_is_rejected() {
    let server = Server::start(&[]).await;
    let token = "x".repeat(100 * 1024);
    let refused = server.get("/", &[("authorization", &token)]).await;
    assert_eq!(refused.status, 431);
    assert!(link(server.connect().await, None).await.is_ok());
}
