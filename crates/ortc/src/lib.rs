//! mediasoup's ORTC in Rust: functions from JSON to JSON that compute the codecs of a Router, of a Producer
//! and of a Consumer. The engine (the port of mediasoup's library) and the Model (the tree of objects) call
//! them for `createRouter()`, `produce()` and `consume()`, the addon for the exported `ortc`; they return
//! RTP capabilities or parameters, or mediasoup's error.
//!
//! ```text
//! media codecs --generate_router_rtp_capabilities--> router capabilities
//! producer parameters + router capabilities --get_producer_rtp_parameters_mapping--> mapping
//! producer parameters + router capabilities + mapping --get_consumable_rtp_parameters--> consumable
//! consumable + remote capabilities --can_consume--> yes or no
//! consumable + remote capabilities --get_consumer_rtp_parameters--> consumer parameters
//! consumable --get_pipe_consumer_rtp_parameters--> consumer parameters across a pipe
//! ```
//!
//! # Why `Value`s and not structs
//!
//! The ORTC of npm mediasoup 3.27.1 is JavaScript through and through: members that it doesn't know
//! pass untouched, a payload type may be 96.5 or four thousand, an optional member is absent when it
//! is merely falsy, and a list may come where an object is meant. Applications see what goes in and
//! what comes out, so a drop-in accepts and returns the same, and a struct would refuse or forget
//! half of it. The rules of JavaScript that this takes are in the crate `js_value`.
//!
//! # Contract
//!
//! - Each function says and does what the function of the same name in mediasoup's `ortc.js` does:
//!   the result, the changes to arguments that are `&mut`, the class and message of the error.
//!   The test `vectors` holds them against recordings of the original. `consumable_media` and
//!   `consumable_streams` are `get_consumable_rtp_parameters` in two parts, see [`Consumable`].
//! - JSON has no `undefined`. An absent member is `undefined`; where mediasoup turns an `undefined`
//!   member of `parameters` into `""`, the caller has done so already.
//! - A list can't have named members in JSON. Where mediasoup sets one on a list, the list becomes
//!   the object with the same keys.
//! - A string is not a list of its letters, as it is where JavaScript iterates.
//! - Nothing panics and nothing recurses deeper than its input, whatever the input is.
//! - There is no state and no chance in here: random numbers are arguments.

mod capabilities;
mod codecs;
mod consumable;
mod consumer;
mod h264;
mod header_extensions;
mod mapping;
mod parts;
mod scalability;
mod supported;
mod validate;

pub use capabilities::generate_router_rtp_capabilities;
pub use consumable::{
    can_consume, consumable_media, consumable_streams, get_consumable_rtp_parameters,
};
pub use consumer::{get_consumer_rtp_parameters, get_pipe_consumer_rtp_parameters};
pub use mapping::get_producer_rtp_parameters_mapping;
pub use parts::{Consumable, ConsumableParams};
pub use scalability::{ScalabilityMode, parse_scalability_mode};
pub use supported::{normalized_supported_rtp_capabilities, supported_rtp_capabilities};
pub use validate::{
    validate_and_normalize_rtp_capabilities, validate_and_normalize_rtp_codec_capability,
    validate_and_normalize_rtp_parameters, validate_and_normalize_sctp_stream_parameters,
};
