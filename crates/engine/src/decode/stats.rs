//! Decoder of statistics per RTP stream. `response.rs` uses it for the C++ worker's replies to
//! `getStats()` of a Producer and of a Consumer; it yields the elements of the array that the
//! application's call returns.

use super::{rtp::non_empty, unexpected};
use crate::names::Named;
use fbs::rtp_stream::{self, StatsDataRef};
use planus::Error;
use serde::{Serialize, Serializer};

/// Statistics of a stream, received (`inbound-rtp`) or sent (`outbound-rtp`).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamStats<'a> {
    pub timestamp: u64,
    pub ssrc: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtx_ssrc: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rid: Option<&'a str>,
    pub kind: &'static str,
    pub mime_type: &'a str,
    pub packets_lost: i32,
    pub fraction_lost: u8,
    pub jitter: u32,
    pub packets_discarded: u64,
    pub packets_retransmitted: u64,
    pub packets_repaired: u64,
    pub nack_count: u64,
    pub nack_packet_count: u64,
    pub pli_count: u64,
    pub fir_count: u64,
    /// Milliseconds. The channel has an `f32`; JavaScript shows it at its own precision.
    pub round_trip_time: f64,
    /// Absent instead of 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtx_packets_discarded: Option<u64>,
    pub score: u8,
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub byte_count: u64,
    pub packet_count: u64,
    pub bitrate: u64,
    /// Of received streams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bitrate_by_layer: Option<BitrateByLayer<'a>>,
}

impl<'a> StreamStats<'a> {
    /// Refuses statistics of a sent stream: a Producer has none.
    pub fn received(stats: rtp_stream::StatsRef<'a>) -> Result<Self, Error> {
        match stats.data()? {
            StatsDataRef::RecvStats(_) => stats.try_into(),
            _ => Err(unexpected("StatsData")),
        }
    }
}

impl<'a> TryFrom<rtp_stream::StatsRef<'a>> for StreamStats<'a> {
    type Error = Error;

    fn try_from(stats: rtp_stream::StatsRef<'a>) -> Result<Self, Error> {
        let (base, type_, byte_count, packet_count, bitrate, layers) = match stats.data()? {
            StatsDataRef::RecvStats(stats) => (
                stats.base()?,
                "inbound-rtp",
                stats.byte_count()?,
                stats.packet_count()?,
                stats.bitrate()?,
                Some(BitrateByLayer(
                    stats
                        .bitrate_by_layer()?
                        .iter()
                        .map(|entry| entry.and_then(|entry| Ok((entry.layer()?, entry.bitrate()?))))
                        .collect::<Result<_, Error>>()?,
                )),
            ),
            StatsDataRef::SendStats(stats) => (
                stats.base()?,
                "outbound-rtp",
                stats.byte_count()?,
                stats.packet_count()?,
                stats.bitrate()?,
                None,
            ),
            StatsDataRef::BaseStats(_) => return Err(unexpected("StatsData")),
        };
        let StatsDataRef::BaseStats(base) = base.data()? else {
            return Err(unexpected("StatsData"));
        };
        Ok(Self {
            timestamp: base.timestamp()?,
            ssrc: base.ssrc()?,
            rtx_ssrc: base.rtx_ssrc()?,
            rid: non_empty(base.rid()?),
            kind: base.kind()?.name(),
            mime_type: base.mime_type()?,
            packets_lost: base.packets_lost()?,
            fraction_lost: base.fraction_lost()?,
            jitter: base.jitter()?,
            packets_discarded: base.packets_discarded()?,
            packets_retransmitted: base.packets_retransmitted()?,
            packets_repaired: base.packets_repaired()?,
            nack_count: base.nack_count()?,
            nack_packet_count: base.nack_packet_count()?,
            pli_count: base.pli_count()?,
            fir_count: base.fir_count()?,
            round_trip_time: base.round_trip_time()?.into(),
            rtx_packets_discarded: Some(base.rtx_packets_discarded()?).filter(|&count| count != 0),
            score: base.score()?,
            type_,
            byte_count,
            packet_count,
            bitrate,
            bitrate_by_layer: layers,
        })
    }
}

/// Bits per second by layer (`"0.1"`: spatial 0, temporal 1): an object.
#[derive(Debug)]
pub struct BitrateByLayer<'a>(pub Vec<(&'a str, u64)>);

impl Serialize for BitrateByLayer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}
