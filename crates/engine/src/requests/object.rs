//! What many kinds of objects have in common: dump, stats, pause, traces, the end.

use super::{Ask, Scope};
use crate::encode;
use crate::local::Local;
use crate::reply::Then;
use fbs::request::{Body, Method};
use fbs::{notification, router, transport, worker};
use protocol::{Command, Error, Handle, Kind, Notice};
use serde_json::Value;

/// By what the worker knows an object; empty for the worker itself.
pub(crate) fn handler_id(local: &Local, handle: Handle) -> Box<str> {
    local
        .model
        .get(handle)
        .map(|entity| entity.id.clone())
        .unwrap_or_default()
}

/// The request that closes an object which the worker doesn't close by itself.
pub(crate) fn close(local: &Local, handle: Handle) -> Option<Ask> {
    let entity = local.model.get(handle)?;
    let id = entity.id.to_string();
    let parent_id = handler_id(local, entity.parent);
    let (method, body) = match entity.kind {
        Kind::Worker => return None,
        Kind::WebRtcServer => (
            Method::WorkerWebrtcserverClose,
            Body::WorkerCloseWebRtcServerRequest(Box::new(worker::CloseWebRtcServerRequest {
                web_rtc_server_id: id,
            })),
        ),
        Kind::Router => (
            Method::WorkerCloseRouter,
            Body::WorkerCloseRouterRequest(Box::new(worker::CloseRouterRequest { router_id: id })),
        ),
        Kind::WebRtcTransport
        | Kind::PlainTransport
        | Kind::PipeTransport
        | Kind::DirectTransport => (
            Method::RouterCloseTransport,
            Body::RouterCloseTransportRequest(Box::new(router::CloseTransportRequest {
                transport_id: id,
            })),
        ),
        Kind::Producer => (
            Method::TransportCloseProducer,
            Body::TransportCloseProducerRequest(Box::new(transport::CloseProducerRequest {
                producer_id: id,
            })),
        ),
        Kind::Consumer => (
            Method::TransportCloseConsumer,
            Body::TransportCloseConsumerRequest(Box::new(transport::CloseConsumerRequest {
                consumer_id: id,
            })),
        ),
        Kind::DataProducer => (
            Method::TransportCloseDataproducer,
            Body::TransportCloseDataProducerRequest(Box::new(
                transport::CloseDataProducerRequest {
                    data_producer_id: id,
                },
            )),
        ),
        Kind::DataConsumer => (
            Method::TransportCloseDataconsumer,
            Body::TransportCloseDataConsumerRequest(Box::new(
                transport::CloseDataConsumerRequest {
                    data_consumer_id: id,
                },
            )),
        ),
        Kind::ActiveSpeakerObserver | Kind::AudioLevelObserver => (
            Method::RouterCloseRtpobserver,
            Body::RouterCloseRtpObserverRequest(Box::new(router::CloseRtpObserverRequest {
                rtp_observer_id: id,
            })),
        ),
    };
    Some(Ask {
        method,
        handler_id: parent_id,
        body: Some(body),
        then: Then::Done,
    })
}

/// A message without an answer.
pub(crate) fn notice(notice: &Notice, data: &[u8]) -> (notification::Event, notification::Body) {
    let data = data.to_vec();
    match notice {
        Notice::Rtp => (
            notification::Event::ProducerSend,
            notification::Body::ProducerSendNotification(Box::new(
                fbs::producer::SendNotification { data },
            )),
        ),
        Notice::Rtcp => (
            notification::Event::TransportSendRtcp,
            notification::Body::TransportSendRtcpNotification(Box::new(
                transport::SendRtcpNotification { data },
            )),
        ),
        Notice::Message {
            ppid,
            subchannels,
            required_subchannel,
            ignored_subchannel,
        } => (
            notification::Event::DataproducerSend,
            notification::Body::DataProducerSendNotification(Box::new(
                fbs::data_producer::SendNotification {
                    ppid: *ppid,
                    data,
                    subchannels: Some(subchannels.clone()),
                    required_subchannel: *required_subchannel,
                    ignored_subchannel: *ignored_subchannel,
                },
            )),
        ),
    }
}

