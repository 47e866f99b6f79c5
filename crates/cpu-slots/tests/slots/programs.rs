//! Tests of CPU slots (lock files) between processes, of one user and of several. A failure means that two
//! programs use one CPU's slot, or that a killed program keeps its own.
//!
//! Other programs are this test binary, started once more: its last test takes the slots that its
//! environment names.

use crate::support::{Folder, NOBODY, is_root, mode};
use cpu_slots::CpuSlots;
use std::env;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use vertical_scaling::Slots;

const DIRECTORY: &str = "SLOTS_OF_TEST";
const WANTED: &str = "SLOTS_WANTED";

/// A program that takes as many slots as it can get of those that it wants, and holds them.
struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(directory: &Path, wanted: usize) -> Self {
        let program = env::current_exe().expect("a test has a file");
        Self::run(Command::new(program), directory, wanted)
    }

    /// The same program of another user, copied to where that user can reach it. `install` writes the copy,
    /// because a test beside this one that forks while this process writes makes the kernel refuse to run it
    /// ("text file busy").
    fn start_as_nobody(copies: &Folder, directory: &Path, wanted: usize) -> Self {
        let copy = copies.join("program");
        if !copy.exists() {
            let status = Command::new("install")
                .args(["--mode", "755"])
                .arg(env::current_exe().expect("a test has a file"))
                .arg(&copy)
                .status();
            assert!(status.expect("coreutils").success());
        }
        let mut command = Command::new(copy);
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
        Self::run(command, directory, wanted)
    }

    fn run(mut command: Command, directory: &Path, wanted: usize) -> Self {
        let mut child = command
            .args(["--exact", "programs::another_program", "--nocapture"])
            .env(DIRECTORY, directory)
            .env(WANTED, wanted.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, output }
    }

    /// Waits for its line: the number of slots that it has, or the reason why it has none.
    fn said(&mut self) -> String {
        let mut line = String::new();
        while self.output.read_line(&mut line).expect("a line") > 0 {
            // The test runner may have begun the line.
            if let Some((_, said)) = line.trim().rsplit_once("slots: ") {
                return said.to_owned();
            }
            line.clear();
        }
        panic!("it has ended");
    }

    fn taken(&mut self) -> usize {
        let said = self.said();
        said.parse().unwrap_or_else(|_| panic!("{said}"))
    }

    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

#[test]
fn programs_share_what_there_is_and_a_killed_one_frees_its_own() {
    let folder = Folder::new();
    let directory = folder.join("slots");
    let ours = CpuSlots::new(&directory, 4).unwrap();
    let mut one = Program::start(&directory, 3);
    assert_eq!(one.taken(), 3);
    let mut two = Program::start(&directory, 3);
    assert_eq!(two.taken(), 1, "never more than there are");
    assert!(ours.take().is_none());

    one.kill();
    let taken: Vec<_> = std::iter::from_fn(|| ours.take()).collect();
    assert_eq!(taken.len(), 3, "the kernel gives them back");
    two.kill();
    assert!(ours.take().is_some());
}

#[test]
fn programs_at_once_take_each_slot_once() {
    let folder = Folder::new();
    let directory = folder.join("slots");
    let mut programs: Vec<_> = (0..6).map(|_| Program::start(&directory, 3)).collect();
    let taken: usize = programs.iter_mut().map(Program::taken).sum();
    assert_eq!(taken, 4);
    programs.into_iter().for_each(Program::kill);
}

#[test]
fn a_slot_is_free_when_it_is_dropped() {
    let folder = Folder::new();
    let directory = folder.join("slots");
    let (one, other) = (CpuSlots::new(&directory, 1), CpuSlots::new(&directory, 1));
    let (one, other) = (one.unwrap(), other.unwrap());
    let slot = one.take().unwrap();
    assert!(one.take().is_none() && other.take().is_none());
    drop(slot);
    assert!(other.take().is_some());
}

