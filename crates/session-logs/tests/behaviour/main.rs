//! Behaviour of the two machines, together and each on its own.

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod cuts;
mod hostile;
mod room;
mod seeds;
mod silence;