impl Scope<'_> {
    /// The commands that more than one kind of object has.
    pub(super) fn common(&mut self, command: Command) -> Result<Ask, Error> {
        let no_such_method = || Error::type_error("the object has no such method");
        let (method, then) = match command {
            Command::Dump => (self.dump_method(), Then::Value),
            Command::GetStats => (self.stats_method(), Then::Value),
            Command::Pause => (self.pause_method(), Then::Paused(true)),
            Command::Resume => (self.resume_method(), Then::Paused(false)),
            Command::EnableTraceEvent(types) => return self.enable_trace_event(&types),
            _ => (None, Then::Done),
        };
        method
            .map(|method| self.plain(method, then))
            .ok_or_else(no_such_method)
    }

    fn dump_method(&self) -> Option<Method> {
        Some(match self.kind {
            Kind::Worker => Method::WorkerDump,
            Kind::WebRtcServer => Method::WebrtcserverDump,
            Kind::Router => Method::RouterDump,
            Kind::Producer => Method::ProducerDump,
            Kind::Consumer => Method::ConsumerDump,
            Kind::DataProducer => Method::DataproducerDump,
            Kind::DataConsumer => Method::DataconsumerDump,
            kind if kind.is_transport() => Method::TransportDump,
            _ => return None,
        })
    }

    fn stats_method(&self) -> Option<Method> {
        Some(match self.kind {
            Kind::Producer => Method::ProducerGetStats,
            Kind::Consumer => Method::ConsumerGetStats,
            Kind::DataProducer => Method::DataproducerGetStats,
            Kind::DataConsumer => Method::DataconsumerGetStats,
            kind if kind.is_transport() => Method::TransportGetStats,
            _ => return None,
        })
    }

    fn pause_method(&self) -> Option<Method> {
        Some(match self.kind {
            Kind::Producer => Method::ProducerPause,
            Kind::Consumer => Method::ConsumerPause,
            Kind::DataProducer => Method::DataproducerPause,
            Kind::DataConsumer => Method::DataconsumerPause,
            kind if kind.is_rtp_observer() => Method::RtpobserverPause,
            _ => return None,
        })
    }

    fn resume_method(&self) -> Option<Method> {
        Some(match self.kind {
            Kind::Producer => Method::ProducerResume,
            Kind::Consumer => Method::ConsumerResume,
            Kind::DataProducer => Method::DataproducerResume,
            Kind::DataConsumer => Method::DataconsumerResume,
            kind if kind.is_rtp_observer() => Method::RtpobserverResume,
            _ => return None,
        })
    }

    fn enable_trace_event(&mut self, types: &Value) -> Result<Ask, Error> {
        let (method, body) = match self.kind {
            Kind::Producer => (
                Method::ProducerEnableTraceEvent,
                Body::ProducerEnableTraceEventRequest(Box::new(
                    fbs::producer::EnableTraceEventRequest {
                        events: encode::producer_trace_events(Some(types))?,
                    },
                )),
            ),
            Kind::Consumer => (
                Method::ConsumerEnableTraceEvent,
                Body::ConsumerEnableTraceEventRequest(Box::new(
                    fbs::consumer::EnableTraceEventRequest {
                        events: encode::consumer_trace_events(Some(types))?,
                    },
                )),
            ),
            _ => (
                Method::TransportEnableTraceEvent,
                Body::TransportEnableTraceEventRequest(Box::new(
                    transport::EnableTraceEventRequest {
                        events: encode::transport_trace_events(Some(types))?,
                    },
                )),
            ),
        };
        Ok(self.to_self(method, Some(body), Then::Done))
    }
}
