//! What a peer says that makes no sense.

use wire::v1::DecodeError;

/// A peer doesn't keep to the protocol. The link is closed with
/// [`Close::Nonsense`](wire::v1::Close::Nonsense).
#[derive(Debug, thiserror::Error)]
pub enum Nonsense {
    /// The bytes are no frame.
    #[error(transparent)]
    Bytes(#[from] DecodeError),
    /// A greeting where there should be none, or the other way round.
    #[error("{0}")]
    Greeting(&'static str),
    /// Entries are missing.
    #[error("entry {at} came where {expected} was expected")]
    Gap {
        /// The number of the frame's first entry.
        at: u64,
        /// The number that should have come at the latest.
        expected: u64,
    },
    /// Numbers of entries end with 64 bits.
    #[error("no entry has a number beyond {at}")]
    Number {
        /// The number of the frame's first entry.
        at: u64,
    },
    /// The peer has what was never sent, or no longer has what it had.
    #[error("{received} was acknowledged, where {acknowledged} to {sent} were possible")]
    Acknowledged {
        /// What it says it has.
        received: u64,
        /// What it has said before.
        acknowledged: u64,
        /// The last that it was sent.
        sent: u64,
    },
}
