//! Layers that make many Workers look like one.
//!
//! [`Vertical`] answers for **logical** Workers, Routers and WebRtcServers, which no worker process
//! knows. **Real** ones of a [`LogicalTree`] stand for them, hidden from the application. It
//! decides where a new Transport or RtpObserver lives, pipes a Producer to where it is consumed, and
//! puts together what one mediasoup Worker would say. [`Slots`] are how it shares the CPUs of a machine
//! with other programs.

mod gather;
mod load;
mod logical_tree;
mod merge;
mod on_demand;
mod options;
mod pipes;
mod placement;
mod routers;
mod servers;
mod slots;
mod state;
mod switch;
mod tick;
mod together;
mod vertical;
mod workers;

pub use gather::{HostStats, WorkerStats, transports};
pub use load::{CpuMeter, cpu_time};
pub use logical_tree::LogicalTree;
pub use options::{Placement, VerticalOptions};
pub use slots::{CpuSlot, Slots};
pub use switch::parse_switch;
pub use vertical::Vertical;
