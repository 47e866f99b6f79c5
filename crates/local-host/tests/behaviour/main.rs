//! Behaviour of an Engine with a worker at the other end, seen from outside.

#[path = "../support/mod.rs"]
mod support;

mod cases;
mod commands;
mod endings;
mod events;
mod nonsense;
mod pipes;
mod producing;
mod replies;
mod vertical;
mod vertical_endings;
