//! Errors of CPU slots (lock files, one per CPU, that the programs of a machine share): a directory or file
//! that is missing, unsafe or unreadable. `createWorker()` with the option `vertical` rejects with the
//! text, and the server logs it; it says what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Reason for refusing a directory of slots, or a file in it. The text says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of another kind has the name.
    #[error("{} is a {found}, not a {wanted}; remove it{OR}", .path.display())]
    Kind {
        /// Its path.
        path: PathBuf,
        /// The kind of file that is there.
        found: &'static str,
        /// The kind of file that should be there.
        wanted: &'static str,
    },
    /// Another user owns it.
    #[error("{} belongs to user {owner}, not to root or to user {user}, who runs this program; remove it{OR}", .path.display())]
    Owner {
        /// Its path.
        path: PathBuf,
        /// The user's number.
        owner: u32,
        /// The number of the user of this process.
        user: u32,
    },
    /// Every user can add files to the directory.
    #[error("every user can write to {}; take that right away (chmod o-w){OR}", .path.display())]
    Writable {
        /// Its path.
        path: PathBuf,
    },
    /// There is no directory, and it can't be created.
    #[error("cannot create {}: {source}; create it{OR}", .path.display())]
    NoDirectory {
        /// Its expected path.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// There is no file, and only the directory's owner creates one.
    #[error("{} does not exist, and only user {owner}, who owns the directory, can create it; create it as that user{OR}", .path.display())]
    NoFile {
        /// Its expected path.
        path: PathBuf,
        /// The number of the directory's owner.
        owner: u32,
    },
    /// The system refuses.
    #[error("cannot {action} {}: {source}; make it accessible to this user{OR}", .path.display())]
    Io {
        /// The attempt: a verb.
        action: &'static str,
        /// Its path.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The number of CPUs is unknown.
    #[error("cannot count the CPUs: {0}")]
    Cpus(#[source] io::Error),
}

/// The remedy that always helps.
const OR: &str = ", or name another directory in REMOTE_MEDIASOUP_SLOTS";

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path, source: impl Into<io::Error>) -> Self {
        Self::Io {
            action,
            path: path.to_owned(),
            source: source.into(),
        }
    }
}
