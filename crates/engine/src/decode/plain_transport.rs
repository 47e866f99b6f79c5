//! Decoder of the C++ worker's replies about PlainTransports, PipeTransports and DirectTransports:
//! dumps, statistics, and the addresses and SRTP parameters that `connect()` changes. `response.rs` uses
//! these types to turn a reply into the JSON that the application's call returns, or that the
//! Transport's state takes over.

use super::transport::{BaseDump, BaseStats, SrtpParameters, Tuple};
use fbs::{direct_transport, pipe_transport, plain_transport};
use planus::Error;
use serde::Serialize;

/// `plainTransport.dump()`, and what is known of a new one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainTransportDump<'a> {
    #[serde(flatten)]
    pub base: BaseDump<'a>,
    pub rtcp_mux: bool,
    pub comedia: bool,
    pub tuple: Tuple<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtcp_tuple: Option<Tuple<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srtp_parameters: Option<SrtpParameters<'a>>,
}

impl<'a> TryFrom<plain_transport::DumpResponseRef<'a>> for PlainTransportDump<'a> {
    type Error = Error;

    fn try_from(dump: plain_transport::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            base: dump.base()?.try_into()?,
            rtcp_mux: dump.rtcp_mux()?,
            comedia: dump.comedia()?,
            tuple: dump.tuple()?.try_into()?,
            rtcp_tuple: dump.rtcp_tuple()?.map(TryInto::try_into).transpose()?,
            srtp_parameters: dump.srtp_parameters()?.map(TryInto::try_into).transpose()?,
        })
    }
}

/// Reply to `connect()` of a PlainTransport; an absent member has not changed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainTransportConnected<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tuple: Option<Tuple<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtcp_tuple: Option<Tuple<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srtp_parameters: Option<SrtpParameters<'a>>,
}

impl<'a> TryFrom<plain_transport::ConnectResponseRef<'a>> for PlainTransportConnected<'a> {
    type Error = Error;

    fn try_from(response: plain_transport::ConnectResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            tuple: response.tuple()?.map(TryInto::try_into).transpose()?,
            rtcp_tuple: response.rtcp_tuple()?.map(TryInto::try_into).transpose()?,
            srtp_parameters: response
                .srtp_parameters()?
                .map(TryInto::try_into)
                .transpose()?,
        })
    }
}

/// The element of `plainTransport.getStats()`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PlainTransportStats<'a> {
    #[serde(flatten)]
    pub base: BaseStats<'a>,
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub rtcp_mux: bool,
    pub comedia: bool,
    pub tuple: Tuple<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtcp_tuple: Option<Tuple<'a>>,
}

impl<'a> TryFrom<plain_transport::GetStatsResponseRef<'a>> for PlainTransportStats<'a> {
    type Error = Error;

    fn try_from(stats: plain_transport::GetStatsResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            base: stats.base()?.try_into()?,
            type_: "plain-rtp-transport",
            rtcp_mux: stats.rtcp_mux()?,
            comedia: stats.comedia()?,
            tuple: stats.tuple()?.try_into()?,
            rtcp_tuple: stats.rtcp_tuple()?.map(TryInto::try_into).transpose()?,
        })
    }
}

/// `pipeTransport.dump()`, and what is known of a new one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PipeTransportDump<'a> {
    #[serde(flatten)]
    pub base: BaseDump<'a>,
    pub tuple: Tuple<'a>,
    pub rtx: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub srtp_parameters: Option<SrtpParameters<'a>>,
}

impl<'a> TryFrom<pipe_transport::DumpResponseRef<'a>> for PipeTransportDump<'a> {
    type Error = Error;

    fn try_from(dump: pipe_transport::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            base: dump.base()?.try_into()?,
            tuple: dump.tuple()?.try_into()?,
            rtx: dump.rtx()?,
            srtp_parameters: dump.srtp_parameters()?.map(TryInto::try_into).transpose()?,
        })
    }
}

/// Reply to `connect()` of a PipeTransport.
#[derive(Debug, Serialize)]
pub struct PipeTransportConnected<'a> {
    pub tuple: Tuple<'a>,
}

impl<'a> TryFrom<pipe_transport::ConnectResponseRef<'a>> for PipeTransportConnected<'a> {
    type Error = Error;

    fn try_from(response: pipe_transport::ConnectResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            tuple: response.tuple()?.try_into()?,
        })
    }
}

/// The element of `pipeTransport.getStats()`.
#[derive(Debug, Serialize)]
pub struct PipeTransportStats<'a> {
    #[serde(flatten)]
    pub base: BaseStats<'a>,
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub tuple: Tuple<'a>,
}

impl<'a> TryFrom<pipe_transport::GetStatsResponseRef<'a>> for PipeTransportStats<'a> {
    type Error = Error;

    fn try_from(stats: pipe_transport::GetStatsResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            base: stats.base()?.try_into()?,
            type_: "pipe-transport",
            tuple: stats.tuple()?.try_into()?,
        })
    }
}

/// The element of `directTransport.getStats()`. Its `dump()` is a [`BaseDump`].
#[derive(Debug, Serialize)]
pub struct DirectTransportStats<'a> {
    #[serde(flatten)]
    pub base: BaseStats<'a>,
    #[serde(rename = "type")]
    pub type_: &'static str,
}

impl<'a> TryFrom<direct_transport::GetStatsResponseRef<'a>> for DirectTransportStats<'a> {
    type Error = Error;

    fn try_from(stats: direct_transport::GetStatsResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            base: stats.base()?.try_into()?,
            type_: "direct-transport",
        })
    }
}
