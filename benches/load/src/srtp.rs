//! SRTP encryption as a PlainTransport with `AEAD_AES_256_GCM` uses it. The load generator's sender
//! encrypts packets with a [`Cipher`], its receivers decrypt; without a key both use plain RTP.

use rtc_srtp::context::Context;
use rtc_srtp::crypto;
use rtc_srtp::protection_profile::ProtectionProfile;
use thiserror::Error;

/// Bytes of the master key, before the salt.
const KEY_BYTES: usize = 32;

/// Error of making a cipher or a packet.
#[derive(Debug, Error)]
pub(crate) enum SrtpError {
    #[error("{0} bytes aren't a key and a salt")]
    Key(usize),
    #[error("no implementation of SRTP's algorithms")]
    Algorithms,
    #[error(transparent)]
    Cipher(#[from] Box<dyn std::error::Error + Send + Sync>),
}

/// One direction of one transport.
pub(crate) struct Cipher {
    context: Context,
}

impl Cipher {
    /// `key`: master key and salt, 44 bytes.
    pub(crate) fn new(key: &[u8]) -> Result<Self, SrtpError> {
        let profile = ProtectionProfile::AeadAes256Gcm;
        let provider = crypto::default_provider().map_err(|_| SrtpError::Algorithms)?;

        if key.len() != KEY_BYTES + profile.salt_len() {
            return Err(SrtpError::Key(key.len()));
        }

        let (key, salt) = key.split_at(KEY_BYTES);
        let context = Context::new(key, salt, profile, None, None, provider.crypto())
            .map_err(|error| SrtpError::Cipher(Box::new(error)))?;

        Ok(Self { context })
    }

    /// The packet as it goes over the network.
    pub(crate) fn encrypt(&mut self, packet: &[u8]) -> Result<Vec<u8>, SrtpError> {
        match self.context.encrypt_rtp(packet) {
            Ok(packet) => Ok(packet.into()),
            Err(error) => Err(SrtpError::Cipher(Box::new(error))),
        }
    }

    /// The packet, if it is what the other side sent.
    pub(crate) fn decrypt(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        self.context.decrypt_rtp(packet).ok().map(Into::into)
    }
}
