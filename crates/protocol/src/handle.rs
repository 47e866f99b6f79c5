//! Identifiers: `Handle` of an object, `RequestId` of a call, and `Kind`, the class of an object.
//! The holder of the objects gives them out; JavaScript, clients and servers name objects by them and
//! match replies with calls.

use crate::numbered;
use serde::{Deserialize, Serialize};

/// Name of one object, unique as long as JavaScript can use it.
///
/// Ids are the application's strings and need not be unique between Routers (`pipeToRouter` keeps
/// them); handles are unique.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Handle(pub u32);

/// Correlates a reply with its command. 0 is never given: across the addon's seam it is `None`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct RequestId(pub u32);

numbered! {
    /// The class of an object: one per class of mediasoup. The number crosses the addon's seam.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(missing_docs, reason = "the variants are mediasoup's classes")]
    pub enum Kind {
        Worker = 0,
        WebRtcServer = 1,
        Router = 2,
        WebRtcTransport = 3,
        PlainTransport = 4,
        PipeTransport = 5,
        DirectTransport = 6,
        Producer = 7,
        Consumer = 8,
        DataProducer = 9,
        DataConsumer = 10,
        ActiveSpeakerObserver = 11,
        AudioLevelObserver = 12,
    }
}

impl Kind {
    /// Returns true if this is one of the four transports.
    #[must_use]
    pub fn is_transport(self) -> bool {
        matches!(
            self,
            Self::WebRtcTransport
                | Self::PlainTransport
                | Self::PipeTransport
                | Self::DirectTransport
        )
    }

    /// Returns true if this is one of the two RTP observers.
    #[must_use]
    pub fn is_rtp_observer(self) -> bool {
        matches!(self, Self::ActiveSpeakerObserver | Self::AudioLevelObserver)
    }
}
