//! TLS of the server's port: rustls with ring. `listener.rs` asks it for an acceptor for each new
//! connection; SIGHUP has it reload certificate, key and client authorities from the files of `--tls-cert`,
//! `--tls-key` and `--client-ca`.

use crate::config::TlsFiles;
use crate::error::Error;
use rustls::crypto::{CryptoProvider, ring};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use tokio_rustls::TlsAcceptor;

const CERT: &str = "--tls-cert";
const KEY: &str = "--tls-key";
const CLIENT_CA: &str = "--client-ca";

/// Current TLS configuration, and its files.
#[derive(Debug)]
pub(crate) struct Tls {
    files: TlsFiles,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    pub(crate) fn new(files: TlsFiles) -> Result<Self, Error> {
        let config = RwLock::new(read(&files)?);
        Ok(Self { files, config })
    }

    /// Reloads the files, for new links. If they are invalid, the configuration stays unchanged.
    pub(crate) fn reload(&self) -> Result<(), Error> {
        let config = read(&self.files)?;
        tracing::info!(cert = %self.files.cert.display(), "certificates read");
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(&config))
    }
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let certificates = certificates(CERT, &files.cert)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| Error::content(KEY, &files.key, &error))?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::content(CERT, &files.cert, &error))?;
    let builder = match &files.client_ca {
        Some(authorities) => builder.with_client_cert_verifier(verifier(authorities, provider)?),
        None => builder.with_no_client_auth(),
    };
    let mut config = builder
        .with_single_cert(certificates, key)
        .map_err(|error| Error::content(CERT, &files.cert, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Rejects invalid client certificates. A missing one is rejected at the upgrade to a link: health checks
/// need none.
fn verifier(
    authorities: &Path,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn rustls::server::danger::ClientCertVerifier>, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(CLIENT_CA, authorities)? {
        roots
            .add(certificate)
            .map_err(|error| Error::content(CLIENT_CA, authorities, &error))?;
    }
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
        .allow_unauthenticated()
        .build()
        .map_err(|error| Error::content(CLIENT_CA, authorities, &error))
}

fn certificates(option: &'static str, file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates = CertificateDer::pem_file_iter(file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| Error::content(option, file, &error))?;
    if certificates.is_empty() {
        return Err(Error::content(option, file, &"the file has no certificate"));
    }
    Ok(certificates)
}
