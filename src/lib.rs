//! The addon: JavaScript's values in, protocol's values out, and back. Nothing is decided here.
//!
//! The objects ([`host`]) are driven by Node's main thread alone. What it tells crosses the seam in two
//! steps: a number that says what happened to which object (`packed`), and, where there is more,
//! one string or buffer (`payload`).

#![expect(
    clippy::needless_pass_by_value,
    reason = "JavaScript's strings come as owned ones"
)]
#![expect(unreachable_pub, reason = "napi exports public functions alone")]

mod connect;
mod driven;
mod host;
mod hosts;
mod local;
mod ortc;
mod packed;
mod seam;
mod vertical;
