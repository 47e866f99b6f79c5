//! Tests of an application's connections to a server that end: refused by the server, broken by an invalid
//! entry, or closed by the application with a goodbye. A scripted server (`server.rs`) plays the other
//! side; a failure means hung calls or a lost goodbye.

use crate::server::Server;
use crate::user::{User, options};
use protocol::{AppDataId, Update};
use protocol::{Handle, Json, LinkEvent, Outcome};
use remote::{LinkState, RemoteConnection};
use replica::{Connection, Incoming};
use serde_bytes::ByteBuf;
use std::io::{Read, Write};
use std::thread;
use std::time::Duration;
use wire::v1::{ClientEntry, Close, Entries, ServerEntry, ServerFrame, Text, encode};

/// Answers the next link with an HTTP status.
fn refuse(server: &Server, answer: &str) {
    let mut stream = server.accept_tcp();
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        request.extend(byte);
    }
    stream.write_all(answer.as_bytes()).unwrap();
}

#[test]
fn a_refusal_rejects_calls_until_the_next_call_retries() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    let request = user.call(0, r#"{"createWorker":{}}"#);
    refuse(
        &server,
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n",
    );
    let (refused, error) = user.unanswered();
    assert_eq!(refused, request);
    assert_eq!(
        error.message,
        "the server refuses this client [method:createWorker]: the server answered 401 Unauthorized"
    );
    assert!(matches!(user.link(), LinkEvent::Refused { .. }));
    assert_eq!(user.client.stats().state, LinkState::Refused);

    user.call(0, r#"{"createWorker":{}}"#);
    server.accept();
    server.call();
    assert_eq!(user.linked(), Outcome::First);
}

#[test]
fn a_refused_client_finds_its_session_again() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    let request = user.call(1, r#""dump""#);
    server.call();
    server.close(Close::Limit);
    assert_eq!(user.unanswered().0, request);
    assert!(matches!(user.link(), LinkEvent::Refused { .. }));
    user.call(1, r#""dump""#);
    server.accept();
    server.call();
    assert_eq!(user.linked(), Outcome::Rejoined);
}

#[test]
fn an_invalid_entry_ends_the_connection() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    let entry = ServerEntry::AppData {
        id: AppDataId(1),
        value: Text::Slot(9),
        revision: 0,
    };
    server.send(encode(&ServerFrame::Entries(Entries {
        at: 2,
        entries: vec![ByteBuf::from(encode(&entry))],
        ..Entries::default()
    })));
    let LinkEvent::Refused { reason } = user.link() else {
        panic!("not refused");
    };
    assert_eq!(reason, "protocol error: slot 9 is not defined");
    assert_eq!(server.closed(), Some(Close::ProtocolError as u16));
}

#[test]
fn flawed_app_data_is_ignored() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for text in [&deep, "not JSON"] {
        server.tell(&ServerEntry::AppData {
            id: AppDataId(1),
            value: Text::Inline(Json::from_text(text)),
            revision: 0,
        });
        let log = user.update();
        assert!(matches!(log, Update::Log(_)), "{log:?}");
    }
    assert_eq!(user.client.stats().state, LinkState::Connected);
}

#[test]
fn a_text_that_is_not_json_ends_the_connection() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    let text = Text::Inline(Json::from_text("not JSON"));
    server.tell(&ServerEntry::Set {
        target: Handle(1),
        members: [("pid".to_owned(), Some(text))].into(),
    });
    let LinkEvent::Refused { reason } = user.link() else {
        panic!("not refused");
    };
    assert!(reason.contains("a text is not JSON"), "{reason}");
    assert_eq!(server.closed(), Some(Close::ProtocolError as u16));
}

#[test]
fn a_received_goodbye_wakes_the_application_once_more() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    user.client.disconnect();
    assert!(!user.client.has_left());
    assert!(matches!(server.entry(), (_, ClientEntry::Leave)));
    server.close(Close::Normal);
    while !user.client.has_left() {
        user.wait();
    }
}

#[test]
fn goodbye_waits_until_the_server_has_received_it() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    let request = user.call(1, r#""dump""#);
    let mut client = user.client;
    let leaving = thread::spawn(move || {
        let received = client.goodbye(Duration::from_secs(30));
        (received, client)
    });
    server.call();
    assert!(matches!(server.entry(), (_, ClientEntry::Leave)));
    server.close(Close::Normal);
    let (received, mut client) = leaving.join().unwrap();
    assert!(received);
    let incoming = client.receive();
    assert!(
        incoming
            .iter()
            .any(|came| matches!(came, Incoming::Unanswered { request: it, .. } if *it == request)),
        "{incoming:?}"
    );
    assert_eq!(client.stats().state, LinkState::Closed);
}

#[test]
fn goodbye_after_disconnect_waits_for_the_same_goodbye() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    user.client.disconnect();
    assert!(!user.client.goodbye(Duration::from_millis(20)));
    assert!(matches!(server.entry(), (_, ClientEntry::Leave)));
    server.close(Close::Normal);
    assert!(user.client.goodbye(Duration::from_secs(30)));
}

#[test]
fn goodbye_respects_its_time_limit() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    server.cut();
    assert!(matches!(user.next(), Incoming::Update(_)));
    assert!(matches!(user.link(), LinkEvent::Disconnected { .. }));
    assert!(!user.client.goodbye(Duration::from_millis(20)));
}

#[test]
fn goodbye_without_a_server_ends_at_once() {
    let server = Server::new();
    let mut client = RemoteConnection::connect(options(server.url()), || {}).unwrap();
    assert!(client.goodbye(Duration::from_secs(30)));
}

#[test]
fn a_dropped_connection_keeps_its_session() {
    let mut server = Server::new();
    let user = User::connect(options(server.url()));
    server.accept();
    drop(user);
    assert_eq!(server.closed(), Some(Close::GoingAway as u16));
}
