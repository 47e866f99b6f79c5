//! Every bound of the object protocol, with its unit and its reason.

/// Bytes of one message on a worker's channel, its length prefix excluded. The worker's own
/// bound (4 MiB + 4 in C++) is lower; this is the one that mediasoup's JavaScript enforces.
pub const MESSAGE_BYTES: usize = 8 * 1024 * 1024 - 4;

/// Distinct `rtpCapabilities` or `mediaCodecs` texts whose parsed form a process keeps. A room
/// has a handful of browsers; past this the cache starts over, which costs a parse.
pub const PARSED_TEXTS: usize = 256;

/// SCTP streams of one association (RFC 8831: stream 65535 is not to be used).
pub const SCTP_STREAMS: u16 = 65535;

/// MIDs go into an RTP header extension of up to 8 bytes, so that counting starts over here.
pub const CONSUMER_MIDS: u32 = 100_000_000;
