//! What a mirror tells, case by case.

mod closing;
mod snapshot;
mod stream;
mod support;
