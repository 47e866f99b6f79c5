//! Parts of the C++ worker's messages that the four kinds of Transports share: addresses, SCTP, SRTP,
//! base dump and base statistics. The decoders of the single kinds embed these types, and
//! `notification.rs` uses them for events; they serialise to the JSON that mediasoup's JavaScript shows.

use super::{strings, worker::KeyValue};
use crate::names::Named;
use fbs::{sctp_association, sctp_parameters, srtp_parameters, transport};
use planus::Error;
use serde::Serialize;

/// `TransportTuple`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tuple<'a> {
    /// The deprecated name of `local_address`.
    pub local_ip: &'a str,
    pub local_address: &'a str,
    pub local_port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote_ip: Option<&'a str>,
    pub remote_port: u16,
    pub protocol: &'static str,
}

impl<'a> TryFrom<transport::TupleRef<'a>> for Tuple<'a> {
    type Error = Error;

    fn try_from(tuple: transport::TupleRef<'a>) -> Result<Self, Error> {
        let local_address = tuple.local_address()?;
        Ok(Self {
            local_ip: local_address,
            local_address,
            local_port: tuple.local_port()?,
            remote_ip: tuple.remote_ip()?,
            remote_port: tuple.remote_port()?,
            protocol: tuple.protocol()?.name(),
        })
    }
}

/// `SctpParameters`, including the members kept for applications from before 3.20.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SctpParameters {
    pub port: u16,
    pub max_send_message_size: u32,
    pub max_receive_message_size: u32,
    pub send_buffer_size: u32,
    pub per_stream_send_queue_limit: u32,
    pub max_receiver_window_buffer_size: u32,
    pub is_data_channel: bool,
    #[serde(rename = "OS")]
    pub os: u16,
    #[serde(rename = "MIS")]
    pub mis: u16,
    pub max_message_size: u32,
}

impl TryFrom<sctp_parameters::SctpParametersRef<'_>> for SctpParameters {
    type Error = Error;

    fn try_from(parameters: sctp_parameters::SctpParametersRef<'_>) -> Result<Self, Error> {
        let max_receive_message_size = parameters.max_receive_message_size()?;
        Ok(Self {
            port: parameters.port()?,
            max_send_message_size: parameters.max_send_message_size()?,
            max_receive_message_size,
            send_buffer_size: parameters.send_buffer_size()?,
            per_stream_send_queue_limit: parameters.per_stream_send_queue_limit()?,
            max_receiver_window_buffer_size: parameters.max_receiver_window_buffer_size()?,
            is_data_channel: parameters.is_data_channel()?,
            os: u16::MAX,
            mis: u16::MAX,
            max_message_size: max_receive_message_size,
        })
    }
}

/// `SctpNegotiatedCapabilities`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SctpNegotiatedCapabilities {
    pub negotiated_max_outbound_streams: u16,
    pub negotiated_max_inbound_streams: u16,
}

impl TryFrom<sctp_association::SctpNegotiatedCapabilitiesRef<'_>> for SctpNegotiatedCapabilities {
    type Error = Error;

    fn try_from(
        capabilities: sctp_association::SctpNegotiatedCapabilitiesRef<'_>,
    ) -> Result<Self, Error> {
        Ok(Self {
            negotiated_max_outbound_streams: capabilities.negotiated_max_outbound_streams()?,
            negotiated_max_inbound_streams: capabilities.negotiated_max_inbound_streams()?,
        })
    }
}

/// `SrtpParameters`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SrtpParameters<'a> {
    pub crypto_suite: &'static str,
    pub key_base64: &'a str,
}

impl<'a> TryFrom<srtp_parameters::SrtpParametersRef<'a>> for SrtpParameters<'a> {
    type Error = Error;

    fn try_from(parameters: srtp_parameters::SrtpParametersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            crypto_suite: parameters.crypto_suite()?.name(),
            key_base64: parameters.key_base64()?,
        })
    }
}

/// `BaseTransportDump`; all that `directTransport.dump()` returns.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BaseDump<'a> {
    pub id: &'a str,
    pub producer_ids: Vec<&'a str>,
    pub consumer_ids: Vec<&'a str>,
    pub map_ssrc_consumer_id: Vec<KeyValue<u32, &'a str>>,
    pub map_rtx_ssrc_consumer_id: Vec<KeyValue<u32, &'a str>>,
    pub data_producer_ids: Vec<&'a str>,
    pub data_consumer_ids: Vec<&'a str>,
    pub recv_rtp_header_extensions: RecvRtpHeaderExtensions,
    pub rtp_listener: RtpListener<'a>,
    pub max_send_message_size: u32,
    pub max_receive_message_size: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sctp_parameters: Option<SctpParameters>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sctp_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sctp_negotiated_capabilities: Option<SctpNegotiatedCapabilities>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sctp_listener: Option<SctpListener<'a>>,
    pub trace_event_types: Vec<&'static str>,
}

