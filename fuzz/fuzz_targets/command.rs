//! Fuzz target `command`: commands and notices as JSON text, one per line, each given to an object of every
//! kind of a `LocalHost` (the object that holds this machine's Workers) whose fake worker (an in-process
//! stand-in for mediasoup's) accepts everything. `npm run fuzz` runs it; it fails on a panic or a request
//! without a reply.

#![no_main]

#[path = "../../crates/local-host/tests/support/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the engine's own tests use more of it"
)]
mod support;

use host::Host;
use libfuzzer_sys::fuzz_target;
use protocol::{Command, Notice};
use support::{Cast, Rig};

/// Limit of lines of one input; longer ones are slow and show nothing new.
const LINES: usize = 40;

fuzz_target!(|text: &str| {
    let mut rig = Rig::new();
    let cast = Cast::new(&mut rig);
    for line in text.lines().take(LINES) {
        if let Ok(notice) = serde_json::from_str::<Notice>(line) {
            for target in cast.all() {
                let _ = rig
                    .host
                    .local_mut()
                    .notify(target, &notice, line.as_bytes());
            }
        }
        let Ok(command) = serde_json::from_str::<Command>(line) else {
            continue;
        };
        for target in cast.all() {
            let sent = rig.host.request(target, command.clone().into());
            rig.serve();
            if let Ok(request) = sent {
                assert!(rig.try_result(request).is_some(), "no answer");
            }
            rig.told();
        }
    }
});
