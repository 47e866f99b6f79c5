//! Cache of the codecs and header extensions that a Router has negotiated for Producers, keyed by their
//! JSON. A browser sends the same ones with each of its Producers, and they are most of what there is to
//! parse, to check and to match; only the streams are new each time.
//!
//! `produce()` calls `Offers::get`: it returns a shared `Offer`, with the parameters as the
//! application reads them, as the worker reads them, and as Consumers start from them.

use crate::encode;
use fbs::rtp_parameters::{CodecMapping, RtpCodecParameters, RtpHeaderExtensionParameters};
use model::Document;
use protocol::limits::{PARSED_TEXT_BYTES, PARSED_TEXTS};
use protocol::{Error, Json};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Codecs and header extensions that a Router has agreed to.
#[derive(Debug)]
pub(crate) struct Offer {
    /// As applications read them: validated, with defaults and the level of H.264 filled in.
    codecs: Box<RawValue>,
    header_extensions: Box<RawValue>,
    /// As the worker reads them.
    pub encoded_codecs: Vec<RtpCodecParameters>,
    pub encoded_header_extensions: Vec<RtpHeaderExtensionParameters>,
    pub mapping: Vec<CodecMapping>,
    /// Parameters that Consumers are made from.
    pub consumable: Arc<Value>,
}

/// Inputs of an offer.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub kind: &'a str,
    pub codecs: &'a RawValue,
    pub header_extensions: &'a RawValue,
    pub router_caps: &'a Arc<Document>,
}

/// The offers that are remembered.
#[derive(Debug, Default)]
pub(crate) struct Offers {
    /// By the text of their codecs.
    known: HashMap<Box<str>, Vec<Known>>,
    count: usize,
}

#[derive(Debug)]
struct Known {
    kind: Box<str>,
    header_extensions: Box<str>,
    router_caps: Arc<Document>,
    offer: Arc<Offer>,
}

impl Offers {
    /// The offer of a Producer, which is made if it isn't known.
    pub(crate) fn get(&mut self, asked: &Asked<'_>) -> Result<Arc<Offer>, Error> {
        let codecs = asked.codecs.get();
        let same = self.known.get(codecs).and_then(|it| find(it, asked));
        if let Some(offer) = same {
            return Ok(Arc::clone(offer));
        }
        let offer = Arc::new(Offer::make(asked)?);
        let header_extensions = asked.header_extensions.get();
        if codecs.len() + header_extensions.len() > PARSED_TEXT_BYTES {
            return Ok(offer);
        }
        if self.count >= PARSED_TEXTS {
            *self = Self::default();
        }
        self.count += 1;
        self.known.entry(codecs.into()).or_default().push(Known {
            kind: asked.kind.into(),
            header_extensions: header_extensions.into(),
            router_caps: Arc::clone(asked.router_caps),
            offer: Arc::clone(&offer),
        });
        Ok(offer)
    }
}

fn find<'a>(known: &'a [Known], asked: &Asked<'_>) -> Option<&'a Arc<Offer>> {
    let is_same = |it: &&Known| {
        *it.kind == *asked.kind
            && *it.header_extensions == *asked.header_extensions.get()
            && Arc::ptr_eq(&it.router_caps, asked.router_caps)
    };
    known.iter().find(is_same).map(|known| &known.offer)
}

impl Offer {
    fn make(asked: &Asked<'_>) -> Result<Self, Error> {
        let value = |text: &RawValue| serde_json::from_str::<Value>(text.get()).unwrap_or_default();
        let mut params = json!({
            "codecs": value(asked.codecs),
            "headerExtensions": value(asked.header_extensions),
        });
        let caps = asked.router_caps.value();
        ortc::validate_and_normalize_rtp_parameters(&mut params)?;
        let mapping = ortc::get_producer_rtp_parameters_mapping(&mut params, caps, 0)?;
        let consumable = ortc::consumable_media(asked.kind, &params, caps, &mapping)?;
        let encoded = encode::rtp_parameters(&params)?;
        let text = |key: &str| {
            to_raw_value(&params[key]).map_err(|error| Error::type_error(error.to_string()))
        };
        Ok(Self {
            codecs: text("codecs")?,
            header_extensions: text("headerExtensions")?,
            encoded_codecs: encoded.codecs,
            encoded_header_extensions: encoded.header_extensions,
            mapping: encode::rtp_mapping(&mapping)?.codecs,
            consumable: Arc::new(consumable),
        })
    }

    /// Parameters of this offer and these streams, each in its place.
    pub(crate) fn with(&self, streams: &Value) -> Json {
        Json::of(&Whole {
            offer: self,
            streams,
        })
    }
}

struct Whole<'a> {
    offer: &'a Offer,
    streams: &'a Value,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Member<'a> {
            Text(&'a RawValue),
            Value(&'a Value),
        }

        let members = self.streams.as_object().into_iter().flatten();
        serializer.collect_map(members.map(|(key, value)| {
            let member = match key.as_str() {
                "codecs" => Member::Text(&self.offer.codecs),
                "headerExtensions" => Member::Text(&self.offer.header_extensions),
                _ => Member::Value(value),
            };
            (key, member)
        }))
    }
}

/// A Producer's parameters, apart: what is looked up as text, and its streams.
#[derive(Debug)]
pub(crate) struct Parts<'a> {
    pub codecs: &'a RawValue,
    pub header_extensions: &'a RawValue,
    /// All other members, and in the places of those two empty lists.
    pub streams: Value,
}

impl<'de: 'a, 'a> Deserialize<'de> for Parts<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Parts<'de>, A::Error> {
        let mut parts = Parts {
            codecs: RawValue::NULL,
            header_extensions: RawValue::NULL,
            streams: Value::Null,
        };
        let mut streams = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let shared = match key.as_str() {
                "codecs" => &mut parts.codecs,
                "headerExtensions" => &mut parts.header_extensions,
                _ => {
                    streams.insert(key, members.next_value()?);
                    continue;
                }
            };
            *shared = members.next_value()?;
            streams.insert(key, json!([]));
        }
        parts.streams = Value::Object(streams);
        Ok(parts)
    }
}
