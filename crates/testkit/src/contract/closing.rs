//! Contract cases: cascades, that is everything that closes with an object, in mediasoup's order and at
//! once. The suite runs them on every implementation of the trait `Host` (this machine's Workers, a
//! server's, a fake); a host that fails one emits another order of `close` events, or leaves objects open.

use super::objects::{Objects, closing, create_transport};
use super::{Case, Notification, Stage};
use protocol::{Emission, Event, Payload, Reply};
use serde_json::json;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "close() of a Router returns the whole cascade",
        play: router,
    },
    Case {
        name: "close() of a Worker returns the whole cascade",
        play: worker,
    },
    Case {
        name: "close() of a WebRtcServer closes its transports",
        play: web_rtc_server,
    },
    Case {
        name: "close() of a transport leaves the others open",
        play: transport,
    },
    Case {
        name: "the end of a process closes what it held, as close() does",
        play: process,
    },
    Case {
        name: "a Consumer closes with the event of its Producer's end",
        play: producer_close,
    },
    Case {
        name: "an event on its way emits nothing of an object that has closed",
        play: late_event,
    },
    Case {
        name: "an object made below a closed one is announced and closed",
        play: below_closed,
    },
];

fn router(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    assert_eq!(stage.close(objects.router), objects.cascade(None));
    assert_eq!(stage.emissions(), [], "all was emitted at once");
    assert!(stage.call(objects.worker, json!("dump")).is_ok());
}

fn worker(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    assert_eq!(stage.close(objects.worker), objects.cascade_of_worker());
    let later = stage.emissions();
    let of_process = |it: &Emission| it.event == Some(Event::SubprocessClose);
    assert!(later.iter().all(of_process), "{later:?}");
}

fn web_rtc_server(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let listen = json!([{ "protocol": "udp", "ip": "127.0.0.1" }]);
    let create = json!({ "createWebRtcServer": { "listenInfos": listen } });
    let server = stage.make(objects.worker, create);
    let create = json!({ "createWebRtcTransport": { "webRtcServerId": stage.id(server) } });
    let transport = stage.make(objects.router, create);
    stage.all_items();
    let unhandled = Event::WebRtcTransportUnhandled;
    assert_eq!(
        stage.close(server),
        [
            closing(server),
            closing(transport),
            Emission::closed(transport, Some(Event::ListenServerClose)),
            Emission::observer(server, unhandled, Payload::Object(transport)),
            Emission::closed(server, None),
        ]
    );
    assert_eq!(stage.emissions(), []);
    assert_eq!(stage.read(transport, "iceState"), Some(json!("closed")));
}

fn transport(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let on_transport = |handle| Emission::closed(handle, Some(Event::TransportClose));
    assert_eq!(
        stage.close(objects.receiving),
        [
            closing(objects.receiving),
            on_transport(objects.consumer),
            on_transport(objects.data_consumer),
            Emission::closed(objects.receiving, None),
        ]
    );
    assert_eq!(stage.emissions(), []);
    for open in [objects.producer, objects.sending, objects.router] {
        assert!(stage.call(open, json!("dump")).is_ok());
    }
}

fn process(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    assert_eq!(stage.kill(objects.worker), objects.cascade_of_worker());
}

fn producer_close(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let consumer = objects.consumer;
    stage.close(objects.producer);
    stage.notified(consumer, Notification::ProducerClose);
    stage.notified(consumer, Notification::Score(5));
    stage.serve();
    let closed = Emission::closed(consumer, Some(Event::ProducerClose));
    assert_eq!(stage.emissions(), [closed]);
    let emissions = stage.close(objects.receiving);
    assert!(
        emissions.iter().all(|it| it.target != consumer),
        "{emissions:?}"
    );
}

fn late_event(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    stage.notified(objects.consumer, Notification::Score(5));
    stage.notified(objects.consumer, Notification::ProducerClose);
    stage.serve();
    assert_eq!(stage.items(), []);
    stage.close(objects.consumer);
    assert_eq!(stage.emissions(), [], "it has closed by itself");
}

fn below_closed(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let asked = stage.ask(objects.router, create_transport());
    stage.host().close(objects.router);
    stage.serve();
    let Ok(Reply::Created(handle)) = stage.result(asked) else {
        panic!("its worker has made it");
    };
    assert_eq!(stage.emissions(), []);
    assert!(stage.call(handle, json!("dump")).is_err(), "it is closed");
}
