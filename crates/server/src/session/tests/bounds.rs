//! Tests of limits: clients that break the protocol, send too much or too fast, or don't read, on a session
//! with simulated clients and workers. A failure means that such a client harms others, or uses memory
//! without bound.

use super::rig::Rig;
use protocol::limits::{APP_DATA_BYTES, APP_DATA_DEPTH, CALLS_IN_FLIGHT};
use protocol::{AppDataId, Handle, Notice};
use serde_json::json;
use std::time::Duration;
use wire::v1::{ClientEntry, Close, Text, encode};

#[test]
fn a_protocol_error_ends_the_link_of_its_client() {
    let large = || format!("\"{}\"", "x".repeat(APP_DATA_BYTES));
    let invalid: [(&str, Vec<u8>); 8] = [
        ("no entry", vec![0xc1]),
        ("no bytes", Vec::new()),
        ("half an entry", {
            let mut bytes = encode(&ClientEntry::Close { target: Handle(1) });
            bytes.pop();
            bytes
        }),
        ("an unknown entry", encode(&json!({ "levitate": {} }))),
        (
            "an empty slot",
            encode(&ClientEntry::AppData {
                id: AppDataId(1),
                value: Text::Slot(3),
                revision: 1,
            }),
        ),
        (
            "too large an appData",
            encode(&ClientEntry::AppData {
                id: AppDataId(1),
                value: Text::Inline(protocol::Json::from_text(large())),
                revision: 1,
            }),
        ),
        ("too deep an appData", nested(APP_DATA_DEPTH + 1)),
        ("an appData of 100000 levels", nested(100_000)),
    ];
    for (what, bytes) in invalid {
        let mut rig = Rig::new(true);
        let (one, other) = (rig.client(), rig.client());
        let worker = rig.worker(other);
        rig.say_bytes(one, bytes);
        // Later entries aren't executed.
        rig.say(one, &ClientEntry::Close { target: worker });
        rig.pump();
        assert_eq!(rig.closed(one), Some(Close::ProtocolError as u16), "{what}");
        rig.router(other, worker);
    }
}

#[test]
fn an_app_data_may_be_as_deep_as_the_limit() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    rig.say_bytes(one, nested(APP_DATA_DEPTH));
    rig.pump();
    assert_eq!(rig.closed(one), None);
}

/// Returns an appData with this many levels.
fn nested(levels: usize) -> Vec<u8> {
    let value = format!(
        "{}{}",
        "{\"a\":[".repeat(levels / 2),
        "]}".repeat(levels / 2)
    );
    let value = if levels % 2 == 1 {
        format!("[{value}]")
    } else {
        value
    };
    let value = Text::Inline(protocol::Json::from_text(value));
    let id = AppDataId(1);
    let revision = 1;
    encode(&ClientEntry::AppData {
        id,
        value,
        revision,
    })
}

#[test]
fn an_unknown_command_is_answered() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    rig.words(one);
    rig.say_bytes(
        one,
        encode(&json!({ "call": { "target": 1, "command": "levitate" } })),
    );
    rig.pump();
    assert_eq!(rig.words(one), ["UnsupportedError"]);
    assert_eq!(rig.closed(one), None);
}

#[test]
fn limits_of_workers_and_objects_are_errors() {
    let mut rig = Rig::new(true);
    rig.limits.workers = 1;
    rig.limits.objects = 3;
    let one = rig.client();
    let worker = rig.worker(one);
    let error = rig.call(one, Handle(0), json!({ "createWorker": {} }));
    assert!(error.unwrap_err().message.contains("limit of 1 Workers"));
    let router = rig.router(one, worker);
    rig.router(one, worker);
    let error = rig.call(one, worker, json!({ "createRouter": {} }));
    assert!(error.unwrap_err().message.contains("limit of 3 objects"));
    rig.say(one, &ClientEntry::Close { target: router });
    rig.router(one, worker);

    rig.workers_answer = false;
    rig.say(one, &ClientEntry::Close { target: Handle(3) });
    let requests = [(); 2].map(|()| rig.ask(one, worker, json!({ "createRouter": {} })));
    rig.pump();
    assert!(rig.answer(one, requests[0]).is_none(), "it is pending");
    assert!(rig.answer(one, requests[1]).unwrap().is_err());
}

