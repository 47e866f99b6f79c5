//! Test of batches with random programs: sockets, packets, turns, and a kernel that refuses at random. A failure
//! means that a packet was lost, doubled, reordered within its flow, or sent where it doesn't belong; it
//! prints the seed. The fuzz target `batches` runs the same programs.

mod kernel;
mod program;

use program::Program;

/// Programs per run.
const PROGRAMS: u64 = 3_000;
/// Most steps of one.
const STEPS: usize = 400;

#[test]
fn every_packet_leaves_once_and_in_order_whatever_the_kernel_refuses() {
    let first = match std::env::var("SEED") {
        Ok(seed) => seed.parse().expect("SEED is a number"),
        Err(_) => u64::from(std::process::id()) << 32,
    };

    for seed in first..first.saturating_add(PROGRAMS) {
        let outcome = std::panic::catch_unwind(|| play(seed));
        assert!(outcome.is_ok(), "failed with SEED={seed}");
    }
}

fn play(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let refusals = [0, 0, 10, 60][random.usize(..4)];
    let mut program = Program::new(refusals);

    for _ in 0..random.usize(1..STEPS) {
        program.step(std::array::from_fn(|_| random.u8(..)));
    }
    program.end();
}
