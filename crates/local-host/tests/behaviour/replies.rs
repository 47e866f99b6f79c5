//! Tests that a worker's replies find their requests, in whatever order and pieces they arrive on the
//! channel of a `LocalHost` (the object that holds this machine's Workers). A failure means that a call
//! gets another call's answer, or none.

use crate::support::{Cast, Rig, accepted, log_line, rejected};
use proptest::prelude::*;
use protocol::{Error, Handle, Item, Level, LogLine, Logger, Reply, RequestId};
use serde_json::json;

proptest! {
    #[test]
    fn come_in_any_order_and_cut_anywhere(
        order in prop::collection::vec(any::<prop::sample::Index>(), 24),
        cuts in prop::collection::vec(1_usize..200, 1..40),
    ) {
        let mut rig = Rig::new();
        let cast = Cast::new(&mut rig);
        let targets = cast.all();
        let requests: Vec<RequestId> = (0..order.len())
            .map(|place| match targets[place % targets.len()] {
                observer if observer == cast.active_speaker || observer == cast.audio_level => {
                    rig.ask(observer, json!("pause"))
                }
                target => rig.ask(target, json!("dump")),
            })
            .collect();
        let mut asked = rig.asked();
        prop_assert_eq!(asked.len(), requests.len());
        let mut bytes = Vec::new();
        for index in order {
            let (worker, request) = asked.remove(index.index(asked.len()));
            bytes.extend(rig.answer(worker, &request));
        }
        let mut rest = &bytes[..];
        for cut in cuts.iter().cycle() {
            let (piece, left) = rest.split_at((*cut).min(rest.len()));
            rig.input(cast.worker, piece);
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        for request in requests {
            prop_assert!(rig.result(request).is_ok());
        }
    }
}

#[test]
fn of_refusal_carry_the_workers_class_and_words() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for (class, expected) in [
        ("Error", Error::plain("why")),
        ("TypeError", Error::type_error("why")),
        ("NotFoundError", Error::not_found("why")),
        ("SomethingElse", Error::plain("why")),
    ] {
        let request = rig.ask(cast.producer, json!("pause"));
        let (worker, asked) = rig.asked().remove(0);
        rig.input(worker, &rejected(asked.id, class, "why"));
        assert_eq!(rig.result(request), Err(expected));
        assert_eq!(rig.read(cast.producer, "paused"), false, "nothing changed");
        let failed = format!(
            "request failed [method:PRODUCER_PAUSE, id:{}]: why",
            asked.id
        );
        assert_eq!(rig.told(), [line(Logger::Channel, Level::Warn, &failed)]);
    }
}

/// A line of the library's own.
fn line(logger: Logger, level: Level, line: &str) -> Item {
    Item::Log(LogLine {
        worker: None,
        logger,
        level,
        line: line.to_owned(),
        error: None,
    })
}

#[test]
fn to_nothing_are_logged() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    rig.input(cast.worker, &accepted(4_000_000, None));
    rig.input(cast.worker, &rejected(4_000_000, "Error", "why"));
    let unmatched = "received response does not match any sent request [id:4000000]";
    let unmatched = line(Logger::Channel, Level::Error, unmatched);
    assert_eq!(rig.told(), [unmatched.clone(), unmatched]);

    let request = rig.ask(cast.producer, json!("pause"));
    let (worker, asked) = rig.asked().remove(0);
    rig.input(worker, &accepted(asked.id, None));
    rig.input(worker, &accepted(asked.id, None));
    assert_eq!(rig.result(request), Ok(Reply::Done));
    assert!(matches!(&rig.told()[..], [Item::Emission(_), Item::Log(_)]));
}

