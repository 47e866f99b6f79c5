//! FlatBuffers types of the channel between mediasoup and its worker process, generated.
//!
//! The schema is the one that crate `mediasoup-sys` 0.18.1 ships (npm mediasoup 3.27.1's worker).
//! For a table `Tuple` there is an owned [`transport::Tuple`], to be written with a
//! [`planus::Builder`], and a [`transport::TupleRef`] that reads it from received bytes without
//! copying. Reading checks every offset: bytes that make no sense are a [`planus::Error`].
//!
//! `generated.rs` is written by `UPDATE_GENERATED=1 cargo test -p fbs`; without the variable that
//! test says whether the file is what the schema gives.

#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    unsafe_code,
    reason = "generated: style and unsafe blocks are planus', the documentation is the schema"
)]
mod generated;

pub use generated::fbs::*;
pub use planus;
