//! Count of the packets that have arrived at one Consumer, of those that a measurement expects. The load
//! generator's receivers keep one per Consumer; the benchmark reports received, duplicate and lost packets
//! from it.

use std::ops::Range;

/// Remembers every packet of the window by a bit, so that one that arrives twice doesn't make up for
/// another that is lost.
#[derive(Debug)]
pub(crate) struct Tally {
    window: Range<u32>,
    seen: Vec<u64>,
    received: u32,
    duplicates: u64,
}

impl Tally {
    /// `window`: which of the source's packets count.
    pub(crate) fn new(window: Range<u32>) -> Self {
        let words = window.len().div_ceil(64);

        Self {
            window,
            seen: vec![0; words],
            received: 0,
            duplicates: 0,
        }
    }

    /// Notes a packet; whether it belongs to the window.
    pub(crate) fn count(&mut self, counter: u32) -> bool {
        if !self.window.contains(&counter) {
            return false;
        }

        let index = (counter - self.window.start) as usize;
        let bit = 1 << (index % 64);
        let word = &mut self.seen[index / 64];

        if *word & bit == 0 {
            *word |= bit;
            self.received += 1;
        } else {
            self.duplicates += 1;
        }

        true
    }

    pub(crate) fn expected(&self) -> u64 {
        self.window.len() as u64
    }

    /// Different packets.
    pub(crate) fn received(&self) -> u64 {
        u64::from(self.received)
    }

    pub(crate) fn duplicates(&self) -> u64 {
        self.duplicates
    }

    /// Per cent.
    pub(crate) fn loss(&self) -> f64 {
        if self.window.is_empty() {
            return 0.0;
        }

        100.0 * (1.0 - f64::from(self.received) / f64::from(self.window.end - self.window.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_each_packet_of_the_window_once() {
        let mut tally = Tally::new(10..140);

        assert!(!tally.count(9));
        assert!(!tally.count(140));
        for counter in (10..140).filter(|counter| counter % 10 != 3) {
            assert!(tally.count(counter));
        }
        assert!(tally.count(139));

        assert_eq!(tally.expected(), 130);
        assert_eq!(tally.received(), 117);
        assert_eq!(tally.duplicates(), 1);
        assert!((tally.loss() - 10.0).abs() < 1e-9);
    }

    #[test]
    fn knows_no_loss_where_nothing_is_expected() {
        assert!(Tally::new(5..5).loss().abs() < 1e-9);
    }
}
