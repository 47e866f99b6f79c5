//! Vertical scaling: many worker processes (C++ processes of mediasoup) that look like one Worker to the
//! application. `LocalHost` gives [`Vertical`] the commands that concern such a Worker, and gets the reply
//! that one mediasoup Worker would give.
//!
//! [`Vertical`] answers for **logical** Workers, Routers and WebRtcServers, which no worker process knows.
//! **Real** ones of a [`LogicalTree`] stand for them, hidden from the application. It decides where a new
//! Transport or RtpObserver lives, and pipes a Producer to where it is consumed. [`Slots`] are how it
//! shares the CPUs of a machine with other programs.

mod gather;
mod load;
mod logical_tree;
mod merge;
mod on_demand;
mod options;
mod placement;
mod producer_pipes;
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
