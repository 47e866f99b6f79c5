//! Pids of Workers as clients see them, in place of the pids of this machine. The table of Workers draws
//! one for each Worker; clients read it as `worker.pid`. It is unique on this server until the Worker is
//! gone.
//!
//! Applications keep Maps by `worker.pid` and send signals to it. A pid of this machine would name another
//! process on theirs; a number beyond Linux's range names none.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The first number that is not a pid: Linux ends at 2^22.
const FIRST: u32 = 4_194_305;

/// Table of the pids in use on this server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pids(Arc<Mutex<HashSet<u32>>>);

/// A pid that no other Worker of this server has, until it is dropped.
#[derive(Debug)]
pub(crate) struct Pid {
    number: u32,
    taken: Pids,
}

impl Pids {
    /// Draws a random pid, so that those of several servers rarely collide.
    pub(crate) fn draw(&self) -> Pid {
        loop {
            let number = FIRST + random() % (i32::MAX.unsigned_abs() - FIRST + 1);
            if self.with(|taken| taken.insert(number)) {
                return Pid {
                    number,
                    taken: self.clone(),
                };
            }
        }
    }

    fn with<T>(&self, with: impl FnOnce(&mut HashSet<u32>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Pid {
    /// Returns the number: above all pids of Linux, within 31 bits.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }
}

impl Drop for Pid {
    fn drop(&mut self) {
        self.taken.with(|taken| taken.remove(&self.number));
    }
}

fn random() -> u32 {
    getrandom::u32().expect("the operating system has random numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pids_are_unique_and_beyond_linux_pids() {
        let pids = Pids::default();
        let all: Vec<_> = (0..1000).map(|_| pids.draw()).collect();
        let distinct: HashSet<_> = all.iter().map(Pid::number).collect();
        assert_eq!(distinct.len(), all.len());
        let possible = FIRST..=i32::MAX.unsigned_abs();
        assert!(distinct.iter().all(|number| possible.contains(number)));
        drop(all);
        assert!(pids.with(|taken| taken.is_empty()));
    }
}
