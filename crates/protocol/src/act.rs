//! Acts of a client, as its session executes them.

use crate::{AppDataId, Command, Handle, Json, Notice, Revision};

/// Act of a client. The session executes each exactly once, in their order.
///
/// `C` is a command with what travels beside it: a [`Call`], boxed because most acts are small, or whatever
/// stands for one before it is sent.
#[derive(Debug, Clone)]
pub enum Act<C = Box<Call>> {
    /// A command to an object.
    Call(C),
    /// A packet or a message, which has no answer.
    Notice {
        /// The object.
        target: Handle,
        /// Its kind.
        notice: Notice,
        /// Its bytes.
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
        /// The codecs; `None` is `undefined`.
        media_codecs: Option<Json>,
    },
    /// Content of an appData: a new one before its first use, or one that has changed.
    AppData {
        /// The appData.
        id: AppDataId,
        /// Its content.
        value: Json,
        /// The change of this client's that makes it so.
        revision: Option<Revision>,
    },
    /// `object.appData = appData`
    SetAppData {
        /// The object.
        target: Handle,
        /// Its appData from now on; `None` is one that holds nothing.
        app_data: Option<AppDataId>,
    },
    /// Goodbye. A session without a name ends; one with a name waits for its clients to come back.
    Leave,
}

/// Command to an object.
#[derive(Debug, Clone)]
pub struct Call {
    /// The object; [`Handle::default`] for `createWorker`.
    pub target: Handle,
    /// The command.
    pub command: Command,
    /// The appData of the object that it creates; `None` is one that holds nothing.
    pub app_data: Option<AppDataId>,
}

impl<C> Act<C> {
    /// Turns the command, if it is one, into another form of it.
    pub fn try_map_call<D, E>(self, map: impl FnOnce(C) -> Result<D, E>) -> Result<Act<D>, E> {
        Ok(match self {
            Self::Call(call) => Act::Call(map(call)?),
            Self::Notice {
                target,
                notice,
                data,
            } => Act::Notice {
                target,
                notice,
                data,
            },
            Self::Close { target } => Act::Close { target },
            Self::UpdateMediaCodecs {
                target,
                media_codecs,
            } => Act::UpdateMediaCodecs {
                target,
                media_codecs,
            },
            Self::AppData {
                id,
                value,
                revision,
            } => Act::AppData {
                id,
                value,
                revision,
            },
            Self::SetAppData { target, app_data } => Act::SetAppData { target, app_data },
            Self::Leave => Act::Leave,
        })
    }
}
