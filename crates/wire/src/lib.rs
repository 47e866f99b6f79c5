//! Messages between clients and servers: the types of [docs/PROTOCOL.md].
//!
//! Each version of the protocol is a module, with its types, its encoders and its decoders. The wire's types
//! stay in this crate: clients and servers use [`protocol::Act`] and [`protocol::Update`], except for the
//! frames that carry them.
//!
//! [docs/PROTOCOL.md]: https://github.com/remote-mediasoup/remote-mediasoup/blob/main/docs/PROTOCOL.md

pub mod v1;
