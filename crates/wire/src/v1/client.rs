//! Types of a client's entries, the numbered messages that it sends to its server, in their MessagePack
//! form. The encoder and the decoder of acts (inputs of a client) convert from and to them; outside this
//! crate only tests use them.

use super::Text;
use protocol::{AppDataId, Command, Handle, Json, Notice, Repeated};
use serde::{Deserialize, Serialize};

/// An entry of a client's log. The session executes each exactly once, in their order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClientEntry {
    /// Definition: from now on, this slot of the client holds this text.
    Define {
        /// Less than [`limits::SLOTS`](protocol::limits::SLOTS).
        slot: u32,
        /// The text.
        text: Json,
    },
    /// A command. Its answer refers to it by the number of this entry.
    Call(Box<WireCall>),
    /// A packet or a message, which has no answer.
    Notice {
        /// The object.
        target: Handle,
        /// Its kind.
        notice: Notice,
        /// Its bytes.
        #[serde(with = "serde_bytes")]
        data: Vec<u8>,
    },
    /// `close()`. The client has closed the object and all below it.
    Close {
        /// The object.
        target: Handle,
    },
    /// `router.updateMediaCodecs()`. The client has checked the codecs.
    UpdateMediaCodecs {
        /// The Router.
        target: Handle,
        /// The codecs; absent is `undefined`.
        #[serde(default)]
        media_codecs: Option<Text>,
    },
    /// Content of an appData: a new one before its first use, or a changed one.
    AppData {
        /// The appData.
        id: AppDataId,
        /// Its content.
        value: Text,
        /// The client's revision of it, counted from 1.
        #[serde(default, skip_serializing_if = "super::is_zero")]
        revision: u64,
    },
    /// `object.appData = appData`
    SetAppData {
        /// The object.
        target: Handle,
        /// Its new appData; absent is an empty object.
        #[serde(default)]
        app_data: Option<AppDataId>,
    },
    /// Goodbye. A session without a name ends; one with a name waits for its clients to return.
    Leave,
}

/// A command to an object.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WireCall {
    /// The object; 0 for `createWorker`.
    pub target: Handle,
    /// The command, without the options in `values`.
    pub command: Command,
    /// Its options whose texts repeat.
    #[serde(default, skip_serializing_if = "Values::is_empty")]
    pub values: Values,
    /// The appData of the object that it creates; absent is an empty object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_data: Option<AppDataId>,
}

/// Options of a command whose texts repeat, by their names in the command.
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
    /// Moves the repeating option out of a command; `text` converts it to its form on the wire.
    pub fn take(command: &mut Command, text: impl FnOnce(&str) -> Text) -> Self {
        let mut values = Self::default();
        if let Some((option, json)) = command.repeated()
            && let Some(json) = json.take()
        {
            *values.of(option) = Some(text(json.as_str()));
        }
        values
    }

    /// Moves it back; `json` resolves it. A value is ignored if the command has no option for it.
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
