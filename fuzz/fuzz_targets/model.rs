//! Fuzz target `model`: a program of operations on the object tree (`crates/model`), four bytes each,
//! compared with a plain copy of the tree. It is the Model's property test, driven by the fuzzer (`npm run
//! fuzz`); it fails on a wrong close cascade.

#![no_main]

#[path = "../../crates/model/tests/support/mod.rs"]
mod support;

use libfuzzer_sys::fuzz_target;
use support::{Op, Run};

fuzz_target!(|program: &[u8]| {
    let mut run = Run::default();
    let (ops, _) = program.as_chunks::<4>();
    for op in [Op::AddWorker]
        .into_iter()
        .chain(ops.iter().map(|op| Op::from(*op)))
    {
        run.step(op);
    }
});
