//! The worker's side of the channel: reads requests, writes replies.

use fbs::message::{Body as Said, Message, MessageRef};
use fbs::notification::{self, Notification};
use fbs::planus::{Builder, ReadAsRoot};
use fbs::request::{self, Method, Request};
use fbs::response::{self, Response};
use fbs::{
    consumer, data_consumer, data_producer, pipe_transport, plain_transport, rtp_parameters,
    rtp_stream, transport,
};
use std::collections::HashMap;

/// Knows of the objects it made what it takes to answer.
#[derive(Debug, Default)]
pub(crate) struct FakeWorker {
    /// With what each transport was created.
    transports: HashMap<String, Method>,
}

impl FakeWorker {
    /// What was written to a worker, message by message.
    pub(crate) fn read(mut bytes: &[u8]) -> Vec<Said> {
        let mut messages = Vec::new();
        while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
            let length = u32::from_ne_bytes(*length) as usize;
            let (one, rest) = rest.split_at(length);
            let one = MessageRef::read_as_root(one).expect("a message");
            messages.push(Message::try_from(one).expect("a valid message").data);
            bytes = rest;
        }
        messages
    }

    /// The reply of a worker that has nothing against the request.
    pub(crate) fn answer(&mut self, request: &Request) -> Vec<u8> {
        accepted(request.id, self.body(request))
    }

    fn body(&mut self, request: &Request) -> Option<response::Body> {
        use Method as M;
        use response::Body as B;

        Some(match request.method {
            M::WorkerDump => B::WorkerDumpResponse(Box::default()),
            M::WorkerGetResourceUsage => B::WorkerResourceUsageResponse(Box::default()),
            M::WebrtcserverDump => B::WebRtcServerDumpResponse(Box::default()),
            M::RouterDump => B::RouterDumpResponse(Box::default()),
            M::RouterCreateWebrtctransport
            | M::RouterCreateWebrtctransportWithServer
            | M::RouterCreatePlaintransport
            | M::RouterCreatePipetransport
            | M::RouterCreateDirecttransport => {
                let id = transport_id(request.body.as_ref()).to_owned();
                self.transports.insert(id, request.method);
                transport_dump(request.method)
            }
            M::TransportDump => transport_dump(self.kind_of(&request.handler_id)),
            M::TransportGetStats => match self.kind_of(&request.handler_id) {
                M::RouterCreatePlaintransport => B::PlainTransportGetStatsResponse(Box::default()),
                M::RouterCreatePipetransport => B::PipeTransportGetStatsResponse(Box::default()),
                M::RouterCreateDirecttransport => {
                    B::DirectTransportGetStatsResponse(Box::default())
                }
                _ => B::WebRtcTransportGetStatsResponse(Box::default()),
            },
            M::WebrtctransportConnect => B::WebRtcTransportConnectResponse(Box::default()),
            M::PlaintransportConnect => {
                B::PlainTransportConnectResponse(Box::new(plain_connected()))
            }
            M::PipetransportConnect => {
                B::PipeTransportConnectResponse(Box::new(pipe_transport::ConnectResponse {
                    tuple: Box::new(tuple()),
                }))
            }
            M::TransportRestartIce => B::TransportRestartIceResponse(Box::default()),
            M::TransportProduce => B::TransportProduceResponse(Box::new(produced(request))),
            M::TransportConsume => B::TransportConsumeResponse(Box::new(consumed(request))),
            M::TransportProduceData => {
                B::DataProducerDumpResponse(Box::new(data_produced(request)))
            }
            M::TransportConsumeData => {
                B::DataConsumerDumpResponse(Box::new(data_consumed(request)))
            }
            M::ProducerDump => B::ProducerDumpResponse(Box::default()),
            M::ProducerGetStats => B::ProducerGetStatsResponse(Box::default()),
            M::ConsumerDump => B::ConsumerDumpResponse(Box::new(consumer_dump())),
            M::ConsumerGetStats => B::ConsumerGetStatsResponse(Box::default()),
            M::ConsumerSetPreferredLayers => {
                B::ConsumerSetPreferredLayersResponse(Box::new(preferred_layers(request)))
            }
            M::ConsumerSetPriority => B::ConsumerSetPriorityResponse(Box::new(priority(request))),
            M::DataproducerDump => B::DataProducerDumpResponse(Box::default()),
            M::DataproducerGetStats => B::DataProducerGetStatsResponse(Box::default()),
            M::DataconsumerDump => B::DataConsumerDumpResponse(Box::default()),
            M::DataconsumerGetStats => B::DataConsumerGetStatsResponse(Box::default()),
            M::DataconsumerGetBufferedAmount => {
                B::DataConsumerGetBufferedAmountResponse(Box::default())
            }
            M::DataconsumerSend => B::DataConsumerSendResponse(Box::default()),
            M::DataconsumerSetSubchannels => B::DataConsumerSetSubchannelsResponse(Box::default()),
            M::DataconsumerAddSubchannel => B::DataConsumerAddSubchannelResponse(Box::default()),
            M::DataconsumerRemoveSubchannel => {
                B::DataConsumerRemoveSubchannelResponse(Box::default())
            }
            _ => return None,
        })
    }

    fn kind_of(&self, transport: &str) -> Method {
        let known = self.transports.get(transport).copied();
        known.unwrap_or(Method::RouterCreateWebrtctransport)
    }
}

