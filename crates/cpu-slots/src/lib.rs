//! CPU slots of a machine, shared by every program on it. A **slot** is a CPU's lock file: the process that
//! holds its lock may run one more worker process (one C++ process of mediasoup) for a Worker with vertical
//! scaling. The addon and the server open [`CpuSlots`] and pass them to vertical scaling, which takes a
//! slot before it starts a process.
//!
//! The kernel drops the lock when the process ends, however it ends.

mod error;
mod places;
mod shared_directory;

pub use error::Error;
pub use shared_directory::SharedDirectory;

use std::fs::File;
use std::path::{Path, PathBuf};
use vertical_scaling::{CpuSlot, Slots};

/// The slots of this machine: one file per CPU in one directory.
///
/// A lock needs only the right to read. The files that root creates are there for every user, those of
/// another user for that user's programs. What belongs to somebody else is refused.
#[derive(Debug)]
pub struct CpuSlots {
    directory: PathBuf,
    count: usize,
    cpus: usize,
}

impl CpuSlots {
    /// Returns as many slots as this process has CPUs, in the directory that `REMOTE_MEDIASOUP_SLOTS` names,
    /// or in the first of the default ones that is there or can be created.
    pub fn of_this_machine() -> Result<Self, Error> {
        let cpus = std::thread::available_parallelism().map_err(Error::Cpus)?;
        let (first, others) = places::directories();
        let mut slots = Self::new(first, cpus.get());
        for directory in others {
            // One that is there but isn't fit for use is an error: without sharing, programs would take
            // each other's CPUs, and nobody would notice.
            if !matches!(slots, Err(Error::NoDirectory { .. })) {
                break;
            }
            slots = Self::new(directory, cpus.get());
        }
        slots
    }

    /// Returns slots for `cpus` CPUs in a directory, which is created if it doesn't exist.
    pub fn new(directory: impl Into<PathBuf>, cpus: usize) -> Result<Self, Error> {
        let directory = directory.into();
        let shared = SharedDirectory::open(&directory)?;
        let mut count = 0;
        while count < cpus {
            match shared.file(&name(count)) {
                Ok(_) => count += 1,
                // Root may have created fewer.
                Err(Error::NoFile { .. }) if count > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            directory,
            count,
            cpus,
        })
    }

    /// Directory of the files.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Returns the number of CPUs that have no file, and so run no real Worker.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.cpus - self.count
    }
}

impl Slots for CpuSlots {
    fn take(&self) -> Option<CpuSlot> {
        // It is opened anew each time, as something may have removed it since: a temporary directory is
        // cleaned after some days.
        let shared = SharedDirectory::open(&self.directory).ok()?;
        (0..self.count).find_map(|cpu| {
            let file = shared.file(&name(cpu)).ok()?;
            file.try_lock().ok()?;
            Some(CpuSlot::holding(Locked(file)))
        })
    }

    fn count(&self) -> usize {
        self.count
    }
}

fn name(cpu: usize) -> String {
    format!("cpu-{cpu}")
}

/// A file whose lock is held.
struct Locked(File);

impl Drop for Locked {
    fn drop(&mut self) {
        // Closing it isn't enough while a process that is being spawned has it, too. Should this
        // fail, closing does it a moment later.
        let _ = self.0.unlock();
    }
}
