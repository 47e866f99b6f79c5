//! What a replica tells, case by case.

mod absent;
mod answers;
mod closing;
mod snapshot;
mod stream;
mod support;
