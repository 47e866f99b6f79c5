//! Cache of parsed JSON texts that come again and again: a browser sends the same `rtpCapabilities` with
//! every consume, an application the same `mediaCodecs` with every Router. The Model looks a text up
//! here and gets its validated value, or ORTC's error. Equal text has an equal meaning, so that parsing
//! it once is enough.

use crate::Document;
use protocol::limits::{PARSED_TEXT_BYTES, PARSED_TEXTS};
use protocol::{Error, Json};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

type Known = HashMap<Json, Result<Arc<Document>, Error>>;

/// Cache of parsed JSON texts.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    rtp_capabilities: Known,
    media_codecs: Known,
}

impl Parsed {
    /// A client's capabilities, validated and normalised.
    pub(crate) fn rtp_capabilities(&mut self, text: Option<&Json>) -> Result<Arc<Document>, Error> {
        let Some(text) = text else {
            return Err(Error::type_error("caps is not an object"));
        };
        look_up(&mut self.rtp_capabilities, text, |mut value| {
            ortc::validate_and_normalize_rtp_capabilities(&mut value)?;
            Ok(value)
        })
    }

    /// The capabilities of a Router with these codecs.
    pub(crate) fn router_rtp_capabilities(
        &mut self,
        media_codecs: Option<&Json>,
    ) -> Result<Arc<Document>, Error> {
        // `null` is refused where `undefined` is none, which JSON has no word for.
        let text = match media_codecs {
            Some(text) if text.as_str() == "null" => &Json::from_text("false"),
            Some(text) => text,
            None => &Json::default(),
        };
        look_up(&mut self.media_codecs, text, |value| {
            ortc::generate_router_rtp_capabilities(&value)
        })
    }
}

fn look_up(
    known: &mut Known,
    text: &Json,
    make: impl FnOnce(Value) -> Result<Value, Error>,
) -> Result<Arc<Document>, Error> {
    if let Some(result) = known.get(text) {
        return result.clone();
    }
    if known.len() >= PARSED_TEXTS {
        known.clear();
    }
    let result = serde_json::from_str(text.as_str())
        .map_err(|error| Error::type_error(error.to_string()))
        .and_then(make)
        .map(|value| Arc::new(Document::from(value)));
    if text.as_str().len() <= PARSED_TEXT_BYTES {
        known.insert(text.clone(), result.clone());
    }
    result
}
