//! CPU slots between processes.
//!
//! Other programs are this one once more: the last test does what it is told by its environment.

use layers::Slots;
use slots::CpuSlots;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

const DIRECTORY: &str = "SLOTS_OF_TEST";
const WANTED: &str = "SLOTS_WANTED";

/// A program that takes as many slots as it can get of those that it wants, and holds them.
struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(directory: &PathBuf, wanted: usize) -> Self {
        let mut child = Command::new(env::current_exe().expect("a test has a file"))
            .args(["--exact", "another_program", "--nocapture"])
            .env(DIRECTORY, directory)
            .env(WANTED, wanted.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, output }
    }

    /// How many slots it has got, when it has tried.
    fn taken(&mut self) -> usize {
        let mut line = String::new();
        while self.output.read_line(&mut line).expect("a line") > 0 {
            // The test runner may have begun the line.
            if let Some((_, taken)) = line.trim().rsplit_once("taken ") {
                return taken.parse().expect("a number");
            }
            line.clear();
        }
        panic!("it has ended");
    }

    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }
}

fn directory(name: &str) -> PathBuf {
    let directory = env::temp_dir().join(format!("slots-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&directory);
    directory
}

#[test]
fn programs_share_what_there_is_and_a_killed_one_frees_its_own() {
    let directory = directory("shared");
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
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn programs_at_once_take_each_slot_once() {
    let directory = directory("race");
    let mut programs: Vec<_> = (0..6).map(|_| Program::start(&directory, 3)).collect();
    let taken: usize = programs.iter_mut().map(Program::taken).sum();
    assert_eq!(taken, 4);
    programs.into_iter().for_each(Program::kill);
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_slot_is_free_when_it_is_dropped() {
    let directory = directory("dropped");
    let (one, other) = (CpuSlots::new(&directory, 1), CpuSlots::new(&directory, 1));
    let (one, other) = (one.unwrap(), other.unwrap());
    let slot = one.take().unwrap();
    assert!(one.take().is_none() && other.take().is_none());
    drop(slot);
    assert!(other.take().is_some());
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn any_user_may_share_them_and_none_may_take_them_away() {
    let directory = directory("users");
    let slots = CpuSlots::new(&directory, 2).unwrap();
    let _taken = [slots.take(), slots.take()];
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(directory.clone()), 0o1777);
    assert_eq!(mode(directory.join("cpu-0")), 0o666);
    assert_eq!(mode(directory.join("cpu-1")), 0o666);
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn another_program() {
    let Some(directory) = env::var_os(DIRECTORY) else {
        return;
    };
    let wanted: usize = env::var(WANTED).unwrap().parse().unwrap();
    let slots = CpuSlots::new(directory, 4).unwrap();
    let taken: Vec<_> = (0..wanted).filter_map(|_| slots.take()).collect();
    println!("taken {}", taken.len());
    // Held until the one who started it kills it, or is gone itself.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
