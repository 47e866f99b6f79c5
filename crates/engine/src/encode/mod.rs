//! Encoder of options, as mediasoup's users write them, into the FlatBuffers tables that the C++ worker
//! reads. The engine calls it while it turns a command (a method call of the application) into a request
//! to the worker process; it returns the table, or the error with which the call rejects.
//!
//! Input is JSON with the members of mediasoup's JavaScript types, after the ORTC part has checked and
//! completed it. Values that this lets through (a payload type that is a string, a bitrate that is
//! negative) are written as mediasoup's JavaScript writes them; those that fail there fail here, with
//! the same words. An absent member is `undefined`.

mod layers;
mod rtp;
mod trace;
mod transport;

pub use layers::{consumer_layers, preferred_layers};
pub use rtp::{rtp_encodings, rtp_mapping, rtp_parameters};
pub use trace::{consumer_trace_events, producer_trace_events, transport_trace_events};
pub use transport::{
    dtls_parameters, listen_info, listen_infos, port_range, sctp_stream_parameters, socket_flags,
    srtp_crypto_suite, srtp_parameters,
};

use crate::names::Named;
use js_value::text;
use protocol::Error;
use serde_json::Value;

/// The value of an enum by its name. `what` is what mediasoup calls the enum.
fn named<T: Named>(name: Option<&Value>, what: &str) -> Result<T, Error> {
    name.and_then(Value::as_str)
        .and_then(T::from_name)
        .ok_or_else(|| Error::type_error(format!("invalid {what}: {}", text(name))))
}
