//! TLS configuration of an application's encrypted connection (`wss:`) to a server: the authorities that it
//! trusts (the option `ca` or the system's) and its own certificate. The dialer in `server_link.rs` creates it
//! once per connection, or gets the reason why the authorities can't be used.

use crate::options::Identity;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// Creates the TLS configuration of a connection: `roots` (or the system's authorities) verify the server,
/// `identity` is the client's own certificate.
///
/// All links of a connection share it: it caches the state that shortens further handshakes.
pub(crate) async fn config(
    roots: Option<&[CertificateDer<'static>]>,
    identity: Option<&Identity>,
) -> Result<Arc<ClientConfig>, String> {
    let store = match roots {
        Some(roots) => given(roots)?,
        None => trusted_by_the_system().await?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(store);
    let config = match identity.cloned() {
        None => config.with_no_client_auth(),
        Some(Identity { chain, key }) => config
            .with_client_auth_cert(chain, key)
            .map_err(|error| format!("`cert` and `key` don't match: {error}"))?,
    };
    Ok(Arc::new(config))
}

fn given(roots: &[CertificateDer<'static>]) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    for root in roots {
        let added = store.add(root.clone());
        added.map_err(|error| format!("invalid certificate in `ca`: {error}"))?;
    }
    Ok(store)
}

async fn trusted_by_the_system() -> Result<RootCertStore, String> {
    // Hundreds of kilobytes to parse, which must not block other connections.
    let load = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs);
    let loaded = load.await.map_err(|error| error.to_string())?;
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(loaded.certs);
    if store.is_empty() {
        let errors: Vec<_> = loaded.errors.iter().map(ToString::to_string).collect();
        let errors = errors.join(", ");
        return Err(format!("the system has no trusted certificates: {errors}"));
    }
    Ok(store)
}
