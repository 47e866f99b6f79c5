//! JavaScript's rules for JSON values, as mediasoup's own code relies on them: truth, conversions,
//! comparison, access to members. The ORTC and the code that turns calls of the application into
//! requests to a worker process use them wherever they read an option.
//!
//! mediasoup takes many options loosely: a flag is anything truthy, a port may be a string, a missing
//! list fails with V8's words. All code here that reads such an option reads it through this crate, so
//! that a value means the same everywhere.
//!
//! # Contract
//!
//! - A value that can be absent is an `Option<&Value>`; `None` is `undefined`.
//! - Where JavaScript throws, the error has the class and the message of V8.
//! - Nothing panics, and nothing recurses deeper than its input.

mod integer;
mod iterate;
mod number;
mod operators;
mod order;
mod text;
mod truth;

pub use integer::{big_int, uint8, uint16, uint32};
pub use iterate::{items, optional_items};
pub use number::number;
pub use operators::{Js, JsMut, Result, entries, find, object, some};
pub use order::greater_than;
pub use text::text;
pub use truth::{non_null, truthy};
