//! Snapshots: the whole state of a session as one update for one client. The session's turn makes one when
//! a client joins, and when a client has missed more than its log holds; the client replaces its copy of
//! the objects by it. A session is the Workers and objects that one or several clients share.

use super::Replicas;
use crate::session::client::ClientId;
use model::Model;
use protocol::{AppDataContent, Handle, Json, Object, Snapshot};
use std::rc::Rc;

impl Replicas {
    /// Puts a snapshot at the head of a client's log.
    pub(super) fn snapshot(&mut self, model: &Model, id: ClientId) {
        let app_data = self.app_data.introduce_all(id);
        let content = |(app_data, value): (_, Rc<str>)| AppDataContent {
            id: app_data,
            value: Json::from_text(&*value),
            revision: self.app_data.revision(app_data, id),
        };
        let snapshot = Snapshot {
            app_data: app_data.into_iter().map(content).collect(),
            objects: self.open_objects(model),
        };
        tracing::debug!(client = id.0, objects = snapshot.objects.len(), "snapshot");
        if let Some(client) = self.clients.get_mut(id) {
            client.push_snapshot(snapshot);
        }
    }

    /// Returns the open objects that clients know, each after its parent.
    fn open_objects(&self, model: &Model) -> Vec<Object> {
        let object = |handle: Handle| {
            let mut object = model.object(handle)?;
            object.app_data = self.objects.app_data(handle);
            Some(object)
        };
        model
            .objects()
            .into_iter()
            .map(|(handle, _)| handle)
            .filter(|handle| self.objects.is_open(*handle))
            .filter_map(object)
            .collect()
    }
}
