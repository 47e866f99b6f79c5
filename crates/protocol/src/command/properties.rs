//! Properties of commands (method calls as data): the kind of result, the objects that one creates, the
//! option whose text repeats. Clients check answers by the first, servers limit objects by the second,
//! the wire abbreviates by the third. Each is one match over all commands, so that a new command doesn't
//! compile without them.

use super::Command;
use crate::{Json, Kind};

/// An option of a command whose text repeats: many calls send the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Repeated {
    /// `rtpCapabilities` of `consume`: one per browser of a room.
    RtpCapabilities,
    /// `rtpParameters` of `produce`: one per browser and kind of media, except for its SSRCs.
    RtpParameters,
    /// `mediaCodecs` of `createRouter`: one per application.
    MediaCodecs,
}

/// Result of a command, by its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// Nothing.
    Nothing,
    /// A value.
    Value,
    /// A new object of this kind.
    Object(Kind),
    /// Both ends of a pipe.
    Pipe,
}

impl Command {
    /// Returns the result that the method has on success, `None` if the method isn't a command.
    #[must_use]
    pub fn result_of(method: &str) -> Option<Returns> {
        let unit = serde_json::from_str(&format!("\"{method}\""));
        let command: Result<Self, _> =
            unit.or_else(|_| serde_json::from_str(&format!("{{\"{method}\":{{}}}}")));
        command.ok().map(|command| command.returns())
    }

    /// Returns the result that the command has on success.
    #[must_use]
    pub fn returns(&self) -> Returns {
        match self {
            Self::PipeToRouter(_) => Returns::Pipe,
            Self::CreateWorker(_)
            | Self::CreateWebRtcServer(_)
            | Self::CreateRouter(_)
            | Self::CreateWebRtcTransport(_)
            | Self::CreatePlainTransport(_)
            | Self::CreatePipeTransport(_)
            | Self::CreateDirectTransport(_)
            | Self::CreateActiveSpeakerObserver(_)
            | Self::CreateAudioLevelObserver(_)
            | Self::Produce(_)
            | Self::Consume(_)
            | Self::ProduceData(_)
            | Self::ConsumeData(_) => Returns::Object(self.creates()[0]),
            Self::Dump
            | Self::GetStats
            | Self::GetResourceUsage
            | Self::GetBufferedAmount
            | Self::RestartIce
            // The number of bytes that wait to be sent.
            | Self::Send(_) => Returns::Value,
            Self::UpdateSettings(_)
            | Self::Connect(_)
            | Self::SetMaxIncomingBitrate(_)
            | Self::SetMaxOutgoingBitrate(_)
            | Self::SetMinOutgoingBitrate(_)
            | Self::EnableTraceEvent(_)
            | Self::Pause
            | Self::Resume
            | Self::SetPreferredLayers(_)
            | Self::SetPriority(_)
            | Self::RequestKeyFrame
            | Self::SetBufferedAmountLowThreshold(_)
            | Self::SetSubchannels(_)
            | Self::AddSubchannel(_)
            | Self::RemoveSubchannel(_)
            | Self::AddProducer(_)
            | Self::RemoveProducer(_) => Returns::Nothing,
        }
    }

