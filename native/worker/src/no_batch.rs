//! Stand-in for `batch.rs` in a worker with upstream's libuv, which has no hooks: packets leave one by
//! one. `main()` calls it in the same way; it does nothing.

/// Installs nothing.
pub(crate) fn install() {}

/// Returns how packets are sent, in words that `remote-mediasoup doctor` reads.
pub(crate) fn describe() -> &'static str {
    "one by one (upstream's libuv)"
}