/// A reply: the request was done.
pub(crate) fn accepted(id: u32, body: Option<response::Body>) -> Vec<u8> {
    message(Said::Response(Box::new(Response {
        id,
        accepted: true,
        body,
        ..Response::default()
    })))
}

/// A reply: the request was refused, with an error of this class.
pub(crate) fn rejected(id: u32, class: &str, reason: &str) -> Vec<u8> {
    message(Said::Response(Box::new(Response {
        id,
        accepted: false,
        error: Some(class.to_owned()),
        reason: Some(reason.as_bytes().to_vec()),
        ..Response::default()
    })))
}

/// An event of the object with this id; of the worker itself where it is empty.
pub(crate) fn notification(
    handler_id: &str,
    event: notification::Event,
    body: Option<notification::Body>,
) -> Vec<u8> {
    message(Said::Notification(Box::new(Notification {
        handler_id: handler_id.to_owned(),
        event,
        body,
    })))
}

/// A line of the worker's log.
pub(crate) fn log_line(line: &str) -> Vec<u8> {
    let data = line.as_bytes().to_vec();
    message(Said::Log(Box::new(fbs::log::Log { data })))
}

/// Any message, as it is written to the channel.
pub(crate) fn message(data: Said) -> Vec<u8> {
    let mut builder = Builder::new();
    let bytes = builder.finish(Message { data }, None);
    let length = u32::try_from(bytes.len()).expect("a short message");
    [&length.to_ne_bytes(), bytes].concat()
}

fn transport_id(body: Option<&request::Body>) -> &str {
    use request::Body as B;

    match body {
        Some(B::RouterCreateWebRtcTransportRequest(body)) => &body.transport_id,
        Some(B::RouterCreatePlainTransportRequest(body)) => &body.transport_id,
        Some(B::RouterCreatePipeTransportRequest(body)) => &body.transport_id,
        Some(B::RouterCreateDirectTransportRequest(body)) => &body.transport_id,
        other => panic!("creates no transport: {other:?}"),
    }
}

