//! mediasoup's object model over worker processes.
//!
//! mediasoup's JavaScript library above the worker's channel: checks of arguments, ORTC,
//! FlatBuffers, the state of objects, dumps and statistics in Node's shape. Pure: bytes come in,
//! bytes and [`protocol::Item`]s go out. A driver or a layer holds [`Local`].

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