impl<'a> TryFrom<transport::DumpRef<'a>> for BaseDump<'a> {
    type Error = Error;

    fn try_from(dump: transport::DumpRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            id: dump.id()?,
            producer_ids: strings(dump.producer_ids()?)?,
            consumer_ids: strings(dump.consumer_ids()?)?,
            map_ssrc_consumer_id: dump.map_ssrc_consumer_id()?.to_vec_result()?,
            map_rtx_ssrc_consumer_id: dump.map_rtx_ssrc_consumer_id()?.to_vec_result()?,
            data_producer_ids: strings(dump.data_producer_ids()?)?,
            data_consumer_ids: strings(dump.data_consumer_ids()?)?,
            recv_rtp_header_extensions: dump.recv_rtp_header_extensions()?.try_into()?,
            rtp_listener: dump.rtp_listener()?.try_into()?,
            max_send_message_size: dump.max_send_message_size()?,
            max_receive_message_size: dump.max_receive_message_size()?,
            sctp_parameters: dump.sctp_parameters()?.map(TryInto::try_into).transpose()?,
            sctp_state: dump.sctp_state()?.map(Named::name),
            sctp_negotiated_capabilities: dump
                .sctp_negotiated_capabilities()?
                .map(TryInto::try_into)
                .transpose()?,
            sctp_listener: dump.sctp_listener()?.map(TryInto::try_into).transpose()?,
            trace_event_types: dump
                .trace_event_types()?
                .iter()
                .map(|event| Ok(event?.name()))
                .collect::<Result<_, Error>>()?,
        })
    }
}

/// The ids under which a Transport finds what it needs in received packets.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RecvRtpHeaderExtensions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mid: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rrid: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abs_send_time: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport_wide_cc01: Option<u8>,
}

impl TryFrom<transport::RecvRtpHeaderExtensionsRef<'_>> for RecvRtpHeaderExtensions {
    type Error = Error;

    fn try_from(ids: transport::RecvRtpHeaderExtensionsRef<'_>) -> Result<Self, Error> {
        Ok(Self {
            mid: ids.mid()?,
            rid: ids.rid()?,
            rrid: ids.rrid()?,
            abs_send_time: ids.abs_send_time()?,
            transport_wide_cc01: ids.transport_wide_cc01()?,
        })
    }
}

/// Table of the Producers that received packets belong to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RtpListener<'a> {
    pub ssrc_table: Vec<KeyValue<u32, &'a str>>,
    pub mid_table: Vec<KeyValue<&'a str, &'a str>>,
    pub rid_table: Vec<KeyValue<&'a str, &'a str>>,
}

impl<'a> TryFrom<transport::RtpListenerRef<'a>> for RtpListener<'a> {
    type Error = Error;

    fn try_from(listener: transport::RtpListenerRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            ssrc_table: listener.ssrc_table()?.to_vec_result()?,
            mid_table: listener.mid_table()?.to_vec_result()?,
            rid_table: listener.rid_table()?.to_vec_result()?,
        })
    }
}

/// Table of the DataProducers that received messages belong to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SctpListener<'a> {
    pub stream_id_table: Vec<KeyValue<u16, &'a str>>,
}

impl<'a> TryFrom<transport::SctpListenerRef<'a>> for SctpListener<'a> {
    type Error = Error;

    fn try_from(listener: transport::SctpListenerRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            stream_id_table: listener.stream_id_table()?.to_vec_result()?,
        })
    }
}

/// `BaseTransportStats`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BaseStats<'a> {
    pub transport_id: &'a str,
    pub timestamp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sctp_state: Option<&'static str>,
    pub bytes_received: u64,
    pub recv_bitrate: u64,
    pub bytes_sent: u64,
    pub send_bitrate: u64,
    pub rtp_bytes_received: u64,
    pub rtp_recv_bitrate: u64,
    pub rtp_bytes_sent: u64,
    pub rtp_send_bitrate: u64,
    pub rtx_bytes_received: u64,
    pub rtx_recv_bitrate: u64,
    pub rtx_bytes_sent: u64,
    pub rtx_send_bitrate: u64,
    pub probation_bytes_sent: u64,
    pub probation_send_bitrate: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_outgoing_bitrate: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub available_incoming_bitrate: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_incoming_bitrate: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_outgoing_bitrate: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_outgoing_bitrate: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtp_packet_loss_received: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtp_packet_loss_sent: Option<f64>,
}

impl<'a> TryFrom<transport::StatsRef<'a>> for BaseStats<'a> {
    type Error = Error;

    fn try_from(stats: transport::StatsRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            transport_id: stats.transport_id()?,
            timestamp: stats.timestamp()?,
            sctp_state: stats.sctp_state()?.map(Named::name),
            bytes_received: stats.bytes_received()?,
            recv_bitrate: stats.recv_bitrate()?,
            bytes_sent: stats.bytes_sent()?,
            send_bitrate: stats.send_bitrate()?,
            rtp_bytes_received: stats.rtp_bytes_received()?,
            rtp_recv_bitrate: stats.rtp_recv_bitrate()?,
            rtp_bytes_sent: stats.rtp_bytes_sent()?,
            rtp_send_bitrate: stats.rtp_send_bitrate()?,
            rtx_bytes_received: stats.rtx_bytes_received()?,
            rtx_recv_bitrate: stats.rtx_recv_bitrate()?,
            rtx_bytes_sent: stats.rtx_bytes_sent()?,
            rtx_send_bitrate: stats.rtx_send_bitrate()?,
            probation_bytes_sent: stats.probation_bytes_sent()?,
            probation_send_bitrate: stats.probation_send_bitrate()?,
            available_outgoing_bitrate: stats.available_outgoing_bitrate()?,
            available_incoming_bitrate: stats.available_incoming_bitrate()?,
            max_incoming_bitrate: stats.max_incoming_bitrate()?,
            max_outgoing_bitrate: stats.max_outgoing_bitrate()?,
            min_outgoing_bitrate: stats.min_outgoing_bitrate()?,
            rtp_packet_loss_received: stats.rtp_packet_loss_received()?,
            rtp_packet_loss_sent: stats.rtp_packet_loss_sent()?,
        })
    }
}
