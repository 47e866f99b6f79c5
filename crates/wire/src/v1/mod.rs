//! Version 1 of the protocol between clients and servers. The client's connection and the server's
//! session convert acts (inputs of a client) and updates (news of the session's objects) to bytes and
//! back with it.
//!
//! A WebSocket message is one [`ClientFrame`] or one [`ServerFrame`]: MessagePack with named fields,
//! unknown ones ignored. The first of each side is the handshake; all others carry *entries*, which are
//! numbered per direction and are MessagePack themselves: [`ClientEntry`], [`ServerEntry`]. The logs,
//! which number and resend entries, move them without reading them.
//!
//! ```text
//! client                                                    server
//! Act    ─► ActEncoder ─► entry ══════► entry ─► ActDecoder ─► Act
//! Update ◄─ UpdateDecoder ◄─ entry ◄══ entry ◄─ UpdateEncoder ◄─ Update
//! ```

mod act;
mod client;
mod flaw;
mod frame;
mod measure;
mod server;
mod text;
mod text_slots;
mod update;

pub use act::{ActDecoder, ActEncoder, ActError, Decoded};
pub use client::{ClientEntry, Values, WireCall};
pub use flaw::Flaw;
pub use frame::{ClientFrame, Close, Entries, Epoch, Hello, Resume, ServerFrame, Welcome};
pub use server::{Answer, ServerEntry, SnapshotPart, WireObject};
pub use text::Text;
pub use text_slots::{SlotError, TextReader, TextWriter};
pub use update::{UpdateDecoder, UpdateEncoder, UpdateError, encode_plain};

use protocol::limits::VALUES;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The WebSocket subprotocol, which is the protocol's version: peers without a common one refuse
/// each other.
pub const SUBPROTOCOL: &str = "remote-mediasoup.v1";

/// Error of a message that can't be decoded.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The message has another form.
    #[error("not a message of {SUBPROTOCOL}: {0}")]
    Form(#[from] rmp_serde::decode::Error),
    /// It holds more than [`limits::VALUES`](protocol::limits::VALUES) values.
    #[error("the message has too many values")]
    TooMany,
    /// It is nested deeper than [`limits::DEPTH`](protocol::limits::DEPTH).
    #[error("the message is nested too deeply")]
    TooDeep,
}

/// Returns the MessagePack form of a frame or an entry.
///
/// # Panics
/// Never for the types of this module: all of them have a MessagePack form.
#[must_use]
pub fn encode(message: &impl Serialize) -> Vec<u8> {
    rmp_serde::to_vec_named(message).expect("every type of the protocol has a MessagePack form")
}

/// Decodes a frame or an entry of a server, whose size its clients trust.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    measure::measure(bytes, usize::MAX)?;
    Ok(rmp_serde::from_slice(bytes)?)
}

/// Decodes a frame or an entry of a client. A value of one byte may take a hundred in memory, so that
/// they are counted first.
pub fn decode_from_client<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    measure::measure(bytes, VALUES)?;
    Ok(rmp_serde::from_slice(bytes)?)
}

/// Returns true for 0, which is omitted.
fn is_zero<T: Default + PartialEq>(number: &T) -> bool {
    *number == T::default()
}
