//! What the two machines do together, and what each does on its own.

#[path = "../support/mod.rs"]
mod support;

mod calls;
mod cuts;
mod hostile;
mod room;
mod seeds;
mod silence;
