//! Tests of TLS: the server runs as a process, with certificates that the test signs, and clients connect
//! encrypted, with or without a certificate of their own. A failure means that a client without a required
//! certificate gets in, or one with it doesn't.

use crate::support::{Folder, Server, get, link, soon};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, Issuer, KeyPair};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const NAME: &str = "media.example.com";

/// An authority that signs certificates.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Returns a certificate and its key in PEM.
    fn certify(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let issuer: &Issuer<'_, KeyPair> = &self.0;
        let certificate = params.signed_by(&key, issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    /// Writes a server's certificate, and returns the server's arguments for it.
    fn equip(&self, folder: &Folder) -> Vec<String> {
        let (certificate, key) = self.certify(NAME);
        vec![
            "--tls-cert".into(),
            folder.write("cert.pem", &certificate),
            "--tls-key".into(),
            folder.write("key.pem", &key),
        ]
    }

    /// Connects as a client that trusts this authority.
    async fn connect(
        &self,
        server: &Server,
        own: Option<(String, String)>,
    ) -> std::io::Result<Box<TlsStream<TcpStream>>> {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match own {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                builder
                    .with_client_auth_cert(vec![certificate], key)
                    .unwrap()
            }
        };
        let connector = TlsConnector::from(Arc::new(config));
        let name = ServerName::try_from(NAME).unwrap();
        let connected = connector.connect(name, server.connect().await).await;
        connected.map(Box::new)
    }
}

fn borrowed(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[tokio::test]
async fn a_link_may_be_tls() {
    let (folder, authority) = (Folder::new(), Authority::new());
    let server = Server::start(&borrowed(&authority.equip(&folder))).await;
    assert_eq!(server.scheme, "wss");
    let stream = authority.connect(&server, None).await.unwrap();
    assert!(link(stream, None).await.is_ok());
    let stream = authority.connect(&server, None).await.unwrap();
    assert_eq!(get(stream, "/healthz", &[]).await.status, 200);

    let stranger = Authority::new();
    assert!(
        stranger.connect(&server, None).await.is_err(),
        "the server's own certificate"
    );
    assert_ne!(
        server.get("/healthz", &[]).await.status,
        200,
        "unencrypted requests get no response"
    );
    let stream = authority.connect(&server, None).await.unwrap();
    assert!(link(stream, None).await.is_ok(), "and it goes on");
}

#[tokio::test]
async fn certificates_are_reloaded_on_sighup() {
    let (folder, old, new) = (Folder::new(), Authority::new(), Authority::new());
    let server = Server::start(&borrowed(&old.equip(&folder))).await;
    let kept = old.connect(&server, None).await.unwrap();

    new.equip(&folder);
    server.signal("HUP").await;
    soon("the new certificate", async {
        while new.connect(&server, None).await.is_err() {}
    })
    .await;
    let renewed = new.connect(&server, None).await.unwrap();
    assert!(link(renewed, None).await.is_ok());
    assert!(old.connect(&server, None).await.is_err());
    assert!(link(kept, None).await.is_ok(), "existing connections stay");

    folder.write("cert.pem", "invalid");
    server.signal("HUP").await;
    server.logged("stay unchanged").await;
    assert!(new.connect(&server, None).await.is_ok());
}

#[tokio::test]
async fn client_certificates_can_be_required() {
    let (folder, authority, clients) = (Folder::new(), Authority::new(), Authority::new());
    let mut arguments = authority.equip(&folder);
    arguments.extend([
        "--client-ca".into(),
        folder.write("clients.pem", &clients.0.pem()),
    ]);
    let server = Server::start(&borrowed(&arguments)).await;

    let own = Some(clients.certify("client.example.com"));
    let stream = authority.connect(&server, own).await.unwrap();
    assert!(link(stream, None).await.is_ok());

    let stream = authority.connect(&server, None).await.unwrap();
    let refused = link(stream, None).await.err().unwrap();
    assert_eq!(
        (refused.status, refused.body.as_str()),
        (401, "missing client certificate\n")
    );
    let stream = authority.connect(&server, None).await.unwrap();
    assert_eq!(
        get(stream, "/readyz", &[]).await.status,
        200,
        "health checks need no certificate"
    );

    // In TLS 1.3 the client receives the refusal when it reads.
    let foreign = Some(Authority::new().certify("client.example.com"));
    if let Ok(stream) = authority.connect(&server, foreign).await {
        assert_ne!(get(stream, "/healthz", &[]).await.status, 200);
    }
}

#[tokio::test]
async fn token_and_certificate_are_both_required_if_both_are_configured() {
    let (folder, authority, clients) = (Folder::new(), Authority::new(), Authority::new());
    let mut arguments = authority.equip(&folder);
    let tokens = "[[tokens]]\nname = \"n\"\nsecret = \"0123456789abcdef\"";
    arguments.extend([
        "--client-ca".into(),
        folder.write("clients.pem", &clients.0.pem()),
        "--token-file".into(),
        folder.write("tokens.toml", tokens),
    ]);
    let server = Server::start(&borrowed(&arguments)).await;
    let token = Some("0123456789abcdef");
    for (with_certificate, token, is_let_in) in [
        (true, token, true),
        (true, None, false),
        (false, token, false),
    ] {
        let own = with_certificate.then(|| clients.certify("client.example.com"));
        let stream = authority.connect(&server, own).await.unwrap();
        assert_eq!(link(stream, token).await.is_ok(), is_let_in);
    }
}
