//! Tests of the server process from start to exit: health checks, draining after SIGTERM, its time limit, a
//! second signal, systemd. A failure means that a restart of the server loses Workers early, or hangs.

use crate::support::{BINARY, Folder, Link, Server, program, soon};
use std::time::{Duration, Instant};
use tokio::net::{TcpStream, UnixDatagram};
use tokio::process::Command;

/// A worker that never reports that it runs.
const SILENT_WORKER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/serve/silent-worker.sh");

#[tokio::test]
async fn it_is_healthy_and_ready() {
    let server = Server::start(&[]).await;
    let health = server.get("/healthz", &[]).await;
    assert_eq!((health.status, health.body.as_str()), (200, "ok\n"));
    let ready = server.get("/readyz", &[]).await;
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\n"));
}

#[tokio::test]
async fn an_empty_server_exits_at_a_signal() {
    for signal in ["TERM", "INT"] {
        let mut server = Server::start(&[]).await;
        server.signal(signal).await;
        assert!(server.exit().await.success());
        assert!(server.whole_log().await.contains("no Workers left"));
    }
}

#[tokio::test]
async fn it_drains_until_the_last_worker_is_gone() {
    let (mut server, mut link) = server_with_worker(&[]).await;
    server.signal("TERM").await;
    server.logged("draining").await;
    soon("not ready", async {
        while server.get("/readyz", &[]).await.status != 503 {}
    })
    .await;
    assert_eq!(
        server.get("/healthz", &[]).await.status,
        200,
        "it is healthy all the same"
    );
    link.leave(1).await;
    assert!(server.exit().await.success());
    assert!(server.whole_log().await.contains("no Workers left"));
}

#[tokio::test]
async fn draining_has_a_time_limit() {
    let (mut server, mut link) = server_with_worker(&["--drain-timeout", "200ms"]).await;
    let began = Instant::now();
    server.signal("TERM").await;
    assert!(server.exit().await.success());
    assert!(began.elapsed() >= Duration::from_millis(200));
    assert!(server.whole_log().await.contains("drain timeout reached"));
    link.closed().await;
}

#[tokio::test]
async fn a_second_signal_stops_at_once() {
    for signal in ["TERM", "INT"] {
        let (mut server, mut link) = server_with_worker(&["--drain-timeout", "1h"]).await;
        server.signal("TERM").await;
        server.logged("draining").await;
        server.signal(signal).await;
        assert!(server.exit().await.success());
        link.closed().await;
    }
}

#[tokio::test]
async fn it_raises_the_limit_of_descriptors_to_its_maximum() {
    let mut command = Command::new("sh");
    let run = "ulimit -Sn 256; exec \"$0\" serve --listen 127.0.0.1:0 --worker-bin \"$0\"";
    command.args(["-c", run, BINARY]).kill_on_drop(true);
    let server = Server::spawn(command).await;
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.pid())).unwrap();
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let mut numbers = files.unwrap().split_whitespace().skip(3);
    assert_eq!(numbers.next(), numbers.next(), "{limits}");
}

#[tokio::test]
async fn systemd_gets_notifications() {
    let folder = Folder::new();
    let path = folder.path("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    let mut command = program();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--worker-bin", BINARY])
        .env("NOTIFY_SOCKET", &path);
    let mut server = Server::spawn(command).await;
    assert_eq!(received(&socket).await, "READY=1");
    server.signal("TERM").await;
    assert_eq!(received(&socket).await, "STOPPING=1");
    server.exit().await;
}

/// Starts a server with a client's Worker, whose process never reports that it runs.
async fn server_with_worker(arguments: &[&str]) -> (Server, Link<TcpStream>) {
    let mut command = program();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--worker-bin"])
        .arg(SILENT_WORKER)
        .args(arguments);
    let server = Server::spawn(command).await;
    let mut link = server.link(None).await.unwrap();
    link.create_worker().await;
    server.logged("creating worker").await;
    (server, link)
}

async fn received(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 64];
    let length = soon("a datagram", socket.recv(&mut buffer)).await.unwrap();
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}
