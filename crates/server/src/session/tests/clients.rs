//! Tests of several clients in one session, with simulated links and workers. They compare the updates that
//! each client receives, also after cut links; a failure means that clients see different objects or get a
//! wrong answer.

use super::rig::{Rig, TTL};
use super::words::{created, member};
use protocol::{Command, Handle, Json, Kind};
use serde_json::json;
use std::time::Duration;
use wire::v1::{ClientEntry, Text, Values, WireCall};

#[test]
fn new_objects_are_broadcast_to_all_clients() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    assert_eq!(rig.words(one), ["snapshot of 0"]);
    assert_eq!(rig.words(other), ["snapshot of 0"]);

    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    assert_eq!(
        rig.words(one),
        ["1 Worker as asked", "define", "2 Router as asked"]
    );
    assert_eq!(rig.words(other), ["1 Worker", "define", "2 Router"]);

    let third = rig.client();
    let snapshot = rig.snapshot(third);
    let kinds: Vec<_> = snapshot.objects.iter().map(|object| object.kind).collect();
    assert_eq!(kinds, [Kind::Worker, Kind::Router]);
    let pid: u32 = member(&snapshot.objects[0], "pid").parse().unwrap();
    assert!(pid > 4_194_304, "no Linux process has it");
    assert_eq!(snapshot.objects[1].handle, router);
    rig.transport(third, router);
    assert_eq!(rig.words(other), ["3 DirectTransport"]);
}

#[test]
fn a_starting_worker_is_not_broadcast() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    rig.workers_answer = false;
    let request = rig.ask(one, Handle(0), json!({ "createWorker": {} }));
    rig.pump();
    let other = rig.client();
    assert_eq!(rig.words(other), ["snapshot of 0"]);
    rig.workers_answer = true;
    rig.event(Handle(1), "", fbs::notification::Event::WorkerRunning);
    assert_eq!(created(rig.answer(one, request).unwrap()), Handle(1));
    assert_eq!(rig.words(other), ["1 Worker"]);
}

#[test]
fn a_close_is_broadcast_to_all_but_its_client() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    rig.transport(one, router);
    rig.words(one);
    rig.words(other);
    rig.say(one, &ClientEntry::Close { target: router });
    rig.pump();
    assert!(rig.words(one).is_empty());
    assert_eq!(
        rig.words(other),
        ["2 /", "3 /", "3 routerclose/close", "2 /close"]
    );
    rig.say(other, &ClientEntry::Close { target: router });
    rig.pump();
    assert!(rig.words(one).is_empty(), "it is closed already");
    assert_eq!(rig.client(), 2);
    assert_eq!(rig.words(2), ["snapshot of 1"]);
}

#[test]
fn changes_precede_the_items_they_belong_to() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    let observer = rig.make(one, router, json!({ "createAudioLevelObserver": {} }));
    rig.words(one);
    rig.words(other);
    rig.call(one, observer, json!("pause")).unwrap();
    assert_eq!(rig.words(one), ["3 set paused", "3 /pause"]);
    assert_eq!(rig.words(other), ["3 set paused", "3 /pause"]);
    let codecs =
        json!([{ "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 }]);
    rig.say(
        one,
        &ClientEntry::UpdateMediaCodecs {
            target: router,
            media_codecs: Some(Text::Inline(Json::of(&codecs))),
        },
    );
    rig.pump();
    assert_eq!(rig.words(other), ["define", "2 set rtpCapabilities"]);
}

#[test]
fn a_worker_s_event_has_its_own_turn() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    let observer = rig.make(one, router, json!({ "createAudioLevelObserver": {} }));
    rig.words(one);
    let third = rig.client();
    let id = rig.snapshot(third).objects[2].id.to_string();
    rig.event(
        worker,
        &id,
        fbs::notification::Event::AudiolevelobserverSilence,
    );
    let expected = format!("{} silence/silence notified", observer.0);
    assert_eq!(rig.words(one), [expected]);
}

#[test]
fn a_call_whose_link_is_cut_is_executed_and_answered_once() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    rig.words(one);
    rig.workers_answer = false;
    let request = rig.ask(one, worker, json!({ "createRouter": {} }));
    rig.pump();
    assert!(rig.answer(one, request).is_none());
    rig.cut(one);
    rig.workers_answer = true;
    let lost = rig.ask(one, worker, json!("dump"));
    rig.wait(Duration::from_secs(1));
    assert_eq!(rig.stats(one).resumed, 1);
    rig.answer(one, lost).unwrap().unwrap();
    assert!(
        rig.answer(one, request).is_none(),
        "the worker never answered"
    );
    assert!(rig.words(one).is_empty(), "no entry was repeated");
}

#[test]
fn a_restarted_client_gets_no_earlier_answers() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    rig.words(one);
    rig.workers_answer = false;
    rig.ask(one, router, json!("dump"));
    rig.pump();
    rig.restart(one);
    assert_eq!(rig.words(one), ["snapshot of 2"]);
    rig.exit(worker, None, Some(9));
    assert_eq!(
        rig.words(one),
        [
            "1 died/",
            "1 /",
            "2 /",
            "2 workerclose/close",
            "1 /close",
            "1 subprocessclose/"
        ]
    );
    assert_eq!(rig.session.clients().len(), 1);
}

#[test]
fn repeating_options_are_restored() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    let codecs = json!([
        { "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 },
        { "kind": "video", "mimeType": "video/VP8", "clockRate": 90000 },
    ]);
    let text = Json::of(&codecs);
    rig.say(one, &ClientEntry::Define { slot: 5, text });
    let call = WireCall {
        target: worker,
        command: serde_json::from_value::<Command>(json!({ "createRouter": {} })).unwrap(),
        values: Values {
            media_codecs: Some(Text::Slot(5)),
            ..Values::default()
        },
        app_data: None,
    };
    let request = rig.ask_call(one, call);
    rig.pump();
    created(rig.answer(one, request).unwrap());
    rig.words(one);
    let other = rig.client();
    let snapshot = rig.snapshot(other);
    assert!(member(&snapshot.objects[1], "rtpCapabilities").contains("VP8"));
}

#[test]
fn a_client_that_is_away_for_too_long_expires() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    rig.worker(one);
    rig.vanish(one);
    rig.wait(TTL / 2);
    assert_eq!(rig.session.clients().len(), 2);
    rig.wait(TTL);
    assert_eq!(rig.session.clients().len(), 1);
    rig.words(other);
    rig.wait(TTL);
    assert!(!rig.session.is_ended(), "another client is there");
    assert_eq!(rig.stats(other).reconnects, 0);
}
