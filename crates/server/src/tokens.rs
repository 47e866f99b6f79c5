//! Who may come, and with what.
//!
//! A token file names static secrets, and public keys whose owners sign tokens (JWT, Ed25519):
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
//! A secret is looked for by its hash, and with all of them compared to the end: how long a refusal
//! takes tells nothing of how close a guess was.

use crate::error::Error;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use ring::digest::{SHA256, digest};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;
use std::fmt;
use std::path::Path;
use subtle::{ConditionallySelectable, ConstantTimeEq};

/// What precedes an Ed25519 key's 32 bytes in a SubjectPublicKeyInfo (RFC 8410).
const ED25519_SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
const ED25519_KEY_BYTES: usize = 32;

/// Characters of a secret below which it could be guessed.
const SECRET_LENGTH: usize = 16;

/// Seconds that clocks may differ.
const LEEWAY: u64 = 30;

/// Tokens and keys of one file. There may be so many that an index fits into 32 bits.
#[derive(Debug)]
pub(crate) struct Tokens {
    secrets: Vec<Secret>,
    keys: Vec<Key>,
    defaults: Limits,
}

/// Whom a token stands for, and what it grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Admitted {
    /// The token's name; those of signed ones begin with the key's: `conference/alice`. Sessions of
    /// one tenant are none of another's, even where they have the same name.
    pub(crate) tenant: String,
    /// The only session that may be joined.
    pub(crate) session: Option<String>,
    /// What its sessions may hold together.
    pub(crate) limits: Limits,
}

/// How much a tenant may have, over all its sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Open Workers.
    pub(crate) workers: usize,
    /// Open objects, Workers included.
    pub(crate) objects: usize,
    /// Commands per second; those above it wait.
    pub(crate) commands_per_second: u32,
    /// Sessions.
    pub(crate) sessions: usize,
    /// Clients, those whose link is away included.
    pub(crate) clients: usize,
}

/// Why a token admits nobody. Says nothing of what would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// No secret, and signed by nobody who may.
    #[error("the token isn't known here")]
    Unknown,
    /// Rightly signed.
    #[error("the token has expired")]
    Expired,
    /// Rightly signed.
    #[error("the token isn't valid yet")]
    NotYet,
    /// Rightly signed.
    #[error("the token's claims aren't what they have to be: {0}")]
    Claims(&'static str),
}

#[derive(Debug)]
struct Secret {
    sha256: [u8; 32],
    grant: Admitted,
}

struct Key {
    name: String,
    verifies: DecodingKey,
    validation: Validation,
    limits: SomeLimits,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Tokens {
    /// Reads a token file. An error names the line, and never shows what is in it.
    pub(crate) fn read(path: &Path, defaults: Limits) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(Error::file(path))?;
        Self::parse(&text, defaults).map_err(|reason| Error::content(path, &reason))
    }

    fn parse(text: &str, defaults: Limits) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or(0, |span| span.start);
            let line = text[..before].matches('\n').count() + 1;
            // Not the whole error: it quotes the line, and a secret may be in it.
            format!("line {line}: {}", error.message())
        })?;
        if file.tokens.is_empty() && file.keys.is_empty() {
            return Err("there is neither a [[tokens]] nor a [[keys]] in it".into());
        }
        let secrets = file.tokens.into_iter().map(|entry| entry.read(defaults));
        let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
        for (index, secret) in secrets.iter().enumerate() {
            let name = &secret.grant.tenant;
            if secrets[..index]
                .iter()
                .any(|other| other.sha256 == secret.sha256)
            {
                return Err(format!("token \"{name}\" has the secret of another one"));
            }
        }
        let keys = file.keys.into_iter().map(KeyEntry::read);
        Ok(Self {
            secrets,
            keys: keys.collect::<Result<_, _>>()?,
            defaults,
        })
    }

    /// Whom a token admits.
    pub(crate) fn check(&self, token: &str) -> Result<Admitted, Refusal> {
        let given = sha256(token.as_bytes());
        let mut found = u32::MAX;
        for (index, secret) in (0..).zip(&self.secrets) {
            found.conditional_assign(&index, given.ct_eq(&secret.sha256));
        }
        if let Some(secret) = self.secrets.get(found as usize) {
            return Ok(secret.grant.clone());
        }
        self.check_signed(token)
    }

    fn check_signed(&self, token: &str) -> Result<Admitted, Refusal> {
        let mut refusal = Refusal::Unknown;
        if jsonwebtoken::decode_header(token).is_err() {
            return Err(refusal);
        }
        for key in &self.keys {
            match jsonwebtoken::decode::<Claims>(token, &key.verifies, &key.validation) {
                Ok(token) => return Ok(key.grant(token.claims, self.defaults)),
                Err(error) => match error.kind() {
                    ErrorKind::ExpiredSignature => refusal = Refusal::Expired,
                    ErrorKind::ImmatureSignature => refusal = Refusal::NotYet,
                    ErrorKind::InvalidAudience => refusal = Refusal::Claims("aud"),
                    ErrorKind::MissingRequiredClaim(claim) if claim == "exp" => {
                        refusal = Refusal::Claims("exp is missing");
                    }
                    ErrorKind::MissingRequiredClaim(_) => {
                        refusal = Refusal::Claims("aud is missing");
                    }
                    // The header was right, and the claims are read after the signature is.
                    ErrorKind::Json(_) => refusal = Refusal::Claims("sub, session, limits"),
                    _ => {}
                },
            }
        }
        Err(refusal)
    }

    /// The names of tokens and keys, for the log.
    pub(crate) fn names(&self) -> String {
        let tokens = self
            .secrets
            .iter()
            .map(|secret| secret.grant.tenant.as_str());
        let keys = self.keys.iter().map(|key| key.name.as_str());
        format!(
            "tokens [{}], keys [{}]",
            tokens.collect::<Vec<_>>().join(", "),
            keys.collect::<Vec<_>>().join(", ")
        )
    }
}

