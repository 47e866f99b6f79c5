//! Fuzz target `batches`: programs of the worker's event loop (sockets, packets, turns, refusals of the kernel), three
//! bytes per step after the chance of a refusal. It is the property test of `udp-batch`, driven by the
//! fuzzer (`npm run fuzz`), and fails where that test does.

#![no_main]

#[path = "../../crates/udp-batch/tests/programs/kernel.rs"]
mod kernel;
#[path = "../../crates/udp-batch/tests/programs/program.rs"]
mod program;

use libfuzzer_sys::fuzz_target;
use program::Program;

fuzz_target!(|bytes: &[u8]| {
    let Some((refusals, steps)) = bytes.split_first() else {
        return;
    };
    let mut program = Program::new(refusals % 101);
    for step in steps.as_chunks::<3>().0 {
        program.step(*step);
    }
    program.end();
});
