//! Helpers of the tests of CPU slots (lock files that the programs of a machine share): a temporary
//! directory that other users can reach, file modes, and `nobody` as another user. Tests that need another
//! user run only as root.

use nix::unistd::{geteuid, mkdtemp};
use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// The number of the user `nobody`.
pub(crate) const NOBODY: u32 = 65534;

/// True if this process may act for other users. CI's may.
pub(crate) fn is_root() -> bool {
    geteuid().is_root()
}

/// Removed when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = mkdtemp(&env::temp_dir().join("slots-XXXXXX")).expect("a directory");
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).expect("it is ours");
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).expect("nothing is in its way");
    }
}

/// The permissions of what has a name, links not followed.
pub(crate) fn mode(path: impl AsRef<Path>) -> u32 {
    let metadata = fs::symlink_metadata(path).expect("it is there");
    metadata.permissions().mode() & 0o7777
}
