//! Split of a snapshot (the state of all objects, sent to a client that missed too many messages) into
//! entries of limited size. The encoder of updates calls it and gets the parts' bytes; the client's
//! decoder returns the snapshot when the last part has come.

use super::object::object_of;
use crate::v1::server::{ServerEntry, SnapshotPart};
use crate::v1::{Text, encode};
use protocol::limits::SNAPSHOT_BYTES;
use protocol::{AppDataContent, Snapshot};

/// Returns the entries of a snapshot, each of about [`SNAPSHOT_BYTES`] at most.
pub(super) fn encode_parts(snapshot: Snapshot) -> Vec<Vec<u8>> {
    let mut parts = Parts::default();
    for content in snapshot.app_data {
        let part = parts.with_room(content.value.as_str().len());
        push_app_data(part, content);
    }
    for object in snapshot.objects {
        let texts = object.members.values().map(|json| json.as_str().len());
        let part = parts.with_room(texts.sum::<usize>() + object.id.len());
        part.objects.push(object_of(object, Text::Inline));
    }
    parts.encode()
}

/// Returns a snapshot in one part.
pub(super) fn whole(snapshot: Snapshot) -> SnapshotPart {
    let mut part = SnapshotPart::default();
    for content in snapshot.app_data {
        push_app_data(&mut part, content);
    }
    let objects = snapshot.objects.into_iter();
    part.objects = objects.map(|it| object_of(it, Text::Inline)).collect();
    part
}

fn push_app_data(part: &mut SnapshotPart, content: AppDataContent) {
    if let Some(revision) = content.revision {
        part.revisions.push((content.id, revision.0));
    }
    part.app_data
        .push((content.id, Text::Inline(content.value)));
}

/// Parts of a snapshot; the last isn't full yet.
#[derive(Default)]
struct Parts {
    full: Vec<SnapshotPart>,
    last: SnapshotPart,
    last_bytes: usize,
}

impl Parts {
    /// Returns the part with room for this many bytes.
    fn with_room(&mut self, bytes: usize) -> &mut SnapshotPart {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::decode;
    use protocol::{AppDataId, Json};

    #[test]
    fn parts_are_numbered_and_none_is_too_large() {
        for (texts, sizes) in [
            (vec![], vec![0]),
            (vec![10, 20], vec![2]),
            (vec![SNAPSHOT_BYTES, 1, SNAPSHOT_BYTES + 1], vec![1, 1, 1]),
            (vec![SNAPSHOT_BYTES / 2; 5], vec![2, 2, 1]),
        ] {
            let content = |bytes| AppDataContent {
                id: AppDataId(1),
                value: Json::from_text("x".repeat(bytes)),
                revision: None,
            };
            let parts = encode_parts(Snapshot {
                app_data: texts.into_iter().map(content).collect(),
                objects: Vec::new(),
            });
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
