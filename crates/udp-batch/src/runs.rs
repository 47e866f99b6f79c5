//! Cutter of a flow's packets into runs, each of which the kernel takes as one message.
//!
//! The [`Batch`](crate::Batch) calls it for each flow when a turn ends. It returns the lengths of
//! the runs, in order; together they are all packets of the flow.

use crate::packet::{Destination, Span};

/// Most packets of a run: what every kernel with `UDP_SEGMENT` takes (Linux 4.18's `UDP_MAX_SEGMENTS`).
const MAX_SEGMENTS: usize = 64;
/// Most bytes of a run: what fits into one IP datagram, less room for headers.
const MAX_RUN_BYTES: usize = 64_000;

/// Consecutive packets to one destination that leave as one message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) destination: Destination,
    /// Index of the first packet.
    pub(crate) first: usize,
    /// Number of packets, at least one.
    pub(crate) count: usize,
}

impl Run {
    /// Returns a run for each packet.
    pub(crate) fn singles(self) -> impl Iterator<Item = Run> {
        (self.first..self.first + self.count).map(move |first| Run {
            first,
            count: 1,
            ..self
        })
    }
}

/// Returns the number of packets of the run at the start of `spans`.
pub(crate) fn first_run(spans: &[Span]) -> usize {
    let segment = spans[0].length;
    let mut bytes = 0;

    for (count, span) in spans.iter().enumerate() {
        bytes += usize::from(span.length);

        if count == MAX_SEGMENTS || bytes > MAX_RUN_BYTES || span.length > segment {
            return count;
        }
        if span.length < segment {
            return count + 1;
        }
    }

    spans.len()
}

#[cfg(test)]
mod tests {
    use super::{MAX_RUN_BYTES, MAX_SEGMENTS, first_run};
    use crate::packet::Span;

    fn runs(lengths: &[u16]) -> Vec<usize> {
        let spans: Vec<_> = lengths
            .iter()
            .map(|length| Span {
                offset: 0,
                length: *length,
            })
            .collect();
        let mut rest = spans.as_slice();
        let mut runs = Vec::new();

        while !rest.is_empty() {
            let count = first_run(rest);
            runs.push(count);
            rest = &rest[count..];
        }
        runs
    }

    #[test]
    fn a_run_has_one_size_and_may_end_with_a_smaller_packet() {
        for (lengths, expected) in [
            (&[1_100][..], &[1][..]),
            (&[1_100, 1_100, 1_100], &[3]),
            (&[1_100, 1_100, 300], &[3]),
            (&[1_100, 300, 1_100], &[2, 1]),
            (&[300, 1_100, 1_100], &[1, 2]),
            (&[900, 900, 901, 901], &[2, 2]),
            (&[900, 800, 800, 800], &[2, 2]),
            (&[1, 2, 3], &[1, 1, 1]),
        ] {
            assert_eq!(runs(lengths), expected, "{lengths:?}");
        }
    }

    #[test]
    fn a_run_keeps_to_the_kernels_limits() {
        assert_eq!(runs(&[100; MAX_SEGMENTS + 1]), [MAX_SEGMENTS, 1]);
        let most = MAX_RUN_BYTES / 1_500;
        assert_eq!(runs(&vec![1_500; most + 2]), [most, 2]);
    }
}
