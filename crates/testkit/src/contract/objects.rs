//! Objects that the contract's cases work on: a Router with a sending and a receiving transport, their
//! Producers and Consumers, and the close cascades expected of them. Each case creates one set on the host
//! under test.

use super::Stage;
use protocol::{Emission, Event, Handle, Payload};
use serde_json::{Value, json};

/// A Router with two transports: one that sends and one that receives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Objects {
    pub(super) worker: Handle,
    pub(super) router: Handle,
    pub(super) sending: Handle,
    pub(super) producer: Handle,
    pub(super) data_producer: Handle,
    pub(super) receiving: Handle,
    pub(super) consumer: Handle,
    pub(super) data_consumer: Handle,
    pub(super) observer: Handle,
}

impl Objects {
    pub(super) fn new(stage: &mut Stage<'_>) -> Self {
        let worker = stage.worker();
        let router = stage.make(worker, create_router());
        let sending = stage.make(router, create_transport());
        let producer = stage.make(sending, produce("audio", None));
        let data_producer = stage.make(sending, json!({ "produceData": { "label": "chat" } }));
        let receiving = stage.make(router, create_transport());
        let consume = json!({ "consume": {
            "producerId": stage.id(producer), "rtpCapabilities": rtp_capabilities(),
        } });
        let consumer = stage.make(receiving, consume);
        let consume = json!({ "consumeData": { "dataProducerId": stage.id(data_producer) } });
        let data_consumer = stage.make(receiving, consume);
        let observer = stage.make(router, json!({ "createAudioLevelObserver": {} }));
        stage.all_items();
        Self {
            worker,
            router,
            sending,
            producer,
            data_producer,
            receiving,
            consumer,
            data_consumer,
            observer,
        }
    }

    /// Cascade of the Router, which closes for a reason, or by itself.
    pub(super) fn cascade(&self, reason: Option<Event>) -> Vec<Emission> {
        let on_transport = |handle| Emission::closed(handle, Some(Event::TransportClose));
        let in_router = |handle| Emission::closed(handle, Some(Event::RouterClose));
        vec![
            closing(self.router),
            closing(self.sending),
            on_transport(self.producer),
            on_transport(self.data_producer),
            in_router(self.sending),
            closing(self.receiving),
            on_transport(self.consumer),
            on_transport(self.data_consumer),
            in_router(self.receiving),
            in_router(self.observer),
            Emission::closed(self.router, reason),
        ]
    }

    /// Cascade of the Worker.
    pub(super) fn cascade_of_worker(&self) -> Vec<Emission> {
        let mut cascade = vec![closing(self.worker)];
        cascade.extend(self.cascade(Some(Event::WorkerClose)));
        cascade.push(Emission::closed(self.worker, None));
        cascade
    }
}

/// Announces that an object with children closes, before these do.
pub(super) fn closing(target: Handle) -> Emission {
    Emission {
        target,
        event: None,
        observer: None,
        payload: Payload::None,
    }
}

pub(super) fn create_router() -> Value {
    json!({ "createRouter": { "mediaCodecs": [opus()] } })
}

pub(super) fn create_transport() -> Value {
    json!({ "createDirectTransport": {} })
}

pub(super) fn produce(kind: &str, id: Option<&str>) -> Value {
    let mut options = json!({
        "kind": kind,
        "rtpParameters": {
            "codecs": [{
                "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2,
                "parameters": {}, "rtcpFeedback": [],
            }],
            "headerExtensions": [],
            "encodings": [{ "ssrc": 1111 }],
            "rtcp": { "cname": "sender" },
        },
    });
    if let Some(id) = id {
        options["id"] = id.into();
    }
    json!({ "produce": options })
}

/// Capabilities of a client that receives audio.
pub(super) fn rtp_capabilities() -> Value {
    let mut codec = opus();
    codec["preferredPayloadType"] = 100.into();
    json!({ "codecs": [codec], "headerExtensions": [] })
}

pub(super) fn opus() -> Value {
    json!({ "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 })
}
