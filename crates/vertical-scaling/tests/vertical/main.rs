//! The vertical layer over an object tree whose workers answer when a test lets them.

mod programs;
mod support;
mod workers;
