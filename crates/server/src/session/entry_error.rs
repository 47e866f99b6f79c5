//! Errors for an entry of a client that breaks the protocol: undecodable bytes, appData that is too large,
//! too deep or not JSON. Execution of entries returns one; the session then closes the client's WebSocket
//! with code 4000 and this text.

use protocol::limits::{APP_DATA_BYTES, APP_DATA_DEPTH};
use wire::v1::ActError;

/// Protocol error in an entry, which ends its client.
#[derive(Debug, thiserror::Error)]
pub(super) enum EntryError {
    #[error(transparent)]
    Entry(#[from] ActError),
    #[error("an appData has {0} bytes, the limit is {max}", max = APP_DATA_BYTES)]
    AppDataTooLarge(usize),
    #[error("an appData has {0} levels, the limit is {max}", max = APP_DATA_DEPTH)]
    AppDataTooDeep(usize),
    #[error("an appData is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
}
