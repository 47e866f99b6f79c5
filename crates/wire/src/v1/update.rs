//! Encoder and decoder of updates (news of a session's objects: creations, events, answers, snapshots).
//! The server's session encodes an update into one or more entries, the numbered messages to a client;
//! the client's connection decodes them into the update.

mod decode;
mod encode;
mod object;
mod snapshot_parts;

pub use decode::{UpdateDecoder, UpdateError};
pub use encode::{UpdateEncoder, encode_plain};
