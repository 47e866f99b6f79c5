//! All that a session holds, as one entry.

use super::Session;
use super::client::ClientId;
use protocol::wire::{Object, ServerEntry, Snapshot, Text, encode};
use protocol::{Handle, Json};

impl Session {
    /// Puts a snapshot at the head of a client's log.
    pub(super) fn snapshot(&mut self, id: ClientId) {
        let snapshot = Snapshot {
            app_data: self
                .app_data
                .introduce_all(id)
                .into_iter()
                .map(|(id, value)| (id, Text::Inline(Json::from_text(&*value))))
                .collect(),
            objects: self.open_objects(),
        };
        tracing::debug!(client = id.0, objects = snapshot.objects.len(), "snapshot");
        if let Some(client) = self.clients.get_mut(&id) {
            client.clear_texts();
            client
                .place
                .snapshot(vec![encode(&ServerEntry::Snapshot(snapshot))]);
        }
    }

    /// The open objects that clients were told of, each after its parent.
    fn open_objects(&self) -> Vec<Object> {
        let local = self.host.local();
        let model = local.model();
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
