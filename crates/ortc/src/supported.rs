//! RTP capabilities that mediasoup 3.27.1 supports, parsed from a JSON file. The generator of a Router's
//! capabilities narrows them to the application's codecs, and the addon returns them from
//! `getSupportedRtpCapabilities()`.

use crate::validate::validate_and_normalize_rtp_capabilities;
use serde_json::Value;
use std::sync::LazyLock;

static SUPPORTED: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("supported_rtp_capabilities.json"))
        .expect("the file is JSON, as the tests of this module show")
});

static NORMALIZED: LazyLock<Value> = LazyLock::new(|| {
    let mut caps = SUPPORTED.clone();
    validate_and_normalize_rtp_capabilities(&mut caps)
        .expect("the capabilities are valid, as the tests of this module show");
    caps
});

/// The RtpCapabilities that mediasoup supports, as they are declared: without defaults.
///
/// `getSupportedRtpCapabilities()` returns them until the first router capabilities are generated,
/// which fills the defaults into the one object that mediasoup has. From then on it returns
/// [`normalized_supported_rtp_capabilities`].
#[must_use]
pub fn supported_rtp_capabilities() -> &'static Value {
    &SUPPORTED
}

/// The RtpCapabilities that mediasoup supports, with all defaults filled in.
#[must_use]
pub fn normalized_supported_rtp_capabilities() -> &'static Value {
    &NORMALIZED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_capabilities_have_no_defaults_and_normalized_ones_do() {
        let opus = &supported_rtp_capabilities()["codecs"][0];
        assert_eq!(opus["mimeType"], "audio/opus");
        assert!(opus.get("parameters").is_none());
        let opus = &normalized_supported_rtp_capabilities()["codecs"][0];
        assert_eq!(opus["parameters"], serde_json::json!({}));
        assert_eq!(opus["rtcpFeedback"][0]["parameter"], "");
    }
}
