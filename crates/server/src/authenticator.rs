//! Authentication of HTTP requests. `http.rs` passes the headers and the TLS certificate of each request
//! for a WebSocket; the authenticator returns the tenant (the owner of sessions) with its limits, or the
//! reason for status 401.
//!
//! A request must present whatever is configured: a token, a client's certificate, or both. A rejected
//! request leaves no state behind.

use crate::error::Error;
use crate::tenant_id::TenantId;
use crate::tokens::{Admitted, Limits, Refusal, Tokens};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, ORIGIN};
use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

/// Required credentials of clients.
#[derive(Debug)]
pub(crate) struct Authenticator {
    token_file: Option<PathBuf>,
    tokens: RwLock<Option<Arc<Tokens>>>,
    asks_for_certificate: bool,
    limits: Limits,
}

/// Reason why a request is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// A missing or malformed token.
    #[error("missing token: send Authorization: Bearer TOKEN")]
    NoToken,
    /// An invalid token.
    #[error("{0}")]
    Token(#[from] Refusal),
    /// A missing certificate. TLS has verified those that are present.
    #[error("missing client certificate")]
    NoCertificate,
    /// A web page in a browser of this machine. Pages can't send a token, and must not get in where none is
    /// required.
    #[error("web pages must present a token")]
    Browser,
}

impl Authenticator {
    /// Creates the authenticator. `limits` are the default limits of tenants.
    pub(crate) fn new(
        token_file: Option<PathBuf>,
        asks_for_certificate: bool,
        limits: Limits,
    ) -> Result<Self, Error> {
        let authenticator = Self {
            token_file,
            tokens: RwLock::default(),
            asks_for_certificate,
            limits,
        };
        authenticator.reload()?;
        Ok(authenticator)
    }

    /// Reloads the token file. If it is invalid, the tokens stay unchanged.
    pub(crate) fn reload(&self) -> Result<(), Error> {
        let Some(file) = &self.token_file else {
            return Ok(());
        };
        let tokens = Tokens::read(file, self.limits)?;
        tracing::info!(file = %file.display(), "{}", tokens.names());
        *self.tokens.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(tokens));
        Ok(())
    }

    /// Returns true if clients must present a token.
    pub(crate) fn requires_tokens(&self) -> bool {
        self.token_file.is_some()
    }

    /// Authenticates a request by its headers and certificate (DER).
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

/// Returns the hash of a certificate, in the form of `openssl x509 -fingerprint -sha256`, without colons.
fn fingerprint(certificate: &[u8]) -> String {
    HEXLOWER.encode(digest(&SHA256, certificate).as_ref())
}
