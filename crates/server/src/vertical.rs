//! Option `--vertical` of the server: whether a Worker of a client that sets no option `vertical` itself
//! may spread over several worker processes, and with which settings. clap and serde parse it from text or
//! TOML; `Config` returns the options to sessions.

use protocol::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::str::FromStr;
use vertical_scaling::{VerticalOptions, parse_switch};

/// The checked value of the option: `true`, `false`, or an object of options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) struct VerticalDefaults(Value);

impl VerticalDefaults {
    /// Returns the options; `None` if a Worker has one process.
    pub(crate) fn options(&self) -> Option<VerticalOptions> {
        VerticalOptions::parse(&self.0).ok().flatten()
    }
}

impl Default for VerticalDefaults {
    fn default() -> Self {
        Self(Value::Bool(false))
    }
}

impl TryFrom<Value> for VerticalDefaults {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self, Error> {
        if let Value::String(text) = &value {
            return text.parse();
        }
        VerticalOptions::parse(&value)?;
        Ok(Self(value))
    }
}

impl FromStr for VerticalDefaults {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let value = match VerticalOptions::parse(&parse_switch("vertical", text)?)? {
            Some(options) if options == VerticalOptions::default() => Value::Bool(true),
            Some(options) => serde_json::to_value(options).unwrap_or(Value::Bool(true)),
            None => Value::Bool(false),
        };
        Ok(Self(value))
    }
}
