//! mediasoup's object model over worker processes.
//!
//! What mediasoup's JavaScript library does above the worker's channel: arguments checked, ORTC,
//! FlatBuffers, the state of objects, dumps and statistics in Node's shape. Pure: bytes come in,
//! bytes and [`protocol::Item`]s go out. [`Local`] is what a driver, or a layer, holds.

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
