//! Table of the appData values of a session (appData is the application's own content of an object, such as
//! a Producer's): shared by all its clients, each value stored once. `Replicas` sets values here, and
//! learns which clients it has to send one to.
//!
//! An appData is *in use* while open objects have it, or pending commands name it. An unused one is kept for
//! a while, because its client may have named it in a command that hasn't arrived yet; [`UNUSED`] and
//! [`UNUSED_BYTES`] limit that.
//!
//! A client *knows* an appData that it has created or that the server has introduced to it: before the first
//! use, and again with each change.

use super::client::ClientId;
use protocol::{AppDataId, Revision};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

/// Limit of unused appData: a few per peer that joins or leaves.
const UNUSED: usize = 1024;

/// Limit in bytes of unused values.
const UNUSED_BYTES: usize = 16 * 1024 * 1024;

/// Limit in bytes of all values of a session: a few KiB for each of many thousand objects.
const BYTES: usize = 256 * 1024 * 1024;

/// Value of an appData that no client has set.
const NOTHING: &str = "{}";

/// Order in which appData became unused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Age(u64);

/// All appData of a session.
#[derive(Debug)]
pub(crate) struct AppDataTable {
    all: HashMap<AppDataId, AppData>,
    /// Values by content.
    values: HashSet<Rc<str>>,
    /// Unused appData, the oldest first.
    unused: BTreeMap<Age, AppDataId>,
    unused_bytes: usize,
    /// The last assigned age.
    newest: Age,
    /// Bytes of `values`, and their limit.
    bytes: usize,
    room: usize,
}

#[derive(Debug)]
struct AppData {
    value: Rc<str>,
    uses: usize,
    /// Its position among the unused, while it is one of them.
    unused: Option<Age>,
    /// The client that set the value.
    writer: Option<ClientId>,
    /// Clients that know it, the writer included.
    known_to: Vec<ClientId>,
    /// Clients that have changed it, each with its last revision.
    revisions: Vec<(ClientId, Revision)>,
}

/// The session's appData exceed their limit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Default for AppDataTable {
    fn default() -> Self {
        Self {
            all: HashMap::new(),
            values: HashSet::new(),
            unused: BTreeMap::new(),
            unused_bytes: 0,
            newest: Age::default(),
            bytes: 0,
            room: BYTES,
        }
    }
}

impl AppDataTable {
    /// Sets a value for a client, at that revision of its own. Returns the other clients that know the appData.
    pub(crate) fn set(
        &mut self,
        id: AppDataId,
        value: &str,
        writer: ClientId,
        revision: Option<Revision>,
    ) -> Result<Vec<ClientId>, Full> {
        let known = self.all.get(&id);
        let is_same = known.is_some_and(|known| *known.value == *value);
        if !is_same && !self.values.contains(value) && self.bytes + value.len() > self.room {
            self.note(id, writer, revision);
            return Err(Full);
        }
        if known.is_none() {
            self.insert(id);
        }
        self.note(id, writer, revision);
        let kept = self.keep(value);
        let Some(app_data) = self.all.get_mut(&id) else {
            return Ok(Vec::new());
        };
        let old = std::mem::replace(&mut app_data.value, Rc::clone(&kept));
        if app_data.uses == 0 {
            self.unused_bytes = self.unused_bytes - old.len() + kept.len();
        }
        app_data.writer = Some(writer);
        let others = app_data.known_to.iter().filter(|client| **client != writer);
        let others = if is_same {
            Vec::new()
        } else {
            others.copied().collect()
        };
        if !app_data.known_to.contains(&writer) {
            app_data.known_to.push(writer);
        }
        self.give_up(&old);
        self.evict();
        Ok(others)
    }

    /// Returns the client's last revision that the value includes, if it has made any.
    pub(crate) fn revision(&self, id: AppDataId, client: ClientId) -> Option<Revision> {
        let mut revisions = self.all.get(&id)?.revisions.iter();
        let (_, revision) = revisions.find(|(who, _)| *who == client)?;
        Some(*revision)
    }

    /// Records a client's revision, whether there is room for its value or not.
    fn note(&mut self, id: AppDataId, writer: ClientId, revision: Option<Revision>) {
        if let Some(app_data) = self.all.get_mut(&id) {
            app_data.revisions.retain(|(who, _)| *who != writer);
            app_data.revisions.extend(revision.map(|it| (writer, it)));
        }
    }