impl Key {
    fn grant(&self, claims: Claims, defaults: Limits) -> Admitted {
        let bounds = self.limits;
        let limit = |claim: Option<usize>, bound: Option<usize>, default| match (claim, bound) {
            (Some(claim), Some(bound)) => claim.min(bound),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => default,
        };
        let claimed = claims.limits;
        let per_second = |limits: SomeLimits| limits.commands_per_second.map(|n| n as usize);
        let commands = limit(
            per_second(claimed),
            per_second(bounds),
            defaults.commands_per_second as usize,
        );
        Admitted {
            tenant: match claims.sub.or(claims.name) {
                Some(subject) => format!("{}/{subject}", self.name),
                None => self.name.clone(),
            },
            session: claims.session,
            limits: Limits {
                workers: limit(claimed.workers, bounds.workers, defaults.workers),
                objects: limit(claimed.objects, bounds.objects, defaults.objects),
                commands_per_second: u32::try_from(commands).unwrap_or(u32::MAX),
                sessions: limit(claimed.sessions, bounds.sessions, defaults.sessions),
                clients: limit(claimed.clients, bounds.clients, defaults.clients),
            },
        }
    }
}

/// The claims of a signed token, besides those that jsonwebtoken checks.
#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
    name: Option<String>,
    session: Option<String>,
    #[serde(default)]
    limits: SomeLimits,
}

/// Limits of which some are said: camelCase in a token, as JSON's are; kebab-case in a file.
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

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct File {
    tokens: Vec<TokenEntry>,
    keys: Vec<KeyEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    name: String,
    secret: Option<String>,
    sha256: Option<String>,
    session: Option<String>,
    #[serde(default)]
    limits: SomeLimits,
}

impl TokenEntry {
    fn read(self, defaults: Limits) -> Result<Secret, String> {
        let name = self.name;
        let sha256 = match (&self.secret, &self.sha256) {
            (Some(secret), None) if secret.len() < SECRET_LENGTH => {
                return Err(format!(
                    "the secret of token \"{name}\" has less than {SECRET_LENGTH} characters"
                ));
            }
            (Some(secret), None) => sha256(secret.as_bytes()),
            (None, Some(hash)) => from_hex(hash).ok_or_else(|| {
                format!("sha256 of token \"{name}\" has to be 64 hexadecimal digits")
            })?,
            _ => return Err(format!("token \"{name}\" needs either secret or sha256")),
        };
        let some = self.limits;
        Ok(Secret {
            sha256,
            grant: Admitted {
                tenant: name,
                session: self.session,
                limits: Limits {
                    workers: some.workers.unwrap_or(defaults.workers),
                    objects: some.objects.unwrap_or(defaults.objects),
                    commands_per_second: some
                        .commands_per_second
                        .unwrap_or(defaults.commands_per_second),
                    sessions: some.sessions.unwrap_or(defaults.sessions),
                    clients: some.clients.unwrap_or(defaults.clients),
                },
            },
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct KeyEntry {
    name: String,
    public_key: String,
    audience: Option<String>,
    #[serde(default)]
    limits: SomeLimits,
}

impl KeyEntry {
    fn read(self) -> Result<Key, String> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        match &self.audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                validation.set_required_spec_claims(&["exp", "aud"]);
            }
            None => validation.validate_aud = false,
        }
        let verifies = public_key(&self.public_key)
            .ok_or_else(|| format!("public-key of key \"{}\" is no Ed25519 key", self.name))?;
        Ok(Key {
            name: self.name,
            verifies,
            validation,
            limits: self.limits,
        })
    }
}

/// An Ed25519 key in PEM, or as a JWK's `x`.
fn public_key(text: &str) -> Option<DecodingKey> {
    if text.trim_start().starts_with("-----BEGIN") {
        let key = SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()).ok()?;
        let bytes = key.as_ref().strip_prefix(&ED25519_SPKI)?;
        return (bytes.len() == ED25519_KEY_BYTES).then(|| DecodingKey::from_ed_der(bytes));
    }
    // 32 bytes are 43 characters of base64 without padding.
    let text = text.trim().trim_end_matches('=');
    (text.len() == 43).then(|| DecodingKey::from_ed_components(text).ok())?
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
    hash
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
