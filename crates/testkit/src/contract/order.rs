//! Contract cases: order of replies, created objects, emissions and a worker's events. The suite runs them
//! on every implementation of the trait `Host` (this machine's Workers, a server's, a fake); a host that
//! fails one emits an event before the promise that it belongs to, or after its turn of the event loop.

use super::objects::{Objects, create_transport};
use super::stage::answered;
use super::{Case, Notification, Stage};
use protocol::{Emission, Event, Item, Payload, Reply};
use serde_json::json;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "replies come in the order of the workers' answers",
        play: replies,
    },
    Case {
        name: "an object is announced before the reply that names it",
        play: created,
    },
    Case {
        name: "an emission that a command causes comes before its reply",
        play: emission_before_reply,
    },
    Case {
        name: "an event of a worker waits until it is let through",
        play: waiting_event,
    },
    Case {
        name: "each turn lets one event through",
        play: turns,
    },
    Case {
        name: "an answer goes before an event that came with it",
        play: answer_before_event,
    },
    Case {
        name: "has_more() is true as long as there are items",
        play: has_more,
    },
    Case {
        name: "events() counts the events that wait",
        play: events,
    },
];

fn replies(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let targets = [
        objects.worker,
        objects.consumer,
        objects.router,
        objects.producer,
    ];
    let asked = targets.map(|target| stage.ask(target, json!("dump")));
    stage.serve();
    assert_eq!(answered(&stage.all_items()), asked);
}

fn created(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let asked = stage.ask(objects.router, create_transport());
    stage.serve();
    let items = stage.items();
    let [
        Item::Created {
            handle,
            parent,
            request: asked_for,
            ..
        },
        Item::Reply { request, result },
    ] = &items[..]
    else {
        panic!("{items:?}");
    };
    assert_eq!(
        (*parent, *asked_for, *request),
        (objects.router, Some(asked), asked)
    );
    assert_eq!(*result, Ok(Reply::Created(*handle)));
}

fn emission_before_reply(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let request = stage.ask(objects.producer, json!("pause"));
    stage.serve();
    let paused = Emission::observer(objects.producer, Event::Pause, Payload::None);
    let result = Ok(Reply::Done);
    assert_eq!(
        stage.items(),
        [Item::Emission(paused), Item::Reply { request, result }]
    );
}

fn waiting_event(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    stage.notified(objects.consumer, Notification::ProducerPause);
    stage.serve();
    assert_eq!(stage.items(), [], "nobody has let it through");
    assert!(stage.host().next_event());
    let paused = Emission {
        target: objects.consumer,
        event: Some(Event::ProducerPause),
        observer: Some(Event::Pause),
        payload: Payload::None,
    };
    assert_eq!(stage.items(), [Item::Emission(paused)]);
}

fn turns(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    stage.notified(objects.consumer, Notification::ProducerPause);
    stage.notified(objects.consumer, Notification::ProducerResume);
    stage.serve();
    assert_eq!(stage.items(), []);
    for event in [Event::ProducerPause, Event::ProducerResume] {
        assert!(stage.host().next_event());
        let items = stage.items();
        assert!(
            matches!(&items[..], [Item::Emission(one)] if one.event == Some(event)),
            "{event:?} alone, not {items:?}"
        );
    }
}

fn answer_before_event(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let asked = stage.ask(objects.producer, json!("dump"));
    stage.notified(objects.consumer, Notification::ProducerPause);
    stage.serve();
    assert_eq!(answered(&stage.items()), [asked]);
    let emissions = stage.emissions();
    assert_eq!(
        emissions.len(),
        1,
        "the event comes afterwards: {emissions:?}"
    );
}

fn has_more(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    for _ in 0..3 {
        stage.ask(objects.router, create_transport());
    }
    stage.serve();
    let mut taken = 0;
    loop {
        let has_more = stage.host().has_more();
        if stage.next().is_none() {
            break;
        }
        assert!(has_more, "there was one more after {taken}");
        taken += 1;
    }
    assert_eq!(taken, 6, "three objects and three replies");
    assert!(!stage.host().has_more(), "there is none left");
}

fn events(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    assert_eq!(stage.host().events(), 0);
    assert!(!stage.host().next_event(), "none waits");
    for score in 1..4 {
        stage.notified(objects.consumer, Notification::Score(score));
    }
    stage.serve();
    stage.items();
    for left in [3, 2, 1] {
        assert_eq!(stage.host().events(), left);
        assert!(stage.host().next_event());
        stage.items();
    }
    assert_eq!(stage.host().events(), 0);
    assert!(!stage.host().next_event(), "none is left");
}
