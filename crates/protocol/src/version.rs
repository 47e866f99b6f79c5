//! The version of mediasoup that this is a drop-in for.

/// mediasoup's version, which our own follows: the workspace's manifest has it for all crates, and the
/// addon hands it to JavaScript.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Our software, for the logs of whoever is at the other end of a link.
pub const AGENT: &str = concat!("remote-mediasoup/", env!("CARGO_PKG_VERSION"));
