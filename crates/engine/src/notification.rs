//! Effect of the C++ worker's notifications. The engine calls `apply` for each: it finds the object,
//! decodes the argument, changes the Model (the tree of objects), and leaves the events that follow as
//! items for the application. A notification about an object that is gone has no effect.

use crate::channel::{self, ChannelError};
use crate::core::Core;
use crate::decode::{self, NotificationPayload as Decoded};
use fbs::message::BodyRef;
use fbs::notification::Event as Notified;
use model::State;
use protocol::{Event, Handle, Json, Kind, Payload};
use serde_json::Value;

/// Subject of a notification.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// The worker itself: it runs.
    Worker,
    /// An object; what it means is applied.
    Object,
}

/// Applies one notification to the Model. One for an object that is gone means nothing.
pub(crate) fn apply(
    core: &mut Core,
    worker: Handle,
    message: &[u8],
) -> Result<About, ChannelError> {
    let BodyRef::Notification(notification) = channel::read(message)? else {
        return Ok(About::Object);
    };
    let notified = notification.event()?;
    if notified == Notified::WorkerRunning {
        return Ok(About::Worker);
    }
    let Some(target) = core.model.find(worker, notification.handler_id()?) else {
        return Ok(About::Object);
    };
    let decoded = decode::payload(notified, notification.body()?)?;
    // Decoding refuses what isn't for us, so that one notification alone is not an event.
    let Some(event) = event_of(notified) else {
        negotiated(core, target, decoded);
        return Ok(About::Object);
    };
    if let Some(payload) = payload(core, target, event, decoded) {
        let closure = core.model.notify(target, event, payload);
        core.conclude(closure);
    }
    Ok(About::Object)
}

/// `None` where there is nothing to tell: the Producers it is about are gone.
fn payload(core: &mut Core, target: Handle, event: Event, decoded: Decoded<'_>) -> Option<Payload> {
    Some(match decoded {
        Decoded::None if event == Event::LayersChange => Payload::Undefined,
        Decoded::None => Payload::None,
        Decoded::Json(text) => Payload::Json(Json::from_text(text)),
        Decoded::State(state) => Payload::Json(Json::of(&state)),
        Decoded::Dtls { state, remote_cert } => {
            if let Some(cert) = remote_cert {
                let cert = Json::of(&cert).into_string();
                core.model.set(target, "dtlsRemoteCert", Some(cert));
            }
            Payload::Json(Json::of(&state))
        }
        Decoded::Bytes { data, ppid } if event == Event::Message => {
            Payload::Message(data.into(), ppid)
        }
        Decoded::Bytes { data, .. } => Payload::Packet(data.into()),
        Decoded::DominantSpeaker(id) => Payload::DominantSpeaker(producer(core, target, id)?),
        Decoded::Volumes(volumes) => {
            let known: Vec<_> = volumes
                .into_iter()
                .filter_map(|(id, volume)| Some((producer(core, target, id)?, volume)))
                .collect();
            if known.is_empty() {
                return None;
            }
            Payload::Volumes(known)
        }
    })
}

/// The Producer that the application knows by this id.
fn producer(core: &Core, observer: Handle, id: &str) -> Option<Handle> {
    let model = &core.model;
    let router = model.router_of(observer)?;
    let producer = model.shown(model.find_in_router(router, Kind::Producer, id)?);
    model.open(producer).map(|_| producer)
}

fn negotiated(core: &mut Core, target: Handle, decoded: Decoded<'_>) {
    let Decoded::Json(text) = decoded else {
        return;
    };
    let transport = core.model.get_mut(target).map(|it| &mut it.state);
    if let Some(State::Transport { sctp_streams, .. }) = transport {
        let capabilities: Option<Value> = serde_json::from_str(&text).ok();
        sctp_streams.negotiated_max_outbound = capabilities
            .and_then(|capabilities| capabilities["negotiatedMaxOutboundStreams"].as_u64())
            .and_then(|streams| u16::try_from(streams).ok());
    }
    let member = "sctpNegotiatedCapabilities";
    core.model.set(target, member, Some(text));
}

fn event_of(notified: Notified) -> Option<Event> {
    Some(match notified {
        Notified::TransportSctpStateChange => Event::SctpStateChange,
        Notified::TransportTrace | Notified::ProducerTrace | Notified::ConsumerTrace => {
            Event::Trace
        }
        Notified::WebrtctransportIceSelectedTupleChange => Event::IceSelectedTupleChange,
        Notified::WebrtctransportIceStateChange => Event::IceStateChange,
        Notified::WebrtctransportDtlsStateChange => Event::DtlsStateChange,
        Notified::PlaintransportTuple => Event::Tuple,
        Notified::PlaintransportRtcpTuple => Event::RtcpTuple,
        Notified::DirecttransportRtcp => Event::Rtcp,
        Notified::ProducerScore | Notified::ConsumerScore => Event::Score,
        Notified::ProducerVideoOrientationChange => Event::VideoOrientationChange,
        Notified::ConsumerProducerPause => Event::ProducerPause,
        Notified::ConsumerProducerResume => Event::ProducerResume,
        Notified::ConsumerProducerClose => Event::ProducerClose,
        Notified::ConsumerLayersChange => Event::LayersChange,
        Notified::ConsumerRtp => Event::Rtp,
        Notified::DataconsumerBufferedAmountLow => Event::BufferedAmountLow,
        Notified::DataconsumerSctpSendbufferFull => Event::SctpSendBufferFull,
        Notified::DataconsumerDataproducerPause => Event::DataProducerPause,
        Notified::DataconsumerDataproducerResume => Event::DataProducerResume,
        Notified::DataconsumerDataproducerClose => Event::DataProducerClose,
        Notified::DataconsumerMessage => Event::Message,
        Notified::ActivespeakerobserverDominantSpeaker => Event::DominantSpeaker,
        Notified::AudiolevelobserverVolumes => Event::Volumes,
        Notified::AudiolevelobserverSilence => Event::Silence,
        _ => return None,
    })
}
