//! Decoder of the C++ worker's notifications (its messages that answer no request, such as a new score).
//! The engine calls `payload()` when it handles one, and gets the argument of the JavaScript event,
//! which it then applies to the object and emits to the application.

use super::{
    consumer::{ConsumerLayers, ConsumerScore},
    json,
    producer::{ProducerScore, VideoOrientation},
    trace::Trace,
    transport::{SctpNegotiatedCapabilities, Tuple},
    unexpected,
};
use crate::names::Named;
use fbs::notification::{BodyRef as Body, Event};

/// Argument of the JavaScript event for a notification.
#[derive(Debug, PartialEq, Eq)]
pub enum NotificationPayload<'a> {
    /// Nothing; `undefined` as the layers of a Consumer that sends none.
    None,
    /// A value as JSON text.
    Json(String),
    /// The new state of ICE or SCTP.
    State(&'static str),
    /// The new state of DTLS, and with `connected` the peer's certificate (PEM).
    Dtls {
        state: &'static str,
        remote_cert: Option<&'a str>,
    },
    /// An RTP or RTCP packet (`ppid` is 0), or a data message.
    Bytes { data: &'a [u8], ppid: u32 },
    /// The id of the Producer that speaks.
    DominantSpeaker(&'a str),
    /// Ids of Producers and their volumes in dBov.
    Volumes(Vec<(&'a str, i8)>),
}

/// The payload of a notification from a worker.
///
/// A body that doesn't belong to the event is an error, and so is an event that only goes to
/// workers.
pub fn payload(event: Event, body: Option<Body<'_>>) -> planus::Result<NotificationPayload<'_>> {
    Ok(match (event, body) {
        (
            Event::WorkerRunning
            | Event::ConsumerProducerPause
            | Event::ConsumerProducerResume
            | Event::ConsumerProducerClose
            | Event::DataconsumerSctpSendbufferFull
            | Event::DataconsumerDataproducerPause
            | Event::DataconsumerDataproducerResume
            | Event::DataconsumerDataproducerClose
            | Event::AudiolevelobserverSilence,
            _,
        ) => NotificationPayload::None,
        (_, Some(body)) => of_body(event, body)?,
        (_, None) => return Err(unexpected("Notification")),
    })
}

fn of_body(event: Event, body: Body<'_>) -> planus::Result<NotificationPayload<'_>> {
    use Event as E;

    Ok(match (event, body) {
        (E::TransportSctpStateChange, Body::TransportSctpStateChangeNotification(body)) => {
            NotificationPayload::State(body.sctp_state()?.name())
        }
        (
            E::TransportSctpNegotiatedCapabilities,
            Body::TransportSctpNegotiatedCapabilitiesNotification(body),
        ) => match body.negotiated_capabilities()? {
            Some(capabilities) => NotificationPayload::Json(json(
                &SctpNegotiatedCapabilities::try_from(capabilities)?,
            )),
            None => return Err(unexpected("SctpNegotiatedCapabilitiesNotification")),
        },
        (E::TransportTrace, Body::TransportTraceNotification(body)) => {
            NotificationPayload::Json(json(&Trace::try_from(body)?))
        }

        (
            E::WebrtctransportIceSelectedTupleChange,
            Body::WebRtcTransportIceSelectedTupleChangeNotification(body),
        ) => NotificationPayload::Json(json(&Tuple::try_from(body.tuple()?)?)),
        (
            E::WebrtctransportIceStateChange,
            Body::WebRtcTransportIceStateChangeNotification(body),
        ) => NotificationPayload::State(body.ice_state()?.name()),
        (
            E::WebrtctransportDtlsStateChange,
            Body::WebRtcTransportDtlsStateChangeNotification(body),
        ) => NotificationPayload::Dtls {
            state: body.dtls_state()?.name(),
            remote_cert: body.remote_cert()?,
        },
        (E::PlaintransportTuple, Body::PlainTransportTupleNotification(body)) => {
            NotificationPayload::Json(json(&Tuple::try_from(body.tuple()?)?))
        }
        (E::PlaintransportRtcpTuple, Body::PlainTransportRtcpTupleNotification(body)) => {
            NotificationPayload::Json(json(&Tuple::try_from(body.tuple()?)?))
        }
        (E::DirecttransportRtcp, Body::DirectTransportRtcpNotification(body)) => {
            NotificationPayload::Bytes {
                data: body.data()?,
                ppid: 0,
            }
        }

        (E::ProducerScore, Body::ProducerScoreNotification(body)) => {
            NotificationPayload::Json(json(&body.scores()?.to_vec_result::<ProducerScore>()?))
        }
        (E::ProducerTrace, Body::ProducerTraceNotification(body)) => {
            NotificationPayload::Json(json(&Trace::try_from(body)?))
        }
        (
            E::ProducerVideoOrientationChange,
            Body::ProducerVideoOrientationChangeNotification(body),
        ) => NotificationPayload::Json(json(&VideoOrientation::try_from(body)?)),

        (E::ConsumerLayersChange, Body::ConsumerLayersChangeNotification(body)) => {
            match body.layers()? {
                Some(layers) => NotificationPayload::Json(json(&ConsumerLayers::try_from(layers)?)),
                None => NotificationPayload::None,
            }
        }
        (E::ConsumerRtp, Body::ConsumerRtpNotification(body)) => NotificationPayload::Bytes {
            data: body.data()?,
            ppid: 0,
        },
        (E::ConsumerScore, Body::ConsumerScoreNotification(body)) => {
            NotificationPayload::Json(json(&ConsumerScore::try_from(body.score()?)?))
        }
        (E::ConsumerTrace, Body::ConsumerTraceNotification(body)) => {
            NotificationPayload::Json(json(&Trace::try_from(body)?))
        }

        (E::DataconsumerMessage, Body::DataConsumerMessageNotification(body)) => {
            NotificationPayload::Bytes {
                data: body.data()?,
                ppid: body.ppid()?,
            }
        }
        (
            E::DataconsumerBufferedAmountLow,
            Body::DataConsumerBufferedAmountLowNotification(body),
        ) => NotificationPayload::Json(json(&body.buffered_amount()?)),

        (
            E::ActivespeakerobserverDominantSpeaker,
            Body::ActiveSpeakerObserverDominantSpeakerNotification(body),
        ) => NotificationPayload::DominantSpeaker(body.producer_id()?),
        (E::AudiolevelobserverVolumes, Body::AudioLevelObserverVolumesNotification(body)) => {
            let volumes = body.volumes()?.iter().map(|volume| {
                let volume = volume?;
                Ok((volume.producer_id()?, volume.volume()?))
            });
            NotificationPayload::Volumes(volumes.collect::<planus::Result<_>>()?)
        }

        _ => return Err(unexpected("Notification")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_all_with_its_name_needs_no_body() {
        for event in [
            Event::WorkerRunning,
            Event::ConsumerProducerClose,
            Event::DataconsumerDataproducerClose,
            Event::AudiolevelobserverSilence,
        ] {
            assert_eq!(payload(event, None).unwrap(), NotificationPayload::None);
        }
    }

    #[test]
    fn what_must_have_a_body_is_refused_without() {
        for event in [
            Event::ProducerScore,
            Event::WorkerClose,
            Event::ProducerSend,
        ] {
            assert!(payload(event, None).is_err(), "{event:?}");
        }
    }
}