    /// Adds a use of an appData.
    pub(crate) fn hold(&mut self, id: AppDataId) {
        if !self.all.contains_key(&id) {
            self.insert(id);
        }
        if let Some(app_data) = self.all.get_mut(&id) {
            if let Some(age) = app_data.unused.take() {
                self.unused.remove(&age);
                self.unused_bytes -= app_data.value.len();
            }
            app_data.uses += 1;
        }
    }

    /// Removes a use of an appData.
    pub(crate) fn release(&mut self, id: AppDataId) {
        let Some(app_data) = self.all.get_mut(&id) else {
            return;
        };
        app_data.uses -= 1;
        if app_data.uses == 0 {
            // Others are introduced again at the next use; the writer has the newest value.
            let writer = app_data.writer;
            app_data.known_to.retain(|client| Some(*client) == writer);
            self.retire(id);
            self.evict();
        }
    }

    /// Returns the value to introduce to a client before an entry names this appData, unless the client knows it.
    pub(crate) fn introduce(&mut self, id: AppDataId, client: ClientId) -> Option<Rc<str>> {
        let app_data = self.all.get_mut(&id)?;
        if app_data.known_to.contains(&client) {
            return None;
        }
        app_data.known_to.push(client);
        Some(Rc::clone(&app_data.value))
    }

