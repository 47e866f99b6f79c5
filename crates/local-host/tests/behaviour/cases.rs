//! Table of a worker's notifications, each with the events that mediasoup emits for it. `events.rs` sends
//! each notification to a `LocalHost` (the object that holds this machine's Workers) and compares the
//! emitted events, their payload, and the member that has to show the same.

use crate::support::{Cast, Rig};
use fbs::notification::{Body as B, Event as N};
use fbs::{
    active_speaker_observer, audio_level_observer, consumer, data_consumer, direct_transport,
    plain_transport, producer, sctp_association, transport, web_rtc_transport,
};
use protocol::{Event as E, Handle, Json, Payload as P};
use serde_json::{Value, json};

/// A notification, and its emissions.
pub(crate) struct Case {
    pub(crate) target: Handle,
    pub(crate) notified: N,
    pub(crate) body: Option<B>,
    pub(crate) event: Option<E>,
    pub(crate) observer: Option<E>,
    pub(crate) payload: P,
    /// A member that shows the same as the payload.
    pub(crate) reads: Option<&'static str>,
}

/// Every event that tells something of an open object.
pub(crate) fn all(rig: &Rig, cast: Cast) -> Vec<Case> {
    let groups = [
        of_transports(cast),
        of_media(cast),
        of_observers(rig, cast),
        of_plain_ones_and_data(cast),
    ];
    groups.into_iter().flatten().collect()
}

impl Case {
    /// An event of the object and its observer.
    fn both(
        target: Handle,
        notified: N,
        body: impl Into<Option<B>>,
        event: E,
        value: Value,
    ) -> Self {
        Self {
            target,
            notified,
            body: body.into(),
            event: Some(event),
            observer: Some(event),
            payload: match value {
                Value::Null => P::None,
                value => P::Json(Json::of(&value)),
            },
            reads: None,
        }
    }

    /// An event of the object alone.
    fn own(target: Handle, notified: N, body: impl Into<Option<B>>, event: E, payload: P) -> Self {
        Self {
            observer: None,
            payload,
            ..Self::both(target, notified, body, event, Value::Null)
        }
    }

    fn reads(mut self, member: &'static str) -> Self {
        self.reads = Some(member);
        self
    }
}

fn tuple() -> transport::Tuple {
    transport::Tuple {
        local_address: "127.0.0.1".into(),
        local_port: 5,
        ..transport::Tuple::default()
    }
}

fn tuple_json() -> Value {
    json!({
        "localIp": "127.0.0.1", "localAddress": "127.0.0.1", "localPort": 5, "remotePort": 0,
        "protocol": "udp",
    })
}

fn of_transports(cast: Cast) -> Vec<Case> {
    let state = sctp_association::SctpState::Connected;
    vec![
        Case::both(
            cast.web_rtc,
            N::TransportSctpStateChange,
            B::TransportSctpStateChangeNotification(Box::new(
                transport::SctpStateChangeNotification { sctp_state: state },
            )),
            E::SctpStateChange,
            json!("connected"),
        )
        .reads("sctpState"),
        Case::both(
            cast.web_rtc,
            N::WebrtctransportIceStateChange,
            B::WebRtcTransportIceStateChangeNotification(Box::new(
                web_rtc_transport::IceStateChangeNotification {
                    ice_state: web_rtc_transport::IceState::Completed,
                },
            )),
            E::IceStateChange,
            json!("completed"),
        )
        .reads("iceState"),
        Case::both(
            cast.web_rtc,
            N::WebrtctransportDtlsStateChange,
            B::WebRtcTransportDtlsStateChangeNotification(Box::new(
                web_rtc_transport::DtlsStateChangeNotification {
                    dtls_state: web_rtc_transport::DtlsState::Connected,
                    remote_cert: Some("PEM".into()),
                },
            )),
            E::DtlsStateChange,
            json!("connected"),
        )
        .reads("dtlsState"),
        Case::own(
            cast.direct,
            N::DirecttransportRtcp,
            B::DirectTransportRtcpNotification(Box::new(direct_transport::RtcpNotification {
                data: vec![1, 2],
            })),
            E::Rtcp,
            P::Packet([1, 2].into()),
        ),
    ]
}

