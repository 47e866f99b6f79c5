//! Tests of an application's connection over TLS, to a scripted server with a certificate that the client
//! trusts, or doesn't. A failure means that links are unencrypted, or that the client accepts any server.

use crate::server::Server;
use crate::user::{User, options};
use protocol::{LinkEvent, Outcome};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::path::PathBuf;
use std::sync::Arc;

/// Returns a server's configuration, and the file of the authority that signs it.
fn identity(name: &str) -> (Arc<ServerConfig>, PathBuf) {
    let names = vec!["127.0.0.1".to_owned()];
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pem"));
    std::fs::write(&path, cert.pem()).unwrap();
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key.into())
        .unwrap();
    (Arc::new(config), path)
}

#[test]
fn a_link_is_encrypted_and_the_server_is_verified() {
    let (config, ca) = identity("known");
    let mut server = Server::new();
    let mut options = options(server.url().replace("ws:", "wss:"));
    options.ca = Some(ca);
    let mut user = User::connect(options);
    let stream = server.accept_tcp();
    let tls = ServerConnection::new(config).unwrap();
    server.welcome(StreamOwned::new(tls, stream));
    user.call(1, r#""dump""#);
    server.call();
    assert_eq!(user.linked(), Outcome::First);
}

#[test]
fn a_link_to_an_unverified_server_fails() {
    let (config, _) = identity("stranger");
    let (_, ca) = identity("friend");
    let server = Server::new();
    let mut options = options(server.url().replace("ws:", "wss:"));
    options.ca = Some(ca);
    let mut user = User::connect(options);
    let mut stream = server.accept_tcp();
    let mut tls = ServerConnection::new(config).unwrap();
    assert!(tls.complete_io(&mut stream).is_err());
    let LinkEvent::Disconnected { reason, .. } = user.link() else {
        panic!("connected");
    };
    assert!(reason.contains("certificate"), "{reason}");
}
