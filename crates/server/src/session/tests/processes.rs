//! Worker processes: real ones, of a few words.

use crate::session::process::{Exit, Happening, Process, Report, Reports};
use crate::session::settings::Launch;
use protocol::Handle;
use std::path::Path;
use tokio::sync::mpsc;
use tokio::task::{JoinSet, LocalSet};

/// Runs a worker that is a script; what `with` does with it, and all that happens after.
async fn run(script: &str, with: impl AsyncFnOnce(Process, &mut Happenings)) -> Vec<String> {
    let tasks = async {
        let mut tasks = JoinSet::new();
        let (reports, came) = mpsc::channel(64);
        let launch = Launch {
            arguments: ["-c", script, "worker", "--logLevel=warn"]
                .map(str::to_owned)
                .to_vec(),
            files: vec!["a key".to_owned()],
        };
        let process = Process::spawn(
            Path::new("/bin/sh"),
            &launch,
            Reports::new(Handle(7), reports),
            &mut tasks,
        );
        let mut happenings = Happenings {
            came,
            seen: Vec::new(),
        };
        with(process.unwrap(), &mut happenings).await;
        while happenings.next().await.is_some() {}
        happenings.seen
    };
    LocalSet::new().run_until(tasks).await
}

struct Happenings {
    came: mpsc::Receiver<Report>,
    seen: Vec<String>,
}

impl Happenings {
    /// The next that begins so.
    async fn until(&mut self, start: &str) -> String {
        while self.next().await.is_some() {
            if let Some(word) = self.seen.last().filter(|word| word.starts_with(start)) {
                return word.clone();
            }
        }
        panic!("{start} is not among {:?}", self.seen);
    }

    /// The next, in words.
    async fn next(&mut self) -> Option<()> {
        let (Handle(7), happening) = self.came.recv().await? else {
            panic!("of another");
        };
        let word = match happening {
            Happening::Bytes(bytes) => format!("says {}", String::from_utf8_lossy(&bytes)),
            Happening::Drained => "drained".to_owned(),
            Happening::Failed(reason) => reason,
            Happening::Exited(Exit { code, signal }) => format!("exited {code:?} {signal:?}"),
            Happening::Gone => "gone".to_owned(),
        };
        self.seen.push(word);
        Some(())
    }
}

#[tokio::test]
async fn speaks_on_3_and_4_and_says_how_it_ended() {
    let script =
        r#"read -r line <&3; echo "$MEDIASOUP_VERSION $1 $line" >&4; read -r end <&3; exit 42"#;
    let version = protocol::VERSION;
    let seen = run(script, async |process, happenings| {
        process.write(b"hello\n");
        let said = happenings.until("says").await;
        assert_eq!(said, format!("says {version} --logLevel=warn hello\n"));
        process.write(b"end\n");
        happenings.until("gone").await;
    })
    .await;
    assert!(seen.ends_with(&["exited Some(42) None".into(), "gone".into()]));
}

#[tokio::test]
async fn reads_files_that_are_none() {
    let script = "cat /proc/self/fd/5 >&4; read -r end <&3";
    let seen = run(script, async |process, happenings| {
        assert_eq!(happenings.until("says").await, "says a key");
        drop(process);
    })
    .await;
    assert_eq!(seen.last().unwrap(), "gone");
}

#[tokio::test]
async fn leaves_when_its_channel_is_closed() {
    let script = "while read -r line <&3; do :; done; exit 0";
    let seen = run(script, async |process, _| drop(process)).await;
    assert_eq!(seen, ["exited Some(0) None", "gone"]);
}

#[tokio::test]
async fn is_killed_when_it_does_not_leave() {
    // A stopped process hears nothing of its channel.
    let script = "echo ready >&4; kill -STOP $$";
    let seen = run(script, async |process, happenings| {
        happenings.until("says").await;
        drop(process);
    })
    .await;
    assert_eq!(seen[1..], ["exited None Some(9)", "gone"]);
}

#[tokio::test]
async fn is_killed_at_once_where_it_can_not_be_trusted() {
    let script = "exec sleep 1000";
    let seen = run(script, async |process, _| process.kill()).await;
    assert_eq!(seen, ["exited None Some(9)", "gone"]);
}

#[tokio::test]
async fn without_a_channel_it_can_not_be_spoken_to() {
    let script = "exec 4>&-; read -r line <&3; exit 0";
    let seen = run(script, async |process, happenings| {
        happenings.until("the worker closed its channel").await;
        drop(process);
    })
    .await;
    assert_eq!(seen[1..], ["exited Some(0) None", "gone"]);
}

#[tokio::test]
async fn what_its_socket_does_not_take_follows() {
    let script = "head -c 4000001 <&3 | wc -c >&4; exit 0";
    let seen = run(script, async |process, happenings| {
        let bytes = vec![0; 1_000_000];
        for _ in 0..4 {
            process.write(&bytes);
        }
        assert!(process.backlog() > 0);
        process.write(b"!");
        happenings.until("drained").await;
        assert_eq!(process.backlog(), 0);
        drop(process);
    })
    .await;
    assert_eq!(seen[1..].last().unwrap(), "gone");
}

#[tokio::test]
async fn what_is_no_program_does_not_start() {
    let (reports, _) = mpsc::channel(1);
    let path = std::env::temp_dir().join("no such worker");
    let spawned = Process::spawn(
        &path,
        &Launch::default(),
        Reports::new(Handle(7), reports),
        &mut JoinSet::new(),
    );
    assert!(spawned.is_err());
}