fn of_media(cast: Cast) -> Vec<Case> {
    vec![
        Case::both(
            cast.producer,
            N::ProducerScore,
            B::ProducerScoreNotification(Box::new(producer::ScoreNotification {
                scores: vec![producer::Score {
                    ssrc: 3,
                    score: 9,
                    ..producer::Score::default()
                }],
            })),
            E::Score,
            json!([{ "encodingIdx": 0, "ssrc": 3, "score": 9 }]),
        )
        .reads("score"),
        Case::both(
            cast.producer,
            N::ProducerVideoOrientationChange,
            B::ProducerVideoOrientationChangeNotification(Box::new(
                producer::VideoOrientationChangeNotification {
                    camera: true,
                    flip: false,
                    rotation: 90,
                },
            )),
            E::VideoOrientationChange,
            json!({ "camera": true, "flip": false, "rotation": 90 }),
        ),
        Case::both(
            cast.consumer,
            N::ConsumerScore,
            B::ConsumerScoreNotification(Box::new(consumer::ScoreNotification {
                score: Box::new(consumer::ConsumerScore {
                    score: 8,
                    producer_score: 7,
                    producer_scores: vec![7],
                }),
            })),
            E::Score,
            json!({ "score": 8, "producerScore": 7, "producerScores": [7] }),
        )
        .reads("score"),
        Case::both(
            cast.consumer,
            N::ConsumerLayersChange,
            B::ConsumerLayersChangeNotification(Box::new(consumer::LayersChangeNotification {
                layers: Some(Box::new(consumer::ConsumerLayers {
                    spatial_layer: 1,
                    temporal_layer: Some(2),
                })),
            })),
            E::LayersChange,
            json!({ "spatialLayer": 1, "temporalLayer": 2 }),
        )
        .reads("currentLayers"),
        Case {
            payload: P::Undefined,
            ..Case::both(
                cast.consumer,
                N::ConsumerLayersChange,
                B::ConsumerLayersChangeNotification(Box::default()),
                E::LayersChange,
                Value::Null,
            )
        }
        .reads("currentLayers"),
        Case::own(
            cast.consumer,
            N::ConsumerRtp,
            B::ConsumerRtpNotification(Box::new(consumer::RtpNotification { data: vec![9] })),
            E::Rtp,
            P::Packet([9].into()),
        ),
        Case {
            observer: Some(E::Pause),
            ..Case::both(
                cast.consumer,
                N::ConsumerProducerPause,
                None,
                E::ProducerPause,
                Value::Null,
            )
        },
        Case {
            observer: Some(E::Resume),
            ..Case::both(
                cast.consumer,
                N::ConsumerProducerResume,
                None,
                E::ProducerResume,
                Value::Null,
            )
        },
    ]
}

fn of_plain_ones_and_data(cast: Cast) -> Vec<Case> {
    vec![
        Case::both(
            cast.plain,
            N::PlaintransportTuple,
            B::PlainTransportTupleNotification(Box::new(plain_transport::TupleNotification {
                tuple: Box::new(tuple()),
            })),
            E::Tuple,
            tuple_json(),
        )
        .reads("tuple"),
        Case::both(
            cast.plain,
            N::PlaintransportRtcpTuple,
            B::PlainTransportRtcpTupleNotification(Box::new(
                plain_transport::RtcpTupleNotification {
                    tuple: Box::new(tuple()),
                },
            )),
            E::RtcpTuple,
            tuple_json(),
        )
        .reads("rtcpTuple"),
        Case::both(
            cast.web_rtc,
            N::WebrtctransportIceSelectedTupleChange,
            B::WebRtcTransportIceSelectedTupleChangeNotification(Box::new(
                web_rtc_transport::IceSelectedTupleChangeNotification {
                    tuple: Box::new(tuple()),
                },
            )),
            E::IceSelectedTupleChange,
            tuple_json(),
        )
        .reads("iceSelectedTuple"),
        Case::own(
            cast.data_consumer,
            N::DataconsumerMessage,
            B::DataConsumerMessageNotification(Box::new(data_consumer::MessageNotification {
                ppid: 51,
                data: b"hi".to_vec(),
            })),
            E::Message,
            P::Message((*b"hi").into(), 51),
        ),
        Case::own(
            cast.data_consumer,
            N::DataconsumerBufferedAmountLow,
            B::DataConsumerBufferedAmountLowNotification(Box::new(
                data_consumer::BufferedAmountLowNotification { buffered_amount: 6 },
            )),
            E::BufferedAmountLow,
            P::Json(Json::from_text("6")),
        ),
        Case::own(
            cast.data_consumer,
            N::DataconsumerSctpSendbufferFull,
            None,
            E::SctpSendBufferFull,
            P::None,
        ),
        Case {
            observer: Some(E::Pause),
            ..Case::both(
                cast.data_consumer,
                N::DataconsumerDataproducerPause,
                None,
                E::DataProducerPause,
                Value::Null,
            )
        },
        Case {
            observer: Some(E::Resume),
            ..Case::both(
                cast.data_consumer,
                N::DataconsumerDataproducerResume,
                None,
                E::DataProducerResume,
                Value::Null,
            )
        },
    ]
}

fn of_observers(rig: &Rig, cast: Cast) -> Vec<Case> {
    vec![
        Case {
            payload: P::DominantSpeaker(cast.producer),
            ..Case::both(
                cast.active_speaker,
                N::ActivespeakerobserverDominantSpeaker,
                B::ActiveSpeakerObserverDominantSpeakerNotification(Box::new(
                    active_speaker_observer::DominantSpeakerNotification {
                        producer_id: rig.id(cast.producer),
                    },
                )),
                E::DominantSpeaker,
                Value::Null,
            )
        },
        Case {
            payload: P::Volumes(vec![(cast.producer, -30)]),
            ..Case::both(
                cast.audio_level,
                N::AudiolevelobserverVolumes,
                volumes(&[("nobody", -10), (&rig.id(cast.producer), -30)]),
                E::Volumes,
                Value::Null,
            )
        },
        Case::both(
            cast.audio_level,
            N::AudiolevelobserverSilence,
            None,
            E::Silence,
            Value::Null,
        ),
    ]
}

/// Volumes of Producers.
pub(crate) fn volumes(of: &[(&str, i8)]) -> B {
    let volumes = of.iter().map(|(id, volume)| audio_level_observer::Volume {
        producer_id: (*id).to_owned(),
        volume: *volume,
    });
    B::AudioLevelObserverVolumesNotification(Box::new(audio_level_observer::VolumesNotification {
        volumes: volumes.collect(),
    }))
}
