//! Decoder of the C++ worker's replies about DataProducers and DataConsumers: `dump()`, which also
//! answers their creation, and `getStats()`. `response.rs` uses these types to turn a reply into the
//! JSON that the application's call returns.

use crate::names::Named;
use fbs::{data_consumer, data_producer, sctp_parameters};
use planus::Error;
use serde::Serialize;

/// `dataProducer.dump()`, and what is known of a new one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataProducerDump<'a> {
    pub id: &'a str,
    #[serde(rename = "type")]
    pub type_: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sctp_stream_parameters: Option<SctpStreamParameters>,
    pub label: &'a str,
    pub protocol: &'a str,
    pub paused: bool,
}

impl<'a> TryFrom<data_producer::DumpResponseRef<'a>> for DataProducerDump<'a> {
    type Error = Error;

    fn try_from(dump: data_producer::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            id: dump.id()?,
            type_: dump.type_()?.name(),
            sctp_stream_parameters: dump
                .sctp_stream_parameters()?
                .map(TryInto::try_into)
                .transpose()?,
            label: dump.label()?,
            protocol: dump.protocol()?,
            paused: dump.paused()?,
        })
    }
}

/// `SctpStreamParameters`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SctpStreamParameters {
    pub stream_id: u16,
    pub ordered: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_packet_life_time: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retransmits: Option<u16>,
}

impl TryFrom<sctp_parameters::SctpStreamParametersRef<'_>> for SctpStreamParameters {
    type Error = Error;

    fn try_from(parameters: sctp_parameters::SctpStreamParametersRef<'_>) -> Result<Self, Error> {
        Ok(Self {
            stream_id: parameters.stream_id()?,
            ordered: parameters.ordered()?,
            max_packet_life_time: parameters.max_packet_life_time()?,
            max_retransmits: parameters.max_retransmits()?,
        })
    }
}

/// The element of `dataProducer.getStats()`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataProducerStats<'a> {
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub timestamp: u64,
    pub label: &'a str,
    pub protocol: &'a str,
    pub messages_received: u64,
    pub bytes_received: u64,
}

impl<'a> TryFrom<data_producer::GetStatsResponseRef<'a>> for DataProducerStats<'a> {
    type Error = Error;

    fn try_from(stats: data_producer::GetStatsResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            type_: "data-producer",
            timestamp: stats.timestamp()?,
            label: stats.label()?,
            protocol: stats.protocol()?,
            messages_received: stats.messages_received()?,
            bytes_received: stats.bytes_received()?,
        })
    }
}

/// `dataConsumer.dump()`, and what is known of a new one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataConsumerDump<'a> {
    pub id: &'a str,
    pub data_producer_id: &'a str,
    #[serde(rename = "type")]
    pub type_: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sctp_stream_parameters: Option<SctpStreamParameters>,
    pub label: &'a str,
    pub protocol: &'a str,
    pub buffered_amount: u32,
    pub buffered_amount_low_threshold: u32,
    pub paused: bool,
    pub data_producer_paused: bool,
    pub subchannels: Vec<u16>,
}

impl<'a> TryFrom<data_consumer::DumpResponseRef<'a>> for DataConsumerDump<'a> {
    type Error = Error;

    fn try_from(dump: data_consumer::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            id: dump.id()?,
            data_producer_id: dump.data_producer_id()?,
            type_: dump.type_()?.name(),
            sctp_stream_parameters: dump
                .sctp_stream_parameters()?
                .map(TryInto::try_into)
                .transpose()?,
            label: dump.label()?,
            protocol: dump.protocol()?,
            buffered_amount: dump.buffered_amount()?,
            buffered_amount_low_threshold: dump.buffered_amount_low_threshold()?,
            paused: dump.paused()?,
            data_producer_paused: dump.data_producer_paused()?,
            subchannels: dump.subchannels()?.to_vec()?,
        })
    }
}

/// The element of `dataConsumer.getStats()`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DataConsumerStats<'a> {
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub timestamp: u64,
    pub label: &'a str,
    pub protocol: &'a str,
    pub messages_sent: u64,
    pub bytes_sent: u64,
    pub buffered_amount: u32,
}

impl<'a> TryFrom<data_consumer::GetStatsResponseRef<'a>> for DataConsumerStats<'a> {
    type Error = Error;

    fn try_from(stats: data_consumer::GetStatsResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            type_: "data-consumer",
            timestamp: stats.timestamp()?,
            label: stats.label()?,
            protocol: stats.protocol()?,
            messages_sent: stats.messages_sent()?,
            bytes_sent: stats.bytes_sent()?,
            buffered_amount: stats.buffered_amount()?,
        })
    }
}
