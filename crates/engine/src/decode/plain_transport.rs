//! Decoder of the C++ worker's replies about PlainTransports, PipeTransports and DirectTransports:
//! dumps, statistics, and the addresses and SRTP parameters that `connect()` changes. `response.rs` uses
//! these types to turn a reply into the JSON that the application's call returns, or that the
//! Transport's state takes over.

use super::{
    optional,
    transport::{BaseDump, BaseStats, SrtpParameters, Tuple},
};
use fbs::{direct_transport, pipe_transport, plain_transport};

decoded! {
    /// `plainTransport.dump()`, and what is known of a new one.
    pub struct PlainTransportDump<'a>(dump: plain_transport::DumpResponseRef<'a>) {
        #[serde(flatten)]
        base: BaseDump<'a> = dump.base()?.try_into()?,
        rtcp_mux: bool,
        comedia: bool,
        tuple: Tuple<'a> = dump.tuple()?.try_into()?,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtcp_tuple: Option<Tuple<'a>> = optional(dump.rtcp_tuple()?)?,
        #[serde(skip_serializing_if = "Option::is_none")]
        srtp_parameters: Option<SrtpParameters<'a>> = optional(dump.srtp_parameters()?)?,
    }

    /// Reply to `connect()` of a PlainTransport; an absent member has not changed.
    pub struct PlainTransportConnected<'a>(response: plain_transport::ConnectResponseRef<'a>) {
        #[serde(skip_serializing_if = "Option::is_none")]
        tuple: Option<Tuple<'a>> = optional(response.tuple()?)?,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtcp_tuple: Option<Tuple<'a>> = optional(response.rtcp_tuple()?)?,
        #[serde(skip_serializing_if = "Option::is_none")]
        srtp_parameters: Option<SrtpParameters<'a>> = optional(response.srtp_parameters()?)?,
    }

    /// The element of `plainTransport.getStats()`.
    pub struct PlainTransportStats<'a>(stats: plain_transport::GetStatsResponseRef<'a>) {
        #[serde(flatten)]
        base: BaseStats<'a> = stats.base()?.try_into()?,
        #[serde(rename = "type")]
        type_: &'static str = "plain-rtp-transport",
        rtcp_mux: bool,
        comedia: bool,
        tuple: Tuple<'a> = stats.tuple()?.try_into()?,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtcp_tuple: Option<Tuple<'a>> = optional(stats.rtcp_tuple()?)?,
    }

    /// `pipeTransport.dump()`, and what is known of a new one.
    pub struct PipeTransportDump<'a>(dump: pipe_transport::DumpResponseRef<'a>) {
        #[serde(flatten)]
        base: BaseDump<'a> = dump.base()?.try_into()?,
        tuple: Tuple<'a> = dump.tuple()?.try_into()?,
        rtx: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        srtp_parameters: Option<SrtpParameters<'a>> = optional(dump.srtp_parameters()?)?,
    }

    /// Reply to `connect()` of a PipeTransport.
    pub struct PipeTransportConnected<'a>(response: pipe_transport::ConnectResponseRef<'a>) {
        tuple: Tuple<'a> = response.tuple()?.try_into()?,
    }

    /// The element of `pipeTransport.getStats()`.
    pub struct PipeTransportStats<'a>(stats: pipe_transport::GetStatsResponseRef<'a>) {
        #[serde(flatten)]
        base: BaseStats<'a> = stats.base()?.try_into()?,
        #[serde(rename = "type")]
        type_: &'static str = "pipe-transport",
        tuple: Tuple<'a> = stats.tuple()?.try_into()?,
    }

    /// The element of `directTransport.getStats()`. Its `dump()` is a [`BaseDump`].
    pub struct DirectTransportStats<'a>(stats: direct_transport::GetStatsResponseRef<'a>) {
        #[serde(flatten)]
        base: BaseStats<'a> = stats.base()?.try_into()?,
        #[serde(rename = "type")]
        type_: &'static str = "direct-transport",
    }
}
