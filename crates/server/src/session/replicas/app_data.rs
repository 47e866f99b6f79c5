//! Updates about appData, the application's own content of an object. When a client creates, changes or
//! assigns an appData, the session calls these methods, which store it and send it to the other clients
//! that know it. A session is the Workers and objects that one or several clients share.

use super::Replicas;
use crate::session::client::ClientId;
use crate::session::entry_error::EntryError;
use protocol::limits::{APP_DATA_BYTES, APP_DATA_DEPTH};
use protocol::{AppDataContent, AppDataId, Handle, Json, Level, LogLine, Logger, Revision, Update};
use serde::de::IgnoredAny;
use session_logs::server::Keep;

impl Replicas {
    /// Sets the content of an appData for a client, at that revision of its own.
    pub(in crate::session) fn set_app_data(
        &mut self,
        (writer, revision): (ClientId, Option<Revision>),
        id: AppDataId,
        value: &Json,
    ) -> Result<(), EntryError> {
        let text = value.as_str();
        if text.len() > APP_DATA_BYTES {
            return Err(EntryError::AppDataTooLarge(text.len()));
        }
        // Other clients parse it: invalid JSON would be their error.
        serde_json::from_str::<IgnoredAny>(text)?;
        let levels = value.depth();
        if levels > APP_DATA_DEPTH {
            return Err(EntryError::AppDataTooDeep(levels));
        }
        let Ok(others) = self.app_data.set(id, text, writer, revision) else {
            let log = LogLine {
                worker: None,
                logger: Logger::Channel,
                level: Level::Warn,
                line: "the session's appData exceed the limit, one is not stored on the server"
                    .into(),
                error: None,
            };
            self.clients.push(writer, Update::Log(log), Keep::State);
            return Ok(());
        };
        for other in others {
            self.push_app_data(other, id, text);
        }
        Ok(())
    }

    /// Assigns another appData to an object for a client.
    pub(in crate::session) fn give_app_data(
        &mut self,
        giver: ClientId,
        target: Handle,
        app_data: Option<AppDataId>,
    ) {
        let Ok(old) = self.objects.set_app_data(target, app_data) else {
            return;
        };
        if let Some(app_data) = app_data {
            self.app_data.hold(app_data);
        }
        if let Some(old) = old {
            self.app_data.release(old);
        }
        for other in self.clients.ids() {
            if other != giver {
                self.introduce(other, app_data);
                let update = Update::SetAppData { target, app_data };
                self.clients.push(other, update, Keep::State);
            }
        }
    }

    /// Sends the content of an appData to a client, unless the client knows it.
    pub(super) fn introduce(&mut self, to: ClientId, app_data: Option<AppDataId>) {
        if let Some(id) = app_data
            && let Some(value) = self.app_data.introduce(id, to)
        {
            self.push_app_data(to, id, &value);
        }
    }

    fn push_app_data(&mut self, to: ClientId, id: AppDataId, value: &str) {
        let content = AppDataContent {
            id,
            value: Json::from_text(value),
            revision: self.app_data.revision(id, to),
        };
        self.clients.push(to, Update::AppData(content), Keep::State);
    }
}
