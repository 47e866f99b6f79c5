//! Conversion between updates of a session and entries of the server's log.

mod decode;
mod encode;
mod object;
mod snapshot;

pub use decode::{UpdateDecoder, UpdateError};
pub use encode::{UpdateEncoder, encode_plain};