#[test]
fn clients_beyond_the_limit_are_rejected() {
    let mut rig = Rig::new(true);
    rig.limits.clients = 1;
    let one = rig.client();
    let other = rig.client();
    assert_eq!(rig.closed(other), Some(Close::Limit as u16));
    rig.cut(one);
    rig.wait(Duration::from_secs(1));
    assert_eq!(rig.stats(one).resumed, 1);
}

#[test]
fn a_client_beyond_its_rate_is_not_read_for_a_while() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    let worker = rig.worker(other);
    rig.limits.commands_per_second = 10;
    rig.cut(one);
    rig.wait(Duration::from_secs(2));
    rig.words(one);
    let requests = [(); 25].map(|()| rig.ask(one, worker, json!("dump")));
    rig.pump();
    let answered = |rig: &mut Rig| {
        let answers = requests
            .iter()
            .filter(|request| rig.answer(one, **request).is_some());
        answers.count()
    };
    assert_eq!(answered(&mut rig), 10);
    assert!(!rig.may_read(one));
    rig.wait(Duration::from_millis(500));
    assert_eq!(answered(&mut rig), 5);
    rig.wait(Duration::from_secs(2));
    assert_eq!(answered(&mut rig), 10);
    assert!(rig.may_read(one));
    assert_eq!(rig.stats(one).reconnects, 1, "the cut");
}

#[test]
fn a_client_with_too_many_calls_in_flight_is_not_read() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    let worker = rig.worker(one);
    rig.workers_answer = false;
    for _ in 0..=CALLS_IN_FLIGHT {
        rig.ask(one, worker, json!("dump"));
    }
    rig.pump();
    assert!(!rig.may_read(one));
    rig.ask(other, worker, json!("dump"));
    rig.pump();
    assert!(rig.may_read(other));
    // Minutes later its link is still there: the server has stopped reading it.
    rig.wait(Duration::from_secs(300));
    assert_eq!(rig.stats(one).reconnects, 0);
    rig.exit(worker, Some(1), None);
    assert!(rig.may_read(one));
}

#[test]
fn packets_wait_for_a_worker_that_does_not_read() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    let transport = rig.transport(one, router);
    rig.session.worker_congested(worker, true);
    rig.say(
        one,
        &ClientEntry::Notice {
            target: transport,
            notice: Notice::Rtcp,
            data: vec![0; 8],
        },
    );
    rig.pump();
    assert!(!rig.may_read(one));
    rig.session.worker_congested(worker, false);
    rig.pump();
    assert!(rig.may_read(one));
}

#[test]
fn a_slow_reader_is_resynchronised_without_delaying_others() {
    let mut rig = Rig::new(true);
    let (one, slow) = (rig.client(), rig.client());
    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    rig.words(slow);
    rig.reads(slow, false);
    let call = rig.ask(slow, worker, json!("dump"));
    rig.pump();
    let text = "x".repeat(1024 * 1024);
    let app_data = AppDataId(1);
    rig.change(slow, app_data, "{}", 3);
    rig.app_data(one, app_data, "[]");
    let entry = ClientEntry::SetAppData {
        target: router,
        app_data: Some(app_data),
    };
    rig.say(one, &entry);
    for number in 0..40 {
        rig.app_data(one, app_data, &format!("\"{number}{text}\""));
        rig.pump();
    }
    let transport = rig.transport(one, router);
    rig.reads(slow, true);
    rig.pump();
    rig.answer(slow, call).unwrap().unwrap();
    let snapshot = rig.snapshot(slow);
    assert_eq!(snapshot.objects.last().unwrap().handle, transport);
    assert_eq!(snapshot.app_data.len(), 1);
    assert_eq!(snapshot.revisions, [(app_data, 3)]);
    assert_eq!(rig.stats(slow).reconnects, 0);
}
