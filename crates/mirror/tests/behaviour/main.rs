//! What a mirror tells, case by case.

mod absent;
mod closing;
mod snapshot;
mod stream;
mod support;