fn transport_dump(created_by: Method) -> response::Body {
    use response::Body as B;

    match created_by {
        Method::RouterCreatePlaintransport => {
            B::PlainTransportDumpResponse(Box::new(plain_transport::DumpResponse {
                tuple: Box::new(tuple()),
                ..plain_transport::DumpResponse::default()
            }))
        }
        Method::RouterCreatePipetransport => {
            B::PipeTransportDumpResponse(Box::new(pipe_transport::DumpResponse {
                tuple: Box::new(tuple()),
                ..pipe_transport::DumpResponse::default()
            }))
        }
        Method::RouterCreateDirecttransport => B::DirectTransportDumpResponse(Box::default()),
        _ => B::WebRtcTransportDumpResponse(Box::default()),
    }
}

/// Where every transport listens.
fn tuple() -> transport::Tuple {
    transport::Tuple {
        local_address: "127.0.0.1".to_owned(),
        local_port: 5,
        ..transport::Tuple::default()
    }
}

fn plain_connected() -> plain_transport::ConnectResponse {
    plain_transport::ConnectResponse {
        tuple: Some(Box::new(tuple())),
        rtcp_tuple: Some(Box::new(tuple())),
        srtp_parameters: Some(Box::default()),
    }
}

fn consumer_dump() -> consumer::DumpResponse {
    consumer::DumpResponse {
        data: Box::new(consumer::ConsumerDump {
            rtp_streams: vec![rtp_stream::Dump::default()],
            ..consumer::ConsumerDump::default()
        }),
    }
}

fn produced(request: &Request) -> transport::ProduceResponse {
    let Some(request::Body::TransportProduceRequest(body)) = &request.body else {
        panic!("no produce: {request:?}");
    };
    transport::ProduceResponse {
        type_: match body.rtp_parameters.encodings.len() {
            0 | 1 => rtp_parameters::Type::Simple,
            _ => rtp_parameters::Type::Simulcast,
        },
    }
}

fn consumed(request: &Request) -> transport::ConsumeResponse {
    let Some(request::Body::TransportConsumeRequest(body)) = &request.body else {
        panic!("no consume: {request:?}");
    };
    transport::ConsumeResponse {
        paused: body.paused,
        producer_paused: false,
        score: Box::default(),
        preferred_layers: body.preferred_layers.clone(),
    }
}

fn data_produced(request: &Request) -> data_producer::DumpResponse {
    let Some(request::Body::TransportProduceDataRequest(body)) = &request.body else {
        panic!("no produceData: {request:?}");
    };
    data_producer::DumpResponse {
        id: body.data_producer_id.clone(),
        type_: body.type_,
        sctp_stream_parameters: body.sctp_stream_parameters.clone(),
        label: body.label.clone().unwrap_or_default(),
        protocol: body.protocol.clone().unwrap_or_default(),
        paused: body.paused,
    }
}

fn data_consumed(request: &Request) -> data_consumer::DumpResponse {
    let Some(request::Body::TransportConsumeDataRequest(body)) = &request.body else {
        panic!("no consumeData: {request:?}");
    };
    data_consumer::DumpResponse {
        id: body.data_consumer_id.clone(),
        data_producer_id: body.data_producer_id.clone(),
        type_: body.type_,
        sctp_stream_parameters: body.sctp_stream_parameters.clone(),
        label: body.label.clone().unwrap_or_default(),
        protocol: body.protocol.clone().unwrap_or_default(),
        paused: body.paused,
        subchannels: body.subchannels.clone().unwrap_or_default(),
        ..data_consumer::DumpResponse::default()
    }
}

fn preferred_layers(request: &Request) -> consumer::SetPreferredLayersResponse {
    let Some(request::Body::ConsumerSetPreferredLayersRequest(body)) = &request.body else {
        panic!("no setPreferredLayers: {request:?}");
    };
    consumer::SetPreferredLayersResponse {
        preferred_layers: Some(body.preferred_layers.clone()),
    }
}

fn priority(request: &Request) -> consumer::SetPriorityResponse {
    let Some(request::Body::ConsumerSetPriorityRequest(body)) = &request.body else {
        panic!("no setPriority: {request:?}");
    };
    consumer::SetPriorityResponse {
        priority: body.priority,
    }
}
