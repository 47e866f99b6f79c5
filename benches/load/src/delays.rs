//! Histogram of the delays of packets through mediasoup, of bounded size. Each receiver thread of the load
//! generator adds the delay of every packet; the summary has percentiles in milliseconds, which the
//! benchmark reports.

use crate::commands::Delay;

const BUCKET_NS: u64 = 10_000;

/// A second; what took longer is counted as that.
const BUCKETS: usize = 100_000;

/// Delays in steps of 10 us. [`Delay`]s are upper ends of steps.
#[derive(Debug, Clone)]
pub(crate) struct Delays {
    buckets: Vec<u32>,
    count: u64,
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            buckets: vec![0; BUCKETS],
            count: 0,
        }
    }
}

impl Delays {
    pub(crate) fn add(&mut self, delay_ns: u64) {
        let bucket = usize::try_from(delay_ns / BUCKET_NS)
            .map_or(BUCKETS - 1, |bucket| bucket.min(BUCKETS - 1));

        self.buckets[bucket] += 1;
        self.count += 1;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *bucket += more;
        }
        self.count += other.count;
    }

    /// All zero where nothing was added.
    pub(crate) fn summary(&self) -> Delay {
        Delay {
            p50: self.at(50),
            p99: self.at(99),
            max: self.at(100),
        }
    }

    /// Milliseconds that so many per cent didn't exceed.
    fn at(&self, percent: u64) -> f64 {
        let wanted = (self.count * percent).div_ceil(100);
        let mut below = 0;

        if wanted == 0 {
            return 0.0;
        }

        for (bucket, &count) in (1_u32..).zip(&self.buckets) {
            below += u64::from(count);

            if below >= wanted {
                return f64::from(bucket) / 100.0;
            }
        }

        unreachable!("buckets hold as many as were counted")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_a_share_did_not_exceed() {
        let mut delays = Delays::default();

        // 1 to 200 ms, each a little less than the full millisecond.
        for ms in 1..=200 {
            delays.add(ms * 1_000_000 - 1);
        }

        let summary = Delay {
            p50: 100.0,
            p99: 198.0,
            max: 200.0,
        };

        assert_eq!(delays.summary(), summary);
    }

    #[test]
    fn merges_and_keeps_what_is_longer_than_a_second() {
        let (mut one, mut other) = (Delays::default(), Delays::default());

        one.add(5_000);
        other.add(u64::MAX);
        one.merge(&other);

        assert_eq!(
            one.summary(),
            Delay {
                p50: 0.01,
                p99: 1000.0,
                max: 1000.0
            }
        );
    }

    #[test]
    fn is_zero_without_packets() {
        assert!(Delays::default().summary().max.abs() < 1e-9);
    }
}
