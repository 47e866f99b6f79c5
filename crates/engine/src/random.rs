//! Generator of unguessable ids, CNAMEs and SSRCs for new objects. The encoders of requests draw from
//! it; the driver (the addon or the server) supplies the entropy, as this crate never calls the
//! operating system.

use std::fmt;

/// Bytes asked of the driver at once.
const POOL_BYTES: usize = 1024;

/// Fills a slice with random bytes.
type Fill = Box<dyn FnMut(&mut [u8])>;

/// Draws from the driver's entropy.
pub(crate) struct Random {
    fill: Fill,
    pool: Box<[u8; POOL_BYTES]>,
    used: usize,
}

impl Random {
    pub(crate) fn new(fill: impl FnMut(&mut [u8]) + 'static) -> Self {
        Self {
            fill: Box::new(fill),
            pool: Box::new([0; POOL_BYTES]),
            used: POOL_BYTES,
        }
    }

    /// A UUID, version 4.
    pub(crate) fn uuid(&mut self) -> Box<str> {
        let uuid = uuid::Builder::from_random_bytes(self.bytes()).into_uuid();
        uuid.hyphenated().to_string().into()
    }

    /// Eight hexadecimal digits: the CNAME of a transport's Producers.
    pub(crate) fn cname(&mut self) -> Box<str> {
        self.uuid()[..8].into()
    }

    /// A number of nine digits, from which SSRCs are counted. mediasoup's own range.
    pub(crate) fn ssrc(&mut self) -> u32 {
        100_000_000 + u32::from_le_bytes(self.bytes()) % 899_999_999
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        if self.used + N > POOL_BYTES {
            (self.fill)(&mut *self.pool);
            self.used = 0;
        }
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.pool[self.used..self.used + N]);
        self.used += N;
        bytes
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Random").finish_non_exhaustive()
    }
}
