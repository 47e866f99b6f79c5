//! Gatherer of the UDP packets that mediasoup's worker sends in one turn of its event loop.
//!
//! The worker's program installs it beneath libuv (`native/worker/src/batch.rs`): libuv offers each
//! packet to a [`Batch`], which sends the packets of one destination as one message of the
//! kernel's when the turn ends. Everything here is pure: a [`Kernel`] does the system calls, and
//! tests put a model in its place.
//!
//! - [`Batch`] decides which packet is gathered and which is sent at once, and follows the
//!   kernel's refusals.
//! - `Gatherer` keeps packets by flow (a socket and a destination), in order.
//! - `runs` cuts a flow into runs: packets of one size, of which the last may be smaller.

mod batch;
mod gatherer;
mod kernel;
mod packet;
mod runs;

pub use batch::{Batch, Offer};
pub use gatherer::{MAX_BYTES, MAX_PACKET, MAX_PACKETS};
pub use kernel::{Kernel, Message, Messages, Refusal, Support};
pub use packet::{Destination, SocketId};
