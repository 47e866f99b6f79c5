//! mediasoup's ORTC functions, which applications may call themselves.

use napi_derive::napi;
use protocol::Error;
use serde_json::{Value, json};

/// Calls an ORTC function by its name in mediasoup, with its arguments as a JSON list.
///
/// The JSON that comes back has `result`, and `changed` where the function changes its first
/// argument, or `error`: the number of its class and its message.
#[napi]
pub fn ortc(name: String, arguments: String) -> String {
    let outcome = serde_json::from_str(&arguments)
        .map_err(|error| Error::type_error(error.to_string()))
        .and_then(|arguments| call(&name, arguments));
    match outcome {
        Ok(Outcome { result, changed }) => json!({ "result": result, "changed": changed }),
        Err(error) => json!({ "error": [error.class as u8, error.message] }),
    }
    .to_string()
}

/// What mediasoup's worker supports, with all defaults filled in or without.
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

#[derive(Default)]
struct Outcome {
    result: Option<Value>,
    changed: Option<Value>,
}

fn call(name: &str, mut arguments: Vec<Value>) -> Result<Outcome, Error> {
    arguments.resize(4, Value::Null);
    let random = || getrandom::u32().map_or(0, |number| 100_000_000 + number % 899_999_999);
    let [first, second, third, fourth] = &mut arguments[..] else {
        return Err(Error::type_error("too many arguments"));
    };
    let result = match name {
        "validateAndNormalizeRtpCapabilities" => {
            ::ortc::validate_and_normalize_rtp_capabilities(first)?;
            return Ok(changed(first));
        }
        "validateAndNormalizeRtpParameters" => {
            ::ortc::validate_and_normalize_rtp_parameters(first)?;
            return Ok(changed(first));
        }
        "validateAndNormalizeSctpStreamParameters" => {
            ::ortc::validate_and_normalize_sctp_stream_parameters(first)?;
            return Ok(changed(first));
        }
        "generateRouterRtpCapabilities" => ::ortc::generate_router_rtp_capabilities(first)?,
        "getProducerRtpParametersMapping" => {
            let result = ::ortc::get_producer_rtp_parameters_mapping(first, second, random())?;
            return Ok(Outcome {
                result: Some(result),
                ..changed(first)
            });
        }
        "getConsumableRtpParameters" => ::ortc::get_consumable_rtp_parameters(
            first.as_str().unwrap_or_default(),
            second,
            third,
            fourth,
        )?,
        "canConsume" => {
            ::ortc::validate_and_normalize_rtp_capabilities(second)?;
            ::ortc::can_consume(first, second)?.into()
        }
        "getConsumerRtpParameters" => {
            let caps = &mut first["remoteRtpCapabilities"].take();
            ::ortc::validate_and_normalize_rtp_capabilities(caps)?;
            ::ortc::get_consumer_rtp_parameters(
                &first["consumableRtpParameters"],
                caps,
                first["pipe"] == true,
                first["enableRtx"] == true,
                random,
            )?
        }
        "getPipeConsumerRtpParameters" => ::ortc::get_pipe_consumer_rtp_parameters(
            &first["consumableRtpParameters"],
            first["enableRtx"] == true,
            random,
        )?,
        _ => return Err(Error::type_error(format!("no ORTC function {name}()"))),
    };
    Ok(Outcome {
        result: Some(result),
        changed: None,
    })
}

fn changed(argument: &mut Value) -> Outcome {
    Outcome {
        result: None,
        changed: Some(argument.take()),
    }
}
