//! Contract cases: closed objects, which can be read and answer with mediasoup's errors until they are
//! released. The suite runs them on every implementation of the trait `Host` (this machine's Workers, a
//! server's, a fake); a host that fails one behaves otherwise after `close()` than mediasoup.

use super::objects::Objects;
use super::{Case, Stage};
use protocol::{Error, ErrorClass, Handle};
use serde_json::json;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a closed object stays readable",
        play: readable,
    },
    Case {
        name: "a worker doesn't find a closed object",
        play: not_found,
    },
    Case {
        name: "no request goes to an object of a closed Worker",
        play: no_request,
    },
    Case {
        name: "no notification goes to an object of a closed Worker",
        play: no_notification,
    },
    Case {
        name: "bad arguments come first, on closed objects as well",
        play: bad_arguments,
    },
    Case {
        name: "release() forgets a closed object",
        play: release,
    },
    Case {
        name: "release() of an open object does nothing",
        play: release_of_open,
    },
];

fn readable(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    stage
        .call(objects.producer, json!("pause"))
        .expect("paused");
    stage.close(objects.router);
    stage.all_items();
    assert_eq!(stage.read(objects.producer, "kind"), Some(json!("audio")));
    assert_eq!(stage.read(objects.producer, "paused"), Some(json!(true)));
    assert_eq!(
        stage.read(objects.data_consumer, "label"),
        Some(json!("chat"))
    );
    assert!(stage.read(objects.router, "rtpCapabilities").is_some());
}

fn not_found(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    stage.close(objects.router);
    stage.all_items();
    for (target, method) in [
        (objects.producer, "producer.dump"),
        (objects.consumer, "consumer.dump"),
        (objects.router, "router.dump"),
    ] {
        let id = stage.id(target);
        let message = format!("Channel request handler with ID {id} not found [method:{method}]");
        let refused = stage.call(target, json!("dump"));
        assert_eq!(refused, Err(Error::not_found(message)));
    }
}

fn no_request(stage: &mut Stage<'_>) {
    for end in [close, kill] {
        let objects = Objects::new(stage);
        end(stage, objects.worker);
        for (target, command, method) in [
            (objects.worker, json!("dump"), "WORKER_DUMP"),
            (objects.producer, json!("dump"), "PRODUCER_DUMP"),
            (
                objects.consumer,
                json!({ "setPriority": 2 }),
                "CONSUMER_SET_PRIORITY",
            ),
        ] {
            let message = format!("Channel closed, cannot send request [method:{method}]");
            let refused = stage.call(target, command);
            assert_eq!(refused, Err(Error::worker_closed(message)));
        }
    }
}

fn no_notification(stage: &mut Stage<'_>) {
    for end in [close, kill] {
        let objects = Objects::new(stage);
        assert_eq!(stage.notify(objects.producer, b"packet"), Ok(()));
        end(stage, objects.worker);
        let message = "Channel closed, cannot send notification [event:PRODUCER_SEND]";
        let refused = stage.notify(objects.producer, b"packet");
        assert_eq!(refused, Err(Error::worker_closed(message)));
    }
}

fn bad_arguments(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    for end in [|_: &mut Stage<'_>, _| {}, close] {
        for closed in [objects.consumer, objects.worker] {
            end(stage, closed);
            let refused = stage.call(objects.consumer, json!({ "setPriority": -1 }));
            let message = "priority must be a positive number";
            assert_eq!(refused, Err(Error::type_error(message)));
        }
    }
}

fn release(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    stage.close(objects.consumer);
    stage.all_items();
    stage.host().release(objects.consumer);
    assert_eq!(stage.read(objects.consumer, "kind"), None);
    let refused = stage.call(objects.consumer, json!("dump"));
    let error = refused.expect_err("nobody knows it");
    assert_eq!(error.class, ErrorClass::NotFoundError, "{error}");
    assert!(stage.call(objects.receiving, json!("dump")).is_ok());
    // Forgotten from above, where it is closed.
    let cascade = stage.close(objects.receiving);
    assert!(cascade.iter().all(|it| it.target != objects.consumer));
    for handle in [objects.receiving, objects.data_consumer] {
        stage.host().release(handle);
    }
    assert_eq!(stage.read(objects.data_consumer, "label"), None);
}

fn release_of_open(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    stage.host().release(objects.producer);
    assert_eq!(stage.read(objects.producer, "kind"), Some(json!("audio")));
    assert!(stage.call(objects.producer, json!("dump")).is_ok());
    assert_eq!(stage.close(objects.router), objects.cascade(None));
}

fn close(stage: &mut Stage<'_>, handle: Handle) {
    stage.close(handle);
    stage.all_items();
}

fn kill(stage: &mut Stage<'_>, worker: Handle) {
    stage.kill(worker);
    stage.all_items();
}
