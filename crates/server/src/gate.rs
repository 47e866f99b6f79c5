//! Who is let in: what a request shows, held against what is asked for.
//!
//! Whatever is configured has to be shown: a token, a client's certificate, or both. Nothing is
//! kept of a request that is refused.

use crate::error::Error;
use crate::tenant_id::TenantId;
use crate::tokens::{Admitted, Limits, Refusal, Tokens};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, ORIGIN};
use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

/// What is asked of clients.
#[derive(Debug)]
pub(crate) struct Gate {
    token_file: Option<PathBuf>,
    tokens: RwLock<Option<Arc<Tokens>>>,
    asks_for_certificate: bool,
    limits: Limits,
}

/// Why somebody isn't let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// Nothing that could be a token.
    #[error("a token is needed: Authorization: Bearer TOKEN")]
    NoToken,
    /// A wrong one.
    #[error("{0}")]
    Token(#[from] Refusal),
    /// TLS has found those that are shown to be right.
    #[error("a client certificate is needed")]
    NoCertificate,
    /// A page in some browser of this machine. It can't show a token, and where none is asked for
    /// it must not get in.
    #[error("pages of browsers are not let in without a token")]
    Browser,
}

impl Gate {
    /// `limits` are those of who has no others.
    pub(crate) fn new(
        token_file: Option<PathBuf>,
        asks_for_certificate: bool,
        limits: Limits,
    ) -> Result<Self, Error> {
        let gate = Self {
            token_file,
            tokens: RwLock::default(),
            asks_for_certificate,
            limits,
        };
        gate.reload()?;
        Ok(gate)
    }

    /// Reads the token file again. Where it makes no sense, the tokens stay as they were.
    pub(crate) fn reload(&self) -> Result<(), Error> {
        let Some(file) = &self.token_file else {
            return Ok(());
        };
        let tokens = Tokens::read(file, self.limits)?;
        tracing::info!(file = %file.display(), "{}", tokens.names());
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(tokens));
        Ok(())
    }

    /// Whether clients have to show a token.
    pub(crate) fn asks_for_tokens(&self) -> bool {
        self.token_file.is_some()
    }

    /// Whom a request's headers and certificate (DER) admit.
    pub(crate) fn admit(
        &self,
        headers: &HeaderMap,
        certificate: Option<&[u8]>,
    ) -> Result<Admitted, Refused> {
        let tokens = self
            .tokens
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let by_token = match &tokens {
            Some(tokens) => Some(tokens.check(bearer(headers).ok_or(Refused::NoToken)?)?),
            None => None,
        };
        let tenant = match (self.asks_for_certificate, certificate) {
            (true, None) => return Err(Refused::NoCertificate),
            (true, Some(certificate)) => TenantId::Certificate(fingerprint(certificate)),
            (false, _) => TenantId::Anyone,
        };
        match by_token {
            Some(admitted) => Ok(admitted),
            None if headers.contains_key(ORIGIN) => Err(Refused::Browser),
            None => Ok(Admitted {
                tenant,
                session: None,
                limits: self.limits,
            }),
        }
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Returns the hash of a certificate, as `openssl x509 -fingerprint -sha256` has it but without colons.
fn fingerprint(certificate: &[u8]) -> String {
    HEXLOWER.encode(digest(&SHA256, certificate).as_ref())
}
