//! Tests of appData that clients share, on a session with simulated clients and workers. They compare the
//! updates that each client receives; a failure means that a client misses an appData, gets it twice, or
//! sees changes in another order than the others.

use super::rig::Rig;
use super::words::created;
use protocol::AppDataId;
use protocol::Kind::{DataConsumer, DataProducer, PipeTransport};
use serde_json::json;
use wire::v1::{ClientEntry, ServerEntry, Text};

const ID: AppDataId = AppDataId(7);

#[test]
fn app_data_is_introduced_before_its_first_use_and_after_changes() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    let worker = rig.worker(one);
    rig.words(one);
    rig.words(other);
    rig.app_data(one, ID, r#"{"a":1}"#);
    rig.pump();
    assert!(rig.words(other).is_empty(), "nothing uses it yet");
    let router = created(rig.call_with(one, worker, json!({ "createRouter": {} }), Some(ID)));
    let words = rig.words(other);
    assert_eq!(words, ["appData 7", "define", "2 Router"]);
    assert_eq!(rig.words(one), ["define", "2 Router as asked"]);

    rig.app_data(other, ID, r#"{"a":2}"#);
    rig.pump();
    assert_eq!(rig.words(one), ["appData 7"]);
    assert!(rig.words(other).is_empty());
    rig.app_data(one, ID, r#"{"a":2}"#);
    rig.pump();
    assert!(rig.words(other).is_empty(), "it has this value already");

    let target = router;
    let app_data = Some(AppDataId(8));
    rig.app_data(other, AppDataId(8), "[]");
    rig.say(other, &ClientEntry::SetAppData { target, app_data });
    rig.pump();
    assert_eq!(rig.words(one), ["appData 8", "2 has appData Some(8)"]);
    assert!(rig.words(other).is_empty());
    rig.say(
        one,
        &ClientEntry::SetAppData {
            target,
            app_data: None,
        },
    );
    rig.pump();
    assert_eq!(rig.words(other), ["2 has appData None"]);
}

#[test]
fn the_order_of_concurrent_changes_is_visible_to_all() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    let worker = rig.worker(one);
    rig.app_data(one, ID, "[0]");
    created(rig.call_with(one, worker, json!({ "createRouter": {} }), Some(ID)));
    rig.words(one);
    rig.words(other);

    rig.change(one, ID, "[1]", 2);
    rig.change(other, ID, "[2]", 1);
    rig.pump();
    let mut revision = |who| {
        let received = rig.received(who);
        let revisions = received.iter().filter_map(|entry| match entry {
            ServerEntry::AppData { revision, .. } => Some(*revision),
            _ => None,
        });
        revisions.collect::<Vec<_>>()
    };
    assert_eq!(revision(one), [2], "comes after its own");
    assert_eq!(revision(other), [0], "comes before its own");
}

#[test]
fn a_snapshot_has_the_app_data_of_open_objects() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    for (id, value) in [(7, "[7]"), (8, "[8]"), (9, "[9]")] {
        rig.app_data(one, AppDataId(id), value);
    }
    for id in [7, 8, 8] {
        let id = Some(AppDataId(id));
        created(rig.call_with(one, worker, json!({ "createRouter": {} }), id));
    }
    rig.say(
        one,
        &ClientEntry::Close {
            target: protocol::Handle(2),
        },
    );
    rig.pump();
    let other = rig.client();
    let snapshot = rig.snapshot(other);
    let ids: Vec<_> = snapshot.app_data.iter().map(|(id, _)| id.0).collect();
    assert_eq!(ids, [8]);
    assert!(matches!(&snapshot.app_data[0].1, Text::Inline(json) if json.as_str() == "[8]"));
    let used: Vec<_> = snapshot
        .objects
        .iter()
        .map(|object| object.app_data)
        .collect();
    assert_eq!(used, [None, Some(AppDataId(8)), Some(AppDataId(8))]);
}

#[test]
fn both_ends_of_a_pipe_share_their_app_data() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    let worker = rig.worker(one);
    let (near, far) = (rig.router(one, worker), rig.router(one, worker));
    let transport = rig.transport(one, near);
    rig.app_data(one, ID, "[7]");
    let produce = json!({ "produceData": { "id": "data", "label": "chat" } });
    created(rig.call_with(one, transport, produce, Some(ID)));
    rig.words(other);
    let pipe = json!({ "pipeToRouter": {
        "dataProducerId": "data", "router": far.0,
        "listenInfo": { "protocol": "udp", "ip": "127.0.0.1" },
    } });
    rig.call(one, near, pipe).unwrap();
    let created: Vec<_> = rig
        .received(other)
        .into_iter()
        .filter_map(|entry| match entry {
            ServerEntry::Created { object, .. } => Some((object.kind, object.app_data)),
            _ => None,
        })
        .collect();
    assert_eq!(
        created,
        [
            (PipeTransport, None),
            (PipeTransport, None),
            (DataConsumer, None),
            (DataProducer, Some(ID)),
        ]
    );
}

#[test]
fn invalid_json_never_reaches_another_client() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    rig.app_data(one, ID, "{");
    rig.pump();
    assert_eq!(rig.closed(one), Some(4000));
    assert_eq!(rig.closed(other), None);
}
