//! Decoder of the C++ worker's messages (FlatBuffers) into the JSON of mediasoup's JavaScript. The
//! engine calls [`value()`] for the body of a reply and [`payload()`] for a notification, and gets what
//! the application's call returns or its event carries. Invalid bytes are an error, never a panic.
//!
//! Each type here borrows from a received message and serialises to the very JSON that the JavaScript of
//! mediasoup 3.27.1 returns or emits: the same members, absent where they are `undefined` there, `null`
//! where they are `null` there. Types are named after mediasoup's, and so are their members, which is
//! why those carry no documentation of their own.

#![expect(missing_docs, reason = "members are mediasoup's, under its names")]

/// Declares types with their decoders (`TryFrom` a message, here `table`): a member comes from
/// `table.member()?`, or is the value behind its `=`.
macro_rules! decoded {
    ($(
        $(#[$attribute:meta])*
        pub struct $name:ident $(<$life:lifetime>)? ($table:ident: $source:ty) {
            $($(#[$of_member:meta])* $member:ident: $type:ty $(= $value:expr)?,)*
        }
    )*) => {$(
        $(#[$attribute])*
        #[derive(Debug, serde::Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name $(<$life>)? {
            $($(#[$of_member])* pub $member: $type,)*
        }

        impl $(<$life>)? TryFrom<$source> for $name $(<$life>)? {
            type Error = planus::Error;

            fn try_from($table: $source) -> planus::Result<Self> {
                Ok(Self {
                    $($member: decoded!(@value $table $member $($value)?),)*
                })
            }
        }
    )*};
    (@value $table:ident $member:ident) => { $table.$member()? };
    (@value $table:ident $member:ident $value:expr) => { $value };
}

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

use crate::names::Named;
use planus::{
    Error, Vector,
    errors::{ErrorKind, UnknownEnumTag},
};
use serde::Serialize;

/// The elements of a vector of strings.
fn strings<'a>(vector: Vector<'a, planus::Result<&'a str>>) -> planus::Result<Vec<&'a str>> {
    vector.iter().collect()
}

/// The names of a vector of enums.
fn names<T: Named>(
    values: impl Iterator<Item = Result<T, UnknownEnumTag>>,
) -> planus::Result<Vec<&'static str>> {
    values.map(|value| Ok(value?.name())).collect()
}

/// The decoded value, if there is one.
fn optional<T: TryFrom<S, Error = Error>, S>(table: Option<S>) -> planus::Result<Option<T>> {
    table.map(T::try_from).transpose()
}

/// The JSON text of a decoded value.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("the keys of every map here are strings")
}

/// The error for a table that is well-formed and not the one that belongs here.
fn unexpected(table: &'static str) -> Error {
    ErrorKind::UnknownUnionTag { tag: 0 }.with_error_location(table, "try_from", usize::MAX)
}
