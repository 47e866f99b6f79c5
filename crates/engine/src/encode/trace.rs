//! Encoder of the list of types that `enableTraceEvent()` of a Transport, a Producer or a Consumer
//! takes. The engine calls it for that method; it returns the enum values for the worker, or mediasoup's
//! error for a list that isn't an array of strings.

use crate::names::Named;
use fbs::{consumer, producer, transport};
use js_value::truthy;
use protocol::Error;
use serde_json::Value;

/// The trace events of a Transport.
///
/// mediasoup's JavaScript means to skip a type that it doesn't know, and sends 0 for it, which is
/// `probation`.
pub fn transport_trace_events(
    types: Option<&Value>,
) -> Result<Vec<transport::TraceEventType>, Error> {
    let known = |name: &Value| name.as_str().and_then(Named::from_name);
    Ok(checked(types)?
        .iter()
        .map(|name| known(name).unwrap_or(transport::TraceEventType::Probation))
        .collect())
}

/// The trace events of a Producer; types that it doesn't know are skipped.
pub fn producer_trace_events(
    types: Option<&Value>,
) -> Result<Vec<producer::TraceEventType>, Error> {
    known(types)
}

/// The trace events of a Consumer; types that it doesn't know are skipped.
pub fn consumer_trace_events(
    types: Option<&Value>,
) -> Result<Vec<consumer::TraceEventType>, Error> {
    known(types)
}

fn known<T: Named>(types: Option<&Value>) -> Result<Vec<T>, Error> {
    Ok(checked(types)?
        .iter()
        .filter_map(|name| name.as_str().and_then(T::from_name))
        .collect())
}

fn checked(types: Option<&Value>) -> Result<&[Value], Error> {
    let types = match types {
        None => return Ok(&[]),
        Some(Value::Array(types)) => types,
        Some(_) => return Err(Error::type_error("types must be an array")),
    };
    // `types.find(...)` gives the first that isn't a string, and the condition takes its truthiness.
    if truthy(types.iter().find(|name| !name.is_string())) {
        return Err(Error::type_error("every type must be a string"));
    }
    Ok(types)
}
