//! JavaScript's rules for JSON values, as mediasoup's own code relies on them.
//!
//! mediasoup takes many options loosely: a flag is anything truthy, a port may be a string, a missing
//! list fails with V8's words. Whoever reads such an option here reads it through this crate, so that
//! there is one answer to what a value is.
//!
//! # Contract
//!
//! - A value that can be absent is an `Option<&Value>`; `None` is `undefined`.
//! - Where JavaScript throws, the error has the class and the message of V8.
//! - Nothing panics, and nothing recurses deeper than its input.

mod coercions;
mod operators;
mod order;
mod truth;

pub use coercions::{
    big_int, flag, items, member, non_null, number, optional_items, optional_text, required_text,
    text, uint8, uint16, uint32,
};
pub use operators::{Js, JsMut, Result, entries, find, object, some};
pub use order::greater_than;
pub use truth::truthy;
