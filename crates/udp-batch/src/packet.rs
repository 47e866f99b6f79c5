//! Packets as a batch knows them: the socket that each leaves by, its destination, and its place in the
//! batch's memory. The other modules of this crate, and the worker's program, name packets by these types.

/// Number of a socket, given by [`Batch::open`](crate::Batch::open).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SocketId(pub u32);

/// Address in the form of the system calls: a `sockaddr_in` or a `sockaddr_in6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Destination {
    bytes: [u8; Self::MAX],
    length: u8,
}

impl Destination {
    /// Length of a `sockaddr_in6`, the longer of the two.
    pub const MAX: usize = 28;

    /// Copies an address, or returns `None` for one that is too long.
    #[must_use]
    pub fn new(address: &[u8]) -> Option<Self> {
        let mut bytes = [0; Self::MAX];
        bytes.get_mut(..address.len())?.copy_from_slice(address);
        let length = u8::try_from(address.len()).ok()?;
        Some(Self { bytes, length })
    }

    /// Returns the address as the system calls take it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// Range of one packet in a batch's memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) offset: u32,
    pub(crate) length: u16,
}

impl Span {
    pub(crate) fn of(self, bytes: &[u8]) -> &[u8] {
        let start = self.offset as usize;
        &bytes[start..start + usize::from(self.length)]
    }
}
