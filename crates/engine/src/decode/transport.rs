//! Parts of the C++ worker's messages that the four kinds of Transports share: addresses, SCTP, SRTP,
//! base dump and base statistics. The decoders of the single kinds embed these types, and
//! `notification.rs` uses them for events; they serialise to the JSON that mediasoup's JavaScript shows.

use super::{names, optional, strings, worker::KeyValue};
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

decoded! {
    /// `SctpNegotiatedCapabilities`
    pub struct SctpNegotiatedCapabilities(
        capabilities: sctp_association::SctpNegotiatedCapabilitiesRef<'_>
    ) {
        negotiated_max_outbound_streams: u16,
        negotiated_max_inbound_streams: u16,
    }

    /// `SrtpParameters`
    pub struct SrtpParameters<'a>(parameters: srtp_parameters::SrtpParametersRef<'a>) {
        crypto_suite: &'static str = parameters.crypto_suite()?.name(),
        key_base64: &'a str,
    }

    /// `BaseTransportDump`; all that `directTransport.dump()` returns.
    pub struct BaseDump<'a>(dump: transport::DumpRef<'a>) {
        id: &'a str,
        producer_ids: Vec<&'a str> = strings(dump.producer_ids()?)?,
        consumer_ids: Vec<&'a str> = strings(dump.consumer_ids()?)?,
        map_ssrc_consumer_id: Vec<KeyValue<u32, &'a str>> =
            dump.map_ssrc_consumer_id()?.to_vec_result()?,
        map_rtx_ssrc_consumer_id: Vec<KeyValue<u32, &'a str>> =
            dump.map_rtx_ssrc_consumer_id()?.to_vec_result()?,
        data_producer_ids: Vec<&'a str> = strings(dump.data_producer_ids()?)?,
        data_consumer_ids: Vec<&'a str> = strings(dump.data_consumer_ids()?)?,
        recv_rtp_header_extensions: RecvRtpHeaderExtensions =
            dump.recv_rtp_header_extensions()?.try_into()?,
        rtp_listener: RtpListener<'a> = dump.rtp_listener()?.try_into()?,
        max_send_message_size: u32,
        max_receive_message_size: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        sctp_parameters: Option<SctpParameters> = optional(dump.sctp_parameters()?)?,
        #[serde(skip_serializing_if = "Option::is_none")]
        sctp_state: Option<&'static str> = dump.sctp_state()?.map(Named::name),
        #[serde(skip_serializing_if = "Option::is_none")]
        sctp_negotiated_capabilities: Option<SctpNegotiatedCapabilities> =
            optional(dump.sctp_negotiated_capabilities()?)?,
        #[serde(skip_serializing_if = "Option::is_none")]
        sctp_listener: Option<SctpListener<'a>> = optional(dump.sctp_listener()?)?,
        trace_event_types: Vec<&'static str> = names(dump.trace_event_types()?.iter())?,
    }

    /// The ids under which a Transport finds what it needs in received packets.
    pub struct RecvRtpHeaderExtensions(ids: transport::RecvRtpHeaderExtensionsRef<'_>) {
        #[serde(skip_serializing_if = "Option::is_none")]
        mid: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rid: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rrid: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        abs_send_time: Option<u8>,
        #[serde(skip_serializing_if = "Option::is_none")]
        transport_wide_cc01: Option<u8>,
    }

    /// Table of the Producers that received packets belong to.
    pub struct RtpListener<'a>(listener: transport::RtpListenerRef<'a>) {
        ssrc_table: Vec<KeyValue<u32, &'a str>> = listener.ssrc_table()?.to_vec_result()?,
        mid_table: Vec<KeyValue<&'a str, &'a str>> = listener.mid_table()?.to_vec_result()?,
        rid_table: Vec<KeyValue<&'a str, &'a str>> = listener.rid_table()?.to_vec_result()?,
    }

    /// Table of the DataProducers that received messages belong to.
    pub struct SctpListener<'a>(listener: transport::SctpListenerRef<'a>) {
        stream_id_table: Vec<KeyValue<u16, &'a str>> = listener.stream_id_table()?.to_vec_result()?,
    }

    /// `BaseTransportStats`
    pub struct BaseStats<'a>(stats: transport::StatsRef<'a>) {
        transport_id: &'a str,
        timestamp: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        sctp_state: Option<&'static str> = stats.sctp_state()?.map(Named::name),
        bytes_received: u64,
        recv_bitrate: u64,
        bytes_sent: u64,
        send_bitrate: u64,
        rtp_bytes_received: u64,
        rtp_recv_bitrate: u64,
        rtp_bytes_sent: u64,
        rtp_send_bitrate: u64,
        rtx_bytes_received: u64,
        rtx_recv_bitrate: u64,
        rtx_bytes_sent: u64,
        rtx_send_bitrate: u64,
        probation_bytes_sent: u64,
        probation_send_bitrate: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        available_outgoing_bitrate: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        available_incoming_bitrate: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max_incoming_bitrate: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        max_outgoing_bitrate: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        min_outgoing_bitrate: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtp_packet_loss_received: Option<f64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        rtp_packet_loss_sent: Option<f64>,
    }
}
