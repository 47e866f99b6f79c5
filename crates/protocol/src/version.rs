//! The supported version of mediasoup.

/// mediasoup's version, which is also ours: the workspace's manifest has it for all crates, and the
/// addon exports it to JavaScript.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Name and version of our software, for the logs of the peer.
pub const AGENT: &str = concat!("remote-mediasoup/", env!("CARGO_PKG_VERSION"));
