//! Messages between clients and servers: the types of [docs/PROTOCOL.md], with their encoders and
//! decoders. Clients and servers pass [`protocol::Act`] (client to server) and [`protocol::Update`]
//! (server to client) in, and get bytes for a WebSocket; the other end gets the same value back.
//!
//! Each version of the protocol is a module. The wire's types stay in this crate, except for the frames
//! that carry the encoded messages.
//!
//! [docs/PROTOCOL.md]: https://github.com/remote-mediasoup/remote-mediasoup/blob/main/docs/PROTOCOL.md

pub mod v1;
