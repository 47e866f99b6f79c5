//! The CPUs of a machine, shared by every program on it.
//!
//! A **slot** is a CPU's lock file. Who holds its lock may run a real Worker there. The kernel drops
//! the lock when the process ends, however it ends.

use layers::{Slot, Slots};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The slots of this machine: one file per CPU in one directory.
///
/// Any user may lock the files: they may be read and written by all, and the directory's sticky bit
/// keeps others from taking them away.
#[derive(Debug)]
pub struct CpuSlots {
    directory: PathBuf,
    count: usize,
}

/// Where the files are, unless [`SETTING`] says otherwise.
const DIRECTORY: &str = "/run/lock/remote-mediasoup";

/// The setting that names the directory. Programs share slots when theirs is the same.
const SETTING: &str = "REMOTE_MEDIASOUP_SLOTS";

impl CpuSlots {
    /// As many slots as this process has CPUs, in the machine's directory.
    pub fn of_this_machine() -> io::Result<Self> {
        let count = std::thread::available_parallelism()?.get();
        if let Some(directory) = std::env::var_os(SETTING).filter(|name| !name.is_empty()) {
            return Self::new(directory, count);
        }
        // Not every system has /run/lock, or lets everyone write there.
        Self::new(DIRECTORY, count)
            .or_else(|_| Self::new(std::env::temp_dir().join("remote-mediasoup"), count))
    }

    /// `count` slots in a directory, which is made if it isn't there.
    pub fn new(directory: impl Into<PathBuf>, count: usize) -> io::Result<Self> {
        let directory = directory.into();
        match fs::create_dir(&directory) {
            // The process's umask doesn't apply here.
            Ok(()) => fs::set_permissions(&directory, Permissions::from_mode(0o1777))?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        let slots = Self { directory, count };
        open(&slots.path(0))?;
        Ok(slots)
    }

    fn path(&self, cpu: usize) -> PathBuf {
        self.directory.join(format!("cpu-{cpu}"))
    }
}

impl Slots for CpuSlots {
    fn take(&self) -> Option<Slot> {
        (0..self.count).find_map(|cpu| {
            let file = open(&self.path(cpu)).ok()?;
            file.try_lock().ok()?;
            Some(Slot::holding(Locked(file)))
        })
    }

    fn count(&self) -> usize {
        self.count
    }
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

/// Opens a slot's file, for all to lock.
fn open(path: &Path) -> io::Result<File> {
    // A lock needs no right to write. In a sticky directory Linux refuses to open another user's
    // file with O_CREAT (fs.protected_regular), so that it is tried without first.
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o666)
        .open(path)?;
    // Another's file has the right mode already.
    let _ = file.set_permissions(Permissions::from_mode(0o666));
    Ok(file)
}
