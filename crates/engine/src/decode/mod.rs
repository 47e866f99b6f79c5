//! Decoder of the C++ worker's messages (FlatBuffers) into the JSON of mediasoup's JavaScript. The
//! engine calls [`value()`] for the body of a reply and [`payload()`] for a notification, and gets what
//! the application's call returns or its event carries. Invalid bytes are an error, never a panic.
//!
//! Each type here borrows from a received message and serialises to the very JSON that the JavaScript of
//! mediasoup 3.27.1 returns or emits: the same members, absent where they are `undefined` there, `null`
//! where they are `null` there. Types are named after mediasoup's, and so are their members, which is
//! why those carry no documentation of their own.

#![expect(missing_docs, reason = "members are mediasoup's, under its names")]

pub mod consumer;
pub mod data;
pub mod plain_transport;
pub mod producer;
pub mod rtp;
pub mod stats;
pub mod trace;
pub mod transport;
pub mod web_rtc_transport;
pub mod worker;

mod notification;
mod response;

pub use notification::{NotificationPayload, payload};
pub use response::value;

use planus::{Error, Vector, errors::ErrorKind};
use serde::Serialize;

/// The elements of a vector of strings.
fn strings<'a>(vector: Vector<'a, planus::Result<&'a str>>) -> planus::Result<Vec<&'a str>> {
    vector.iter().collect()
}

/// The JSON text of a decoded value.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the keys of every map here are strings")
}

/// The error for a table that is well-formed and not the one that belongs here.
fn unexpected(table: &'static str) -> Error {
    ErrorKind::UnknownUnionTag { tag: 0 }.with_error_location(table, "try_from", usize::MAX)
}
