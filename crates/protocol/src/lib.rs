//! The words that every Backend speaks: commands, replies, events, errors.
//!
//! Pure data. Nothing here knows a socket, a worker process or JavaScript.

mod error;

pub use error::{Error, ErrorClass};
