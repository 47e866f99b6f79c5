//! The hosts of a thread by their numbers, from where they are made until JavaScript can't reach them any more.
//!
//! JavaScript holds a number in an object of its own, and every object of a host holds that one. When the
//! garbage collector has taken it, no function is called with the number again: [`forget_host`].

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
    /// The number that was given last; none is given twice.
    last: u32,
    /// Stands for those that are gone: whoever still asks is answered as if the connection were closed.
    nobody: Driven,
}

impl Default for Driven {
    fn default() -> Self {
        Self::new(AnyHost::Remote(Box::default()))
    }
}

/// Calls `with` with a host. None of the addon's functions calls JavaScript, so that none meets another.
pub(crate) fn with<T>(host: u32, with: impl FnOnce(&mut Driven) -> T) -> T {
    HOSTS.with_borrow_mut(|hosts| {
        let host = hosts.by_number.get_mut(&host);
        with(host.unwrap_or(&mut hosts.nobody))
    })
}

/// Keeps objects from now on; the number of their host.
pub(crate) fn add(host: AnyHost) -> u32 {
    HOSTS.with_borrow_mut(|hosts| {
        // After 2^32 hosts the last number stands for whichever came last.
        hosts.last = hosts.last.saturating_add(1);
        hosts.by_number.insert(hosts.last, Driven::new(host));
        hosts.last
    })
}

/// Gives up a host that JavaScript can't reach any more, with all that it holds.
#[napi]
pub fn forget_host(host: u32) {
    // It ends outside of the borrow: what it holds may be JavaScript's.
    let host = HOSTS.with_borrow_mut(|hosts| hosts.by_number.remove(&host));
    drop(host);
}

/// How many hosts this thread keeps.
#[napi]
pub fn count_hosts() -> u32 {
    let count = HOSTS.with_borrow(|hosts| hosts.by_number.len());
    u32::try_from(count).unwrap_or(u32::MAX)
}
