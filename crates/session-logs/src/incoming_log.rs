//! The receiving end of a log (the numbered stream of entries in one direction between client and server).
//! `ClientEnd` (the client's side) and `Place` (the server's) pass it each received frame; it returns the
//! entries that haven't come before, without gaps, and knows what to acknowledge.

use crate::ProtocolError;
use protocol::EntryNumber;
use protocol::limits::ACK_ENTRIES;
use serde_bytes::ByteBuf;

/// Permission of a frame to begin beyond the next number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// Not allowed: entries in between would be missing.
    Next,
    /// Allowed: its first entry replaces all before it.
    Fresh,
}

/// Numbers of the received entries, and how many of them aren't acknowledged.
#[derive(Debug, Default)]
pub(crate) struct IncomingLog {
    /// The number of the last received entry.
    received: EntryNumber,
    owed: u64,
}

impl IncomingLog {
    /// Returns the number of the last received entry for an acknowledgement that is about to be sent.
    pub(crate) fn acknowledge(&mut self) -> EntryNumber {
        self.owed = 0;
        self.received
    }

    /// Returns true if the peer waits for an acknowledgement.
    pub(crate) fn owes(&self) -> bool {
        self.owed > 0
    }

    /// Returns true if the acknowledgement must not wait.
    pub(crate) fn owes_much(&self) -> bool {
        self.owed >= ACK_ENTRIES
    }

    /// Accepts the entries of a frame and skips duplicates.
    pub(crate) fn take(
        &mut self,
        at: EntryNumber,
        beginning: Beginning,
        entries: Vec<ByteBuf>,
    ) -> Result<impl Iterator<Item = (EntryNumber, Vec<u8>)>, ProtocolError> {
        let count = entries.len() as u64;
        let end =
            at.0.checked_add(count)
                .ok_or(ProtocolError::Number { at })?;
        let expected = self.received.next();
        let gap = at == EntryNumber::default() || (at > expected && beginning == Beginning::Next);
        if gap && count > 0 {
            return Err(ProtocolError::Gap { at, expected });
        }
        // Duplicates are acknowledged again: their sender seems to have missed the acknowledgement.
        self.owed = self.owed.saturating_add(count);
        if count > 0 {
            self.received = self.received.max(EntryNumber(end - 1));
        }
        let fresh = (at.0..end).map(EntryNumber).zip(entries);
        Ok(fresh
            .skip_while(move |(number, _)| *number < expected)
            .map(|(number, bytes)| (number, bytes.into_vec())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(
        log: &mut IncomingLog,
        at: u64,
        beginning: Beginning,
        count: usize,
    ) -> Result<Vec<u64>, ProtocolError> {
        let entries = vec![ByteBuf::new(); count];
        Ok(log
            .take(EntryNumber(at), beginning, entries)?
            .map(|(number, _)| number.0)
            .collect())
    }

    #[test]
    fn takes_each_number_once_and_in_order() {
        for (what, received, at, beginning, count, taken) in [
            ("the first", 0, 1, Beginning::Next, 2, Some(vec![1, 2])),
            ("the next", 2, 3, Beginning::Next, 1, Some(vec![3])),
            ("none", 2, 9, Beginning::Next, 0, Some(vec![])),
            ("one again", 2, 2, Beginning::Next, 1, Some(vec![])),
            ("some again", 2, 1, Beginning::Next, 3, Some(vec![3])),
            ("a gap", 2, 4, Beginning::Next, 1, None),
            ("no number", 2, 0, Beginning::Next, 1, None),
            ("no number, afresh", 0, 0, Beginning::Fresh, 1, None),
            ("beyond all numbers", 2, u64::MAX, Beginning::Fresh, 1, None),
            ("a jump", 2, 7, Beginning::Fresh, 2, Some(vec![7, 8])),
            (
                "a jump that came before",
                8,
                7,
                Beginning::Fresh,
                2,
                Some(vec![]),
            ),
        ] {
            let mut log = IncomingLog {
                received: EntryNumber(received),
                owed: 0,
            };
            let result = take(&mut log, at, beginning, count).ok();
            assert_eq!(result, taken, "{what}");
            let last = taken.and_then(|numbers| numbers.last().copied());
            assert_eq!(log.received.0, last.unwrap_or(received), "{what}");
        }
    }

    #[test]
    fn owes_an_acknowledgement_until_it_is_sent() {
        let mut log = IncomingLog::default();
        assert!(!log.owes());
        take(&mut log, 1, Beginning::Next, 2).unwrap();
        take(&mut log, 1, Beginning::Next, 2).unwrap();
        assert!(log.owes() && !log.owes_much());
        assert_eq!(log.acknowledge(), EntryNumber(2));
        assert!(!log.owes());
        let many = usize::try_from(ACK_ENTRIES).unwrap();
        take(&mut log, 3, Beginning::Next, many).unwrap();
        assert!(log.owes_much());
    }
}
