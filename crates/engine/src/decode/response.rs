//! Decoder of the C++ worker's replies. The engine calls `value()` with the method of the request and
//! the body of the accepted reply, and gets the JSON that the application's call returns, or from which
//! the engine updates or creates an object.

use super::{
    consumer::{Consumed, ConsumerDump, ConsumerLayers},
    data::{DataConsumerDump, DataConsumerStats, DataProducerDump, DataProducerStats},
    json, optional,
    plain_transport::{
        DirectTransportStats, PipeTransportConnected, PipeTransportDump, PipeTransportStats,
        PlainTransportConnected, PlainTransportDump, PlainTransportStats,
    },
    producer::ProducerDump,
    stats::StreamStats,
    transport::BaseDump,
    unexpected,
    web_rtc_transport::{
        IceParameters, WebRtcTransportConnected, WebRtcTransportDump, WebRtcTransportStats,
    },
    worker::{ResourceUsage, RouterDump, WebRtcServerDump, WorkerDump},
};
use crate::names::Named;
use fbs::{request::Method, response::BodyRef as Body};

/// The JSON of what the JavaScript method that sent a request returns, or keeps of the reply:
///
/// - dumps and stats (always an array, except the resource usage of a Worker);
/// - of a new Transport, DataProducer or DataConsumer its dump, of a new Producer its type, of a
///   new Consumer [`Consumed`];
/// - of `connect()` an object with what has changed;
/// - of `setPreferredLayers()` the layers or `null`, of `setPriority()` the priority, of methods
///   about subchannels the subchannels, of `send()` and `getBufferedAmount()` the bytes.
///
/// A body that doesn't belong to the method is an error.
#[expect(clippy::too_many_lines, reason = "a table: an entry per kind of reply")]
pub fn value(method: Method, body: Body<'_>) -> planus::Result<String> {
    use Method as M;

    Ok(match (method, body) {
        (M::WorkerDump, Body::WorkerDumpResponse(body)) => json(&WorkerDump::try_from(body)?),
        (M::WorkerGetResourceUsage, Body::WorkerResourceUsageResponse(body)) => {
            json(&ResourceUsage::try_from(body)?)
        }
        (M::WebrtcserverDump, Body::WebRtcServerDumpResponse(body)) => {
            json(&WebRtcServerDump::try_from(body)?)
        }
        (M::RouterDump, Body::RouterDumpResponse(body)) => json(&RouterDump::try_from(body)?),

        (
            M::TransportDump
            | M::RouterCreateWebrtctransport
            | M::RouterCreateWebrtctransportWithServer,
            Body::WebRtcTransportDumpResponse(body),
        ) => json(&WebRtcTransportDump::try_from(body)?),
        (
            M::TransportDump | M::RouterCreatePlaintransport,
            Body::PlainTransportDumpResponse(body),
        ) => json(&PlainTransportDump::try_from(body)?),
        (
            M::TransportDump | M::RouterCreatePipetransport,
            Body::PipeTransportDumpResponse(body),
        ) => json(&PipeTransportDump::try_from(body)?),
        (
            M::TransportDump | M::RouterCreateDirecttransport,
            Body::DirectTransportDumpResponse(body),
        ) => json(&BaseDump::try_from(body.base()?)?),

        (M::TransportGetStats, Body::WebRtcTransportGetStatsResponse(body)) => {
            json(&[WebRtcTransportStats::try_from(body)?])
        }
        (M::TransportGetStats, Body::PlainTransportGetStatsResponse(body)) => {
            json(&[PlainTransportStats::try_from(body)?])
        }
        (M::TransportGetStats, Body::PipeTransportGetStatsResponse(body)) => {
            json(&[PipeTransportStats::try_from(body)?])
        }
        (M::TransportGetStats, Body::DirectTransportGetStatsResponse(body)) => {
            json(&[DirectTransportStats::try_from(body)?])
        }

        (M::WebrtctransportConnect, Body::WebRtcTransportConnectResponse(body)) => {
            json(&WebRtcTransportConnected::try_from(body)?)
        }
        (M::PlaintransportConnect, Body::PlainTransportConnectResponse(body)) => {
            json(&PlainTransportConnected::try_from(body)?)
        }
        (M::PipetransportConnect, Body::PipeTransportConnectResponse(body)) => {
            json(&PipeTransportConnected::try_from(body)?)
        }
        (M::TransportRestartIce, Body::TransportRestartIceResponse(body)) => {
            json(&IceParameters::try_from(body)?)
        }

        (M::TransportProduce, Body::TransportProduceResponse(body)) => json(&body.type_()?.name()),
        (M::TransportConsume, Body::TransportConsumeResponse(body)) => {
            json(&Consumed::try_from(body)?)
        }
        (M::TransportProduceData | M::DataproducerDump, Body::DataProducerDumpResponse(body)) => {
            json(&DataProducerDump::try_from(body)?)
        }
        (M::TransportConsumeData | M::DataconsumerDump, Body::DataConsumerDumpResponse(body)) => {
            json(&DataConsumerDump::try_from(body)?)
        }

        (M::ProducerDump, Body::ProducerDumpResponse(body)) => json(&ProducerDump::try_from(body)?),
        (M::ProducerGetStats, Body::ProducerGetStatsResponse(body)) => {
            let stats = body.stats()?.iter();
            json(
                &stats
                    .map(|stats| StreamStats::received(stats?))
                    .collect::<planus::Result<Vec<_>>>()?,
            )
        }

        (M::ConsumerDump, Body::ConsumerDumpResponse(body)) => json(&ConsumerDump::try_from(body)?),
        (M::ConsumerGetStats, Body::ConsumerGetStatsResponse(body)) => {
            json(&body.stats()?.to_vec_result::<StreamStats>()?)
        }
        (M::ConsumerSetPreferredLayers, Body::ConsumerSetPreferredLayersResponse(body)) => {
            json(&optional::<ConsumerLayers, _>(body.preferred_layers()?)?)
        }
        (M::ConsumerSetPriority, Body::ConsumerSetPriorityResponse(body)) => {
            json(&body.priority()?)
        }

        (M::DataproducerGetStats, Body::DataProducerGetStatsResponse(body)) => {
            json(&[DataProducerStats::try_from(body)?])
        }
        (M::DataconsumerGetStats, Body::DataConsumerGetStatsResponse(body)) => {
            json(&[DataConsumerStats::try_from(body)?])
        }
        (M::DataconsumerGetBufferedAmount, Body::DataConsumerGetBufferedAmountResponse(body)) => {
            json(&body.buffered_amount()?)
        }
        (M::DataconsumerSend, Body::DataConsumerSendResponse(body)) => {
            json(&body.buffered_amount()?)
        }
        (M::DataconsumerSetSubchannels, Body::DataConsumerSetSubchannelsResponse(body)) => {
            json(&body.subchannels()?.to_vec::<u16>()?)
        }
        (M::DataconsumerAddSubchannel, Body::DataConsumerAddSubchannelResponse(body)) => {
            json(&body.subchannels()?.to_vec::<u16>()?)
        }
        (M::DataconsumerRemoveSubchannel, Body::DataConsumerRemoveSubchannelResponse(body)) => {
            json(&body.subchannels()?.to_vec::<u16>()?)
        }

        _ => return Err(unexpected("Response")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fbs::{
        data_consumer::SendResponse,
        planus::{Builder, ReadAsRoot, WriteAsOffset},
        response::{self, ResponseRef},
    };

    #[test]
    fn a_body_of_another_method_is_refused() {
        let reply = response::Response {
            body: Some(response::Body::DataConsumerSendResponse(Box::new(
                SendResponse { buffered_amount: 7 },
            ))),
            ..response::Response::default()
        };
        let mut builder = Builder::new();
        let offset = WriteAsOffset::prepare(&reply, &mut builder);
        let bytes = builder.finish(offset, None);
        let body = || {
            ResponseRef::read_as_root(bytes)
                .unwrap()
                .body()
                .unwrap()
                .unwrap()
        };

        assert_eq!(value(Method::DataconsumerSend, body()).unwrap(), "7");
        let error = value(Method::DataconsumerDump, body()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "In <Response>::try_from(): Unknown union (tag = 0)"
        );
    }
}
