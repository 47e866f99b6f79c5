//! Numbers from a seed.

use std::cell::Cell;

/// The same numbers for the same seed (`SplitMix64`).
#[derive(Debug)]
pub struct Chance(Cell<u64>);

impl Chance {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    /// A number below `end`, which isn't 0.
    #[must_use]
    pub fn below(&self, end: usize) -> usize {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let end = u64::try_from(end).unwrap_or(u64::MAX);
        usize::try_from(mixed % end).unwrap_or_default()
    }
}
