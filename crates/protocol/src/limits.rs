//! Every bound of the object protocol, with its unit and its reason.

/// Bytes of one message on a worker's channel, its length prefix excluded. The worker's own
/// bound (4 MiB + 4 in C++) is lower; this is the one that mediasoup's JavaScript enforces.
pub const MESSAGE_BYTES: usize = 8 * 1024 * 1024 - 4;

/// Distinct `rtpCapabilities`, `mediaCodecs`, or codecs of Producers whose parsed form a process keeps. A
/// room has a handful of browsers; past this the cache starts over, which costs a parse.
pub const PARSED_TEXTS: usize = 256;

/// Bytes of such a text that is kept: several times what browsers send. A longer one is parsed anew each
/// time, so that strangers can't fill a server with them.
pub const PARSED_TEXT_BYTES: usize = 64 * 1024;

/// SCTP streams of one association (RFC 8831: stream 65535 is not to be used).
pub const SCTP_STREAMS: u16 = 65535;

/// MIDs go into an RTP header extension of up to 8 bytes, so that counting starts over here.
pub const CONSUMER_MIDS: u32 = 100_000_000;

/// Bytes of one WebSocket message. An entry is a worker's message or an appData at most, and both fit.
pub const FRAME_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of entries after which a sender begins another frame: small enough that nobody waits
/// long for the last byte, large enough that framing costs nothing.
pub const BATCH_BYTES: usize = 64 * 1024;

/// Slots for texts that repeat, per client and direction. Rooms have a few browsers' capabilities
/// and an appData per peer; past this the oldest slot is given anew, which costs one text.
pub const SLOTS: u32 = 1024;

/// Bytes of texts in the slots of one direction. What doesn't fit is sent inline.
pub const SLOTS_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of one appData that is shared with the server. A larger one stays the application's own.
pub const APP_DATA_BYTES: usize = 4 * 1024 * 1024;

/// Levels of objects and arrays in one appData. Whoever walks a value that another client made must not
/// run out of stack.
pub const APP_DATA_DEPTH: usize = 64;

/// Calls of one client without an answer. Past this its socket isn't read: a client that floods
/// waits, and takes nothing from others.
pub const CALLS_IN_FLIGHT: usize = 4096;

/// Commands that a client keeps for a server that is away. Past this new ones are refused.
pub const COMMANDS_WAITING: usize = 65_536;

/// Bytes of entries that a server keeps for a client until they are acknowledged. Past this it
/// drops all but the answers and sends a snapshot instead.
pub const REPLAY_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of answers that a server keeps for a client until they are acknowledged: as many calls as may
/// be in flight, with a large dump each. Past this the client's place is given up: all its calls are
/// reported lost.
pub const ANSWERS_BYTES: usize = 64 * 1024 * 1024;

/// Bytes of one entry: what a frame has room for.
pub const ENTRY_BYTES: usize = FRAME_BYTES - 1024;

/// MessagePack values in one frame or entry of a client, its own and those inside: a frame of ours has a
/// thousand entries at most, a command a few hundred values.
pub const VALUES: usize = 65_536;

/// Levels of such values in values.
pub const DEPTH: usize = 64;

/// Bytes of JSON texts in one part of a snapshot: well below a WebSocket message, so that a session
/// may hold any number of objects.
pub const SNAPSHOT_BYTES: usize = 1024 * 1024;

/// Bytes that wait to be sent after which only the newest score, trace, volumes and packet of each
/// object is kept.
pub const BACKLOG_BYTES: usize = 1024 * 1024;

/// Closed objects that a session still knows, so that they answer as mediasoup's do. Older ones
/// answer that they aren't there.
pub const CLOSED_OBJECTS: usize = 10_000;

/// Milliseconds between two pings, of both sides and whatever else they say. Who receives one long
/// message over a slow link says nothing else, and must not be taken for dead.
pub const PING_MS: u64 = 5_000;

/// Milliseconds of silence after which a link is given up: two pings were not answered.
pub const SILENCE_MS: u64 = 12_000;

/// Milliseconds that an acknowledgement may wait for an entry to travel with.
pub const ACK_MS: u64 = 50;

/// Entries after which an acknowledgement doesn't wait.
pub const ACK_ENTRIES: u64 = 256;
