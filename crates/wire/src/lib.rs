//! Messages between clients and servers: [docs/PROTOCOL.md] in types.
//!
//! Each version of the protocol is a module, with its types, its encoders and its decoders. Nothing outside
//! of this crate knows a type of the wire: clients and servers deal in [`protocol::Act`] and
//! [`protocol::Update`], except for the frames that carry them.
//!
//! [docs/PROTOCOL.md]: https://github.com/remote-mediasoup/remote-mediasoup/blob/main/docs/PROTOCOL.md

pub mod v1;
