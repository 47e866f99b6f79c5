//! Identity of a tenant, the owner of sessions: a token, a signing key with a subject, a client
//! certificate, or anyone. The authenticator returns it for an authenticated request; the registry of sessions uses
//! it as part of the key, so that tenants never meet.

use std::fmt;

/// Owner of sessions. Two tenants share nothing, even if their sessions have the same name.
///
/// The parts stay apart instead of being joined into one text: key `acme` with subject `eu/bob` isn't
/// key `acme/eu` with subject `bob`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum TenantId {
    /// Everyone, if the server requires neither tokens nor certificates.
    Anyone,
    /// Holder of a static secret, by the name of its `[[tokens]]` entry.
    Token(String),
    /// Holder of a signed token.
    Key {
        /// Name of the `[[keys]]` entry.
        key: String,
        /// Subject of the token. Tokens without one share a tenant.
        subject: Option<String>,
    },
    /// Holder of a client certificate, by the SHA-256 of its DER in hexadecimal digits.
    Certificate(String),
}

impl fmt::Display for TenantId {
    /// Writes the text for logs, which is never used for look-ups.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => f.write_str("anyone"),
            Self::Token(name) => write!(f, "token:{name}"),
            Self::Key { key, subject: None } => write!(f, "key:{key}"),
            Self::Key {
                key,
                subject: Some(subject),
            } => write!(f, "key:{key} subject:{subject}"),
            Self::Certificate(sha256) => write!(f, "certificate:sha256:{sha256}"),
        }
    }
}
