//! Decoder of the C++ worker's replies about DataProducers and DataConsumers: `dump()`, which also
//! answers their creation, and `getStats()`. `response.rs` uses these types to turn a reply into the
//! JSON that the application's call returns.

use super::optional;
use crate::names::Named;
use fbs::{data_consumer, data_producer, sctp_parameters};

decoded! {
    /// `dataProducer.dump()`, and what is known of a new one.
    pub struct DataProducerDump<'a>(dump: data_producer::DumpResponseRef<'a>) {
        id: &'a str,
        #[serde(rename = "type")]
        type_: &'static str = dump.type_()?.name(),
        #[serde(skip_serializing_if = "Option::is_none")]
        sctp_stream_parameters: Option<SctpStreamParameters> =
            optional(dump.sctp_stream_parameters()?)?,
        label: &'a str,
        protocol: &'a str,
        paused: bool,
    }

    /// `SctpStreamParameters`
    pub struct SctpStreamParameters(parameters: sctp_parameters::SctpStreamParametersRef<'_>) {
        stream_id: u16,
        ordered: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max_packet_life_time: Option<u16>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max_retransmits: Option<u16>,
    }

    /// The element of `dataProducer.getStats()`.
    pub struct DataProducerStats<'a>(stats: data_producer::GetStatsResponseRef<'a>) {
        #[serde(rename = "type")]
        type_: &'static str = "data-producer",
        timestamp: u64,
        label: &'a str,
        protocol: &'a str,
        messages_received: u64,
        bytes_received: u64,
    }

    /// `dataConsumer.dump()`, and what is known of a new one.
    pub struct DataConsumerDump<'a>(dump: data_consumer::DumpResponseRef<'a>) {
        id: &'a str,
        data_producer_id: &'a str,
        #[serde(rename = "type")]
        type_: &'static str = dump.type_()?.name(),
        #[serde(skip_serializing_if = "Option::is_none")]
        sctp_stream_parameters: Option<SctpStreamParameters> =
            optional(dump.sctp_stream_parameters()?)?,
        label: &'a str,
        protocol: &'a str,
        buffered_amount: u32,
        buffered_amount_low_threshold: u32,
        paused: bool,
        data_producer_paused: bool,
        subchannels: Vec<u16> = dump.subchannels()?.to_vec()?,
    }

    /// The element of `dataConsumer.getStats()`.
    pub struct DataConsumerStats<'a>(stats: data_consumer::GetStatsResponseRef<'a>) {
        #[serde(rename = "type")]
        type_: &'static str = "data-consumer",
        timestamp: u64,
        label: &'a str,
        protocol: &'a str,
        messages_sent: u64,
        bytes_sent: u64,
        buffered_amount: u32,
    }
}
