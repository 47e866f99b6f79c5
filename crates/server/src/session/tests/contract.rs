//! Contract tests of worker processes, the same cases for both implementations of `Spawner` and `Process`:
//! child processes that run a shell script, and the fakes of `fake_process.rs`. A failure means that one of
//! them breaks the contract in `process.rs`, and that tests with fakes prove nothing.

use super::fake_process::{Act, FakeSpawner};
use crate::session::process::{
    Exit, Happening, LocalSpawner, Process, ProcessReport, ProcessReports, Spawner,
};
use crate::session::settings::Launch;
use protocol::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinSet, LocalSet};

/// More bytes than any socket takes at once.
const LARGE: usize = 4_000_000;

/// The implementations, each with a worker that behaves the same.
const IMPLEMENTATIONS: [fn(Act) -> Box<dyn Spawner>; 2] = [
    |act| Box::new(FakeSpawner(act)),
    |act| {
        Box::new(LocalSpawner::new(match act {
            Act::Missing => std::env::temp_dir().join("no such worker"),
            _ => "/bin/sh".into(),
        }))
    },
];

fn launch(act: Act) -> Launch {
    let script = match act {
        Act::Echo => r#"while read -r line <&3; do echo "$line" >&4; done; exit 0"#.to_owned(),
        Act::Count(bytes) => {
            format!("count=$(head -c {bytes} <&3 | wc -c); [ $count = {bytes} ] && exit 7; exit 1")
        }
        Act::Ignore => "echo ready >&4; kill -STOP $$".to_owned(),
        Act::Mute => "exec 4>&-; read -r line <&3; exit 0".to_owned(),
        Act::Quit | Act::Missing => "exit 42".to_owned(),
    };
    Launch {
        arguments: vec!["-c".to_owned(), script],
        files: Vec::new(),
    }
}

/// Reports of a worker.
pub(super) struct Reported {
    came: mpsc::Receiver<ProcessReport>,
    pub(super) seen: Vec<String>,
    /// Number of `Drained` reports. A socket may not take even the first byte at once.
    drained: usize,
    /// Its output, joined.
    pub(super) said: String,
}

impl Reported {
    /// Returns the collector of a test's worker, and the queue for its reports.
    pub(super) fn new() -> (Self, ProcessReports) {
        let (reports, came) = mpsc::channel(64);
        let reported = Self {
            came,
            seen: Vec::new(),
            drained: 0,
            said: String::new(),
        };
        (reported, ProcessReports::new(Handle(7), reports))
    }

    /// Waits until the worker has written this in total.
    pub(super) async fn until_said(&mut self, said: &str) {
        while self.said != said {
            self.next().await.expect("more output");
        }
    }

    async fn until_drained(&mut self) {
        while self.drained == 0 {
            self.next().await.expect("it takes more");
        }
    }

    /// Waits for a report of the end.
    pub(super) async fn until(&mut self, happening: &str) {
        while self.seen.last().is_none_or(|last| last != happening) {
            self.next().await.expect("more happens");
        }
    }

    /// Returns all remaining reports.
    pub(super) async fn rest(&mut self) -> &[String] {
        while self.next().await.is_some() {}
        &self.seen
    }

    async fn next(&mut self) -> Option<()> {
        let (worker, happening) = self.came.recv().await?;
        assert_eq!(worker, Handle(7));
        self.seen.push(match happening {
            Happening::Bytes(bytes) => {
                self.said += &String::from_utf8_lossy(&bytes);
                return Some(());
            }
            Happening::Drained => {
                self.drained += 1;
                return Some(());
            }
            Happening::Failed(_) => "failed".to_owned(),
            Happening::Exited(Exit { code, signal }) => format!("exited {code:?} {signal:?}"),
            Happening::Gone => "gone".to_owned(),
        });
        Some(())
    }
}

/// Runs a worker of each implementation.
async fn each(act: Act, with: impl AsyncFn(Box<dyn Process>, &mut Reported)) {
    for implementation in IMPLEMENTATIONS {
        let spawner = implementation(act);
        let case = async {
            let mut tasks = JoinSet::new();
            let (mut reported, reports) = Reported::new();
            let process = spawner.spawn(&launch(act), reports, &mut tasks);
            with(process.unwrap(), &mut reported).await;
            while let Some(task) = tasks.join_next().await {
                task.unwrap();
            }
        };
        LocalSet::new().run_until(case).await;
    }
}

#[tokio::test]
async fn bytes_arrive_complete_and_in_order() {
    each(Act::Echo, async |process, reported| {
        let mut lines = String::new();
        for number in 0..100 {
            let line = format!("{number}\n");
            process.write(line.as_bytes());
            lines += &line;
        }
        reported.until_said(&lines).await;
        assert_eq!(process.backlog(), 0);
        assert!(reported.seen.is_empty(), "nothing else happens");
        drop(process);
        assert_eq!(reported.rest().await, ["exited Some(0) None", "gone"]);
    })
    .await;
}

#[tokio::test]
async fn untaken_bytes_are_the_backlog() {
    each(Act::Count(LARGE + 1), async |process, reported| {
        for _ in 0..4 {
            process.write(&vec![0; LARGE / 4]);
        }
        assert!(process.backlog() > 0);
        process.write(b"!");
        reported.until_drained().await;
        assert_eq!(process.backlog(), 0);
        reported.until("exited Some(7) None").await;
        drop(process);
        assert_eq!(reported.rest().await.last().unwrap(), "gone");
    })
    .await;
}

#[tokio::test]
async fn bytes_written_before_the_close_arrive() {
    each(Act::Count(LARGE), async |process, reported| {
        process.write(&vec![0; LARGE]);
        assert!(process.backlog() > 0);
        drop(process);
        assert_eq!(reported.rest().await, ["exited Some(7) None", "gone"]);
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_does_not_exit_is_killed_after_a_while() {
    each(Act::Ignore, async |process, reported| {
        reported.until_said("ready\n").await;
        drop(process);
        assert_eq!(reported.rest().await, ["exited None Some(9)", "gone"]);
    })
    .await;
}

#[tokio::test]
async fn kill_ends_a_worker_at_once() {
    each(Act::Ignore, async |process, reported| {
        reported.until_said("ready\n").await;
        process.kill();
        drop(process);
        assert_eq!(reported.rest().await, ["exited None Some(9)", "gone"]);
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_closes_its_channel_has_failed_and_still_runs() {
    each(Act::Mute, async |process, reported| {
        reported.until("failed").await;
        drop(process);
        assert_eq!(
            reported.rest().await,
            ["failed", "exited Some(0) None", "gone"]
        );
    })
    .await;
}

#[tokio::test]
async fn an_unexpected_exit_is_reported_once() {
    each(Act::Quit, async |process, reported| {
        reported.until("gone").await;
        assert_eq!(reported.seen, ["exited Some(42) None", "gone"]);
        process.write(b"!");
        process.kill();
        drop(process);
        assert_eq!(reported.rest().await.len(), 2, "nothing follows");
    })
    .await;
}

#[tokio::test]
async fn a_process_that_cannot_start_reports_nothing() {
    for implementation in IMPLEMENTATIONS {
        let mut tasks = JoinSet::new();
        let (mut reported, reports) = Reported::new();
        let spawned = implementation(Act::Missing).spawn(&Launch::default(), reports, &mut tasks);
        assert_eq!(spawned.unwrap_err().kind(), std::io::ErrorKind::NotFound);
        assert!(reported.rest().await.is_empty());
        assert!(tasks.is_empty());
    }
}
