//! Tokens of clients, read from the file of `--token-file`: static secrets, and public keys whose owners
//! sign tokens (JWT, Ed25519). The authenticator passes the token of each request; the answer is the tenant
//! with its limits, or a refusal.
//!
//! ```toml
//! [[tokens]]
//! name = "meetings"
//! secret = "..."            # or: sha256 = "..." of it, in hexadecimal digits
//! session = "lobby"         # the only session it may join
//! limits = { workers = 2 }
//!
//! [[keys]]
//! name = "conference"
//! public-key = "..."        # PEM, or base64url of its 32 bytes
//! audience = "media"        # what a token's `aud` must name
//! limits = { workers = 4 }  # no token gets more
//! ```
//!
//! The check finds a secret by its hash and compares all hashes to the end: the time of a refusal reveals
//! nothing about a guess.

mod file;
mod published;
mod signed;

use crate::error::Error;
use crate::tenant_id::TenantId;
use ring::digest::{SHA256, digest};
use serde::Deserialize;
use signed::Key;
use std::path::Path;
use subtle::{ConditionallySelectable, ConstantTimeEq};

/// Tokens and keys of one file. There may be so many that an index fits into 32 bits.
#[derive(Debug)]
pub(crate) struct Tokens {
    secrets: Vec<Secret>,
    keys: Vec<Key>,
    defaults: Limits,
}

/// Grant of a token: the tenant, and its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Admitted {
    /// Owner of the sessions.
    pub(crate) tenant: TenantId,
    /// The only session that the client may join.
    pub(crate) session: Option<String>,
    /// Limits of all its sessions together.
    pub(crate) limits: Limits,
}

/// Limits of a tenant, over all its sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Open Workers.
    pub(crate) workers: usize,
    /// Open objects, Workers included.
    pub(crate) objects: usize,
    /// Commands per second; excess commands wait.
    pub(crate) commands_per_second: u32,
    /// Sessions.
    pub(crate) sessions: usize,
    /// Clients, including those without a link.
    pub(crate) clients: usize,
}

/// Reason why a token is rejected. It reveals nothing about valid tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// Not a secret, and not signed by a known key.
    #[error("unknown token")]
    Unknown,
    /// The signature is valid.
    #[error("the token has expired")]
    Expired,
    /// The signature is valid.
    #[error("the token isn't valid yet")]
    NotYet,
    /// The signature is valid.
    #[error("invalid claims in the token: {0}")]
    Claims(&'static str),
}

/// Static secret, kept as its hash.
#[derive(Debug)]
struct Secret {
    sha256: [u8; 32],
    name: String,
    grant: Admitted,
}

/// Limits, each optional: camelCase in a token, as in JSON; kebab-case in a file.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct SomeLimits {
    workers: Option<usize>,
    objects: Option<usize>,
    #[serde(rename = "commands-per-second", alias = "commandsPerSecond")]
    commands_per_second: Option<u32>,
    sessions: Option<usize>,
    clients: Option<usize>,
}

impl Tokens {
    /// Reads a token file. An error names the line, and never shows its content.
    pub(crate) fn read(path: &Path, defaults: Limits) -> Result<Self, Error> {
        const OPTION: &str = "--token-file";
        let text = std::fs::read_to_string(path).map_err(Error::file(OPTION, path))?;
        Self::parse(&text, defaults).map_err(|reason| Error::content(OPTION, path, &reason))
    }

    fn parse(text: &str, defaults: Limits) -> Result<Self, String> {
        let (secrets, keys) = file::parse(text, defaults)?;
        Ok(Self {
            secrets,
            keys,
            defaults,
        })
    }

    /// Returns the grant of a token.
    pub(crate) fn check(&self, token: &str) -> Result<Admitted, Refusal> {
        let given = sha256(token.as_bytes());
        let mut found = u32::MAX;
        for (index, secret) in (0..).zip(&self.secrets) {
            found.conditional_assign(&index, given.ct_eq(&secret.sha256));
        }
        match self.secrets.get(found as usize) {
            Some(secret) => Ok(secret.grant.clone()),
            None => signed::check(&self.keys, token, self.defaults),
        }
    }

    /// Returns the names of tokens and keys, for the log.
    pub(crate) fn names(&self) -> String {
        let tokens: Vec<_> = self.secrets.iter().map(|secret| &*secret.name).collect();
        let keys: Vec<_> = self.keys.iter().map(Key::name).collect();
        format!("tokens [{}], keys [{}]", tokens.join(", "), keys.join(", "))
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

#[cfg(test)]
mod tests;
