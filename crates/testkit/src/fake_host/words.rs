//! Errors of mediasoup's channel and of its worker, word for word, for [`FakeHost`](crate::FakeHost). It
//! returns them for requests to closed Workers and unknown objects; the contract's cases compare them.

use protocol::{Error, Kind, RequestId};

/// Name of a method on the channel: `PRODUCER_DUMP` of `dump`.
pub(super) fn method(kind: Kind, name: &str) -> String {
    format!("{}_{}", prefix(kind).to_uppercase(), constant(name))
}

/// Name of a method as a worker has it: `producer.dump` of `dump`.
pub(super) fn name(kind: Kind, name: &str) -> String {
    format!("{}.{name}", prefix(kind))
}

/// Error of a request on a closed channel.
pub(super) fn no_request(method: &str) -> Error {
    Error::worker_closed(format!(
        "Channel closed, cannot send request [method:{method}]"
    ))
}

/// Error of a request that was in flight when its channel closed.
pub(super) fn aborted(method: &str, request: RequestId) -> Error {
    Error::worker_closed(format!(
        "Channel closed, pending request aborted [method:{method}, id:{}]",
        request.0
    ))
}

/// Error of a notification on a closed channel.
pub(super) fn no_notification(kind: Kind) -> Error {
    let event = match kind {
        Kind::Producer => "PRODUCER_SEND",
        Kind::DataProducer => "DATAPRODUCER_SEND",
        _ => "TRANSPORT_SEND_RTCP",
    };
    Error::worker_closed(format!(
        "Channel closed, cannot send notification [event:{event}]"
    ))
}

/// Error of a worker that doesn't know an object.
pub(super) fn missing(id: &str, name: &str) -> Error {
    Error::not_found(format!(
        "Channel request handler with ID {id} not found [method:{name}]"
    ))
}

fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Worker => "worker",
        Kind::WebRtcServer => "webRtcServer",
        Kind::Router => "router",
        Kind::Producer => "producer",
        Kind::Consumer => "consumer",
        Kind::DataProducer => "dataProducer",
        Kind::DataConsumer => "dataConsumer",
        kind if kind.is_transport() => "transport",
        _ => "rtpObserver",
    }
}

/// `setPriority` as `SET_PRIORITY`.
fn constant(name: &str) -> String {
    let mut constant = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            constant.push('_');
        }
        constant.push(letter.to_ascii_uppercase());
    }
    constant
}
