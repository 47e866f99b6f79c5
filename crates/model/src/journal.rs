//! Journal of changes of the Model (the tree of objects) that no event announces, such as a Transport's
//! new tuple. A server turns it on, takes the changes after each step by `Model::take_changes`, and
//! sends them to its clients, whose copies would otherwise differ.

use crate::{MemberText, Model};
use protocol::Handle;

/// A change that no emission announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A member has another value.
    Set {
        /// The object, open or closed.
        handle: Handle,
        /// Its member.
        member: &'static str,
        /// Its JSON text; none is `undefined`.
        text: Option<MemberText>,
    },
    /// Two objects close together from now on.
    Linked(Handle, Handle),
}

impl Model {
    /// Notes changes from now on, until they are taken. Not done unless somebody asks for it: a
    /// Model that nobody has a copy of does without.
    pub fn keep_journal(&mut self) {
        self.journal.get_or_insert_default();
    }

    /// Takes the changes since the last call, in order.
    ///
    /// It leaves out changes that an emission carries ([`Model::follow`] takes them from there), the
    /// first state of a new object ([`Model::object`]), and hidden objects.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.journal
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Gives a member of an object, open or closed, another value, without an event.
    pub fn set(
        &mut self,
        handle: Handle,
        member: &'static str,
        text: Option<impl Into<MemberText>>,
    ) {
        let text = text.map(Into::into);
        let Some(entity) = self.entities.get_mut(&handle) else {
            return;
        };
        if let Some(journal) = &mut self.journal
            && !entity.hidden
            && entity.read(member) != text.as_deref()
        {
            journal.push(Change::Set {
                handle,
                member,
                text: text.clone(),
            });
        }
        entity.write(member, text);
    }

    /// Notes what a member is from now on, if anybody keeps a copy.
    pub(crate) fn note(
        &mut self,
        handle: Handle,
        member: &'static str,
        text: impl FnOnce() -> Option<MemberText>,
    ) {
        if self.journal.is_none() || self.is_hidden(handle) {
            return;
        }
        if let Some(journal) = &mut self.journal {
            journal.push(Change::Set {
                handle,
                member,
                text: text(),
            });
        }
    }

    /// Makes two objects close together: the two ends of a pipe.
    pub fn link(&mut self, one: Handle, other: Handle) {
        for (handle, peer) in [(one, other), (other, one)] {
            if let Some(entity) = self.entities.get_mut(&handle) {
                entity.peer = Some(peer);
            }
        }
        if self.is_hidden(one) || self.is_hidden(other) {
            return;
        }
        if let Some(journal) = &mut self.journal {
            journal.push(Change::Linked(one, other));
        }
    }
}
