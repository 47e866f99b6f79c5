//! mediasoup's ORTC functions in the addon, for applications that call them directly. `lib/ortc.js` passes
//! the function's name and arguments as JSON; it gets the result, the changed argument, or the error as
//! JSON.

use crate::seam;
use napi_derive::napi;
use protocol::Error;
use serde_json::{Value, json};

/// Calls an ORTC function by its name in mediasoup, with its arguments as a JSON list.
///
/// Returns JSON with the `result`: that of the function, and, if the function changes an argument, its
/// position and its new value. Or with the `error`: the number of its class and its message.
#[napi]
pub fn ortc(name: String, arguments: String) -> String {
    let outcome = serde_json::from_str(&arguments)
        .map_err(|error| Error::type_error(error.to_string()))
        .and_then(|arguments| call(&name, arguments));
    seam::outcome(outcome.map(|Computed { result, changed }| json!([result, changed])))
}

/// Returns the capabilities of mediasoup's worker, with all defaults filled in or without.
#[napi]
pub fn supported_rtp_capabilities(normalized: bool) -> String {
    if normalized {
        ::ortc::normalized_supported_rtp_capabilities().to_string()
    } else {
        ::ortc::supported_rtp_capabilities().to_string()
    }
}

/// `parseScalabilityMode()`, as JSON.
#[napi]
pub fn parse_scalability_mode(scalability_mode: String) -> String {
    let parsed = ::ortc::parse_scalability_mode(&scalability_mode);
    serde_json::to_string(&parsed).unwrap_or_default()
}

struct Computed {
    result: Option<Value>,
    changed: Option<(usize, Value)>,
}

fn call(name: &str, mut arguments: Vec<Value>) -> Result<Computed, Error> {
    arguments.resize(4, Value::Null);
    let random = || getrandom::u32().map_or(0, |number| 100_000_000 + number % 899_999_999);
    let [first, second, third, fourth] = &mut arguments[..] else {
        return Err(Error::type_error("too many arguments"));
    };
    let (result, changed) = match name {
        "validateAndNormalizeRtpCapabilities" => {
            ::ortc::validate_and_normalize_rtp_capabilities(first)?;
            (None, Some(0))
        }
        "validateAndNormalizeRtpParameters" => {
            ::ortc::validate_and_normalize_rtp_parameters(first)?;
            (None, Some(0))
        }
        "validateAndNormalizeSctpStreamParameters" => {
            ::ortc::validate_and_normalize_sctp_stream_parameters(first)?;
            (None, Some(0))
        }
        "generateRouterRtpCapabilities" => {
            let result = ::ortc::generate_router_rtp_capabilities(first)?;
            // Media codecs get the defaults that codecs of capabilities get.
            let mut caps = json!({ "codecs": first });
            ::ortc::validate_and_normalize_rtp_capabilities(&mut caps)?;
            *first = caps["codecs"].take();
            (Some(result), Some(0))
        }
        "getProducerRtpParametersMapping" => {
            let result = ::ortc::get_producer_rtp_parameters_mapping(first, second, random())?;
            (Some(result), Some(0))
        }
        "getConsumableRtpParameters" => {
            let kind = first.as_str().unwrap_or_default();
            let result = ::ortc::get_consumable_rtp_parameters(kind, second, third, fourth)?;
            (Some(result), None)
        }
        "canConsume" => {
            ::ortc::validate_and_normalize_rtp_capabilities(second)?;
            (Some(::ortc::can_consume(first, second)?.into()), Some(1))
        }
        // The capabilities are a separate argument.
        "getConsumerRtpParameters" => {
            ::ortc::validate_and_normalize_rtp_capabilities(second)?;
            let result = ::ortc::get_consumer_rtp_parameters(
                &first["consumableRtpParameters"],
                second,
                first["pipe"] == true,
                first["enableRtx"] == true,
                random,
            )?;
            (Some(result), Some(1))
        }
        "getPipeConsumerRtpParameters" => {
            let result = ::ortc::get_pipe_consumer_rtp_parameters(
                &first["consumableRtpParameters"],
                first["enableRtx"] == true,
                random,
            )?;
            (Some(result), None)
        }
        _ => return Err(Error::type_error(format!("no ORTC function {name}()"))),
    };
    Ok(Computed {
        result,
        changed: changed.map(|place| (place, arguments.swap_remove(place))),
    })
}
