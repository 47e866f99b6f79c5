//! Connections before they are links: accepted, TLS, HTTP. All of it bounded in number and time,
//! so that those who connect and say nothing keep nobody else out.

use crate::http::Peer;
use crate::tls::Tls;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_service::Service;

/// Connections at once that aren't links yet. Further ones wait in the kernel's queue.
const PENDING: usize = 1024;

/// How long a connection may take to become a link. Ordinary requests have as long, all together.
const PENDING_TIME: Duration = Duration::from_secs(10);

/// Bytes of a request's head, most of which is a token.
const HEAD_BYTES: usize = 32 * 1024;

/// How long to wait when the process has no descriptors left for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves connections until it is dropped.
pub(crate) async fn listen(listener: TcpListener, tls: Option<Arc<Tls>>, router: Router) {
    let pending = Arc::new(Semaphore::new(PENDING));
    loop {
        let Ok(permit) = Arc::clone(&pending).acquire_owned().await else {
            return;
        };
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("cannot accept: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let (tls, router) = (tls.clone(), router.clone());
        tokio::spawn(async move {
            let served = connection(stream, address, tls.as_deref(), router);
            match tokio::time::timeout(PENDING_TIME, served).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::debug!(peer = %address, "connection: {error}"),
                Err(_) => tracing::debug!(peer = %address, "connection: no link in time"),
            }
            drop(permit);
        });
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Resolves when the connection is over, or has become a link.
async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    tls: Option<&Tls>,
    router: Router,
) -> Result<(), Failure> {
    // Frames are whole when they are written; none waits for another one.
    stream.set_nodelay(true)?;
    let Some(tls) = tls else {
        let peer = Peer {
            address,
            certificate: None,
        };
        return requests(stream, peer, router).await;
    };
    let stream = tls.acceptor().accept(stream).await?;
    let certificate = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(<[_]>::first);
    let peer = Peer {
        address,
        certificate: certificate.map(|certificate| certificate.as_ref().into()),
    };
    requests(stream, peer, router).await
}

async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
) -> Result<(), Failure> {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        router.clone().call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PENDING_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await?;
    Ok(())
}
