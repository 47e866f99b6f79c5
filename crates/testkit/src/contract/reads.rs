//! Contract cases: members such as `paused` or `score`, read between items. The suite runs them on every
//! implementation of the trait `Host` (this machine's Workers, a server's, a fake); a host that fails one
//! shows a value before the event or reply that announces it, or later.

use super::objects::{Objects, create_transport, opus, produce, rtp_capabilities};
use super::{Case, Notification, Stage};
use protocol::{Event, Item, Json};
use serde_json::json;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a reply changes an object when it is taken, and no earlier",
        play: replies,
    },
    Case {
        name: "an event changes an object in its turn, and no earlier",
        play: events,
    },
    Case {
        name: "an object can be read once it is announced",
        play: new_objects,
    },
    Case {
        name: "canConsume() says whether a client can receive a Producer",
        play: can_consume,
    },
    Case {
        name: "updateMediaCodecs() changes the Router at once",
        play: update_media_codecs,
    },
];

fn replies(stage: &mut Stage<'_>) {
    let Objects { consumer, .. } = Objects::new(stage);
    for priority in [2, 3] {
        stage.ask(consumer, json!({ "setPriority": priority }));
    }
    stage.serve();
    for priority in [1, 2] {
        assert_eq!(stage.read(consumer, "priority"), Some(json!(priority)));
        let item = stage.next();
        assert!(matches!(item, Some(Item::Reply { .. })), "{item:?}");
    }
    assert_eq!(stage.read(consumer, "priority"), Some(json!(3)));
}

fn events(stage: &mut Stage<'_>) {
    let Objects { consumer, .. } = Objects::new(stage);
    let score = |stage: &mut Stage<'_>| stage.read(consumer, "score").map(|it| it["score"].clone());
    for points in [5, 7] {
        stage.notified(consumer, Notification::Score(points));
    }
    stage.serve();
    assert_eq!(stage.items(), []);
    for (before, after) in [(0, 5), (5, 7)] {
        assert_eq!(score(stage), Some(json!(before)));
        assert!(stage.host().next_event());
        let item = stage.next();
        let Some(Item::Emission(emission)) = item else {
            panic!("{item:?}");
        };
        assert_eq!(emission.event, Some(Event::Score));
        assert_eq!(score(stage), Some(json!(after)));
    }
    stage.notified(consumer, Notification::ProducerPause);
    stage.serve();
    assert_eq!(stage.read(consumer, "producerPaused"), Some(json!(false)));
    stage.all_items();
    assert_eq!(stage.read(consumer, "producerPaused"), Some(json!(true)));
}

fn new_objects(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let transport = stage.make(objects.router, create_transport());
    stage.items();
    stage.ask(transport, produce("audio", None));
    stage.serve();
    let Some(Item::Created { handle, .. }) = stage.next() else {
        panic!("an object comes first");
    };
    assert_eq!(stage.read(handle, "kind"), Some(json!("audio")));
    assert_eq!(stage.read(handle, "paused"), Some(json!(false)));
    assert_eq!(stage.read(handle, "shoeSize"), None);
    assert_eq!(stage.read(objects.worker, "kind"), None);
}

fn can_consume(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let id = stage.id(objects.producer);
    let nothing = json!({ "codecs": [], "headerExtensions": [] });
    for (capabilities, can) in [(rtp_capabilities(), true), (nothing, false)] {
        let capabilities = Json::of(&capabilities);
        let host = stage.host();
        let answer = host.can_consume(objects.router, &id, Some(&capabilities));
        assert_eq!(answer, Ok(can), "{capabilities:?}");
    }
    stage.close(objects.producer);
    let capabilities = Json::of(&rtp_capabilities());
    let host = stage.host();
    let answer = host.can_consume(objects.router, &id, Some(&capabilities));
    assert!(answer.is_err(), "it is closed");
}

fn update_media_codecs(stage: &mut Stage<'_>) {
    let Objects { router, .. } = Objects::new(stage);
    let before = stage.read(router, "rtpCapabilities");
    let vp8 = json!({ "kind": "video", "mimeType": "video/VP8", "clockRate": 90000 });
    let codecs = Json::of(&json!([opus(), vp8]));
    let updated = stage.host().update_media_codecs(router, Some(codecs));
    assert_eq!(updated, Ok(()));
    let after = stage.read(router, "rtpCapabilities");
    assert_ne!(after, before);
    stage.serve();
    stage.all_items();
    assert_eq!(stage.read(router, "rtpCapabilities"), after, "it stays so");
}
