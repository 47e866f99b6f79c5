//! Decoder of the C++ worker's `trace` notifications about Transports, Producers and Consumers (a
//! packet, a keyframe request, a bandwidth estimate). `notification.rs` uses it; it yields the argument
//! of the application's `trace` event as JSON.
//!
//! `size` and `payloadSize` of a packet are BigInts in mediasoup's JavaScript, an accident that
//! applications see. JSON has numbers for them; the code that shows them to JavaScript makes BigInts.

use super::unexpected;
use crate::names::Named;
use fbs::{consumer, producer, rtp_packet, transport};
use planus::Error;
use serde::Serialize;
use std::borrow::Cow;

/// `TransportTraceEventData`, `ProducerTraceEventData`, `ConsumerTraceEventData`
#[derive(Debug, Serialize)]
pub struct Trace<I> {
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub timestamp: u64,
    pub direction: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info: Option<I>,
}

impl TryFrom<transport::TraceNotificationRef<'_>> for Trace<TransportInfo> {
    type Error = Error;

    fn try_from(trace: transport::TraceNotificationRef<'_>) -> Result<Self, Error> {
        let type_ = trace.type_()?;
        Ok(Self {
            type_: type_.name(),
            timestamp: trace.timestamp()?,
            direction: trace.direction()?.name(),
            info: Some(match (type_, trace.info()?) {
                (transport::TraceEventType::Probation, _) => TransportInfo::Probation {},
                (
                    transport::TraceEventType::Bwe,
                    Some(transport::TraceInfoRef::BweTraceInfo(info)),
                ) => TransportInfo::Bwe(info.try_into()?),
                _ => return Err(unexpected("TraceNotification")),
            }),
        })
    }
}

impl<'a> TryFrom<producer::TraceNotificationRef<'a>> for Trace<StreamInfo<'a>> {
    type Error = Error;

    fn try_from(trace: producer::TraceNotificationRef<'a>) -> Result<Self, Error> {
        use producer::TraceInfoRef as Info;

        Ok(Self {
            type_: trace.type_()?.name(),
            timestamp: trace.timestamp()?,
            direction: trace.direction()?.name(),
            info: match trace.info()? {
                None => None,
                Some(Info::KeyFrameTraceInfo(info)) => {
                    Some(StreamInfo::packet(info.rtp_packet()?, info.is_rtx()?)?)
                }
                Some(Info::RtpTraceInfo(info)) => {
                    Some(StreamInfo::packet(info.rtp_packet()?, info.is_rtx()?)?)
                }
                Some(Info::FirTraceInfo(info)) => Some(StreamInfo::Feedback { ssrc: info.ssrc()? }),
                Some(Info::PliTraceInfo(info)) => Some(StreamInfo::Feedback { ssrc: info.ssrc()? }),
                Some(Info::SrTraceInfo(info)) => Some(StreamInfo::SenderReport {
                    ssrc: info.ssrc()?,
                    ntp_sec: info.ntp_sec()?,
                    ntp_frac: info.ntp_frac()?,
                    rtp_ts: info.rtp_ts()?,
                    packet_count: info.packet_count()?,
                    octet_count: info.octet_count()?,
                }),
            },
        })
    }
}

impl<'a> TryFrom<consumer::TraceNotificationRef<'a>> for Trace<StreamInfo<'a>> {
    type Error = Error;

    fn try_from(trace: consumer::TraceNotificationRef<'a>) -> Result<Self, Error> {
        use consumer::TraceInfoRef as Info;

        Ok(Self {
            type_: trace.type_()?.name(),
            timestamp: trace.timestamp()?,
            direction: trace.direction()?.name(),
            info: match trace.info()? {
                None => None,
                Some(Info::KeyFrameTraceInfo(info)) => {
                    Some(StreamInfo::packet(info.rtp_packet()?, info.is_rtx()?)?)
                }
                Some(Info::RtpTraceInfo(info)) => {
                    Some(StreamInfo::packet(info.rtp_packet()?, info.is_rtx()?)?)
                }
                Some(Info::FirTraceInfo(info)) => Some(StreamInfo::Feedback { ssrc: info.ssrc()? }),
                Some(Info::PliTraceInfo(info)) => Some(StreamInfo::Feedback { ssrc: info.ssrc()? }),
            },
        })
    }
}

/// `info` of a Transport's trace.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum TransportInfo {
    /// An empty object.
    Probation {},
    Bwe(BweInfo),
}

decoded! {
    /// The bandwidth estimation. Bits per second.
    pub struct BweInfo(info: transport::BweTraceInfoRef<'_>) {
        desired_bitrate: u64,
        effective_desired_bitrate: u64,
        min_bitrate: u64,
        max_bitrate: u64,
        start_bitrate: u64,
        max_padding_bitrate: u64,
        available_bitrate: u64,
        bwe_type: &'static str = info.bwe_type()?.name(),
    }
}

/// `info` of a Producer's or a Consumer's trace; a `nack` has none.
#[derive(Debug, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum StreamInfo<'a> {
    /// Of `keyframe` and `rtp`.
    Packet {
        rtp_packet: Box<RtpPacket<'a>>,
        is_rtx: bool,
    },
    /// Of `fir` and `pli`.
    Feedback { ssrc: u32 },
    /// Of `sr`.
    SenderReport {
        ssrc: u32,
        ntp_sec: u32,
        ntp_frac: u32,
        rtp_ts: u32,
        packet_count: u32,
        octet_count: u32,
    },
}

impl<'a> StreamInfo<'a> {
    fn packet(rtp_packet: rtp_packet::DumpRef<'a>, is_rtx: bool) -> Result<Self, Error> {
        Ok(Self::Packet {
            rtp_packet: Box::new(rtp_packet.try_into()?),
            is_rtx,
        })
    }
}

decoded! {
    /// The header of a traced packet. What it hasn't got is `null`.
    pub struct RtpPacket<'a>(packet: rtp_packet::DumpRef<'a>) {
        payload_type: u8,
        sequence_number: u16,
        timestamp: u32,
        marker: bool,
        ssrc: u32,
        is_key_frame: bool,
        size: u64,
        payload_size: u64,
        spatial_layer: u8,
        temporal_layer: u8,
        mid: Option<Cow<'a, str>> = packet.mid()?.map(String::from_utf8_lossy),
        rid: Option<Cow<'a, str>> = packet.rid()?.map(String::from_utf8_lossy),
        rrid: Option<Cow<'a, str>> = packet.rrid()?.map(String::from_utf8_lossy),
        wide_sequence_number: Option<u16>,
    }
}
