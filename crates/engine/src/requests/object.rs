//! Encoder of the methods that many classes have: `dump()`, `getStats()`, `pause()`, `resume()`,
//! `enableTraceEvent()`, `close()`, and of packets and messages without an answer. `ask`
//! and `Local` call it; it returns the request or notification for the worker process.

use super::data::uint16s;
use super::{Ask, Scope};
use crate::core::Core;
use crate::encode;
use crate::pending::Then;
use fbs::request::{Body, Method};
use fbs::{notification, router, transport, worker};
use js_value::uint16;
use model::State;
use protocol::{Command, Error, Handle, Kind, Level, Logger, Notice};
use serde_json::Value;

/// By what the worker knows an object; empty for the worker itself.
pub(crate) fn handler_id(core: &Core, handle: Handle) -> Box<str> {
    core.model
        .get(handle)
        .map(|entity| entity.id.clone())
        .unwrap_or_default()
}

/// The request that closes an object which the worker doesn't close by itself.
pub(crate) fn close(core: &Core, handle: Handle) -> Option<Ask> {
    let entity = core.model.get(handle)?;
    let id = entity.id.to_string();
    let home_id = handler_id(core, entity.home);
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
        handler_id: home_id,
        body: Some(body),
        then: Then::Done,
    })
}

/// A message without an answer.
pub(crate) fn notice(
    notice: &Notice,
    data: &[u8],
) -> Result<(notification::Event, notification::Body), Error> {
    let data = data.to_vec();
    let subchannel = |value: &Option<Value>| value.as_ref().map(|value| uint16(Some(value), 0));
    Ok(match notice {
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
        Notice::Message(message) => (
            notification::Event::DataproducerSend,
            notification::Body::DataProducerSendNotification(Box::new(
                fbs::data_producer::SendNotification {
                    ppid: message.ppid,
                    data,
                    subchannels: Some(uint16s(message.subchannels.as_ref())?),
                    required_subchannel: subchannel(&message.required_subchannel),
                    ignored_subchannel: subchannel(&message.ignored_subchannel),
                },
            )),
        ),
    })
}

impl Scope<'_> {
    /// The commands that more than one kind of object has.
    pub(super) fn common(&mut self, command: Command) -> Result<Ask, Error> {
        let no_such_method = || Error::type_error("the object has no such method");
        let (method, then) = match command {
            Command::Dump => (self.dump_method(), Then::Value),
            Command::GetStats => (self.stats_method(), Then::Value),
            Command::Pause => (self.pause_method(), self.then_paused(true)),
            Command::Resume => (self.resume_method(), self.then_paused(false)),
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

    fn then_paused(&self, now: bool) -> Then {
        let was = match self.core.model.get(self.target).map(|it| &it.state) {
            Some(State::RtpObserver { paused }) => Some(*paused),
            _ => None,
        };
        Then::Paused { now, was }
    }

    fn enable_trace_event(&mut self, types: &Value) -> Result<Ask, Error> {
        let (method, body) = match self.kind {
            Kind::Producer => {
                let events = encode::producer_trace_events(Some(types))?;
                self.warn_of_trace_types(Logger::Producer, types, events.len());
                let body = fbs::producer::EnableTraceEventRequest { events };
                (
                    Method::ProducerEnableTraceEvent,
                    Body::ProducerEnableTraceEventRequest(Box::new(body)),
                )
            }
            Kind::Consumer => {
                let events = encode::consumer_trace_events(Some(types))?;
                self.warn_of_trace_types(Logger::Consumer, types, events.len());
                let body = fbs::consumer::EnableTraceEventRequest { events };
                (
                    Method::ConsumerEnableTraceEvent,
                    Body::ConsumerEnableTraceEventRequest(Box::new(body)),
                )
            }
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

    /// A line for each type that isn't known, as mediasoup has it: its quotes keep the error out.
    fn warn_of_trace_types(&mut self, logger: Logger, types: &Value, known: usize) {
        for _ in known..types.as_array().map_or(0, Vec::len) {
            let line = "enableTraceEvent() | [error:${error}]";
            self.core.log(logger, Level::Warn, line);
        }
    }
}
