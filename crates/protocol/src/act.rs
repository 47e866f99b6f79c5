//! Acts: the inputs that a client sends to its session on a server, as data (a call of a method, a
//! `close()`, a new appData, a goodbye). The client builds one for each thing that its application does;
//! the server's session (the objects of one or several clients) executes each exactly once.

use crate::{AppDataId, Command, Handle, Json, Notice, Revision};

/// Act of a client. The session executes each exactly once, in their order.
///
/// `C` is a command with its companions: a [`Call`], boxed because most acts are small, or a placeholder
/// before it is sent.
#[derive(Debug, Clone)]
pub enum Act<C = Box<Call>> {
    /// A command to an object.
    Call(C),
    /// A packet or a message without a reply.
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
    /// Content of an appData: a new one before its first use, or a changed one.
    AppData {
        /// The appData.
        id: AppDataId,
        /// Its content.
        value: Json,
        /// The revision of this client that the content belongs to.
        revision: Option<Revision>,
    },
    /// `object.appData = appData`
    SetAppData {
        /// The object.
        target: Handle,
        /// Its new appData; `None` is an empty object.
        app_data: Option<AppDataId>,
    },
    /// Goodbye. A session without a name ends; one with a name waits for its clients to return.
    Leave,
}

/// Command to an object.
#[derive(Debug, Clone)]
pub struct Call {
    /// The object; [`Handle::default`] for `createWorker`.
    pub target: Handle,
    /// The command.
    pub command: Command,
    /// The appData of the object that it creates; `None` is an empty object.
    pub app_data: Option<AppDataId>,
}

impl<C> Act<C> {
    /// Converts the [`Call`](Self::Call), if it is one, with `map`.
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
