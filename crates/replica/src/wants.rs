//! What each command returns, so that an answer of another kind never reaches the application.

use protocol::{Handle, Kind, Reply};

/// What a caller waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// That it is done.
    Done,
    /// A value.
    Value,
    /// An object of this kind.
    Object(Kind),
    /// Both ends of a pipe.
    Pipe,
}

impl Wants {
    /// What a method of mediasoup's returns.
    #[must_use]
    pub fn of(method: &str) -> Self {
        match method {
            "createWorker" => Self::Object(Kind::Worker),
            "createWebRtcServer" => Self::Object(Kind::WebRtcServer),
            "createRouter" => Self::Object(Kind::Router),
            "createWebRtcTransport" => Self::Object(Kind::WebRtcTransport),
            "createPlainTransport" => Self::Object(Kind::PlainTransport),
            "createPipeTransport" => Self::Object(Kind::PipeTransport),
            "createDirectTransport" => Self::Object(Kind::DirectTransport),
            "createActiveSpeakerObserver" => Self::Object(Kind::ActiveSpeakerObserver),
            "createAudioLevelObserver" => Self::Object(Kind::AudioLevelObserver),
            "produce" => Self::Object(Kind::Producer),
            "consume" => Self::Object(Kind::Consumer),
            "produceData" => Self::Object(Kind::DataProducer),
            "consumeData" => Self::Object(Kind::DataConsumer),
            "pipeToRouter" => Self::Pipe,
            // A DataConsumer's `send()` returns the bytes that wait to be sent.
            "dump" | "getStats" | "getResourceUsage" | "getBufferedAmount" | "send"
            | "restartIce" => Self::Value,
            _ => Self::Done,
        }
    }

    /// Whether a reply is of that kind. What is known of no object, `kind_of` has none of.
    pub(crate) fn is(self, reply: &Reply, kind_of: impl Fn(Handle) -> Option<Kind>) -> bool {
        match (self, reply) {
            (Self::Done, Reply::Done) | (Self::Value, Reply::Value(_)) => true,
            (Self::Object(kind), Reply::Created(handle)) => kind_of(*handle) == Some(kind),
            (Self::Pipe, Reply::Piped { consumer, producer }) => matches!(
                (kind_of(*consumer), kind_of(*producer)),
                (Some(Kind::Consumer), Some(Kind::Producer))
                    | (Some(Kind::DataConsumer), Some(Kind::DataProducer))
            ),
            _ => false,
        }
    }
}
