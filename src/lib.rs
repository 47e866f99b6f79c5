//! The addon: the native module that `lib/seam/native.js` loads into Node. It converts JavaScript's values
//! to the protocol's and back; all logic is in `crates/`.
//!
//! Node's main thread alone calls it ([`host`]). What has happened (an item: an event, a reply, a created
//! object) crosses to JavaScript in two steps: a number with the kind and the object (`packed`), and, if
//! there is more, one string or buffer (`payload`).

#![expect(clippy::needless_pass_by_value, reason = "napi passes owned strings")]
#![expect(unreachable_pub, reason = "napi exports public functions only")]

mod connect;
mod host;
mod hosts;
mod local;
mod ortc;
mod packed;
mod seam;
mod vertical;
