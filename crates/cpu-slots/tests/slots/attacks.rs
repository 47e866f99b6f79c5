//! Tests of files that another user may have put where CPU slots (lock files) are expected: links, FIFOs,
//! foreign files. `CpuSlots` has to refuse each with its reason, and must not follow, create or change
//! anything, or wait for it.

use crate::support::{Folder, NOBODY, is_root};
use cpu_slots::{CpuSlots, SharedDirectory};
use nix::sys::stat::{Mode, SFlag, mknod};
use nix::unistd::mkfifo;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use vertical_scaling::Slots;

/// Puts something at a path; there is a directory beside it that nothing may get into.
type Put = fn(at: &Path, elsewhere: &Path);

/// Number of exchanges of a file while it is opened.
const EXCHANGES: usize = 20_000;

const DIRECTORIES: &[(Put, &str)] = &[
    (
        |at, elsewhere| symlink(elsewhere, at).unwrap(),
        "is a symbolic link, not a directory; remove it",
    ),
    (
        |at, elsewhere| symlink(elsewhere.join("new"), at).unwrap(),
        "is a symbolic link, not a directory",
    ),
    (fifo, "is a FIFO, not a directory"),
    (
        |at, _| fs::write(at, "").unwrap(),
        "is a regular file, not a directory",
    ),
    (
        |at, _| {
            fs::create_dir(at).unwrap();
            fs::set_permissions(at, Permissions::from_mode(0o1777)).unwrap();
        },
        "every user can write to",
    ),
];

const DIRECTORIES_OF_OTHERS: &[(Put, &str)] = &[(
    |at, _| {
        fs::create_dir(at).unwrap();
        chown(at, Some(NOBODY), Some(NOBODY)).unwrap();
    },
    "belongs to user 65534, not to root or to user 0",
)];

const FILES: &[(Put, &str)] = &[
    (
        |at, elsewhere| symlink(elsewhere.join("new"), at).unwrap(),
        "cpu-0 is a symbolic link, not a regular file; remove it",
    ),
    (
        |at, elsewhere| symlink(elsewhere.join("old"), at).unwrap(),
        "cpu-0 is a symbolic link",
    ),
    (fifo, "cpu-0 is a FIFO"),
    (|at, _| fs::create_dir(at).unwrap(), "cpu-0 is a directory"),
    (
        |at, _| drop(UnixListener::bind(at).unwrap()),
        "cpu-0 is a socket",
    ),
];

const FILES_OF_OTHERS: &[(Put, &str)] = &[
    (
        // The device of /dev/zero.
        |at, _| mknod(at, SFlag::S_IFCHR, Mode::S_IRUSR, nix::libc::makedev(1, 5)).unwrap(),
        "cpu-0 is a device",
    ),
    (
        |at, _| {
            fs::write(at, "").unwrap();
            fs::set_permissions(at, Permissions::from_mode(0o666)).unwrap();
            chown(at, Some(NOBODY), Some(NOBODY)).unwrap();
        },
        "cpu-0 belongs to user 65534",
    ),
];

#[test]
fn a_directory_that_is_not_what_it_should_be_is_refused() {
    let of_others = if is_root() {
        DIRECTORIES_OF_OTHERS
    } else {
        &[]
    };
    for (put, reason) in DIRECTORIES.iter().chain(of_others) {
        for path in ["slots", "slots/", "slots/."] {
            refused(*put, "slots", path, reason);
        }
    }
}

#[test]
fn a_file_that_is_not_what_it_should_be_is_refused() {
    let of_others = if is_root() { FILES_OF_OTHERS } else { &[] };
    for (put, reason) in FILES.iter().chain(of_others) {
        refused(*put, "good/cpu-0", "good", reason);
    }
}

#[test]
fn a_refusal_says_what_to_do() {
    let folder = Folder::new();
    fs::write(folder.join("file"), "").unwrap();
    let refusal = |name: &str| CpuSlots::new(folder.join(name), 1).unwrap_err().to_string();
    for name in ["file", "nowhere/slots"] {
        let refusal = refusal(name);
        assert!(refusal.contains(&folder.join(name).display().to_string()));
        assert!(
            refusal.ends_with(", or name another directory in REMOTE_MEDIASOUP_SLOTS"),
            "{refusal}"
        );
    }
}

#[test]
fn a_file_that_is_replaced_later_is_no_slot() {
    let folder = Folder::new();
    let directory = folder.join("slots");
    let slots = CpuSlots::new(&directory, 2).unwrap();
    fs::remove_file(directory.join("cpu-0")).unwrap();
    symlink(folder.join("new"), directory.join("cpu-0")).unwrap();
    assert!(slots.take().is_some());
    fs::remove_file(directory.join("cpu-1")).unwrap();
    fifo(&directory.join("cpu-1"), folder.path());
    assert!(slots.take().is_none());
    assert!(!folder.join("new").exists());
}

#[test]
fn a_file_that_is_exchanged_meanwhile_is_the_right_one_or_none() {
    let folder = Folder::new();
    let directory = SharedDirectory::open(&folder.join("slots")).unwrap();
    let elsewhere = folder.join("elsewhere");
    fs::write(&elsewhere, "").unwrap();
    let number_of = |file: &File| file.metadata().unwrap().ino();
    let foreign = number_of(&File::open(&elsewhere).unwrap());

    let others = ["link", "fifo", "file"].map(|name| folder.join(name));
    let at = folder.join("slots/cpu-0");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for others in others.iter().cycle() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let _ = fs::remove_file(others);
                match others.file_name().and_then(|name| name.to_str()) {
                    Some("link") => symlink(&elsewhere, others).unwrap(),
                    Some("fifo") => fifo(others, folder.path()),
                    _ => fs::write(others, "").unwrap(),
                }
                fs::rename(others, &at).unwrap();
            }
        });
        for _ in 0..EXCHANGES {
            if let Ok(file) = directory.file("cpu-0") {
                assert!(file.metadata().unwrap().is_file());
                assert_ne!(number_of(&file), foreign, "a link was followed");
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// Puts something at a name, has slots there, and compares the reason and all that lies around.
fn refused(put: Put, name: &str, directory: &str, reason: &str) {
    let folder = Folder::new();
    let elsewhere = folder.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("old"), "").unwrap();
    fs::set_permissions(elsewhere.join("old"), Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(folder.join("good")).unwrap();
    put(&folder.join(name), &elsewhere);

    let before = all_in(folder.path());
    let refusal = CpuSlots::new(folder.join(directory), 2).expect_err(reason);
    assert!(refusal.to_string().contains(reason), "{refusal}");
    assert_eq!(all_in(folder.path()), before, "{reason}");
}

/// Names, types, modes and owners of everything in a directory.
fn all_in(directory: &Path) -> Vec<(PathBuf, u32, u32)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        all.push((entry.path(), metadata.mode(), metadata.uid()));
        if metadata.is_dir() {
            all.extend(all_in(&entry.path()));
        }
    }
    all.sort();
    all
}

fn fifo(at: &Path, _: &Path) {
    mkfifo(at, Mode::from_bits_truncate(0o666)).unwrap();
}
