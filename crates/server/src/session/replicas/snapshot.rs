//! All that a session holds, in parts.

use super::Replicas;
use crate::session::client::ClientId;
use model::Model;
use protocol::limits::SNAPSHOT_BYTES;
use protocol::wire::{Object, ServerEntry, Snapshot, Text, encode};
use protocol::{Handle, Json};

impl Replicas {
    /// Puts a snapshot at the head of a client's log.
    pub(super) fn snapshot(&mut self, model: &Model, id: ClientId) {
        let mut parts = Parts::default();
        for (app_data, value) in self.app_data.introduce_all(id) {
            let text = Text::Inline(Json::from_text(&*value));
            let part = parts.of(value.len());
            part.app_data.push((app_data, text));
            if let Some(revision) = self.app_data.revision(app_data, id) {
                part.revisions.push((app_data, revision.0));
            }
        }
        let objects = self.open_objects(model);
        tracing::debug!(client = id.0, objects = objects.len(), "snapshot");
        for object in objects {
            parts.of(bytes(&object)).objects.push(object);
        }
        if let Some(client) = self.clients.get_mut(id) {
            client.clear_texts();
            client.place.snapshot(parts.encode());
        }
    }

    /// The open objects that clients know, each after its parent.
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

/// A snapshot's parts, the last of them not full yet.
#[derive(Default)]
struct Parts {
    full: Vec<Snapshot>,
    last: Snapshot,
    last_bytes: usize,
}

impl Parts {
    /// The part that takes something of so many bytes.
    fn of(&mut self, bytes: usize) -> &mut Snapshot {
        if self.last_bytes > 0 && self.last_bytes + bytes > SNAPSHOT_BYTES {
            self.full.push(std::mem::take(&mut self.last));
            self.last_bytes = 0;
        }
        self.last_bytes += bytes;
        &mut self.last
    }

    fn encode(mut self) -> Vec<Vec<u8>> {
        self.full.push(self.last);
        let count = self.full.len();
        (0..)
            .zip(self.full)
            .map(|(part, mut snapshot)| {
                snapshot.part = part;
                snapshot.more = part as usize + 1 < count;
                encode(&ServerEntry::Snapshot(snapshot))
            })
            .collect()
    }
}

/// Bytes of an object's texts.
fn bytes(object: &Object) -> usize {
    let text = |text: &Text| match text {
        Text::Inline(json) => json.as_str().len(),
        Text::Slot(_) => 0,
    };
    object.members.values().map(text).sum::<usize>() + object.id.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::wire::decode;

    #[test]
    fn parts_are_numbered_and_none_is_too_large() {
        for (texts, sizes) in [
            (vec![], vec![0]),
            (vec![10, 20], vec![2]),
            (vec![SNAPSHOT_BYTES, 1, SNAPSHOT_BYTES + 1], vec![1, 1, 1]),
            (vec![SNAPSHOT_BYTES / 2; 5], vec![2, 2, 1]),
        ] {
            let mut parts = Parts::default();
            for bytes in texts {
                let value = Text::Inline(Json::from_text("0"));
                let part = parts.of(bytes);
                part.app_data.push((protocol::wire::AppDataId(1), value));
            }
            let parts = parts.encode();
            assert_eq!(parts.len(), sizes.len());
            for (place, (entry, size)) in parts.iter().zip(&sizes).enumerate() {
                let ServerEntry::Snapshot(snapshot) = decode(entry).unwrap() else {
                    panic!("no snapshot");
                };
                assert_eq!(snapshot.part as usize, place);
                assert_eq!(snapshot.more, place + 1 < sizes.len());
                assert_eq!(snapshot.app_data.len(), *size);
            }
        }
    }
}
