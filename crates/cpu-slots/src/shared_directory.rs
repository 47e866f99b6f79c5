//! Safe opening of directories and files that other users of the machine can reach.
//! [`CpuSlots`](crate::CpuSlots) opens its lock files with it; it returns an open file, or the reason why
//! that isn't safe.
//!
//! Another user may have put a symbolic link, a FIFO or a file where a program expects its own.
//! [`SharedDirectory`] accepts only what root or this user owns, checks the open file rather than its name,
//! never follows a link and never waits.

use crate::Error;
use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, openat};
use nix::sys::stat::{FileStat, Mode, SFlag, fchmod, fstat, fstatat, mkdirat};
use nix::unistd::geteuid;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

/// Neither follows the last component of a path, nor waits for a FIFO's other end, nor gains a
/// terminal, nor leaks into a worker process.
const CAREFULLY: OFlag = OFlag::O_NOFOLLOW
    .union(OFlag::O_NONBLOCK)
    .union(OFlag::O_NOCTTY)
    .union(OFlag::O_CLOEXEC);

/// The modes of what root creates. What another user creates is that user's alone.
const DIRECTORY_OF_ROOT: Mode = Mode::from_bits_truncate(0o755);
const FILE_OF_ROOT: Mode = Mode::from_bits_truncate(0o644);

/// An open directory of root's or of this user's, to which not every user can write.
#[derive(Debug)]
pub struct SharedDirectory {
    path: PathBuf,
    open: File,
    owner: u32,
}

impl SharedDirectory {
    /// Opens a directory. Creates it if nothing has its name: readable to all where root does, since
    /// everybody accepts root's; private where another user does, since nobody else accepts theirs.
    ///
    /// The components before the last one may be links: they are the choice of whoever gives the path.
    pub fn open(path: &Path) -> Result<Self, Error> {
        // A slash at the end would make the kernel follow a link before it.
        let path: PathBuf = path.components().collect();
        match Self::existing(&path) {
            Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
        match mkdirat(AT_FDCWD, &path, mode(DIRECTORY_OF_ROOT)) {
            Ok(()) => {
                let directory = Self::existing(&path)?;
                let_all_read(&directory.open, DIRECTORY_OF_ROOT)
                    .map_err(|source| Error::io("create", &path, source))?;
                Ok(directory)
            }
            // Another program was faster.
            Err(nix::Error::EEXIST) => Self::existing(&path),
            Err(error) => Err(Error::NoDirectory {
                path,
                source: error.into(),
            }),
        }
    }

    /// Opens a regular file for reading. Creates it, empty, if nothing has its name and this user owns
    /// the directory; modes are as those of the directory.
    pub fn file(&self, name: &str) -> Result<File, Error> {
        match self.existing_file(name) {
            Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
        if self.owner != geteuid().as_raw() {
            // The other users of a directory of root's would refuse this user's file.
            return Err(Error::NoFile {
                path: self.path.join(name),
                owner: self.owner,
            });
        }
        let path = self.path.join(name);
        let cannot = |source| Error::io("create", &path, source);
        let flags = CAREFULLY | OFlag::O_RDONLY | OFlag::O_CREAT | OFlag::O_EXCL;
        match openat(&self.open, name, flags, mode(FILE_OF_ROOT)) {
            Ok(created) => {
                let_all_read(&created, FILE_OF_ROOT).map_err(cannot)?;
                Ok(File::from(created))
            }
            // Another program was faster.
            Err(nix::Error::EEXIST) => self.existing_file(name),
            Err(error) => Err(cannot(error)),
        }
    }

    fn existing(path: &Path) -> Result<Self, Error> {
        let cannot = |source| Error::io("open", path, source);
        // Opening a device has effects of its own.
        let named = fstatat(AT_FDCWD, path, AtFlags::AT_SYMLINK_NOFOLLOW);
        check(path, &named.map_err(cannot)?, SFlag::S_IFDIR)?;
        let flags = CAREFULLY | OFlag::O_RDONLY | OFlag::O_DIRECTORY;
        let open = openat(AT_FDCWD, path, flags, Mode::empty()).map_err(cannot)?;
        // By now it may be another one.
        let status = fstat(&open).map_err(cannot)?;
        check(path, &status, SFlag::S_IFDIR)?;
        let permissions = Mode::from_bits_truncate(status.st_mode);
        if permissions.contains(Mode::S_IWOTH) {
            return Err(Error::Writable {
                path: path.to_owned(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            open: open.into(),
            owner: status.st_uid,
        })
    }

    fn existing_file(&self, name: &str) -> Result<File, Error> {
        let path = self.path.join(name);
        let cannot = |source| Error::io("open", &path, source);
        let named = fstatat(&self.open, name, AtFlags::AT_SYMLINK_NOFOLLOW).map_err(cannot)?;
        check(&path, &named, SFlag::S_IFREG)?;
        let open = openat(&self.open, name, CAREFULLY | OFlag::O_RDONLY, Mode::empty());
        let file = File::from(open.map_err(cannot)?);
        check(&path, &fstat(&file).map_err(cannot)?, SFlag::S_IFREG)?;
        Ok(file)
    }
}

fn mode(of_root: Mode) -> Mode {
    if geteuid().is_root() {
        of_root
    } else {
        of_root & Mode::S_IRWXU
    }
}

/// Gives what root has just created the mode that root's umask may have kept from it.
fn let_all_read(created: impl AsFd, mode: Mode) -> nix::Result<()> {
    if geteuid().is_root() {
        fchmod(created, mode)
    } else {
        Ok(())
    }
}

fn check(path: &Path, status: &FileStat, wanted: SFlag) -> Result<(), Error> {
    let found = SFlag::from_bits_truncate(status.st_mode) & SFlag::S_IFMT;
    if found != wanted {
        return Err(Error::Kind {
            path: path.to_owned(),
            found: name_of(found),
            wanted: name_of(wanted),
        });
    }
    let user = geteuid().as_raw();
    if status.st_uid != 0 && status.st_uid != user {
        return Err(Error::Owner {
            path: path.to_owned(),
            owner: status.st_uid,
            user,
        });
    }
    Ok(())
}

fn name_of(kind: SFlag) -> &'static str {
    match kind {
        SFlag::S_IFREG => "regular file",
        SFlag::S_IFDIR => "directory",
        SFlag::S_IFLNK => "symbolic link",
        SFlag::S_IFIFO => "FIFO",
        SFlag::S_IFSOCK => "socket",
        _ => "device",
    }
}
