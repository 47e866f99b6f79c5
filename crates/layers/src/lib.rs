//! Layers that make many Workers look like one.
//!
//! [`Vertical`] answers for **logical** Workers, Routers and WebRtcServers, which no worker process
//! knows. **Real** ones of the Backend [`Below`] stand for them, hidden from the application. It
//! decides where a new Transport or RtpObserver lives, pipes a Producer to where it is consumed, and
//! puts together what one mediasoup Worker would say. [`CpuSlots`] share the CPUs of a machine between
//! all programs on it.

mod below;
mod options;
mod slots;
mod vertical;

pub use below::Below;
pub use options::{Options, Placement};
pub use slots::{CpuSlots, Slot, Slots};
pub use vertical::Vertical;
