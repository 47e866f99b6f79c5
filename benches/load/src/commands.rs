//! Commands of the benchmark to the load generator, and its answers: one JSON object per line on standard
//! input and output. `main.rs` reads and writes them; the generator executes each command.
//! `benches/scaling/generator.mjs` has the other side.

use serde::{Deserialize, Serialize};

/// Command of the driving program.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Command {
    /// Starts to send, once per process.
    Send(Vec<Source>),
    /// Names Consumers, in addition to those named before. Answered when packets of theirs are counted.
    Expect(Vec<Expected>),
    /// Counts for so many seconds.
    Measure {
        /// Of sending; what is on its way then is waited for.
        seconds: f64,
    },
}

/// Source of a Producer's packets.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Source {
    /// Port that its transport listens on, on 127.0.0.1.
    pub(crate) port: u16,
    pub(crate) ssrc: u32,
    pub(crate) payload_type: u8,
    /// Hz of RTP timestamps.
    pub(crate) clock_rate: u32,
    /// Of a packet: RTP header and payload, without what SRTP adds.
    pub(crate) bytes: usize,
    /// Packets per second, evenly spaced; of a recording, on average.
    pub(crate) per_second: u32,
    /// Recorded packets in place of evenly spaced ones of `bytes` bytes.
    pub(crate) recording: Option<Recording>,
    /// Master key and salt of `AEAD_AES_256_GCM`; plain RTP without.
    pub(crate) srtp_key: Option<Vec<u8>>,
}

/// Times and sizes of packets, repeated without an end.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recording {
    /// Microseconds from one round's start to the next one's.
    pub(crate) period_us: u64,
    /// Microseconds after the round's start, never decreasing, and bytes as in [`Source`].
    pub(crate) packets: Vec<(u64, usize)>,
}

/// A Consumer whose packets are to arrive.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Expected {
    /// Port that its transport sends from.
    pub(crate) port: u16,
    pub(crate) ssrc: u32,
    /// Number of its Producer among the sources.
    pub(crate) source: u32,
    /// Number of the socket that its transport sends to.
    pub(crate) socket: usize,
    /// Its transport's key, as in [`Source`].
    pub(crate) srtp_key: Option<Vec<u8>>,
}

/// Answer to a command.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Answer {
    /// It runs.
    Ready {
        /// Of the receiving sockets on 127.0.0.1.
        ports: Vec<u16>,
    },
    /// Done, without a result.
    Done,
    Measured(Measured),
    /// The process ends.
    Failed(String),
}

/// A measurement.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measured {
    /// Wall time, waiting for what was on its way included.
    pub(crate) seconds: f64,
    pub(crate) consumers: usize,
    /// Packets that sources sent.
    pub(crate) sent: u64,
    /// Packets that should have arrived, at all Consumers together.
    pub(crate) expected: u64,
    /// Of those, what did, each counted once.
    pub(crate) received: u64,
    /// Per cent of the Consumer that lost most.
    pub(crate) worst_loss: f64,
    pub(crate) duplicates: u64,
    /// Packets of an unnamed Consumer, of the wrong Producer or that don't decrypt.
    pub(crate) strangers: u64,
    /// From a source's clock reading before it sends to the kernel's stamp on what arrives.
    pub(crate) delay: Delay,
    /// Datagrams that the kernel dropped because the receivers didn't fetch them in time.
    pub(crate) receiver_drops: u64,
    /// Datagrams that the kernel didn't take from the sender.
    pub(crate) send_failures: u64,
    /// Milliseconds that the latest packet was sent after its time.
    pub(crate) late_ms: f64,
    /// CPU time of the whole process, per cent of one core.
    pub(crate) cpu: f64,
}

/// Milliseconds.
#[derive(Debug, Serialize, PartialEq)]
pub(crate) struct Delay {
    pub p50: f64,
    pub p99: f64,
    pub(crate) max: f64,
}
