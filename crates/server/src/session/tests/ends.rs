//! Tests of the ends of Workers and sessions: a worker process that dies, is closed or doesn't start;
//! clients that leave; a server that drains or stops. They compare the updates that clients receive, and
//! the orders for processes, on simulated links and workers.

use super::fake_worker::{log_line, notification};
use super::rig::{Rig, TTL};
use crate::session::Effect;
use fbs::notification::Event as Notification;
use protocol::{ErrorClass, Handle, Payload};
use serde_json::json;
use std::time::Duration;
use wire::v1::{Close, ServerEntry};

#[test]
fn a_dying_worker_rejects_calls_then_emits_died_then_closes_everything() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    rig.words(one);
    rig.words(other);
    rig.workers_answer = false;
    rig.ask(one, router, json!("dump"));
    rig.pump();
    rig.exit(worker, None, Some(9));
    let received = rig.received(other);
    let died = received.iter().find_map(|entry| match entry {
        ServerEntry::Emission { emission, .. } => match &emission.payload {
            Payload::Json(json) => Some(json.as_str()),
            _ => None,
        },
        _ => None,
    });
    let died = died.expect("a reason");
    assert!(died.starts_with("\"[pid:"), "{died}");
    assert!(died.ends_with(", code:null, signal:SIGKILL]\""), "{died}");
    assert_eq!(
        rig.words(one),
        [
            "WorkerClosedError",
            "1 died/",
            "1 /",
            "2 /",
            "2 workerclose/close",
            "1 /close",
            "1 subprocessclose/"
        ]
    );
    assert_eq!(rig.session.workers.processes(), 0);
}

#[test]
fn a_worker_that_violates_its_protocol_is_killed() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    rig.words(one);
    rig.effects.clear();
    rig.worker_says(worker, &log_line("Wlast words"));
    rig.worker_says(worker, &[4, 0, 0, 0, 1, 2, 3, 4]);
    rig.pump();
    assert_eq!(rig.words(one), ["log", "1 died/", "1 /", "1 /close"]);
    assert_eq!(
        rig.effects,
        [Effect::Kill(worker), Effect::Close(worker)],
        "a closed process can't be killed"
    );
    rig.exit(worker, None, Some(9));
    assert_eq!(rig.words(one), ["1 subprocessclose/"]);
}

#[test]
fn a_worker_that_does_not_start_is_an_error() {
    for (code, class, message) in [
        (Some(42), ErrorClass::TypeError, "wrong settings"),
        (Some(1), ErrorClass::Error, "code:1, signal:null]"),
    ] {
        let mut rig = Rig::new(true);
        let one = rig.client();
        rig.words(one);
        rig.workers_answer = false;
        let request = rig.ask(one, Handle(0), json!({ "createWorker": {} }));
        rig.pump();
        rig.exit(Handle(1), code, None);
        let error = rig.answer(one, request).unwrap().unwrap_err();
        assert_eq!(error.class, class);
        assert!(error.message.ends_with(message), "{}", error.message);
        assert!(rig.words(one).is_empty(), "there was never a Worker");
        assert!(rig.session.host.local().model().is_empty());
        assert_eq!(rig.session.workers.processes(), 0);
    }
}

#[test]
fn a_closed_worker_emits_subprocessclose() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    rig.words(one);
    rig.effects.clear();
    rig.say(one, &wire::v1::ClientEntry::Close { target: worker });
    rig.pump();
    assert_eq!(rig.effects, [Effect::Close(worker)]);
    rig.exit(worker, Some(0), None);
    assert_eq!(rig.words(one), ["1 subprocessclose/"]);
}

#[test]
fn a_session_without_a_name_ends_with_a_goodbye() {
    let mut rig = Rig::new(false);
    let one = rig.client();
    let worker = rig.worker(one);
    rig.effects.clear();
    rig.leave(one);
    assert_eq!(
        rig.stats(one).reconnects,
        0,
        "the server received its goodbye"
    );
    assert_eq!(rig.effects, [Effect::Close(worker)]);
    assert!(!rig.session.is_done(), "its process is there");
    rig.exit(worker, Some(0), None);
    assert!(rig.session.is_done());
}

#[test]
fn a_session_without_a_name_waits_for_its_client() {
    let mut rig = Rig::new(false);
    let one = rig.client();
    rig.worker(one);
    rig.words(one);
    rig.cut(one);
    rig.wait(TTL / 2);
    rig.worker(one);
    assert_eq!(rig.stats(one).resumed, 1);
    rig.vanish(one);
    rig.wait(TTL.saturating_sub(Duration::from_secs(1)));
    assert!(!rig.session.is_ended());
    rig.wait(Duration::from_secs(1));
    assert!(rig.session.is_ended());
}

#[test]
fn a_named_session_outlives_goodbyes() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    rig.leave(one);
    assert!(rig.session.clients().is_empty());
    rig.wait(TTL.saturating_sub(Duration::from_secs(1)));
    assert!(!rig.session.is_ended());
    let other = rig.client();
    assert_eq!(rig.words(other), ["snapshot of 1"]);
    rig.wait(3 * TTL);
    assert!(!rig.session.is_ended(), "another client is there");
    rig.leave(other);
    rig.wait(TTL);
    assert!(rig.session.is_ended());
    rig.exit(worker, Some(0), None);
    assert!(rig.session.is_done());
}

#[test]
fn a_stopped_session_closes_links_without_further_updates() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    let router = rig.router(one, worker);
    rig.workers_answer = false;
    let request = rig.ask(one, router, json!("dump"));
    let starting = rig.ask(one, Handle(0), json!({ "createWorker": {} }));
    rig.pump();
    rig.words(one);
    rig.effects.clear();
    rig.session.end();
    rig.pump();
    assert_eq!(rig.closed(one), Some(Close::GoingAway as u16));
    assert!(rig.words(one).is_empty());
    assert!(rig.answer(one, request).is_none());
    assert!(rig.answer(one, starting).is_none(), "the client repeats it");
    assert!(rig.effects.contains(&Effect::Close(worker)));
    rig.exit(worker, Some(0), None);
    rig.exit(Handle(3), None, Some(9));
    assert!(rig.session.is_done());
}

#[test]
fn a_draining_server_takes_no_workers() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    rig.words(one);
    rig.session.drain(Duration::from_secs(5));
    rig.pump();
    assert_eq!(rig.words(one), ["draining 5000"]);
    let error = rig.call(one, Handle(0), json!({ "createWorker": {} }));
    assert!(error.unwrap_err().message.contains("draining"));
    rig.router(one, worker);
}

#[test]
fn output_of_a_worker_after_its_end_is_ignored() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let worker = rig.worker(one);
    rig.exit(worker, Some(1), None);
    rig.words(one);
    rig.worker_says(worker, &notification("", Notification::WorkerRunning, None));
    rig.pump();
    assert!(rig.words(one).is_empty());
}
