//! Table of a thread's hosts by number (a host is the Workers of this machine, or a copy of a server's).
//! Every function of the addon that takes a host's number looks it up here; an unknown number gets an empty
//! host.
//!
//! JavaScript holds a number in an object of its own, and every object of a host refers to that one. After
//! the garbage collector has taken it, no function is called with the number again: [`forget_host`].

use crate::driven::{AnyHost, Driven};
use napi_derive::napi;
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

impl Default for Driven {
    fn default() -> Self {
        Self::new(AnyHost::Remote(Box::default()))
    }
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
