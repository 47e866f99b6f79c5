//! appData between clients: what one brings in or changes, the others hear of.

use super::Session;
use super::client::ClientId;
use super::commands::Wrong;
use ::session::server::Keep;
use protocol::limits::{APP_DATA_BYTES, APP_DATA_DEPTH};
use protocol::wire::{AppDataId, ServerEntry};
use protocol::{Handle, Json, Level, Log, Logger};
use serde::de::IgnoredAny;
use std::time::Instant;

impl Session {
    pub(super) fn set_app_data(
        &mut self,
        now: Instant,
        (writer, revision): (ClientId, u64),
        id: AppDataId,
        value: &Json,
    ) -> Result<(), Wrong> {
        let text = value.as_str();
        if text.len() > APP_DATA_BYTES {
            return Err(Wrong::AppDataTooLarge(text.len()));
        }
        // Others parse it: what isn't JSON would be their error.
        serde_json::from_str::<IgnoredAny>(text)?;
        let levels = value.depth();
        if levels > APP_DATA_DEPTH {
            return Err(Wrong::AppDataTooDeep(levels));
        }
        let Ok(others) = self.app_data.set(id, text, writer, revision) else {
            let log = Log {
                worker: None,
                logger: Logger::Channel,
                level: Level::Warn,
                line: "the session's appData are too large, one isn't kept on the server".into(),
                error: None,
            };
            if let Some(client) = self.clients.get_mut(&writer) {
                client.push(now, &log.into(), Keep::State);
            }
            return Ok(());
        };
        for other in others {
            self.tell_app_data(now, other, id, text);
        }
        Ok(())
    }

    /// A client gives an object another appData.
    pub(super) fn give_app_data(
        &mut self,
        now: Instant,
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
        for other in self.clients() {
            if other != giver {
                self.introduce(now, other, app_data);
                if let Some(client) = self.clients.get_mut(&other) {
                    let entry = ServerEntry::SetAppData { target, app_data };
                    client.push(now, &entry, Keep::State);
                }
            }
        }
    }

    /// Tells a client what an appData holds, unless it knows.
    pub(super) fn introduce(&mut self, now: Instant, to: ClientId, app_data: Option<AppDataId>) {
        if let Some(id) = app_data
            && let Some(value) = self.app_data.introduce(id, to)
        {
            self.tell_app_data(now, to, id, &value);
        }
    }

    fn tell_app_data(&mut self, now: Instant, to: ClientId, id: AppDataId, value: &str) {
        if let Some(client) = self.clients.get_mut(&to) {
            let entry = ServerEntry::AppData {
                id,
                value: client.text(now, value),
                revision: self.app_data.revision(id, to),
            };
            client.push(now, &entry, Keep::State);
        }
    }
}
