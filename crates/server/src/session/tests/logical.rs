//! Tests of logical Workers: Workers that are one for clients and spread over several worker processes,
//! which are simulated here. A failure means that clients see the processes behind, that a process is left
//! over, or that limits are miscounted.

use super::rig::{Rig, Who};
use crate::session::Effect;
use protocol::{ErrorClass, Handle};
use serde_json::json;
use std::time::Duration;
use wire::v1::ClientEntry;

/// Creates a logical Worker that spreads over two processes, with a Router and a transport in each.
fn apart(rig: &mut Rig, who: Who) -> [Handle; 4] {
    let vertical = json!({ "maxWorkers": 2, "placement": "spread", "idleTimeout": 10 });
    let options = json!({ "createWorker": { "vertical": vertical } });
    let worker = rig.make(who, Handle(0), options);
    let router = rig.router(who, worker);
    let one = rig.transport(who, router);
    let other = rig.transport(who, router);
    [worker, router, one, other]
}

fn spawned(rig: &Rig) -> Vec<Handle> {
    let spawned = rig.effects.iter().filter_map(|effect| match effect {
        Effect::Spawn(worker, _) => Some(*worker),
        _ => None,
    });
    spawned.collect()
}

#[test]
fn clients_know_one_worker() {
    let mut rig = Rig::new(true);
    let (one, other) = (rig.client(), rig.client());
    rig.words(other);
    let [worker, ..] = apart(&mut rig, one);
    let processes = spawned(&rig);
    assert_eq!(processes.len(), 2);
    assert!(!processes.contains(&worker));
    let entries = rig.words(other);
    let kinds: Vec<_> = entries.iter().filter_map(|it| it.split_once(' ')).collect();
    let kinds: Vec<_> = kinds.into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(
        kinds,
        ["Worker", "Router", "DirectTransport", "DirectTransport"]
    );
    let late = rig.client();
    assert_eq!(rig.snapshot(late).objects.len(), 4);
    assert_eq!(rig.session.workers.processes(), 2, "processes count");
    let dump = rig.call(one, worker, json!("dump"));
    assert!(dump.is_ok(), "{dump:?}");
}

#[test]
fn objects_in_a_dead_process_close() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let [worker, router, first, second] = apart(&mut rig, one);
    let [near, far] = spawned(&rig)[..] else {
        panic!("two processes");
    };
    rig.words(one);
    rig.exit(far, None, Some(9));
    assert_eq!(
        rig.words(one),
        [
            format!("{} /", second.0),
            format!("{} routerclose/close", second.0)
        ],
        "nothing else"
    );
    assert_eq!(rig.session.workers.processes(), 1);
    rig.exit(near, None, Some(9));
    let (worker, router, first) = (worker.0, router.0, first.0);
    let entries = rig.words(one);
    assert_eq!(entries[0], format!("{worker} died/"));
    for end in [
        format!("{first} routerclose/close"),
        format!("{router} workerclose/close"),
        format!("{worker} /close"),
    ] {
        assert!(entries.contains(&end), "{end} in {entries:?}");
    }
    assert_eq!(
        entries.last().unwrap(),
        &format!("{worker} subprocessclose/"),
        "{entries:?}"
    );
    assert_eq!(rig.session.workers.processes(), 0);
}

#[test]
fn a_closed_worker_ends_all_its_processes() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let [worker, ..] = apart(&mut rig, one);
    let processes = spawned(&rig);
    rig.words(one);
    rig.effects.clear();
    rig.say(one, &ClientEntry::Close { target: worker });
    rig.pump();
    let ended: Vec<_> = processes.iter().map(|it| Effect::Close(*it)).collect();
    assert_eq!(rig.effects, ended);
    rig.exit(processes[0], Some(0), None);
    assert!(rig.words(one).is_empty(), "one of them is left");
    rig.exit(processes[1], Some(0), None);
    assert_eq!(rig.words(one), [format!("{} subprocessclose/", worker.0)]);
    assert!(rig.session.host.local().model().get(processes[1]).is_none());
}

#[test]
fn an_empty_process_ends() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let [_, _, _, second] = apart(&mut rig, one);
    let far = spawned(&rig)[1];
    rig.effects.clear();
    rig.say(one, &ClientEntry::Close { target: second });
    rig.wait(Duration::from_secs(8));
    assert_eq!(rig.effects, []);
    rig.wait(Duration::from_secs(5));
    assert_eq!(rig.effects, [Effect::Close(far)]);
    rig.exit(far, Some(0), None);
    assert_eq!(rig.session.workers.processes(), 1);
}

#[test]
fn processes_count_for_the_limit_of_workers() {
    let mut rig = Rig::new(true);
    rig.limits.workers = 1;
    let one = rig.client();
    apart(&mut rig, one);
    assert_eq!(spawned(&rig).len(), 1, "both transports are in one");
    let more = rig.call(one, Handle(0), json!({ "createWorker": {} }));
    assert!(more.is_err());
}

#[test]
fn the_servers_default_applies_unless_a_client_decides() {
    let mut rig = Rig::new(true);
    rig.session.workers.logicals.default = Some(vertical_scaling::VerticalOptions::default());
    let one = rig.client();
    let worker = rig.worker(one);
    assert!(!spawned(&rig).contains(&worker));
    let options = json!({ "createWorker": { "vertical": false } });
    let plain = rig.make(one, Handle(0), options);
    assert!(spawned(&rig).contains(&plain));
    let options = json!({ "createWorker": { "vertical": { "workers": 2 } } });
    let error = rig.call(one, Handle(0), options).unwrap_err();
    assert_eq!(error.class, ErrorClass::TypeError);
    assert!(error.message.contains("workers"), "{}", error.message);
}

#[test]
fn a_worker_whose_first_process_does_not_start_is_an_error() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    rig.words(one);
    rig.workers_answer = false;
    let options = json!({ "createWorker": { "vertical": true } });
    let request = rig.ask(one, Handle(0), options);
    rig.pump();
    let process = spawned(&rig)[0];
    rig.exit(process, Some(42), None);
    let error = rig.answer(one, request).unwrap().unwrap_err();
    assert_eq!(error.message, "wrong settings");
    assert!(rig.words(one).is_empty(), "there was never a Worker");
    assert!(rig.session.host.local().model().is_empty());
    assert_eq!(rig.session.workers.processes(), 0);
}

#[test]
fn a_logical_worker_runs_without_a_process_that_fails_to_start() {
    let mut rig = Rig::new(true);
    let one = rig.client();
    let options = json!({ "maxWorkers": 2, "placement": "spread" });
    let options = json!({ "createWorker": { "vertical": options } });
    let worker = rig.make(one, Handle(0), options);
    let router = rig.router(one, worker);
    rig.transport(one, router);
    rig.workers_answer = false;
    let request = rig.ask(one, router, json!({ "createDirectTransport": {} }));
    rig.pump();
    let far = spawned(&rig)[1];
    rig.workers_answer = true;
    rig.exit(far, Some(1), None);
    assert!(rig.answer(one, request).unwrap().is_ok());
    assert_eq!(rig.session.workers.processes(), 1);
}

#[test]
fn a_session_that_ends_leaves_no_process() {
    let mut rig = Rig::new(false);
    let one = rig.client();
    apart(&mut rig, one);
    let processes = spawned(&rig);
    rig.effects.clear();
    rig.leave(one);
    let ended: Vec<_> = processes.iter().map(|it| Effect::Close(*it)).collect();
    assert_eq!(rig.effects, ended);
    assert!(!rig.session.is_done());
    for process in processes {
        rig.exit(process, Some(0), None);
    }
    assert!(rig.session.is_done());
}