#[test]
fn have_log_lines_among_them() {
    let mut rig = Rig::new();
    let worker = rig.worker();
    for (said, logger, level, text) in [
        ("Dfine", Logger::Channel, Level::Debug, "fine"),
        ("Whm", Logger::Channel, Level::Warn, "hm"),
        ("Eoh", Logger::Channel, Level::Error, "oh"),
    ] {
        rig.input(worker, &log_line(said));
        let Item::Log(mut log) = line(logger, level, text) else {
            panic!("it is a line");
        };
        log.worker = Some(worker);
        assert_eq!(rig.told(), [Item::Log(log)]);
    }
    rig.input(worker, &log_line("Xdump"));
    assert_eq!(rig.told(), [line(Logger::Worker, Level::Debug, "dump")]);
    for nothing in ["", "?"] {
        rig.input(worker, &log_line(nothing));
        assert_eq!(rig.told(), []);
    }
}

#[test]
fn go_before_the_events_that_came_with_them() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let request = rig.ask(cast.producer, json!("pause"));
    let (worker, asked) = rig.asked().remove(0);
    let consumer = rig.id(cast.consumer);
    let event = fbs::notification::Event::ConsumerProducerPause;
    let mut bytes = crate::support::notification(&consumer, event, None);
    bytes.extend(accepted(asked.id, None));
    rig.input(worker, &bytes);
    assert_eq!(rig.result(request), Ok(Reply::Done));
    assert_eq!(rig.emissions().len(), 1, "the producer's own pause");
    assert_eq!(rig.host.local().events(), 1);
    assert_eq!(rig.read(cast.consumer, "producerPaused"), false);
    rig.turn();
    assert_eq!(rig.read(cast.consumer, "producerPaused"), true);
}

#[test]
fn for_an_object_that_was_closed_meanwhile_are_told_all_the_same() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let pause = rig.ask(cast.producer, json!("pause"));
    let dump = rig.ask(cast.producer, json!("dump"));
    let layers = rig.ask(
        cast.consumer,
        json!({ "setPreferredLayers": { "spatialLayer": 1 } }),
    );
    rig.close(cast.router);
    for handle in [cast.producer, cast.consumer] {
        rig.host.local_mut().release(handle);
    }
    rig.serve();
    for request in [pause, dump, layers] {
        assert!(rig.result(request).is_ok());
    }
}

#[test]
fn that_make_an_object_below_a_closed_one_make_a_closed_one() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    let request = rig.ask(cast.router, json!({ "createDirectTransport": {} }));
    rig.close(cast.router);
    rig.serve();
    let Ok(Reply::Created(handle)) = rig.result(request) else {
        panic!("it was made");
    };
    assert!(!rig.is_open(handle));
    let told = rig.told();
    assert!(matches!(told[0], Item::Created { handle: made, .. } if made == handle));
}

#[test]
fn without_layers_take_the_preferred_ones_away() {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    rig.call(
        cast.consumer,
        json!({ "setPreferredLayers": { "spatialLayer": 1 } }),
    )
    .unwrap();
    assert_ne!(rig.read(cast.consumer, "preferredLayers"), json!(null));
    let request = rig.ask(
        cast.consumer,
        json!({ "setPreferredLayers": { "spatialLayer": 1 } }),
    );
    let (worker, asked) = rig.asked().remove(0);
    rig.input(worker, &accepted(asked.id, None));
    assert_eq!(rig.result(request), Ok(Reply::Done));
    assert_eq!(rig.read(cast.consumer, "preferredLayers"), json!(null));
}

#[test]
fn are_awaited_by_one_write_per_worker() {
    let mut rig = Rig::new();
    let (one, other) = (rig.worker(), rig.worker());
    for _ in 0..3 {
        for worker in [one, other] {
            rig.ask(worker, json!("dump"));
        }
    }
    let mut local = rig.host.local_mut();
    assert_eq!(local.next_output(), Some(one));
    assert_eq!(local.next_output(), Some(other));
    assert_eq!(local.next_output(), None);
    for worker in [one, other] {
        assert_eq!(
            crate::support::FakeWorker::read(local.output(worker)).len(),
            3
        );
        local.written(worker);
        assert!(local.output(worker).is_empty());
    }
    assert!(local.output(Handle(99)).is_empty());
}
