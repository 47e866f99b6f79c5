//! Options of a logical Worker (one Worker of the application in several worker processes): the object of
//! the option `vertical` of `createWorker()`. The addon and the server parse JSON into [`VerticalOptions`],
//! or get mediasoup's `TypeError` for a wrong one.

use protocol::Error;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Strategy that distributes new Transports over the real Workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Placement {
    /// The fullest real Worker that has room: no more cores than the load needs.
    #[default]
    Fill,
    /// The least loaded of as many real Workers as there may be.
    Spread,
}

/// Options of a logical Worker. In JSON its members are camelCase; others are refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct VerticalOptions {
    /// Maximum number of real Workers. `None`: as many as there are free CPU slots. A number applies without
    /// regard to slots, unless `require_slot`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_workers: Option<u32>,
    /// CPU per cent of one core at which a real Worker counts as full: 60.
    pub watermark: f64,
    /// Real Workers that are kept running, used or not: 1.
    pub min_workers: u32,
    /// Strategy for new Transports; default: `fill`.
    pub placement: Placement,
    /// Seconds after which an empty real Worker ends: 30.
    pub idle_timeout: f64,
    /// True if every real Worker needs a CPU slot of its own, the first one, too: without a free one
    /// `createWorker()` fails. If false, the first real Worker needs none.
    pub require_slot: bool,
    /// Ports that a WebRtcServer may be moved to, for each real Worker but the first. `None`: any. The host
    /// sets them, not the application.
    #[serde(skip)]
    pub ports: Option<RangeInclusive<u16>>,
}

impl Default for VerticalOptions {
    fn default() -> Self {
        Self {
            max_workers: None,
            watermark: 60.0,
            min_workers: 1,
            placement: Placement::default(),
            idle_timeout: 30.0,
            require_slot: false,
            ports: None,
        }
    }
}

impl VerticalOptions {
    /// Reads the option `vertical`: an object, `true` for the defaults, `false` for a plain Worker.
    pub fn parse(value: &Value) -> Result<Option<Self>, Error> {
        match value {
            Value::Bool(false) => Ok(None),
            Value::Bool(true) => Ok(Some(Self::default())),
            Value::Object(_) => {
                let options = Self::deserialize(value)
                    .map_err(|error| Error::type_error(format!("vertical: {error}")))?;
                options.check()?;
                Ok(Some(options))
            }
            _ => Err(Error::type_error("vertical must be an object or a boolean")),
        }
    }

    /// Returns the time after which an empty real Worker ends.
    #[must_use]
    pub fn idle_time(&self) -> Duration {
        Duration::from_secs_f64(self.idle_timeout)
    }

    fn check(&self) -> Result<(), Error> {
        let refuse = |what| Err(Error::type_error(format!("vertical: {what}")));
        if self.max_workers == Some(0) {
            return refuse("maxWorkers must be at least 1");
        }
        if self.min_workers == 0 {
            return refuse("minWorkers must be at least 1");
        }
        if self.max_workers.is_some_and(|max| max < self.min_workers) {
            return refuse("minWorkers must not be more than maxWorkers");
        }
        if !(self.watermark > 0.0 && self.watermark.is_finite()) {
            return refuse("watermark must be more than 0");
        }
        // A year is for ever, and what a Duration can hold.
        if !(0.0..=31_536_000.0).contains(&self.idle_timeout) {
            return refuse("idleTimeout must be between 0 and 31536000 seconds");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_switch_or_options() {
        assert_eq!(VerticalOptions::parse(&json!(false)), Ok(None));
        assert_eq!(
            VerticalOptions::parse(&json!(true)),
            Ok(Some(VerticalOptions::default()))
        );
        let options = VerticalOptions::parse(&json!({ "maxWorkers": 4, "idleTimeout": 0.5 }));
        let options = options.unwrap().unwrap();
        assert_eq!(options.max_workers, Some(4));
        assert_eq!(options.idle_time(), Duration::from_millis(500));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (value, word) in [
            (json!({ "workers": 4 }), "workers"),
            (json!({ "ports": "1-2" }), "ports"),
            (json!({ "maxWorkers": 0 }), "maxWorkers"),
            (json!({ "maxWorkers": "many" }), "many"),
            (json!({ "minWorkers": 3, "maxWorkers": 2 }), "minWorkers"),
            (json!({ "watermark": -1 }), "watermark"),
            (json!({ "placement": "random" }), "random"),
            (json!({ "idleTimeout": 1e300 }), "idleTimeout"),
            (json!(4), "boolean"),
        ] {
            let error = VerticalOptions::parse(&value).unwrap_err();
            assert!(error.message.contains(word), "{}", error.message);
        }
    }
}
