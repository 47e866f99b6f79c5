//! The addon: converts JavaScript's values to the protocol's and back. All logic is below.
//!
//! Node's main thread alone drives the objects ([`host`]). Their items cross the seam in two
//! steps: a number with the kind and the object (`packed`), and, if there is more,
//! one string or buffer (`payload`).

#![expect(clippy::needless_pass_by_value, reason = "napi passes owned strings")]
#![expect(unreachable_pub, reason = "napi exports public functions only")]

mod connect;
mod driven;
mod host;
mod hosts;
mod local;
mod ortc;
mod packed;
mod seam;
mod vertical;
