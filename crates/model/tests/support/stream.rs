//! Stream of updates as a server would send them about a Model, and the copy of the Model that follows
//! them. The interpreter of random programs calls it after each operation; `assert_same` panics if
//! copy and original differ, which would be a client that reads other values than its server holds.

use super::Run;
use model::{Change, Model, member};
use protocol::{Emission, Handle, Json, RequestId, Update};

/// Members of which some change without an event.
const SILENT: [&str; 6] = [
    "priority",
    "paused",
    "dtlsRemoteCert",
    "tuple",
    "rtpCapabilities",
    "consumableRtpParameters",
];

impl Run {
    /// Gives a member another value: `undefined`, a number, or what a flag may be.
    pub(super) fn set(&mut self, target: Handle, member: u8, value: u8) {
        let member = SILENT[usize::from(member) % SILENT.len()];
        let text = match value {
            0..50 => None,
            50..100 => Some("true".to_owned()),
            _ => Some(value.to_string()),
        };
        self.model.set(target, member, text);
    }

    pub(super) fn say_created(&mut self, handle: Handle) {
        self.say_changes();
        let object = self.model.object(handle).expect("it was made just now");
        self.said.push(Update::Created {
            object: object.into(),
            call: None,
        });
    }

    pub(super) fn say_emissions(
        &mut self,
        emissions: impl IntoIterator<Item = Emission>,
        notified: bool,
    ) {
        self.say_changes();
        self.said.extend(
            emissions
                .into_iter()
                .map(|emission| Update::Emission { emission, notified }),
        );
    }

    fn say_changes(&mut self) {
        let changes = self.model.take_changes().into_iter();
        self.said.extend(changes.map(|change| match change {
            Change::Set {
                handle,
                member,
                text,
            } => {
                let text = text.map(|text| Json::from_text(text.into_owned()));
                Update::Set {
                    target: handle,
                    members: [(member.to_owned(), text)].into(),
                }
            }
            Change::Linked(one, other) => Update::Linked { one, other },
        }));
    }

    /// Updates the copy, which then is the same, and returns the updates.
    pub(super) fn copied(&mut self) -> Vec<Update<RequestId>> {
        self.say_changes();
        let said = std::mem::take(&mut self.said);
        for entry in said.clone() {
            follow(&mut self.copy, entry);
        }
        assert_same(&self.model, &self.copy);
        for handle in self.shadows.keys() {
            let is_closed = |model: &Model| model.get(*handle).map(|entity| entity.closed);
            assert_eq!(is_closed(&self.model), is_closed(&self.copy), "{handle:?}");
        }
        said
    }
}

fn follow(copy: &mut Model, entry: Update<RequestId>) {
    match entry {
        Update::Created { object, .. } => {
            let again = (*object).clone();
            assert!(copy.insert_object(*object));
            assert!(!copy.insert_object(again), "there is one already");
        }
        Update::Set { target, members } => {
            for (name, text) in members {
                let name = member(&name).expect("a name of ours");
                copy.set(target, name, text.map(Json::into_string));
            }
        }
        Update::Linked { one, other } => copy.link(one, other),
        Update::Emission { emission, .. } => copy.follow(&emission),
        other => panic!("nobody says {other:?}"),
    }
}

/// The same objects are open in both, and all that can be read of them is the same.
pub(crate) fn assert_same(original: &Model, copy: &Model) {
    let open = |model: &Model| -> Vec<Handle> {
        let objects = model.objects().into_iter();
        objects.map(|(handle, _)| handle).collect()
    };
    let handles = open(original);
    assert_eq!(handles, open(copy));
    for handle in handles {
        assert_eq!(original.object(handle), copy.object(handle));
        let entity = original.open(handle).expect("it is open");
        assert_eq!(
            original.find(entity.worker, &entity.id),
            copy.find(entity.worker, &entity.id)
        );
    }
}
