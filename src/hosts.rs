//! Table of a thread's hosts by number (a host is the Workers of this machine, or a copy of a server's).
//! Every function of the addon that takes a host's number looks it up here; an unknown number gets an empty
//! host.
//!
//! A call returns a number at once; its item or error waits in [`Driven`] for the next function, as
//! `payload()` or `error()`.
//!
//! JavaScript holds a number in an object of its own, and every object of a host refers to that one. After
//! the garbage collector has taken it, no function is called with the number again: [`forget_host`].

use crate::packed;
use ::remote::RemoteConnection;
use host::{Host, Request};
use local_host::LocalHost;
use napi_derive::napi;
use protocol::{Error, Handle, Item, Notice, RequestId};
use replica::RemoteHost;
use std::cell::RefCell;
use std::collections::HashMap;

thread_local! {
    static HOSTS: RefCell<Hosts> = RefCell::default();
}

#[derive(Default)]
struct Hosts {
    by_number: HashMap<u32, Driven>,
    /// The last assigned number; none is assigned twice.
    last: u32,
    /// Host for unknown numbers: it replies as if the connection were closed.
    closed: Driven,
}

/// Calls `with` with a host. No function of the addon calls JavaScript, so that the borrows never overlap.
pub(crate) fn with<T>(host: u32, with: impl FnOnce(&mut Driven) -> T) -> T {
    HOSTS.with_borrow_mut(|hosts| {
        let host = hosts.by_number.get_mut(&host);
        with(host.unwrap_or(&mut hosts.closed))
    })
}

/// Adds a host and returns its number.
pub(crate) fn add(host: AnyHost) -> u32 {
    HOSTS.with_borrow_mut(|hosts| {
        // After 2^32 hosts the last number refers to the newest one.
        hosts.last = hosts.last.saturating_add(1);
        hosts.by_number.insert(hosts.last, Driven::new(host));
        hosts.last
    })
}

/// Drops a host that JavaScript can't reach any more, with all its objects.
#[napi]
pub fn forget_host(host: u32) {
    // It is dropped outside of the borrow: its drop may call into JavaScript.
    let host = HOSTS.with_borrow_mut(|hosts| hosts.by_number.remove(&host));
    drop(host);
}

/// Returns the number of hosts of this thread.
#[napi]
pub fn count_hosts() -> u32 {
    let count = HOSTS.with_borrow(|hosts| hosts.by_number.len());
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// A host, and the results that JavaScript has yet to fetch.
pub(crate) struct Driven {
    pub(crate) host: AnyHost,
    /// The item that `next()` took last: `payload()` returns its payload.
    pub(crate) item: Option<Item>,
    /// The error of the last rejected call, or of the last log line.
    pub(crate) error: Option<Error>,
}

/// A host of either kind. Functions of one kind match on it; all others use [`AnyHost::any`].
pub(crate) enum AnyHost {
    Local(LocalHost),
    Remote(Box<RemoteHost<RemoteConnection>>),
}

impl Default for Driven {
    fn default() -> Self {
        Self::new(AnyHost::Remote(Box::default()))
    }
}

impl Driven {
    /// Creates a driven host without results.
    pub(crate) fn new(host: AnyHost) -> Self {
        Self {
            host,
            item: None,
            error: None,
        }
    }

    /// Takes the next item, packed.
    pub(crate) fn next(&mut self) -> f64 {
        let host = self.host.any_mut();
        self.item = host.next_item();
        let more = host.has_more();
        self.item
            .as_ref()
            .map_or(0.0, |item| packed::item(item, more))
    }

    pub(crate) fn request(&mut self, target: u32, request: Request) -> u32 {
        let request = self.host.any_mut().request(Handle(target), request);
        self.accepted(request)
    }

    pub(crate) fn notify(&mut self, target: u32, notice: Notice, data: &[u8]) -> bool {
        let sent = self.host.any_mut().notify(Handle(target), notice, data);
        self.done(sent)
    }

    fn accepted(&mut self, request: Result<RequestId, Error>) -> u32 {
        match request {
            Ok(request) => request.0,
            Err(error) => {
                self.error = Some(error);
                0
            }
        }
    }

    /// Keeps the error of a rejected call.
    pub(crate) fn refuse(&mut self, error: Error) {
        self.error = Some(error);
    }

    pub(crate) fn done(&mut self, result: Result<(), Error>) -> bool {
        self.error = result.err();
        self.error.is_none()
    }
}

impl AnyHost {
    pub(crate) fn any(&self) -> &dyn Host {
        match self {
            Self::Local(local) => local,
            Self::Remote(remote) => &**remote,
        }
    }

    pub(crate) fn any_mut(&mut self) -> &mut dyn Host {
        match self {
            Self::Local(local) => local,
            Self::Remote(remote) => &mut **remote,
        }
    }
}
