//! Table of the objects of a session (the Workers, Routers and so on that one or several clients share), by
//! the handles that clients use. The session asks it if a client's command names a known object; it also adds
//! each new object and marks each closed one. The last 10,000 closed objects stay known, so that a
//! command to one gets mediasoup's error for closed objects, not "unknown". Open objects, and those that pending
//! commands may create, count for the limit of the session's owner; past it the table refuses more.

use super::tenant::Share;
use protocol::AppDataId;
use protocol::limits::CLOSED_OBJECTS;
use protocol::{Error, Handle};
use std::collections::{HashMap, VecDeque};

/// Table of the objects.
#[derive(Debug)]
pub(crate) struct Objects {
    known: HashMap<Handle, Known>,
    open: usize,
    /// Number of objects that pending commands may create.
    reserved: usize,
    share: Share,
    /// Closed objects, the oldest first.
    closed: VecDeque<Handle>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    open: bool,
    app_data: Option<AppDataId>,
}

/// The object is closed or unknown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotOpen;

impl Objects {
    pub(crate) fn new(share: Share) -> Self {
        Self {
            known: HashMap::new(),
            open: 0,
            reserved: 0,
            share,
            closed: VecDeque::new(),
        }
    }

    /// Rejects a command that may create this many if the tenant would exceed `limit`.
    pub(crate) fn check(&self, creates: usize, limit: usize) -> Result<(), Error> {
        let others = self.share.of_tenant().saturating_sub(self.share.own());
        let all = others + self.open + self.reserved + creates;
        if creates > 0 && all > limit {
            return Err(Error::plain(format!(
                "limit of {limit} objects reached: close some first"
            )));
        }
        Ok(())
    }

    /// Reserves the objects that a command may create.
    pub(crate) fn reserve(&mut self, creates: usize) {
        self.reserved += creates;
    }

    /// Releases the reservation of an answered command: its objects exist by now.
    pub(crate) fn give_back(&mut self, creates: usize) {
        self.reserved -= creates;
    }

    /// Updates the tenant's count of open objects.
    pub(crate) fn count(&mut self) {
        self.share.set(self.open);
    }

    /// Adds a new object, which clients know from now on.
    pub(crate) fn insert(&mut self, handle: Handle, open: bool, app_data: Option<AppDataId>) {
        self.known.insert(handle, Known { open, app_data });
        if open {
            self.open += 1;
        } else {
            self.closed.push_back(handle);
        }
    }

    /// Closes an object and returns its appData, which it doesn't use any more.
    pub(crate) fn close(&mut self, handle: Handle) -> Result<Option<AppDataId>, NotOpen> {
        let known = self.open_one(handle)?;
        known.open = false;
        let app_data = known.app_data;
        self.open -= 1;
        self.closed.push_back(handle);
        Ok(app_data)
    }

    /// Drops the oldest closed object if there are too many, and returns it.
    pub(crate) fn forget_one(&mut self) -> Option<Handle> {
        if self.closed.len() <= CLOSED_OBJECTS {
            return None;
        }
        let handle = self.closed.pop_front()?;
        self.known.remove(&handle);
        Some(handle)
    }

    /// Assigns another appData to an open object and returns the old one.
    pub(crate) fn set_app_data(
        &mut self,
        handle: Handle,
        app_data: Option<AppDataId>,
    ) -> Result<Option<AppDataId>, NotOpen> {
        let known = self.open_one(handle)?;
        Ok(std::mem::replace(&mut known.app_data, app_data))
    }

    pub(crate) fn app_data(&self, handle: Handle) -> Option<AppDataId> {
        self.known.get(&handle)?.app_data
    }

    /// Returns true if clients may name the object.
    pub(crate) fn is_known(&self, handle: Handle) -> bool {
        self.known.contains_key(&handle)
    }

    pub(crate) fn is_open(&self, handle: Handle) -> bool {
        self.known.get(&handle).is_some_and(|known| known.open)
    }

    fn open_one(&mut self, handle: Handle) -> Result<&mut Known, NotOpen> {
        let known = self.known.get_mut(&handle);
        known.filter(|known| known.open).ok_or(NotOpen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Tenant, Totals};
    use std::sync::Arc;
    use std::time::Instant;

    fn objects() -> Objects {
        let tenant = Arc::new(Tenant::new(Instant::now()));
        let totals = Arc::new(Totals::default());
        Objects::new(Share::new(&tenant, &totals, |totals| &totals.objects))
    }

    #[test]
    fn an_object_is_open_then_closed_then_forgotten() {
        let mut objects = objects();
        let app_data = Some(AppDataId(7));
        objects.insert(Handle(1), true, app_data);
        assert_eq!(objects.open, 1);
        assert_eq!(objects.set_app_data(Handle(1), None), Ok(app_data));
        assert_eq!(objects.set_app_data(Handle(1), app_data), Ok(None));
        assert_eq!(objects.close(Handle(1)), Ok(app_data));
        assert_eq!(objects.close(Handle(1)), Err(NotOpen));
        assert_eq!(objects.set_app_data(Handle(1), None), Err(NotOpen));
        assert_eq!(objects.app_data(Handle(1)), app_data, "it is still read");
        assert_eq!(objects.open, 0);

        for number in 2..=u32::try_from(CLOSED_OBJECTS).unwrap() {
            objects.insert(Handle(number), false, None);
        }
        assert_eq!(objects.forget_one(), None);
        objects.insert(Handle(u32::MAX), false, None);
        assert!(objects.is_known(Handle(1)));
        assert_eq!(objects.forget_one(), Some(Handle(1)));
        assert_eq!(objects.forget_one(), None);
        assert!(!objects.is_known(Handle(1)));
    }

    #[test]
    fn objects_that_pending_commands_may_create_count_for_the_limit() {
        let mut objects = objects();
        objects.insert(Handle(1), true, None);
        assert!(objects.check(1, 2).is_ok());
        objects.reserve(1);
        assert!(objects.check(1, 2).is_err());
        assert!(objects.check(0, 0).is_ok(), "it creates nothing");
        objects.give_back(1);
        objects.count();
        assert!(objects.check(1, 2).is_ok());
    }
}
