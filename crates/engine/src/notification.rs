//! What the notifications of a worker mean.

use crate::channel::{self, ChannelError};
use crate::decode::{self, Payload as Decoded};
use crate::local::Local;
use fbs::message::BodyRef;
use fbs::notification::Event as Notified;
use model::State;
use protocol::{Event, Handle, Json, Kind, Level, Logger, Payload, Reply};
use serde_json::Value;

/// Applies one notification to the Model. One for an object that is gone is none.
pub(crate) fn apply(local: &mut Local, worker: Handle, message: &[u8]) -> Result<(), ChannelError> {
    let BodyRef::Notification(notification) = channel::read(message)? else {
        return Ok(());
    };
    let notified = notification.event()?;
    if notified == Notified::WorkerRunning {
        if let Some(request) = local
            .engine(worker)
            .and_then(|engine| engine.starting.take())
        {
            local.answer(request, Ok(Reply::Created(worker)));
        }
        return Ok(());
    }
    let Some(target) = local.model.find(worker, notification.handler_id()?) else {
        return Ok(());
    };
    let decoded = decode::payload(notified, notification.body()?)?;
    if notified == Notified::TransportSctpNegotiatedCapabilities {
        negotiated(local, target, decoded);
        return Ok(());
    }
    let Some(event) = event_of(notified) else {
        local.log(
            Logger::Channel,
            Level::Error,
            format!("ignoring unknown event \"{notified:?}\""),
        );
        return Ok(());
    };
    if let Some(payload) = payload(local, target, event, decoded) {
        let closure = local.model.notify(target, event, payload);
        local.emit(closure);
    }
    Ok(())
}

/// `None` where there is nothing to tell: the Producers it is about are gone.
fn payload(
    local: &mut Local,
    target: Handle,
    event: Event,
    decoded: Decoded<'_>,
) -> Option<Payload> {
    Some(match decoded {
        Decoded::None if event == Event::LayersChange => Payload::Undefined,
        Decoded::None => Payload::None,
        Decoded::Json(text) => Payload::Json(Json::from_text(text)),
        Decoded::State(state) => Payload::Json(Json::of(&state)),
        Decoded::Dtls { state, remote_cert } => {
            if let (Some(cert), Some(entity)) = (remote_cert, local.model.get_mut(target)) {
                let cert = Json::of(&cert).into_string();
                entity.fields.set("dtlsRemoteCert", Some(cert));
            }
            Payload::Json(Json::of(&state))
        }
        Decoded::Bytes { data, ppid } if event == Event::Message => {
            Payload::Message(data.into(), ppid)
        }
        Decoded::Bytes { data, .. } => Payload::Packet(data.into()),
        Decoded::DominantSpeaker(id) => Payload::DominantSpeaker(producer(local, target, id)?),
        Decoded::Volumes(volumes) => {
            let known: Vec<_> = volumes
                .into_iter()
                .filter_map(|(id, volume)| Some((producer(local, target, id)?, volume)))
                .collect();
            if known.is_empty() {
                return None;
            }
            Payload::Volumes(known)
        }
    })
}

fn producer(local: &Local, observer: Handle, id: &str) -> Option<Handle> {
    let router = local.model.router_of(observer)?;
    local.model.find_in_router(router, Kind::Producer, id)
}

fn negotiated(local: &mut Local, target: Handle, decoded: Decoded<'_>) {
    let (Decoded::Json(text), Some(entity)) = (decoded, local.model.get_mut(target)) else {
        return;
    };
    if let State::Transport { sctp_streams, .. } = &mut entity.state {
        let capabilities: Option<Value> = serde_json::from_str(&text).ok();
        sctp_streams.negotiated_max_outbound = capabilities
            .and_then(|capabilities| capabilities["negotiatedMaxOutboundStreams"].as_u64())
            .and_then(|streams| u16::try_from(streams).ok());
    }
    entity.fields.set("sctpNegotiatedCapabilities", Some(text));
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
