//! Tests of broken WebSockets between an application and a server: a scripted server (`server.rs`) cuts
//! them, stays away, or has lost the session (the client's objects). A failure means that calls fail at a
//! short cut, that the application misses an event, or that a call never ends.

use crate::server::{Server, worker};
use crate::user::{User, options};
use protocol::{ErrorClass, Handle, Level, LogLine, Logger, Reply, Update};
use protocol::{LinkEvent, Outcome};
use remote::LinkState;
use replica::{Connection, Incoming, Outgoing};
use serde_bytes::ByteBuf;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;
use wire::v1::{ClientEntry, Entries, ServerEntry, ServerFrame, encode};

#[test]
fn a_cut_is_not_noticed_by_calls() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    let done = user.call(1, r#""dump""#);
    let number = server.call();
    // In flight when the link breaks, and called while there is none.
    let lost = user.call(2, r#""dump""#);
    server.discard_entries();
    server.cut();
    let late = user.call(3, r#""dump""#);
    server.answer(number, Reply::Done);
    server.accept();
    for target in [2, 3] {
        let (number, entry) = server.entry();
        assert!(matches!(entry, ClientEntry::Call(call) if call.target == Handle(target)));
        server.answer(number, Reply::Done);
    }

    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    assert!(matches!(user.link(), LinkEvent::Disconnected { .. }));
    assert_eq!(user.linked(), Outcome::Resumed);
    for request in [done, lost, late] {
        assert_eq!(user.answer(), (request, Reply::Done));
    }
    let stats = user.client.stats();
    assert_eq!((stats.reconnects, stats.resumed), (1, 1));
    assert!(stats.last_error.is_some());
}

#[test]
fn a_call_expires_while_the_server_is_unreachable() {
    let server = Server::new();
    let url = server.url();
    drop(server);
    let mut options = options(url);
    options.request_timeout = Duration::from_millis(20);
    let mut user = User::connect(options);
    let request = user.call(1, r#""getStats""#);
    loop {
        match user.next() {
            Incoming::Link(LinkEvent::Disconnected { reason, .. }) => {
                assert!(reason.contains("refused"), "{reason}");
            }
            Incoming::Unanswered { request: it, error } => {
                assert_eq!(it, request);
                let start = "the server has been unreachable for 0.02 s, command not sent [method:getStats]";
                assert!(error.message.starts_with(start), "{error}");
                return;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_slow_application_misses_no_event() {
    const FRAMES: u64 = 32;
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    let (go, gone) = channel();
    let application = thread::spawn(move || {
        gone.recv().unwrap();
        (0..FRAMES).for_each(|number| {
            let Update::Log(LogLine { line, .. }) = user.update() else {
                panic!("not a line");
            };
            assert!(line.starts_with(&format!("{number} ")));
        });
    });
    for number in 0..FRAMES {
        // By then more has arrived than the event queue holds.
        if number == 17 {
            go.send(()).unwrap();
        }
        let line = ServerEntry::Log {
            worker: None,
            logger: Logger::Worker,
            level: Level::Debug,
            line: format!("{number} {}", "x".repeat(1024 * 1024)),
            error: None,
        };
        server.send(encode(&ServerFrame::Entries(Entries {
            at: 2 + number,
            entries: vec![ByteBuf::from(encode(&line))],
            ..Entries::default()
        })));
    }
    application.join().unwrap();
}

#[test]
fn calls_are_lost_if_the_server_has_dropped_the_client() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    let request = user.call(1, r#""getStats""#);
    server.call();
    server.restart("one");
    server.accept();

    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    assert!(matches!(user.link(), LinkEvent::Disconnected { .. }));
    let (lost, error) = user.unanswered();
    assert_eq!(
        (lost, error.class),
        (request, ErrorClass::WorkerClosedError)
    );
    assert_eq!(user.linked(), Outcome::Rejoined);
    user.snapshot();
}

#[test]
fn actions_for_a_lost_session_never_reach_the_next() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    let stats = user.call(5, r#""getStats""#);
    user.call(0, r#"{"createWorker":{}}"#);
    server.call();
    server.call();
    server.restart("two");
    assert!(matches!(user.link(), LinkEvent::Disconnected { .. }));
    server.accept();

    // The connection knows by now that the session is renewed, the application doesn't.
    user.wait();
    let dump = user.call(5, r#""dump""#);
    let target = Handle(5);
    user.send(Outgoing::Close { target });
    let mut incoming = user.client.receive().into_iter();
    for request in [stats, dump] {
        let Some(Incoming::Unanswered { request: it, error }) = incoming.next() else {
            panic!("a call that isn't given up");
        };
        assert_eq!((it, error.class), (request, ErrorClass::WorkerClosedError));
    }
    assert!(matches!(
        incoming.next(),
        Some(Incoming::Link(LinkEvent::Connected {
            outcome: Outcome::Renewed,
            ..
        }))
    ));
    assert_eq!(user.client.stats().in_flight, 0);

    // The application requests the Worker again: the first command of the new session.
    let again = user.call(0, r#"{"createWorker":{}}"#);
    let number = server.call();
    assert_eq!(number, 1);
    server.tell(&worker(5, number));
    server.answer(number, Reply::Created(Handle(5)));
    loop {
        if let Incoming::Update(update) = user.next()
            && let Update::Answer { call, .. } = *update
        {
            assert_eq!(call, again);
            break;
        }
    }
    let stats = user.client.stats();
    assert_eq!((stats.renewed, stats.state), (1, LinkState::Connected));
}
