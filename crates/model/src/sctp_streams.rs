//! Allocator of SCTP stream ids of one Transport's association. The engine takes an id for each new
//! DataConsumer that needs one, and gets `None` when all are taken; the Model gives it back when the
//! DataConsumer closes.

use protocol::limits::SCTP_STREAMS;
use std::collections::BTreeSet;

/// Gives out stream ids round robin, as mediasoup does.
#[derive(Debug, Default)]
pub struct SctpStreams {
    taken: BTreeSet<u16>,
    next: u16,
    /// Limit of the remote side, once the association has negotiated it.
    pub negotiated_max_outbound: Option<u16>,
}

impl SctpStreams {
    /// Takes the next free stream id, `None` when all are taken.
    pub fn allocate(&mut self) -> Option<u16> {
        // Ids that were given out before the association was up may lie past its limit.
        if let Some(max) = self.negotiated_max_outbound
            && u32::from(self.next) + 1 > u32::from(max)
        {
            self.next = 0;
        }
        let first = self.next % SCTP_STREAMS;
        let id = (first..SCTP_STREAMS)
            .chain(0..first)
            .find(|id| !self.taken.contains(id))?;
        self.taken.insert(id);
        self.next = id + 1;
        Some(id)
    }

    /// Gives a stream id back.
    pub fn free(&mut self, id: u16) {
        self.taken.remove(&id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_on_rather_than_reusing_at_once() {
        let mut streams = SctpStreams::default();
        assert_eq!(streams.allocate(), Some(0));
        assert_eq!(streams.allocate(), Some(1));
        streams.free(0);
        assert_eq!(streams.allocate(), Some(2));
    }

    #[test]
    fn starts_over_at_what_was_negotiated() {
        let mut streams = SctpStreams {
            negotiated_max_outbound: Some(2),
            ..SctpStreams::default()
        };
        assert_eq!(streams.allocate(), Some(0));
        assert_eq!(streams.allocate(), Some(1));
        streams.free(0);
        assert_eq!(streams.allocate(), Some(0));
    }

    #[test]
    fn has_an_end() {
        let mut streams = SctpStreams::default();
        for id in 0..SCTP_STREAMS {
            assert_eq!(streams.allocate(), Some(id));
        }
        assert_eq!(streams.allocate(), None);
        streams.free(7);
        assert_eq!(streams.allocate(), Some(7));
    }
}
