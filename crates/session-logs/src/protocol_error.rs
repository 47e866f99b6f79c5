//! Violations of the protocol between client and server, such as a gap in the entries. `ClientEnd` (the
//! client's side) and `Place` (the server's) return one for an invalid message of the peer; their caller then
//! closes the WebSocket with code 4000.

use protocol::EntryNumber;
use wire::v1::DecodeError;

/// A violation of the protocol by the peer. The link is closed with
/// [`Close::ProtocolError`](wire::v1::Close::ProtocolError).
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// The bytes are not a frame.
    #[error(transparent)]
    Bytes(#[from] DecodeError),
    /// A greeting at the wrong time, or a missing greeting.
    #[error("{0}")]
    Greeting(&'static str),
    /// Entries are missing.
    #[error("entry {at} arrived where {expected} was expected")]
    Gap {
        /// The number of the frame's first entry.
        at: EntryNumber,
        /// The highest number that was possible.
        expected: EntryNumber,
    },
    /// The numbers of the entries overflow 64 bits.
    #[error("numbers of entries overflow: the frame begins at {at}")]
    Number {
        /// The number of the frame's first entry.
        at: EntryNumber,
    },
    /// The peer acknowledges an entry that was never sent, or takes an acknowledgement back.
    #[error("acknowledgement of entry {received}, expected {acknowledged} to {sent}")]
    Acknowledged {
        /// The acknowledged number.
        received: EntryNumber,
        /// The number that it has acknowledged before.
        acknowledged: EntryNumber,
        /// The last number that was sent.
        sent: EntryNumber,
    },
}
