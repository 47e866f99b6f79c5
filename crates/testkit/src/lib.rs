//! What tests and simulations of layers run on: a [`Fake`] Backend whose workers answer when they
//! are told to, [`Tasks`] without a runtime, and [`Chance`] from a seed.
//!
//! The fake keeps two pictures: the Model's, which changes at once, and each worker's, which
//! changes when a message reaches it. What one says the other doesn't know yet is where layers go
//! wrong.

mod answers;
mod chance;
mod fake;
mod seen;
mod tasks;
mod tree;

pub use chance::Chance;
pub use fake::{Fake, FreeSlots};
pub use tasks::{Tasks, finish};
pub use tree::{Entity, Told};
