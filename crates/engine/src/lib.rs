//! mediasoup's object model over worker processes (C++ processes of mediasoup): the part of mediasoup's
//! JavaScript library above the worker's channel, in Rust. It checks arguments, does the ORTC, encodes
//! and decodes FlatBuffers, and keeps the state of objects.
//!
//! Pure: commands and bytes from workers come in, bytes for workers and [`protocol::Item`]s (replies,
//! events, new objects) go out. The entry is [`Local`]; the crate `local-host` holds it, for the addon
//! in Node and for the server.

pub mod decode;
pub mod encode;

mod channel;
mod core;
mod created;
mod engine;
mod layered;
mod local;
mod names;
mod notification;
mod offers;
mod pending;
mod random;
mod refusal;
mod reply;
mod requests;
mod table;
mod waiting;

pub use channel::ChannelError;
pub use local::Local;
