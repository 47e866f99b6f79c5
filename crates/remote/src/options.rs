//! Options of an application's connection to a server: URL, token, session name, time limit, TLS files. The
//! addon fills in [`ConnectOptions`] from `connect()`; the connection's start checks them and gets a
//! [`Target`], with the files read, or an error that names the wrong option.

use crate::Error;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::header::{
    AUTHORIZATION, HeaderValue, SEC_WEBSOCKET_PROTOCOL,
};
use tokio_tungstenite::tungstenite::http::{HeaderMap, Uri};
use wire::v1::SUBPROTOCOL;

/// Options of a connection: the server and the client's identity.
#[derive(Clone)]
pub struct ConnectOptions {
    /// `ws://host:port` or `wss://host:port`; without a port 80 or 443.
    pub url: String,
    /// The token that identifies the application.
    pub token: Option<String>,
    /// The name of the session to join; `None` is a session of its own, which ends with its client.
    pub session: Option<String>,
    /// Time that a call waits for an unreachable server.
    pub request_timeout: Duration,
    /// A PEM file of the authorities of the server's certificate; `None`: the system's.
    pub ca: Option<PathBuf>,
    /// A PEM file of the client's certificate chain, leaf first.
    pub cert: Option<PathBuf>,
    /// A PEM file of the key of `cert`.
    pub key: Option<PathBuf>,
}

/// Hides secrets from logs.
impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("url", &self.url)
            .field("token", &self.token.as_ref().map(|_| "..."))
            .field("session", &self.session)
            .field("request_timeout", &self.request_timeout)
            .field("ca", &self.ca)
            .field("cert", &self.cert)
            .field("key", &self.key)
            .finish()
    }
}

/// Checked options: the server's address and the headers of the request.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    uri: Uri,
    headers: HeaderMap,
    /// A name or an address, without the brackets of IPv6.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The expected name in the server's certificate, for encrypted links.
    pub(crate) name: Option<ServerName<'static>>,
    /// The authorities of that certificate; `None`: the system's.
    pub(crate) roots: Option<Vec<CertificateDer<'static>>>,
    /// The client's certificate, if the server requests one.
    pub(crate) identity: Option<Identity>,
}

/// A client's certificate and its key.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: PrivateKeyDer<'static>,
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            key: self.key.clone_key(),
        }
    }
}

impl Target {
    /// Checks options.
    pub(crate) fn of(options: &ConnectOptions) -> Result<Self, Error> {
        let invalid = |reason: &str| Error::Url {
            url: options.url.clone(),
            reason: reason.to_owned(),
        };
        let uri: Uri = options.url.parse().map_err(|_| invalid("not a URL"))?;
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| invalid("it has no valid host"))?;
        let host = host.trim_matches(['[', ']']).to_owned();
        let (name, default_port) = match uri.scheme_str() {
            Some("ws") => (None, 80),
            Some("wss") => {
                let name = ServerName::try_from(host.clone());
                (
                    Some(name.map_err(|_| invalid("it has no valid host"))?),
                    443,
                )
            }
            _ => return Err(invalid("the scheme must be ws: or wss:")),
        };
        let mut headers = HeaderMap::new();
        headers.insert(
            SEC_WEBSOCKET_PROTOCOL,
            HeaderValue::from_static(SUBPROTOCOL),
        );
        if let Some(token) = &options.token {
            let bearer = HeaderValue::from_str(&format!("Bearer {token}"));
            let mut bearer = bearer.map_err(|_| Error::Token)?;
            bearer.set_sensitive(true);
            headers.insert(AUTHORIZATION, bearer);
        }
        let port = uri.port_u16().unwrap_or(default_port);
        Ok(Self {
            uri,
            headers,
            host,
            port,
            name,
            roots: options.ca.as_deref().map(read_chain).transpose()?,
            identity: read_identity(options)?,
        })
    }

    /// Returns the request for an upgrade to WebSocket.
    pub(crate) fn request(&self) -> Result<Request, tokio_tungstenite::tungstenite::Error> {
        let mut request = self.uri.clone().into_client_request()?;
        request.headers_mut().extend(self.headers.clone());
        Ok(request)
    }
}

fn read_identity(options: &ConnectOptions) -> Result<Option<Identity>, Error> {
    match (options.cert.as_deref(), options.key.as_deref()) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => Ok(Some(Identity {
            chain: read_chain(cert)?,
            key: PrivateKeyDer::from_pem_file(key)
                .map_err(|error| unreadable(key, &error.to_string()))?,
        })),
        _ => Err(Error::HalfIdentity),
    }
}

fn unreadable(path: &Path, reason: &str) -> Error {
    Error::Pem {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

fn read_chain(path: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(path, &error.to_string()))?;
    if certificates.is_empty() {
        return Err(unreadable(path, "the file has no certificate"));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Result<Target, String> {
        let options = ConnectOptions {
            url: url.to_owned(),
            token: Some("secret".to_owned()),
            session: None,
            request_timeout: Duration::from_secs(30),
            ca: None,
            cert: None,
            key: None,
        };
        Target::of(&options).map_err(|error| error.to_string())
    }

    #[test]
    fn hosts_and_ports_are_read_from_urls() {
        for (url, host, port, encrypted) in [
            ("ws://localhost", "localhost", 80, false),
            ("wss://media.example.com", "media.example.com", 443, true),
            (
                "wss://media.example.com:4443/",
                "media.example.com",
                4443,
                true,
            ),
            ("wss://[::1]:4443/path?query", "::1", 4443, true),
            ("ws://127.0.0.1:8080", "127.0.0.1", 8080, false),
        ] {
            let target = target(url).unwrap();
            assert_eq!((&*target.host, target.port), (host, port), "{url}");
            assert_eq!(target.name.is_some(), encrypted, "{url}");
            let request = target.request().unwrap();
            assert_eq!(request.headers()["authorization"], "Bearer secret", "{url}");
        }
    }

    #[test]
    fn invalid_options_fail_at_once() {
        for (url, reason) in [
            ("", "not a URL"),
            ("http://localhost", "must be ws: or wss:"),
            ("localhost:4443", "must be ws: or wss:"),
            ("wss:///", "not a URL"),
        ] {
            let error = target(url).unwrap_err();
            assert!(error.contains(reason), "{url}: {error}");
        }
    }

    #[test]
    fn a_certificate_needs_its_key() {
        let options = ConnectOptions {
            url: "wss://localhost".to_owned(),
            token: None,
            session: None,
            request_timeout: Duration::ZERO,
            ca: None,
            cert: Some("client.pem".into()),
            key: None,
        };
        let error = Target::of(&options).unwrap_err();
        assert!(matches!(error, Error::HalfIdentity), "{error}");
    }

    #[test]
    fn secrets_stay_out_of_logs() {
        let options = ConnectOptions {
            url: "ws://localhost".to_owned(),
            token: Some("secret".to_owned()),
            session: None,
            request_timeout: Duration::ZERO,
            ca: None,
            cert: None,
            key: None,
        };
        assert!(!format!("{options:?}").contains("secret"));
        let target = Target::of(&options).unwrap();
        assert!(!format!("{target:?}").contains("secret"));
    }
}
