//! Fakes for the tests and simulations of other crates, and the contract suite that every
//! [`Host`](host::Host) passes. Nothing of it is in the product.
//!
//! - [`contract`] is the suite; [`FakeHost`] is a Host without worker processes that passes it.
//! - Layers run on a [`Fake`] ObjectTree and on [`Futures`] without a runtime.
//!
//! The fake ObjectTree keeps two pictures: the Model's, which changes at once, and each worker's, which
//! changes when a message reaches it. What one says the other doesn't know yet is where layers go
//! wrong.

mod answers;
pub mod contract;
mod fake;
mod fake_host;
mod futures;
mod seen;
mod tree;

pub use fake::{Fake, FreeSlots};
pub use fake_host::FakeHost;
pub use futures::{Futures, finish};
pub use tree::{Emitted, FakeObject};
