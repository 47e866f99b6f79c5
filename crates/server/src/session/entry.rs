//! Entries of clients, read and checked.

use protocol::Error;
use protocol::limits::{APP_DATA_BYTES, APP_DATA_DEPTH};
use protocol::wire::{ClientEntry, DecodeError, decode_from_client};
use serde::Deserialize;
use serde::de::IgnoredAny;
use session_logs::Nonsense;

/// Content of an entry.
pub(super) enum Said {
    Known(ClientEntry),
    /// A call of a command that isn't known here: an older or newer client's.
    Unknown(Error),
}

/// Entries that break the protocol.
#[derive(Debug, thiserror::Error)]
pub(super) enum Wrong {
    #[error(transparent)]
    Bytes(#[from] DecodeError),
    #[error(transparent)]
    Slot(#[from] Nonsense),
    #[error("appData of {0} bytes, {max} are allowed", max = APP_DATA_BYTES)]
    AppDataTooLarge(usize),
    #[error("appData of {0} levels, {max} are allowed", max = APP_DATA_DEPTH)]
    AppDataTooDeep(usize),
    #[error("what an appData holds is no JSON: {0}")]
    NoJson(#[from] serde_json::Error),
}

/// Reads an entry. A call that can't be read is answered with an error; anything else is nonsense.
pub(super) fn read(bytes: &[u8]) -> Result<Said, Wrong> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    enum AnyCall {
        Call(IgnoredAny),
    }

    match decode_from_client(bytes) {
        Ok(entry) => Ok(Said::Known(entry)),
        Err(error) => match decode_from_client(bytes) {
            Ok(AnyCall::Call(IgnoredAny)) => Ok(Said::Unknown(Error::unsupported(format!(
                "the server doesn't know this command ({error})"
            )))),
            Err(_) => Err(error.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::wire::encode;
    use serde_json::json;

    #[test]
    fn an_unknown_command_is_answered_and_anything_else_is_nonsense() {
        let call = |command| json!({ "call": { "target": 1, "command": command } });
        assert!(matches!(
            read(&encode(&call(json!("dump")))),
            Ok(Said::Known(ClientEntry::Call(_)))
        ));
        for unknown in [json!("levitate"), json!({ "levitate": {} })] {
            assert!(matches!(
                read(&encode(&call(unknown))),
                Ok(Said::Unknown(_))
            ));
        }
        for nonsense in [json!({ "levitate": {} }), json!([1, 2]), json!("call")] {
            assert!(read(&encode(&nonsense)).is_err(), "{nonsense}");
        }
        assert!(read(&[]).is_err());
    }
}
