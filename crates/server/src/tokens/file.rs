//! Parser of token files. `Tokens` calls it at the server's start and at SIGHUP with the text of the file;
//! it returns secrets and public keys, or an error that names the line and shows no secret.

use super::signed::{self, Key};
use super::{Admitted, Limits, Secret, SomeLimits, published, sha256};
use crate::tenant_id::TenantId;
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Deserialize;

/// Minimum length of a secret, so that it can't be guessed.
const SECRET_LENGTH: usize = 16;

/// Parses the entries of a file. Limits that an entry doesn't set are the defaults.
pub(super) fn parse(text: &str, defaults: Limits) -> Result<(Vec<Secret>, Vec<Key>), String> {
    let file: File = toml::from_str(text).map_err(|error| {
        let before = error.span().map_or(0, |span| span.start);
        let line = text[..before].matches('\n').count() + 1;
        // Not the whole error: it quotes the line, which may contain a secret.
        format!("line {line}: {}", error.message())
    })?;
    if file.tokens.is_empty() && file.keys.is_empty() {
        return Err("the file has no entry: add a [[tokens]] or a [[keys]]".into());
    }
    let secrets = file.tokens.into_iter().map(|entry| entry.read(defaults));
    let secrets: Vec<Secret> = secrets.collect::<Result<_, _>>()?;
    let keys = file.keys.into_iter().map(KeyEntry::read);
    let keys: Vec<Key> = keys.collect::<Result<_, _>>()?;
    check_duplicates(&secrets, &keys)?;
    Ok((secrets, keys))
}

/// Rejects two entries that would admit the same client, or have the same name.
fn check_duplicates(secrets: &[Secret], keys: &[Key]) -> Result<(), String> {
    for (index, secret) in secrets.iter().enumerate() {
        let name = &secret.name;
        let same = |other: &&Secret| other.sha256 == secret.sha256;
        if let Some(other) = secrets[..index].iter().find(same) {
            let other = &other.name;
            return Err(format!(
                "tokens \"{other}\" and \"{name}\" have the same secret: give each its own"
            ));
        }
        if keys.iter().any(|key| key.name() == name) {
            return Err(format!(
                "a token and a key are both named \"{name}\": rename one of them"
            ));
        }
    }
    for (index, key) in keys.iter().enumerate() {
        let same = |other: &&Key| other.bytes() == key.bytes();
        if let Some(other) = keys[..index].iter().find(same) {
            let (other, name) = (other.name(), key.name());
            return Err(format!(
                "keys \"{other}\" and \"{name}\" have the same public-key: keep one of them"
            ));
        }
    }
    Ok(())
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
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
                    "the secret of token \"{name}\" has fewer than {SECRET_LENGTH} characters"
                ));
            }
            (Some(secret), None) => sha256(secret.as_bytes()),
            (None, Some(hash)) => from_hex(hash).ok_or_else(|| {
                format!("sha256 of token \"{name}\" must be 64 hexadecimal digits")
            })?,
            _ => return Err(format!("token \"{name}\" needs either secret or sha256")),
        };
        if let Some(what) = published::hash(sha256) {
            return Err(format!(
                "sha256 of token \"{name}\" is {what}: set the hash of a secret of your own"
            ));
        }
        let some = self.limits;
        Ok(Secret {
            sha256,
            grant: Admitted {
                tenant: TenantId::Token(name.clone()),
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
            name,
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
        let name = self.name;
        let bytes = signed::public_key(&self.public_key)
            .ok_or_else(|| format!("public-key of key \"{name}\" is not an Ed25519 key"))?;
        if let Some(what) = published::public_key(bytes) {
            return Err(format!(
                "everyone can forge signatures for public-key of key \"{name}\" ({what}): generate a key of your own"
            ));
        }
        Ok(Key::new(name, bytes, self.audience, self.limits))
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok()
}
