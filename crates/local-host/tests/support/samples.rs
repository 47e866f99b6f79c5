//! Sample options that mediasoup accepts, and a Router with one object of each kind made of them
//! ([`Cast`]). Tests and fuzz targets create one and send commands to its objects.

use super::Rig;
use protocol::Handle;
use serde_json::{Value, json};

/// A Router with one object of each kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cast {
    pub(crate) worker: Handle,
    pub(crate) server: Handle,
    pub(crate) router: Handle,
    pub(crate) web_rtc: Handle,
    pub(crate) plain: Handle,
    pub(crate) pipe: Handle,
    pub(crate) direct: Handle,
    pub(crate) producer: Handle,
    pub(crate) consumer: Handle,
    pub(crate) data_producer: Handle,
    pub(crate) data_consumer: Handle,
    pub(crate) active_speaker: Handle,
    pub(crate) audio_level: Handle,
}

impl Cast {
    /// Makes one of each in a new Worker.
    pub(crate) fn new(rig: &mut Rig) -> Self {
        let worker = rig.worker();
        let listen = json!({ "protocol": "udp", "ip": "127.0.0.1" });
        let server = rig.make(
            worker,
            json!({ "createWebRtcServer": { "listenInfos": [listen] } }),
        );
        let router = Self::router(rig, worker);
        let options = json!({ "webRtcServerId": rig.id(server), "enableSctp": true });
        let web_rtc = rig.make(router, json!({ "createWebRtcTransport": options }));
        let plain = rig.make(
            router,
            json!({ "createPlainTransport": { "listenInfo": listen } }),
        );
        let pipe = rig.make(
            router,
            json!({ "createPipeTransport": { "listenInfo": listen } }),
        );
        let direct = rig.make(router, json!({ "createDirectTransport": {} }));
        let producer = rig.make(
            web_rtc,
            json!({ "produce": { "kind": "audio", "rtpParameters": rtp_parameters("audio") } }),
        );
        let consume = json!({
            "producerId": rig.id(producer), "rtpCapabilities": rtp_capabilities(),
        });
        let consumer = rig.make(plain, json!({ "consume": consume }));
        let data_producer = rig.make(
            web_rtc,
            json!({ "produceData": {
                "sctpStreamParameters": { "streamId": 7, "ordered": true }, "label": "chat",
            } }),
        );
        let consume_data = json!({ "dataProducerId": rig.id(data_producer), "subchannels": [1] });
        let data_consumer = rig.make(direct, json!({ "consumeData": consume_data }));
        let active_speaker = rig.make(router, json!({ "createActiveSpeakerObserver": {} }));
        let audio_level = rig.make(router, json!({ "createAudioLevelObserver": {} }));
        rig.told();
        Self {
            worker,
            server,
            router,
            web_rtc,
            plain,
            pipe,
            direct,
            producer,
            consumer,
            data_producer,
            data_consumer,
            active_speaker,
            audio_level,
        }
    }

    /// A Router of audio and video.
    pub(crate) fn router(rig: &mut Rig, worker: Handle) -> Handle {
        let media_codecs = json!([
            { "kind": "audio", "mimeType": "audio/opus", "clockRate": 48000, "channels": 2 },
            { "kind": "video", "mimeType": "video/VP8", "clockRate": 90000 },
        ]);
        rig.make(
            worker,
            json!({ "createRouter": { "mediaCodecs": media_codecs } }),
        )
    }

    /// Every object, parents first.
    pub(crate) fn all(self) -> [Handle; 13] {
        [
            self.worker,
            self.server,
            self.router,
            self.web_rtc,
            self.plain,
            self.pipe,
            self.direct,
            self.producer,
            self.consumer,
            self.data_producer,
            self.data_consumer,
            self.active_speaker,
            self.audio_level,
        ]
    }
}

/// RTP parameters of a sender of this kind; video in three layers.
pub(crate) fn rtp_parameters(kind: &str) -> Value {
    if kind == "audio" {
        json!({
            "mid": "AUDIO",
            "codecs": [{
                "mimeType": "audio/opus", "payloadType": 111, "clockRate": 48000, "channels": 2,
                "parameters": { "useinbandfec": 1, "usedtx": "1" },
            }],
            "headerExtensions": [{ "uri": "urn:ietf:params:rtp-hdrext:sdes:mid", "id": 10 }],
            "encodings": [{ "ssrc": 11_111_111, "dtx": true }],
            "rtcp": { "cname": "FOOBAR" },
        })
    } else {
        json!({
            "mid": "VIDEO",
            "codecs": [
                { "mimeType": "video/VP8", "payloadType": 112, "clockRate": 90000,
                  "rtcpFeedback": [{ "type": "nack" }, { "type": "nack", "parameter": "pli" }] },
                { "mimeType": "video/rtx", "payloadType": 113, "clockRate": 90000,
                  "parameters": { "apt": 112 } },
            ],
            "encodings": [
                { "ssrc": 1, "rtx": { "ssrc": 2 } },
                { "ssrc": 3, "rtx": { "ssrc": 4 } },
                { "ssrc": 5, "rtx": { "ssrc": 6 } },
            ],
        })
    }
}

/// RTP capabilities of a browser.
pub(crate) fn rtp_capabilities() -> Value {
    json!({
        "codecs": [
            { "kind": "audio", "mimeType": "audio/opus", "preferredPayloadType": 100,
              "clockRate": 48000, "channels": 2 },
            { "kind": "video", "mimeType": "video/VP8", "preferredPayloadType": 101,
              "clockRate": 90000,
              "rtcpFeedback": [{ "type": "nack" }, { "type": "nack", "parameter": "pli" }] },
            { "kind": "video", "mimeType": "video/rtx", "preferredPayloadType": 102,
              "clockRate": 90000, "parameters": { "apt": 101 } },
        ],
        "headerExtensions": [],
    })
}
