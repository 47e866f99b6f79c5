//! Entries of clients that break the protocol.

use protocol::limits::{APP_DATA_BYTES, APP_DATA_DEPTH};
use wire::v1::ActError;

/// Error of an entry that ends its client.
#[derive(Debug, thiserror::Error)]
pub(super) enum Wrong {
    #[error(transparent)]
    Entry(#[from] ActError),
    #[error("appData of {0} bytes, {max} are allowed", max = APP_DATA_BYTES)]
    AppDataTooLarge(usize),
    #[error("appData of {0} levels, {max} are allowed", max = APP_DATA_DEPTH)]
    AppDataTooDeep(usize),
    #[error("an appData is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
}