    /// Kinds of the objects that the command creates at most, one entry per object. The kind stands for
    /// similar ones if the command doesn't say which it will be: `pipeToRouter()` of a DataProducer
    /// creates a DataConsumer and a DataProducer.
    #[must_use]
    pub fn creates(&self) -> &'static [Kind] {
        match self {
            Self::CreateWorker(_) => &[Kind::Worker],
            Self::CreateWebRtcServer(_) => &[Kind::WebRtcServer],
            Self::CreateRouter(_) => &[Kind::Router],
            Self::CreateWebRtcTransport(_) => &[Kind::WebRtcTransport],
            Self::CreatePlainTransport(_) => &[Kind::PlainTransport],
            Self::CreatePipeTransport(_) => &[Kind::PipeTransport],
            Self::CreateDirectTransport(_) => &[Kind::DirectTransport],
            Self::CreateActiveSpeakerObserver(_) => &[Kind::ActiveSpeakerObserver],
            Self::CreateAudioLevelObserver(_) => &[Kind::AudioLevelObserver],
            Self::PipeToRouter(_) => &[
                Kind::PipeTransport,
                Kind::PipeTransport,
                Kind::Consumer,
                Kind::Producer,
            ],
            Self::Produce(_) => &[Kind::Producer],
            Self::Consume(_) => &[Kind::Consumer],
            Self::ProduceData(_) => &[Kind::DataProducer],
            Self::ConsumeData(_) => &[Kind::DataConsumer],
            Self::Dump
            | Self::GetStats
            | Self::GetResourceUsage
            | Self::UpdateSettings(_)
            | Self::Connect(_)
            | Self::SetMaxIncomingBitrate(_)
            | Self::SetMaxOutgoingBitrate(_)
            | Self::SetMinOutgoingBitrate(_)
            | Self::RestartIce
            | Self::EnableTraceEvent(_)
            | Self::Pause
            | Self::Resume
            | Self::SetPreferredLayers(_)
            | Self::SetPriority(_)
            | Self::RequestKeyFrame
            | Self::SetBufferedAmountLowThreshold(_)
            | Self::GetBufferedAmount
            | Self::Send(_)
            | Self::SetSubchannels(_)
            | Self::AddSubchannel(_)
            | Self::RemoveSubchannel(_)
            | Self::AddProducer(_)
            | Self::RemoveProducer(_) => &[],
        }
    }

    /// Returns the option whose text repeats. The wire sends its text once and then refers to its slot.
    pub fn repeated(&mut self) -> Option<(Repeated, &mut Option<Json>)> {
        match self {
            Self::Consume(options) => {
                Some((Repeated::RtpCapabilities, &mut options.rtp_capabilities))
            }
            Self::Produce(options) => Some((Repeated::RtpParameters, &mut options.rtp_parameters)),
            Self::CreateRouter(options) => Some((Repeated::MediaCodecs, &mut options.media_codecs)),
            Self::Dump
            | Self::GetStats
            | Self::CreateWorker(_)
            | Self::GetResourceUsage
            | Self::UpdateSettings(_)
            | Self::CreateWebRtcServer(_)
            | Self::CreateWebRtcTransport(_)
            | Self::CreatePlainTransport(_)
            | Self::CreatePipeTransport(_)
            | Self::CreateDirectTransport(_)
            | Self::CreateActiveSpeakerObserver(_)
            | Self::CreateAudioLevelObserver(_)
            | Self::PipeToRouter(_)
            | Self::Connect(_)
            | Self::SetMaxIncomingBitrate(_)
            | Self::SetMaxOutgoingBitrate(_)
            | Self::SetMinOutgoingBitrate(_)
            | Self::RestartIce
            | Self::ProduceData(_)
            | Self::ConsumeData(_)
            | Self::EnableTraceEvent(_)
            | Self::Pause
            | Self::Resume
            | Self::SetPreferredLayers(_)
            | Self::SetPriority(_)
            | Self::RequestKeyFrame
            | Self::SetBufferedAmountLowThreshold(_)
            | Self::GetBufferedAmount
            | Self::Send(_)
            | Self::SetSubchannels(_)
            | Self::AddSubchannel(_)
            | Self::RemoveSubchannel(_)
            | Self::AddProducer(_)
            | Self::RemoveProducer(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn command(value: Value) -> Command {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_command_counts_the_objects_that_it_may_create() {
        for (value, objects) in [
            (json!("dump"), 0),
            (json!({ "createWorker": {} }), 1),
            (json!({ "createDirectTransport": {} }), 1),
            (json!({ "produce": {} }), 1),
            (json!({ "consumeData": {} }), 1),
            (json!({ "pipeToRouter": {} }), 4),
            (json!({ "addProducer": {} }), 0),
        ] {
            assert_eq!(command(value.clone()).creates().len(), objects, "{value}");
        }
    }

    #[test]
    fn a_method_is_known_by_what_it_returns() {
        for (method, returns) in [
            ("createWorker", Some(Returns::Object(Kind::Worker))),
            ("consumeData", Some(Returns::Object(Kind::DataConsumer))),
            ("pipeToRouter", Some(Returns::Pipe)),
            ("dump", Some(Returns::Value)),
            ("send", Some(Returns::Value)),
            ("setPriority", Some(Returns::Nothing)),
            ("resume", Some(Returns::Nothing)),
            ("levitate", None),
            ("\"", None),
        ] {
            assert_eq!(Command::result_of(method), returns, "{method}");
        }
    }

    #[test]
    fn the_repeating_option_is_found_by_name() {
        for (value, option) in [
            (
                json!({ "consume": { "rtpCapabilities": [1] } }),
                Some(Repeated::RtpCapabilities),
            ),
            (
                json!({ "produce": { "rtpParameters": [1] } }),
                Some(Repeated::RtpParameters),
            ),
            (
                json!({ "createRouter": { "mediaCodecs": [1] } }),
                Some(Repeated::MediaCodecs),
            ),
            (json!({ "consumeData": {} }), None),
        ] {
            let mut command = command(value);
            let repeated = command.repeated();
            assert_eq!(repeated.as_ref().map(|(option, _)| *option), option);
            if let Some((_, text)) = repeated {
                assert_eq!(text.as_ref().map(Json::as_str), Some("[1]"));
            }
        }
    }
}
