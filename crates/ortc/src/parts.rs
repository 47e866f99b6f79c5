//! Consumable parameters (those in which a Router offers a Producer to Consumers) in two parts: codecs
//! and header extensions, which Producers of equal codecs share, and the streams of each. The Model
//! keeps a `Consumable` per Producer, which saves memory; `ConsumableParams` lets ORTC read one
//! object and two parts alike.

use js_value::{Js, Result};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::sync::Arc;

/// Parameters in which a Router offers a Producer, made by [`get_consumable_rtp_parameters`].
///
/// Codecs and header extensions are the same for all Producers that send alike, and they are most of
/// it. The two parts have no member in common.
///
/// [`get_consumable_rtp_parameters`]: crate::get_consumable_rtp_parameters
#[derive(Debug, Clone, Default)]
pub struct Consumable {
    /// `{ codecs, headerExtensions }`, or nothing.
    shared: Option<Arc<Value>>,
    /// The rest, or all of it.
    own: Value,
}

impl Consumable {
    /// Of [`consumable_media`](crate::consumable_media) and
    /// [`consumable_streams`](crate::consumable_streams).
    #[must_use]
    pub fn new(media: Arc<Value>, streams: Value) -> Self {
        Self {
            shared: Some(media),
            own: streams,
        }
    }
}

impl From<Value> for Consumable {
    fn from(own: Value) -> Self {
        Self { shared: None, own }
    }
}

/// As one object.
impl Serialize for Consumable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.shared {
            None => self.own.serialize(serializer),
            Some(shared) => {
                let parts = [&**shared, &self.own];
                serializer.collect_map(parts.into_iter().filter_map(Value::as_object).flatten())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Consumable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::from)
    }
}

/// Consumable parameters, in one part or in two.
pub trait ConsumableParams {
    /// The member `key`, `None` for `undefined`, also where there are no parameters at all.
    fn get(&self, key: &str) -> Option<&Value>;

    /// The member `key`. Of `null` it fails as reading it does in JavaScript.
    fn read(&self, key: &str) -> Result<Option<&Value>>;
}

impl ConsumableParams for Value {
    fn get(&self, key: &str) -> Option<&Value> {
        self.get(key)
    }

    fn read(&self, key: &str) -> Result<Option<&Value>> {
        Some(self).read(key)
    }
}

impl ConsumableParams for Consumable {
    fn get(&self, key: &str) -> Option<&Value> {
        let shared = self.shared.as_ref().and_then(|shared| shared.get(key));
        shared.or_else(|| self.own.get(key))
    }

    fn read(&self, key: &str) -> Result<Option<&Value>> {
        match self.get(key) {
            None => Some(&self.own).read(key),
            member => Ok(member),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn two_parts_read_as_one() {
        let media = Arc::new(json!({ "codecs": [1], "headerExtensions": [] }));
        let parts = Consumable::new(media, json!({ "encodings": [2] }));
        let text = r#"{"codecs":[1],"headerExtensions":[],"encodings":[2]}"#;
        assert_eq!(serde_json::to_string(&parts).unwrap(), text);

        let whole: Consumable = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&whole).unwrap(), text);
        for consumable in [parts, whole] {
            assert_eq!(consumable.get("codecs"), Some(&json!([1])));
            assert_eq!(consumable.read("encodings"), Ok(Some(&json!([2]))));
            assert_eq!(consumable.read("msid"), Ok(None));
        }
    }

    #[test]
    fn nothing_is_read_as_javascript_reads_it() {
        let nothing = Consumable::from(Value::Null);
        assert_eq!(nothing.get("codecs"), None);
        let error = nothing.read("codecs").unwrap_err();
        let message = "Cannot read properties of null (reading 'codecs')";
        assert_eq!(error.message, message);
    }
}