#[test]
fn slots_come_back_where_their_directory_was_removed() {
    let folder = Folder::new();
    let directory = folder.join("slots");
    let slots = CpuSlots::new(&directory, 1).unwrap();
    fs::remove_dir_all(&directory).unwrap();
    assert!(slots.take().is_some());
}

#[test]
fn users_share_what_root_creates() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let directory = folder.join("slots");
    let ours = CpuSlots::new(&directory, 4).unwrap();
    let modes = [directory.clone(), directory.join("cpu-3")].map(mode);
    assert_eq!(modes, [0o755, 0o644]);

    let mut theirs = Program::start_as_nobody(&folder, &directory, 3);
    assert_eq!(theirs.taken(), 3);
    let _last = ours.take().expect("the fourth");
    assert!(ours.take().is_none());
    let mut more = Program::start_as_nobody(&folder, &directory, 1);
    assert_eq!(more.taken(), 0, "root has it");
    more.kill();
    theirs.kill();
    assert!(ours.take().is_some());
}

#[test]
fn users_share_what_the_system_creates() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let files = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../deploy/remote-mediasoup.tmpfiles.conf"
    );
    let created = Command::new("systemd-tmpfiles")
        .arg("--create")
        .arg(format!("--root={}", folder.path().display()))
        .arg(files)
        .status();
    let Ok(created) = created else {
        return; // There is no systemd.
    };
    assert!(created.success());
    let directory = folder.join("run/remote-mediasoup");
    let mut theirs = Program::start_as_nobody(&folder, &directory, 4);
    assert_eq!(theirs.taken(), 4);
    let mut ours = Program::start(&directory, 1);
    assert_eq!(ours.taken(), 0);
    theirs.kill();
    ours.kill();
    assert!(CpuSlots::new(&directory, 4).unwrap().take().is_some());
}

#[test]
fn a_user_creates_nothing_in_a_directory_of_root() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let directory = folder.join("slots");
    CpuSlots::new(&directory, 2).unwrap();
    // For CPUs without a file there are no slots.
    let mut theirs = Program::start_as_nobody(&folder, &directory, 4);
    assert_eq!(theirs.taken(), 2);
    theirs.kill();

    let empty = folder.join("empty");
    fs::create_dir(&empty).unwrap();
    let mut refused = Program::start_as_nobody(&folder, &empty, 1);
    let reason = refused.said();
    assert!(
        reason.contains("cpu-0 does not exist, and only user 0,"),
        "{reason}"
    );
    refused.kill();
    assert_eq!(fs::read_dir(&empty).unwrap().count(), 0);
}

#[test]
fn what_a_user_creates_is_that_user_s_alone() {
    if !is_root() {
        return;
    }
    let folder = Folder::new();
    let sticky = folder.join("sticky");
    fs::create_dir(&sticky).unwrap();
    fs::set_permissions(&sticky, Permissions::from_mode(0o1777)).unwrap();
    let directory = sticky.join("slots");
    let mut theirs = Program::start_as_nobody(&folder, &directory, 1);
    assert_eq!(theirs.taken(), 1);
    theirs.kill();
    let modes = [directory.clone(), directory.join("cpu-3")].map(mode);
    assert_eq!(modes, [0o700, 0o600]);
    assert_eq!(fs::metadata(directory.join("cpu-3")).unwrap().uid(), NOBODY);

    let refusal = CpuSlots::new(&directory, 4).unwrap_err().to_string();
    assert!(refusal.contains("belongs to user 65534"), "{refusal}");
}

#[test]
fn another_program() {
    let Some(directory) = env::var_os(DIRECTORY) else {
        return;
    };
    let wanted: usize = env::var(WANTED).unwrap().parse().unwrap();
    let slots = match CpuSlots::new(directory, 4) {
        Ok(slots) => slots,
        Err(error) => return println!("slots: {error}"),
    };
    let taken: Vec<_> = (0..wanted).filter_map(|_| slots.take()).collect();
    println!("slots: {}", taken.len());
    // Held until the one who started it kills it, or is gone itself.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
