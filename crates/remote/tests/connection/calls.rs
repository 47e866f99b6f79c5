//! Tests of calls and their answers over a connection: a [`RemoteConnection`](remote::RemoteConnection), as
//! an application has one, against a scripted server over a real socket. A failure means that an answer
//! goes to the wrong call, or that commands travel out of order or singly.

use crate::server::{Server, worker};
use crate::user::{User, options};
use protocol::Outcome;
use protocol::{AppDataId, Command, ErrorClass, Handle, Json, Reply, Revision, Update};
use replica::Outgoing;
use wire::v1::{ClientEntry, Text};

#[test]
fn an_answer_has_the_request_id_of_its_call() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    // Called before there is a link.
    let request = user.call(0, r#"{"createWorker":{"logLevel":"warn"}}"#);
    let hello = server.accept();
    assert_eq!(hello.client.len(), 32);
    assert!(hello.agent.starts_with("remote-mediasoup/"));
    let (number, entry) = server.entry();
    let ClientEntry::Call(call) = entry else {
        panic!("{entry:?}");
    };
    assert!(
        matches!(call.command, Command::CreateWorker(options) if options.log_level == Some("warn".into()))
    );
    server.tell(&worker(7, number));
    server.answer(number, Reply::Created(Handle(7)));

    assert_eq!(user.linked(), Outcome::First);
    user.snapshot();
    let created = user.update();
    assert!(
        matches!(created, Update::Created { call: Some(call), .. } if call == request),
        "{created:?}"
    );
    assert_eq!(user.answer(), (request, Reply::Created(Handle(7))));
    let stats = user.client.stats();
    assert_eq!((stats.in_flight, stats.waiting), (0, 0));
    assert!(stats.bytes_sent > 0 && stats.bytes_received > 0);
}

#[test]
fn repeating_options_are_sent_once() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    let caps = format!(r#"{{"codecs":["{}"]}}"#, "x".repeat(100));
    let consume = format!(r#"{{"consume":{{"producerId":"p","rtpCapabilities":{caps}}}}}"#);
    user.call(3, &consume);
    user.call(4, &consume);
    let (_, entry) = server.entry();
    let ClientEntry::Define { slot, text } = entry else {
        panic!("{entry:?}");
    };
    assert_eq!(text.as_str(), caps);
    for target in [3, 4] {
        let (_, entry) = server.entry();
        let ClientEntry::Call(call) = entry else {
            panic!("{entry:?}");
        };
        assert_eq!(call.target, Handle(target));
        assert_eq!(call.values.rtp_capabilities, Some(Text::Slot(slot)));
        assert!(
            matches!(call.command, Command::Consume(options) if options.rtp_capabilities.is_none())
        );
    }
}

#[test]
fn actions_of_one_turn_travel_in_one_message() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    for _ in 0..100 {
        user.prepare(1, r#""dump""#);
        let target = Handle(1);
        user.send(Outgoing::Close { target });
        server.call();
        assert_eq!(server.unread(), 1, "the close() came with the call");
        server.entry();
    }
}

#[test]
fn acts_without_an_answer_keep_their_order() {
    let mut server = Server::new();
    let mut user = User::connect(options(server.url()));
    server.accept();
    let id = AppDataId(1 << 50);
    user.send(Outgoing::AppData {
        id,
        value: Json::from_text("[1]"),
        revision: Some(Revision(3)),
    });
    user.call(1, r#""dump""#);
    let target = Handle(1);
    user.send(Outgoing::Close { target });
    let (_, entry) = server.entry();
    let value = Text::Inline(Json::from_text("[1]"));
    let ClientEntry::AppData {
        id: came,
        value: said,
        revision: at,
    } = entry
    else {
        panic!("{entry:?}");
    };
    assert_eq!((came, said, at), (id, value, 3));
    server.call();
    assert!(matches!(
        server.entry(),
        (_, ClientEntry::Close { target: Handle(1) })
    ));
}

#[test]
fn an_invalid_command_is_rejected_locally() {
    let server = Server::new();
    let mut user = User::connect(options(server.url()));
    let request = user.call(1, r#"{"consume":3}"#);
    let (given_up, error) = user.unanswered();
    assert_eq!((given_up, error.class), (request, ErrorClass::TypeError));
}
