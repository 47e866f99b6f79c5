//! Limits of sizes, depths and counts in this project's messages, queues and caches, as constants, each
//! with its unit and its reason. The code that receives or stores such things compares with them, and
//! refuses, drops or evicts beyond.

/// Bytes of one message on a worker's channel, its length prefix excluded. The worker's own
/// limit (4 MiB + 4 in C++) is lower; this is the one that mediasoup's JavaScript enforces.
pub const MESSAGE_BYTES: usize = 8 * 1024 * 1024 - 4;

/// Entries of a cache of parsed `rtpCapabilities`, `mediaCodecs`, or codecs of Producers. A room has a
/// handful of browsers; past this the cache is cleared, which costs a parse.
pub const PARSED_TEXTS: usize = 256;

/// Bytes of a text that such a cache keeps: several times what browsers send. Longer texts are parsed each
/// time, so that clients can't fill a server's memory with them.
pub const PARSED_TEXT_BYTES: usize = 64 * 1024;

/// SCTP streams of one association (RFC 8831: stream 65535 is reserved).
pub const SCTP_STREAMS: u16 = 65535;

/// MIDs go into an RTP header extension of up to 8 bytes, so that the counter wraps here.
pub const CONSUMER_MIDS: u32 = 100_000_000;

/// Bytes of one WebSocket message. The largest entry is a worker's message or an appData, and both fit.
pub const FRAME_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of entries after which a sender begins another frame: small enough that a receiver doesn't wait
/// long for the last byte, large enough that framing costs nothing.
pub const BATCH_BYTES: usize = 64 * 1024;

/// Slots for texts that repeat, per client and direction. Rooms have a few browsers' capabilities
/// and an appData per peer; past this the oldest slot is reused, which costs one text.
pub const SLOTS: u32 = 1024;

/// Bytes of texts in the slots of one direction. Other texts are sent inline.
pub const SLOTS_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of one appData that is shared with the server. A larger one stays local to the application.
pub const APP_DATA_BYTES: usize = 4 * 1024 * 1024;

/// Levels of objects and arrays in one appData. Recursion over a value of another client must not
/// overflow the stack.
pub const APP_DATA_DEPTH: usize = 64;

/// Calls of one client in flight. Past this the server stops reading its socket: a client that floods
/// is slowed down without an effect on others.
pub const CALLS_IN_FLIGHT: usize = 4096;

/// Commands that a client queues while the server is away. Past this it rejects new ones.
pub const COMMANDS_WAITING: usize = 65_536;

/// Bytes of entries that a server keeps for a client until they are acknowledged. Past this it
/// drops all but the answers and sends a snapshot instead.
pub const REPLAY_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of answers that a server keeps for a client until they are acknowledged: as many calls as may
/// be in flight, with a large dump each. Past this the server drops the client's place and reports all
/// its calls as lost.
pub const ANSWERS_BYTES: usize = 64 * 1024 * 1024;

/// Bytes of one entry: the capacity of a frame.
pub const ENTRY_BYTES: usize = FRAME_BYTES - 1024;

/// MessagePack values in one frame or entry of a client, nested ones included: our frames have at most a
/// thousand entries, a command a few hundred values.
pub const VALUES: usize = 65_536;

/// Nesting depth of these values.
pub const DEPTH: usize = 64;

/// Bytes of JSON texts in one part of a snapshot: well below a WebSocket message, so that a session
/// may hold any number of objects.
pub const SNAPSHOT_BYTES: usize = 1024 * 1024;

/// Unsent bytes after which only the newest score, trace, volumes and packet of each object are
/// kept.
pub const BACKLOG_BYTES: usize = 1024 * 1024;

/// Closed objects that a session still knows, so that they reply as mediasoup's do. Requests to older ones
/// fail with "not found".
pub const CLOSED_OBJECTS: usize = 10_000;

/// Milliseconds between two pings, of both sides and regardless of other traffic. A peer that receives one
/// long message over a slow link sends nothing else, and must not be considered dead.
pub const PING_MS: u64 = 5_000;

/// Milliseconds of silence after which a link is closed: two pings remained without a reply.
pub const SILENCE_MS: u64 = 12_000;

/// Milliseconds that an acknowledgement may wait for an entry to travel with.
pub const ACK_MS: u64 = 50;

/// Entries after which an acknowledgement doesn't wait.
pub const ACK_ENTRIES: u64 = 256;
