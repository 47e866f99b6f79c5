//! Readable members of objects (`rtpParameters`, `iceState` and so on): the list of their names, and
//! `Fields`, which stores those that the Model keeps as JSON text and never interprets. Each object of
//! the Model has such a store; a client looks up names in a server's messages by `member`, which
//! returns `None` for unknown ones.

use std::borrow::Cow;

/// JSON text of a readable member.
pub type MemberText = Cow<'static, str>;

/// Every member that some object has, by mediasoup's names.
const MEMBERS: [&str; 33] = [
    // Worker
    "pid",
    // Router
    "rtpCapabilities",
    // Transports
    "iceRole",
    "iceParameters",
    "iceCandidates",
    "iceState",
    "iceSelectedTuple",
    "dtlsParameters",
    "dtlsState",
    "dtlsRemoteCert",
    "sctpParameters",
    "sctpState",
    "sctpNegotiatedCapabilities",
    "tuple",
    "rtcpTuple",
    "srtpParameters",
    // Producers and Consumers
    "kind",
    "type",
    "rtpParameters",
    "consumableRtpParameters",
    "producerId",
    "paused",
    "producerPaused",
    "score",
    "priority",
    "preferredLayers",
    "currentLayers",
    // DataProducers and DataConsumers
    "dataProducerId",
    "dataProducerPaused",
    "sctpStreamParameters",
    "label",
    "protocol",
    "subchannels",
];

/// The member that a peer calls by this name. One that is unknown here is of another version.
#[must_use]
pub fn member(name: &str) -> Option<&'static str> {
    MEMBERS.iter().find(|known| **known == name).copied()
}

/// Members by name, as JSON texts. There are a dozen at most, so that a scan is the fastest look-up.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Fields(Vec<(&'static str, MemberText)>);

impl Fields {
    /// With one more member, unless it is `undefined`.
    #[must_use]
    pub fn with(mut self, name: &'static str, text: Option<impl Into<MemberText>>) -> Self {
        self.set(name, text);
        self
    }

    /// Sets a member, or takes it away.
    pub fn set(&mut self, name: &'static str, text: Option<impl Into<MemberText>>) {
        let place = self.0.iter().position(|(known, _)| *known == name);
        match (place, text) {
            (Some(place), Some(text)) => self.0[place].1 = text.into(),
            (Some(place), None) => drop(self.0.swap_remove(place)),
            (None, Some(text)) => self.0.push((name, text.into())),
            (None, None) => {}
        }
    }

    /// A member's text.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, text) = self.0.iter().find(|(known, _)| *known == name)?;
        Some(text)
    }

    /// All members, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, text)| (*name, &**text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_set_changed_and_taken_away() {
        let mut fields = Fields::default().with("label", Some("\"a\""));
        fields.set("score", Some("[]".to_owned()));
        fields.set("label", Some("\"b\""));
        assert_eq!(fields.get("label"), Some("\"b\""));
        fields.set("label", None::<&str>);
        fields.set("label", None::<&str>);
        assert_eq!(fields.iter().collect::<Vec<_>>(), [("score", "[]")]);
    }

    #[test]
    fn a_name_of_another_version_is_nothing() {
        assert_eq!(member("score"), Some("score"));
        assert_eq!(member("aura"), None);
    }
}
