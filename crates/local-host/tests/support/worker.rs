//! Fake of a mediasoup worker: it reads the requests on its side of the channel (FlatBuffers) and writes
//! replies as a worker that accepts everything. The tests of `LocalHost` (the object that holds this
//! machine's Workers), those of the server's sessions, and two fuzz targets use it.

use fbs::message::{Body as Said, Message, MessageRef};
use fbs::notification::{self, Notification};
use fbs::planus::{Builder, ReadAsRoot};
use fbs::request::{self, Method, Request};
use fbs::response::{self, Response};
use fbs::{
    consumer, data_consumer, data_producer, pipe_transport, plain_transport, rtp_parameters,
    rtp_stream, transport,
};
use std::collections::{HashMap, HashSet};

/// Knows of the objects it made what it takes to answer.
#[derive(Debug, Default)]
pub(crate) struct FakeWorker {
    /// With what each transport was created.
    transports: HashMap<String, Method>,
    /// The object that each one lives on; the Worker has no id.
    parents: HashMap<String, String>,
    /// Objects that were closed, without those that closed with them.
    closed: HashSet<String>,
}

impl FakeWorker {
    /// Reads the bytes written to a worker, message by message.
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

    /// The reply of a worker that has nothing against the request, unless its object is closed.
    pub(crate) fn answer(&mut self, request: &Request) -> Vec<u8> {
        let id = &request.handler_id;
        if self.is_closed(id) {
            let method = method_name(request.method);
            let reason =
                format!("Channel request handler with ID {id} not found [method:{method}]");
            return rejected(request.id, "NotFoundError", &reason);
        }
        self.note(request);
        accepted(request.id, self.body(request))
    }

    fn is_closed(&self, id: &str) -> bool {
        let mut above = Some(id);
        while let Some(id) = above {
            if self.closed.contains(id) {
                return true;
            }
            above = self.parents.get(id).map(String::as_str);
        }
        false
    }

    /// Notes an object that is made or closed.
    fn note(&mut self, request: &Request) {
        use request::Body as B;

        let made = match request.body.as_ref() {
            Some(B::WorkerCreateRouterRequest(body)) => &body.router_id,
            Some(B::TransportProduceRequest(body)) => &body.producer_id,
            Some(B::TransportConsumeRequest(body)) => &body.consumer_id,
            Some(B::TransportProduceDataRequest(body)) => &body.data_producer_id,
            Some(B::TransportConsumeDataRequest(body)) => &body.data_consumer_id,
            Some(
                body @ (B::RouterCreateWebRtcTransportRequest(_)
                | B::RouterCreatePlainTransportRequest(_)
                | B::RouterCreatePipeTransportRequest(_)
                | B::RouterCreateDirectTransportRequest(_)),
            ) => transport_id(Some(body)),
            body => {
                self.closed.extend(closed(body).map(ToOwned::to_owned));
                return;
            }
        };
        let made = made.to_owned();
        self.closed.remove(&made);
        self.parents.insert(made, request.handler_id.clone());
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

/// The object that a request closes.
fn closed(body: Option<&request::Body>) -> Option<&str> {
    use request::Body as B;

    Some(match body? {
        B::WorkerCloseRouterRequest(body) => &body.router_id,
        B::RouterCloseTransportRequest(body) => &body.transport_id,
        B::TransportCloseProducerRequest(body) => &body.producer_id,
        B::TransportCloseConsumerRequest(body) => &body.consumer_id,
        B::TransportCloseDataProducerRequest(body) => &body.data_producer_id,
        B::TransportCloseDataConsumerRequest(body) => &body.data_consumer_id,
        _ => return None,
    })
}

/// `consumer.setPriority` of `ConsumerSetPriority`, as a worker names methods.
fn method_name(method: Method) -> String {
    let name = format!("{method:?}");
    let is_second = |(place, letter): (usize, char)| place > 0 && letter.is_ascii_uppercase();
    let second = name.char_indices().position(is_second).unwrap_or_default();
    let (object, method) = name.split_at(second);
    let (first, rest) = method.split_at(1);
    format!("{}.{}{rest}", object.to_lowercase(), first.to_lowercase())
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

/// Address of every transport.
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
