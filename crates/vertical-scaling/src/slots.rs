//! Trait of CPU slots: rights to run a worker process on a CPU of the machine. `Vertical` (this crate's
//! entry: it executes commands on logical Workers) takes one before it has another process started, and
//! drops it when that ends. `crates/cpu-slots` implements it with lock files, tests with slots that are
//! always free.

use std::any::Any;
use std::fmt;

/// A CPU that a real Worker may use; it is given back when this is dropped.
pub struct CpuSlot {
    _held: Box<dyn Any>,
}

impl CpuSlot {
    /// A slot that is free again when `held` is dropped.
    pub fn holding(held: impl Any) -> Self {
        Self {
            _held: Box::new(held),
        }
    }
}

impl fmt::Debug for CpuSlot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CpuSlot")
    }
}

/// Source of CPU slots.
pub trait Slots {
    /// Takes a slot; `None` when none is free.
    fn take(&self) -> Option<CpuSlot>;

    /// Number of slots, free or not.
    fn count(&self) -> usize;
}
