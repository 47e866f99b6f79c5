//! CPU slots between processes and users, and what somebody may have put in their place.

#![expect(clippy::unwrap_used, reason = "a test says so by panicking")]

mod attacks;
mod programs;
mod support;
