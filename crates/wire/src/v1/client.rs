//! Entries of a client's log.

use super::Text;
use protocol::{AppDataId, Command, Handle, Json, Notice, Repeated};
use serde::{Deserialize, Serialize};

/// An entry of a client's log. The session executes each exactly once, in their order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClientEntry {
    /// From now on, this slot of the client holds this text.
    Define {
        /// Less than [`limits::SLOTS`](protocol::limits::SLOTS).
        slot: u32,
        /// The text.
        text: Json,
    },
    /// A command. Its answer names it by the number of this entry.
    Call(Box<Call>),
    /// What has no answer: a packet or a message.
    Notice {
        /// The object.
        target: Handle,
        /// What it is.
        notice: Notice,
        /// The packet's or the message's bytes.
        #[serde(with = "serde_bytes")]
        data: Vec<u8>,
    },
    /// `close()`. The client has closed the object and all below it.
    Close {
        /// The object.
        target: Handle,
    },
    /// `router.updateMediaCodecs()`. The client has checked them.
    UpdateMediaCodecs {
        /// The Router.
        target: Handle,
        /// The codecs; none is `undefined`.
        #[serde(default)]
        media_codecs: Option<Text>,
    },
    /// What an appData holds: a new one before its first use, or one that has changed.
    AppData {
        /// Which.
        id: AppDataId,
        /// What it holds.
        value: Text,
        /// Which of this client's changes of it, counted from 1.
        #[serde(default, skip_serializing_if = "super::is_zero")]
        revision: u64,
    },
    /// `object.appData = appData`
    SetAppData {
        /// The object.
        target: Handle,
        /// Its appData from now on; none is one that holds nothing.
        #[serde(default)]
        app_data: Option<AppDataId>,
    },
    /// Goodbye. A session without a name ends; one with a name waits for its clients to come back.
    Leave,
}

/// A command to an object.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The object; 0 for `createWorker`.
    pub target: Handle,
    /// The command, without what is in `values`.
    pub command: Command,
    /// Its options that repeat.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub values: Values,
    /// The appData of the object that it creates; none is one that holds nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_data: Option<AppDataId>,
}

/// Options of a command that come again and again, by their names there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Values {
    /// Of `consume`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtp_capabilities: Option<Text>,
    /// Of `produce`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtp_parameters: Option<Text>,
    /// Of `createRouter`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_codecs: Option<Text>,
}

impl Values {
    /// Takes the option that repeats out of a command; `text` says how it is sent.
    pub fn take(command: &mut Command, text: impl FnOnce(&str) -> Text) -> Self {
        let mut values = Self::default();
        if let Some((option, json)) = command.repeated()
            && let Some(json) = json.take()
        {
            *values.of(option) = Some(text(json.as_str()));
        }
        values
    }

    /// Puts it back; `json` gives what was sent. A value that the command has no option for is ignored.
    pub fn put_back<E>(
        mut self,
        command: &mut Command,
        json: impl FnOnce(&Text) -> Result<Json, E>,
    ) -> Result<(), E> {
        if let Some((option, place)) = command.repeated()
            && let Some(text) = self.of(option)
        {
            *place = Some(json(text)?);
        }
        Ok(())
    }

    fn of(&mut self, option: Repeated) -> &mut Option<Text> {
        match option {
            Repeated::RtpCapabilities => &mut self.rtp_capabilities,
            Repeated::RtpParameters => &mut self.rtp_parameters,
            Repeated::MediaCodecs => &mut self.media_codecs,
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