    /// Introduces everything in use to a client, whether it knows it or not.
    pub(crate) fn introduce_all(&mut self, client: ClientId) -> Vec<(AppDataId, Rc<str>)> {
        let mut all = Vec::new();
        for (id, app_data) in &mut self.all {
            let knows = app_data.known_to.contains(&client);
            if app_data.uses > 0 {
                all.push((*id, Rc::clone(&app_data.value)));
                if !knows {
                    app_data.known_to.push(client);
                }
            }
        }
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    /// Drops a client that has left.
    pub(crate) fn forget(&mut self, client: ClientId) {
        for app_data in self.all.values_mut() {
            app_data.known_to.retain(|other| *other != client);
            app_data.revisions.retain(|(who, _)| *who != client);
            if app_data.writer == Some(client) {
                app_data.writer = None;
            }
        }
    }

    fn insert(&mut self, id: AppDataId) {
        let value = self.keep(NOTHING);
        let app_data = AppData {
            value,
            uses: 0,
            unused: None,
            writer: None,
            known_to: Vec::new(),
            revisions: Vec::new(),
        };
        self.all.insert(id, app_data);
        self.retire(id);
    }

    /// Moves an appData to the unused ones.
    fn retire(&mut self, id: AppDataId) {
        if let Some(app_data) = self.all.get_mut(&id) {
            self.newest.0 += 1;
            app_data.unused = Some(self.newest);
            self.unused.insert(self.newest, id);
            self.unused_bytes += app_data.value.len();
        }
    }

    fn evict(&mut self) {
        while (self.unused.len() > UNUSED || self.unused_bytes > UNUSED_BYTES)
            && let Some((_, id)) = self.unused.pop_first()
            && let Some(app_data) = self.all.remove(&id)
        {
            self.unused_bytes -= app_data.value.len();
            self.give_up(&app_data.value);
        }
    }

    /// Returns the shared copy of a value.
    fn keep(&mut self, value: &str) -> Rc<str> {
        if let Some(kept) = self.values.get(value) {
            return Rc::clone(kept);
        }
        let kept: Rc<str> = value.into();
        self.bytes += kept.len();
        self.values.insert(Rc::clone(&kept));
        kept
    }

    /// Drops a value unless it is used elsewhere. Two references are ours: this one and that in `values`.
    fn give_up(&mut self, value: &Rc<str>) {
        if Rc::strong_count(value) == 2 && self.values.remove(value) {
            self.bytes -= value.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: ClientId = ClientId(1);
    const OTHER: ClientId = ClientId(2);

    fn id(number: usize) -> AppDataId {
        AppDataId(number as u64)
    }

    #[test]
    fn equal_values_are_stored_once_and_dropped_with_their_last_use() {
        let mut table = AppDataTable::default();
        let large = "x".repeat(1000);
        for number in 0..20 {
            table
                .set(id(number), &large, ONE, Some(Revision(1)))
                .unwrap();
            table.hold(id(number));
        }
        assert_eq!(table.bytes, 1000);
        for number in 0..19 {
            table.set(id(number), "[]", ONE, Some(Revision(1))).unwrap();
        }
        assert_eq!(table.bytes, 1002);
        table.set(id(19), "[]", ONE, Some(Revision(1))).unwrap();
        assert!(!table.values.contains(large.as_str()));
    }

    #[test]
    fn others_are_introduced_before_its_first_use_and_after_changes() {
        let mut table = AppDataTable::default();
        assert_eq!(table.set(id(1), "1", ONE, Some(Revision(1))), Ok(vec![]));
        table.hold(id(1));
        assert_eq!(table.introduce(id(1), ONE), None);
        assert_eq!(table.introduce(id(1), OTHER).as_deref(), Some("1"));
        assert_eq!(table.introduce(id(1), OTHER), None);
        assert_eq!(
            table.set(id(1), "2", ONE, Some(Revision(1))),
            Ok(vec![OTHER])
        );
        assert_eq!(
            table.set(id(1), "2", ONE, Some(Revision(1))),
            Ok(vec![]),
            "nothing is new"
        );
        assert_eq!(
            table.set(id(1), "3", OTHER, Some(Revision(1))),
            Ok(vec![ONE])
        );

        table.release(id(1));
        table.hold(id(1));
        assert_eq!(table.introduce(id(1), OTHER), None, "it has written it");
        assert_eq!(table.introduce(id(1), ONE).as_deref(), Some("3"));
    }

    #[test]
    fn a_value_has_the_last_included_revision_of_each_client() {
        let mut table = AppDataTable::default();
        table.set(id(1), "1", ONE, Some(Revision(1))).unwrap();
        assert_eq!(table.introduce(id(1), OTHER).as_deref(), Some("1"));
        assert_eq!(table.revision(id(1), OTHER), None);
        table.set(id(1), "2", ONE, Some(Revision(2))).unwrap();
        table.set(id(1), "3", OTHER, Some(Revision(1))).unwrap();
        assert_eq!(table.revision(id(1), ONE), Some(Revision(2)));
        assert_eq!(table.revision(id(1), OTHER), Some(Revision(1)));
        table.forget(ONE);
        assert_eq!(table.revision(id(1), ONE), None);
        assert_eq!(table.revision(id(2), OTHER), None);
    }

    #[test]
    fn a_new_client_is_introduced_to_everything_in_use() {
        let mut table = AppDataTable::default();
        for number in 0..3 {
            table
                .set(id(number), &number.to_string(), ONE, Some(Revision(1)))
                .unwrap();
        }
        table.hold(id(2));
        table.hold(id(1));
        table.hold(id(7));
        let all = table.introduce_all(OTHER);
        let all: Vec<_> = all.iter().map(|(id, value)| (id.0, &**value)).collect();
        assert_eq!(all, [(1, "1"), (2, "2"), (7, NOTHING)]);
        assert_eq!(table.introduce(id(2), OTHER), None);
        assert_eq!(
            table.set(id(2), "two", ONE, Some(Revision(1))),
            Ok(vec![OTHER])
        );
        table.forget(OTHER);
        assert_eq!(table.set(id(2), "2", ONE, Some(Revision(1))), Ok(vec![]));
    }

    #[test]
    fn unused_app_data_is_limited() {
        let mut table = AppDataTable::default();
        table.set(id(0), "0", ONE, Some(Revision(1))).unwrap();
        table.hold(id(0));
        for number in 1..=10 * UNUSED {
            table
                .set(id(number), &number.to_string(), ONE, Some(Revision(1)))
                .unwrap();
        }
        assert_eq!(table.all.len(), UNUSED + 1);
        assert_eq!(table.unused.len(), UNUSED);
        let huge = "x".repeat(UNUSED_BYTES / 3);
        for number in 0..10 {
            let value = format!("{number}{huge}");
            table
                .set(id(20_000 + number), &value, ONE, Some(Revision(1)))
                .unwrap();
        }
        assert!(table.unused_bytes <= UNUSED_BYTES);
        assert!(table.bytes <= UNUSED_BYTES + 2 * UNUSED);
        assert!(table.all.contains_key(&id(0)));
    }

    #[test]
    fn values_are_limited_in_total() {
        let mut table = AppDataTable {
            room: 100,
            ..AppDataTable::default()
        };
        let long = "x".repeat(40);
        table.set(id(1), &long, ONE, Some(Revision(1))).unwrap();
        table.set(id(2), &long, ONE, Some(Revision(1))).unwrap();
        table
            .set(id(3), &"y".repeat(50), ONE, Some(Revision(1)))
            .unwrap();
        assert_eq!(
            table.set(id(4), &"z".repeat(20), ONE, Some(Revision(1))),
            Err(Full)
        );
        assert!(!table.all.contains_key(&id(4)));
        table.set(id(3), "[]", ONE, Some(Revision(1))).unwrap();
        table
            .set(id(4), &"z".repeat(20), ONE, Some(Revision(1)))
            .unwrap();
        assert_eq!(table.bytes, 62);
    }
}
