//! Tests of worker processes as children of the server, for behaviour that no other implementation has:
//! descriptors 3 and 4, files without a name, errors of a wrong path. Each starts a shell script in place
//! of the worker and reads its reports.

use super::contract::Reported;
use crate::session::process::{LocalSpawner, Process, Spawner};
use crate::session::settings::Launch;
use tokio::task::{JoinSet, LocalSet};

/// Runs a worker that is a script, passes it to `with`, and returns all its reports.
async fn run(script: &str, with: impl AsyncFnOnce(Box<dyn Process>, &mut Reported)) {
    let tasks = async {
        let mut tasks = JoinSet::new();
        let launch = Launch {
            arguments: ["-c", script, "worker", "--logLevel=warn"]
                .map(str::to_owned)
                .to_vec(),
            files: vec!["a key".to_owned()],
        };
        let (mut reported, reports) = Reported::new();
        let spawner = LocalSpawner::new("/bin/sh".into());
        let process = spawner.spawn(&launch, reports, &mut tasks);
        with(process.unwrap(), &mut reported).await;
    };
    LocalSet::new().run_until(tasks).await;
}

#[tokio::test]
async fn the_channel_is_on_descriptors_3_and_4() {
    let script =
        r#"read -r line <&3; echo "$MEDIASOUP_VERSION $1 $line" >&4; read -r end <&3; exit 42"#;
    let version = protocol::VERSION;
    run(script, async |process, reported| {
        process.write(b"hello\n");
        let written = format!("{version} --logLevel=warn hello\n");
        reported.until_said(&written).await;
        process.write(b"end\n");
        reported.until("gone").await;
        assert_eq!(reported.seen, ["exited Some(42) None", "gone"]);
    })
    .await;
}

#[tokio::test]
async fn files_are_descriptors_without_a_name() {
    let script = "cat /proc/self/fd/5 >&4; read -r end <&3";
    run(script, async |process, reported| {
        reported.until_said("a key").await;
        drop(process);
        assert_eq!(reported.rest().await.last().unwrap(), "gone");
    })
    .await;
}

#[tokio::test]
async fn an_error_names_a_wrong_path() {
    let (_reported, reports) = Reported::new();
    let spawner = LocalSpawner::new("/no/such/worker".into());
    let started = spawner.spawn(&Launch::default(), reports, &mut JoinSet::new());
    let error = started.unwrap_err().to_string();
    assert!(error.starts_with("/no/such/worker: "), "{error}");
}
