//! JSON with two forms, text and parsed value. A `Document` is made from one, and computes the other
//! when a caller first reads it. The Model (the tree of objects) keeps the capabilities of Routers and
//! the consumable parameters of Producers so: applications and clients read the text, the ORTC computes
//! with the value.

use ortc::Consumable;
use protocol::Json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::OnceLock;

/// A JSON text and its value. It is made of one of them and makes the other at the first read: a replica mostly hands
/// texts on, and an Engine mostly reads values.
#[derive(Debug)]
pub struct Document<V = Value> {
    text: OnceLock<Json>,
    value: OnceLock<V>,
}

impl<V: Default + Serialize + DeserializeOwned> Document<V> {
    /// The text, which is read.
    #[must_use]
    pub fn text(&self) -> &str {
        let text = self.text.get_or_init(|| Json::of(&self.value.get()));
        text.as_str()
    }

    /// The value to compute with; `null` if the text isn't JSON.
    #[must_use]
    pub fn value(&self) -> &V {
        let text = || self.text.get().map_or("null", Json::as_str);
        self.value
            .get_or_init(|| serde_json::from_str(text()).unwrap_or_default())
    }
}

impl From<Value> for Document {
    fn from(value: Value) -> Self {
        Self {
            text: OnceLock::new(),
            value: value.into(),
        }
    }
}

impl From<Consumable> for Document<Consumable> {
    fn from(value: Consumable) -> Self {
        Self {
            text: OnceLock::new(),
            value: value.into(),
        }
    }
}

impl<V> From<Json> for Document<V> {
    fn from(text: Json) -> Self {
        Self {
            text: text.into(),
            value: OnceLock::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_say_the_same_whichever_it_was_made_of() {
        let value = json!({ "codecs": [1] });
        let of_value = Document::from(value.clone());
        let of_text = Document::from(Json::from_text(r#"{"codecs":[1]}"#));
        for document in [of_value, of_text] {
            assert_eq!(document.text(), r#"{"codecs":[1]}"#);
            assert_eq!(*document.value(), value);
        }
        let malformed = Document::<Value>::from(Json::from_text("no JSON"));
        assert_eq!(*malformed.value(), Value::Null);
    }
}
