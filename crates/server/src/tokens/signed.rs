//! Verification of signed tokens: JWTs with `"alg": "EdDSA"`. `Tokens` calls `check` with a client's token
//! and the public keys of the token file; it returns the tenant and the limits of the token's claims, or
//! the reason for refusal.

use super::{Admitted, Limits, Refusal, SomeLimits};
use crate::tenant_id::TenantId;
use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use ring::signature::{ED25519, UnparsedPublicKey};
use rustls_pki_types::SubjectPublicKeyInfoDer;
use rustls_pki_types::pem::PemObject;
use serde::Deserialize;
use std::fmt;

/// Prefix of an Ed25519 key's 32 bytes in a SubjectPublicKeyInfo (RFC 8410).
pub(super) const ED25519_SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Tolerated difference between clocks, in seconds.
pub(super) const LEEWAY: u64 = 30;

/// Public key of a token file.
pub(super) struct Key {
    name: String,
    bytes: [u8; 32],
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

impl Key {
    /// Creates a key. Its tokens must name the audience, if given, and get no more than the limits.
    pub(super) fn new(
        name: String,
        bytes: [u8; 32],
        audience: Option<String>,
        limits: SomeLimits,
    ) -> Self {
        // An earlier caller has installed the same one.
        let _ = PROVIDER.install_default();
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        match audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                validation.set_required_spec_claims(&["exp", "aud"]);
            }
            None => validation.validate_aud = false,
        }
        Self {
            name,
            bytes,
            verifies: DecodingKey::from_ed_der(&bytes),
            validation,
            limits,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn bytes(&self) -> [u8; 32] {
        self.bytes
    }

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
            tenant: TenantId::Key {
                key: self.name.clone(),
                subject: claims.sub.or(claims.name),
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

/// Claims of a signed token, besides those that jsonwebtoken checks.
#[derive(Deserialize)]
struct Claims {
    sub: Option<String>,
    name: Option<String>,
    session: Option<String>,
    #[serde(default)]
    limits: SomeLimits,
}

/// Returns the grant of a token that one of the keys has signed.
pub(super) fn check(keys: &[Key], token: &str, defaults: Limits) -> Result<Admitted, Refusal> {
    let mut refusal = Refusal::Unknown;
    if jsonwebtoken::decode_header(token).is_err() {
        return Err(refusal);
    }
    for key in keys {
        match jsonwebtoken::decode::<Claims>(token, &key.verifies, &key.validation) {
            Ok(token) => return Ok(key.grant(token.claims, defaults)),
            Err(error) => refusal = reason(&error).unwrap_or(refusal),
        }
    }
    Err(refusal)
}

/// Returns the reason to send to a client whose token has a valid signature, and `None` for any other.
fn reason(error: &Error) -> Option<Refusal> {
    Some(match error.kind() {
        ErrorKind::ExpiredSignature => Refusal::Expired,
        ErrorKind::ImmatureSignature => Refusal::NotYet,
        ErrorKind::InvalidAudience => Refusal::Claims("aud"),
        ErrorKind::InvalidClaimFormat(claim) => match claim.as_str() {
            "nbf" => Refusal::Claims("nbf is not a number"),
            _ => Refusal::Claims("exp, aud"),
        },
        ErrorKind::MissingRequiredClaim(claim) if claim == "exp" => {
            Refusal::Claims("exp is missing")
        }
        ErrorKind::MissingRequiredClaim(_) => Refusal::Claims("aud is missing"),
        // The header is valid, and the claims are read after the signature is verified.
        ErrorKind::Json(_) => Refusal::Claims("sub, session, limits"),
        _ => return None,
    })
}

/// Reads an Ed25519 key in PEM, or as a JWK's `x`.
pub(super) fn public_key(text: &str) -> Option<[u8; 32]> {
    if text.trim_start().starts_with("-----BEGIN") {
        let key = SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()).ok()?;
        return key.as_ref().strip_prefix(&ED25519_SPKI)?.try_into().ok();
    }
    let text = text.trim().trim_end_matches('=');
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    bytes.try_into().ok()
}

/// Cryptography of jsonwebtoken: Ed25519 by ring, which the server has for TLS, and nothing else.
static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: |algorithm, key| match algorithm {
        Algorithm::EdDSA => {
            let key = UnparsedPublicKey::new(&ED25519, key.try_get_as_bytes()?.to_vec());
            Ok(Box::new(Ed25519Verifier(key)))
        }
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    },
    key_utils: KeyUtils::new_unimplemented(),
};

struct Ed25519Verifier(UnparsedPublicKey<Vec<u8>>);

impl Verifier<Vec<u8>> for Ed25519Verifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let verified = self.0.verify(message, signature);
        verified.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}
