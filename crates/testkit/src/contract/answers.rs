//! Contract cases: one answer for each request, whatever happens to the object or its Worker. The suite
//! runs them on every implementation of the trait `Host` (this machine's Workers, a server's, a fake); a
//! host that fails one leaves an application's promise pending, or settles it twice.

use super::objects::{Objects, create_transport};
use super::stage::answered;
use super::{Case, Stage};
use protocol::{Emission, ErrorClass, Event, Handle, Item, Payload, Reply, RequestId};
use serde_json::json;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "each request has one answer, whatever closes meanwhile",
        play: once,
    },
    Case {
        name: "an answer in flight changes its object even if that has closed",
        play: in_flight,
    },
    Case {
        name: "a pause in flight is emitted even if its object has closed",
        play: pause_in_flight,
    },
    Case {
        name: "a Worker that is closed aborts what is in flight, in order",
        play: closed_worker,
    },
    Case {
        name: "a Worker that dies aborts what is in flight, in order",
        play: dead_worker,
    },
    Case {
        name: "a Worker that ends leaves requests to others alone",
        play: other_worker,
    },
];

fn once(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let mut asked = vec![
        stage.ask(objects.producer, json!("dump")),
        stage.ask(objects.consumer, json!("pause")),
        stage.ask(objects.router, create_transport()),
    ];
    stage.host().close(objects.router);
    asked.push(stage.ask(objects.producer, json!("dump")));
    stage.serve();
    let mut items = stage.all_items();
    asked.push(stage.ask(objects.worker, json!("dump")));
    stage.kill(objects.worker);
    items.extend(stage.all_items());
    let mut answered = answered(&items);
    answered.sort_unstable();
    assert_eq!(answered, asked);
}

fn in_flight(stage: &mut Stage<'_>) {
    let Objects { consumer, .. } = Objects::new(stage);
    let asked = stage.ask(consumer, json!({ "setPriority": 5 }));
    stage.host().close(consumer);
    stage.serve();
    assert_eq!(stage.result(asked), Ok(Reply::Done));
    assert_eq!(stage.read(consumer, "priority"), Some(json!(5)));
}

fn closed_worker(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let asked = ask_both(stage, &objects);
    stage.close(objects.worker);
    check_aborted(stage, asked);
}

fn dead_worker(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let asked = ask_both(stage, &objects);
    stage.kill(objects.worker);
    check_aborted(stage, asked);
}

fn other_worker(stage: &mut Stage<'_>) {
    let other = stage.worker();
    for is_killed in [false, true] {
        let objects = Objects::new(stage);
        let asked = stage.ask(other, json!("dump"));
        if is_killed {
            stage.kill(objects.worker);
        } else {
            stage.close(objects.worker);
        }
        assert!(matches!(stage.result(asked), Ok(Reply::Value(_))));
        assert!(stage.call(other, json!("dump")).is_ok());
    }
}

fn pause_in_flight(stage: &mut Stage<'_>) {
    let Objects { producer, .. } = Objects::new(stage);
    stage.ask(producer, json!("pause"));
    stage.host().close(producer);
    stage.serve();
    let paused = Emission::observer(producer, Event::Pause, Payload::None);
    assert_eq!(stage.emissions(), [paused]);
}

fn ask_both(stage: &mut Stage<'_>, objects: &Objects) -> [RequestId; 2] {
    let dump = |target: Handle| stage.ask(target, json!("dump"));
    [objects.worker, objects.producer].map(dump)
}

fn check_aborted(stage: &mut Stage<'_>, asked: [RequestId; 2]) {
    let items = stage.all_items();
    assert_eq!(answered(&items), asked);
    let results = items.into_iter().filter_map(|item| match item {
        Item::Reply { result, .. } => Some(result),
        _ => None,
    });
    for (result, method) in results.zip(["WORKER_DUMP", "PRODUCER_DUMP"]) {
        let error = result.expect_err("it has no answer any more");
        assert_eq!(error.class, ErrorClass::WorkerClosedError);
        let aborted = format!("Channel closed, pending request aborted [method:{method}, id:");
        assert!(error.message.starts_with(&aborted), "{error}");
    }
}
