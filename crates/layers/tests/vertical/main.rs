//! The vertical layer over a Backend whose workers answer when a test lets them.

mod programs;
mod support;
mod workers;
