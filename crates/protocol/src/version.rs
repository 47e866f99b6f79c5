//! Version of this project, which is the version of mediasoup that it replaces, and the name by which
//! its software introduces itself. The addon exports the version, the server prints it and sets it for
//! its worker processes; client and server send each other the name, for logs.

/// mediasoup's version, which is also ours: the workspace's manifest has it for all crates, and the
/// addon exports it to JavaScript.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Name and version of our software, for the logs of the peer.
pub const AGENT: &str = concat!("remote-mediasoup/", env!("CARGO_PKG_VERSION"));
