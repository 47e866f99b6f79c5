//! Contract of the system calls beneath a [`Batch`](crate::Batch).
//!
//! The worker implements it over `sendmmsg()` and libuv's queues, tests over a model. A `Batch`
//! calls it when a turn of the event loop ends; it returns what the kernel took, or why it refused.

use crate::packet::{Destination, SocketId, Span};
use crate::runs::Run;

/// The most that a socket can do for a batch. A [`Refusal`] lowers it, nothing raises it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// One packet per call: `sendmsg()`.
    Single,
    /// Many packets per call: `sendmmsg()`.
    Messages,
    /// Many packets per message, many messages per call: `sendmmsg()` with `UDP_SEGMENT`.
    Segments,
}

/// Messages that one call is to send, in order.
#[derive(Debug, Clone, Copy)]
pub struct Messages<'a> {
    pub(crate) runs: &'a [Run],
    pub(crate) packets: &'a [Span],
    pub(crate) bytes: &'a [u8],
}

/// One message of the kernel's: packets to one destination, equal in size but for a smaller last one.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Destination of the packets.
    pub destination: &'a Destination,
    packets: &'a [Span],
    bytes: &'a [u8],
}

impl<'a> Messages<'a> {
    /// Returns the messages, in order.
    pub fn iter(&self) -> impl Iterator<Item = Message<'a>> + use<'a> {
        let Self {
            runs,
            packets,
            bytes,
        } = *self;
        runs.iter().map(move |run| Message {
            destination: &run.destination,
            packets: &packets[run.first..run.first + run.count],
            bytes,
        })
    }
}

impl<'a> Message<'a> {
    /// Returns the packets, in order.
    pub fn packets(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let bytes = self.bytes;
        self.packets.iter().map(move |span| span.of(bytes))
    }

    /// Returns the size of a segment, or `None` for a single packet.
    #[must_use]
    pub fn segment(&self) -> Option<u16> {
        (self.packets.len() > 1).then(|| self.packets[0].length)
    }
}

/// Reason for which the kernel took none of the messages; it concerns the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The socket's buffer or the device's queue is full (`EAGAIN`, `ENOBUFS`).
    Full,
    /// The device can't compute checksums of segments (`EIO`).
    NoSegments,
    /// `sendmmsg()` is missing (`ENOSYS`).
    NoMessages,
    /// A segment is larger than the path's MTU (`EMSGSIZE`, `EINVAL`).
    TooLarge,
    /// Any other error. A packet alone that meets it is lost, as without batches.
    Other,
}

/// System calls that a [`Batch`](crate::Batch) needs.
pub trait Kernel {
    /// Most messages that one call of `send` takes.
    const MAX_MESSAGES: usize = 64;
    /// Most packets that one call of `send` takes, over all its messages.
    const MAX_PACKETS: usize = 512;

    /// Sends messages from one socket, in order, and returns how many the kernel took, at least one.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] of the first message; then nothing was sent.
    fn send(
        &mut self,
        socket: SocketId,
        messages: Messages<'_>,
        support: Support,
    ) -> Result<usize, Refusal>;

    /// Puts a packet at the end of the socket's own queue, which waits until the socket is writable.
    fn queue(&mut self, socket: SocketId, destination: &Destination, packet: &[u8]);

    /// Returns milliseconds of a clock that never goes back.
    fn now_ms(&self) -> u64;
}
