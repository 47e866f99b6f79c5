//! Items of a replica, case by case.

mod absent;
mod answers;
mod closing;
mod snapshot;
mod stream;
mod support;
