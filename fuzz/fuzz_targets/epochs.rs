//! Fuzz target `epochs`: actions of a server, its links and an application on the epochs of a connection
//! (an epoch is one life of the session; a restarted server begins another), two bytes each. It is the
//! replica's property test, driven by the fuzzer (`npm run fuzz`), and fails where a check of that test
//! does.

#![no_main]
#![expect(dead_code, reason = "the tables of the tests use more of it")]

#[path = "../../crates/replica/tests/epochs/acts.rs"]
mod acts;
#[path = "../../crates/replica/tests/epochs/connection.rs"]
mod connection;
#[path = "../../crates/replica/tests/epochs/world.rs"]
mod world;

use acts::{Act, Run};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|program: &[u8]| {
    let mut run = Run::new();
    let (acts, _) = program.as_chunks::<2>();
    for act in acts {
        run.step(Act::from(*act));
    }
    run.end();
});
