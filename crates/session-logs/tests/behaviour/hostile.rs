//! Tests of protocol errors: hand-made messages that no correct peer sends, given to a client's end and to
//! a server's end. Each has to end the link with a reason and have no other effect.

use protocol::limits::VALUES;
use serde_bytes::ByteBuf;
use session_logs::client::{ClientEnd, ClientEvent, ClientOptions, ClientOutput};
use session_logs::server::{self, Greeting, Place};
use std::time::{Duration, Instant};
use wire::v1::{ClientFrame, Close, Entries, Epoch, Hello, Resume, ServerFrame, Welcome, encode};

fn entries(at: u64, ack: u64, count: usize) -> Entries {
    Entries {
        at,
        ack,
        fresh: false,
        entries: vec![ByteBuf::from(b"entry"); count],
    }
}

fn epoch() -> Epoch {
    Epoch("epoch".into())
}

fn welcome(resumed: bool, received: u64) -> Vec<u8> {
    encode(&ServerFrame::Welcome(Welcome {
        epoch: epoch(),
        resumed,
        received,
        draining: false,
        agent: String::new(),
    }))
}

fn greeting_client(now: Instant) -> ClientEnd {
    let mut client = ClientEnd::new(ClientOptions {
        key: "client".into(),
        session: None,
        agent: "test".into(),
        request_timeout: Duration::from_secs(30),
        seed: 0,
    });
    client.open(now);
    client.link_up(now);
    while client.poll_output(true).is_some() {}
    client
}

#[test]
fn protocol_errors_of_a_server_close_the_link() {
    let now = Instant::now();
    let frame = |frame| encode(&ServerFrame::Entries(frame));
    for (what, greeted, message) in [
        ("no bytes", true, vec![]),
        ("bytes", true, vec![0xff; 100]),
        ("entries before the welcome", false, frame(entries(1, 0, 1))),
        ("a resumption of nothing", false, welcome(true, 0)),
        ("two welcomes", true, welcome(false, 0)),
        ("a gap", true, frame(entries(2, 0, 1))),
        ("number 0", true, frame(entries(0, 0, 1))),
        (
            "an acknowledgement of what was never sent",
            true,
            frame(entries(1, 1, 0)),
        ),
        (
            "numbers beyond all",
            true,
            frame(Entries {
                fresh: true,
                ..entries(u64::MAX, 0, 2)
            }),
        ),
    ] {
        let mut client = greeting_client(now);
        if greeted {
            client.receive(now, &welcome(false, 0));
            let connected = client.poll_output(true);
            assert!(matches!(
                connected,
                Some(ClientOutput::Event(ClientEvent::Connected { .. }))
            ));
        }
        client.receive(now, &message);
        let code = Close::ProtocolError as u16;
        let output = client.poll_output(true);
        assert!(
            matches!(output, Some(ClientOutput::Disconnect(it)) if it == code),
            "{what}: {output:?}"
        );
        let output = client.poll_output(true);
        let Some(ClientOutput::Event(ClientEvent::Disconnected { retry_in, .. })) = output else {
            panic!("{what}: {output:?}");
        };
        assert!(retry_in > Duration::from_secs(2), "{what}: no hurry");
        assert!(client.poll_output(true).is_none(), "{what}");
        assert_eq!(client.next_timeout(), Some(now + retry_in));
    }
}

#[test]
fn protocol_errors_of_a_client_close_the_link() {
    let now = Instant::now();
    let frame = |frame| encode(&ClientFrame::Entries(frame));
    for (what, message) in [
        ("no bytes", vec![]),
        ("bytes", vec![0xff; 100]),
        ("two hellos", encode(&ClientFrame::Hello(Hello::default()))),
        ("too many values", frame(entries(1, 0, VALUES))),
        ("a gap", frame(entries(2, 0, 1))),
        (
            "a gap in a frame marked as fresh",
            frame(Entries {
                fresh: true,
                ..entries(2, 0, 1)
            }),
        ),
        ("number 0", frame(entries(0, 0, 1))),
        (
            "an acknowledgement of what was never sent",
            frame(entries(1, 1, 0)),
        ),
    ] {
        let mut place = Place::new(Duration::from_secs(60), now);
        assert_eq!(
            place.greet(now, &epoch(), &Hello::default(), false),
            Greeting::Begun
        );
        assert!(place.receive(now, &message).is_err(), "{what}");
        let code = Close::ProtocolError as u16;
        let output = place.poll_output(true);
        assert!(
            matches!(output, Some(server::PlaceOutput::Disconnect(it)) if it == code),
            "{what}"
        );
        assert!(place.poll_output(true).is_none(), "{what}");
        assert!(!place.connected());
    }
}

/// A client's claim of received entries only counts if the place can confirm it.
#[test]
fn impossible_resumptions_restart_the_logs() {
    let now = Instant::now();
    let hello = |link, epoch: &str, since, received| Hello {
        link,
        resume: Some(Resume {
            epoch: Epoch(epoch.into()),
            since,
            received,
        }),
        ..Hello::default()
    };
    for (what, hello, greeting) in [
        ("all fits", hello(4, "epoch", 3, 0), Greeting::Resumed),
        ("another epoch", hello(4, "other", 3, 0), Greeting::Begun),
        (
            "entries that were never sent",
            hello(4, "epoch", 3, 9),
            Greeting::Begun,
        ),
        (
            "logs of an earlier welcome",
            hello(4, "epoch", 2, 0),
            Greeting::Begun,
        ),
        (
            "no resumption",
            Hello {
                link: 4,
                ..Hello::default()
            },
            Greeting::Begun,
        ),
    ] {
        let mut place = Place::new(Duration::from_secs(60), now);
        let first = Hello {
            link: 3,
            ..Hello::default()
        };
        assert_eq!(place.greet(now, &epoch(), &first, false), Greeting::Begun);
        place.link_down(now);
        assert_eq!(
            place.greet(now, &epoch(), &hello, false),
            greeting,
            "{what}"
        );
    }
}
