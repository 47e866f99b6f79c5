//! Accept loop of the server, and its connections until they are WebSockets: TCP, TLS, HTTP, the client's
//! hello. `serve()` runs `listen` until the server stops; requests go to the router of `http.rs`.
//!
//! The server accepts connections regardless of their number. Pending connections are limited in time and,
//! by [`PendingConnections`], in number: a client that connects and sends nothing pushes out its own connections, not
//! those of others.

use crate::http::Peer;
use crate::pending_connections::{ConnectionStage, PendingConnections, PendingPlace};
use crate::tls::Tls;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tower_service::Service;

/// Time limit of a TLS handshake, and of the head of each request. A client needs two round trips
/// for the one, half of one for the other.
const STEP_TIME: Duration = Duration::from_secs(3);

/// Time limit of a pending connection: all its requests together.
const PENDING_TIME: Duration = Duration::from_secs(10);

/// Bytes of a request's head, most of which is a token.
const HEAD_BYTES: usize = 32 * 1024;

/// Pause when the process has no descriptors left for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts and serves connections until it is dropped.
pub(crate) async fn listen(listener: TcpListener, tls: Option<Arc<Tls>>, router: Router) {
    let pending = PendingConnections::default();
    loop {
        let (stream, address) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!("cannot accept: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let peer = Peer {
            address,
            certificate: None,
            place: Arc::new(pending.enter(Instant::now(), address.ip())),
        };
        let place = Arc::clone(&peer.place);
        let served = connection(stream, peer, tls.clone(), router.clone());
        tokio::spawn(pend(address, place, served));
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Drives a connection until it closes, has become a link, or is evicted.
async fn pend(
    address: SocketAddr,
    place: Arc<PendingPlace>,
    served: impl Future<Output = Result<(), Failure>>,
) {
    let outcome = tokio::select! {
        served = timeout(PENDING_TIME, served) => served,
        () = place.lost() => {
            tracing::debug!(peer = %address, "connection evicted by a later one");
            return;
        }
    };
    match outcome {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(peer = %address, "connection: {error}"),
        Err(_) => tracing::debug!(peer = %address, "connection timed out before it became a link"),
    }
}

/// Resolves when the connection has closed, or has become a link.
async fn connection(
    stream: TcpStream,
    mut peer: Peer,
    tls: Option<Arc<Tls>>,
    router: Router,
) -> Result<(), Failure> {
    // Frames are written whole; none waits for another one.
    stream.set_nodelay(true)?;
    let Some(tls) = tls else {
        return requests(stream, peer, router).await;
    };
    let stream = timeout(STEP_TIME, tls.acceptor().accept(stream)).await??;
    let certificate = stream
        .get_ref()
        .1
        .peer_certificates()
        .and_then(<[_]>::first);
    peer.place.reached(ConnectionStage::Encrypted);
    peer.certificate = certificate.map(|certificate| certificate.as_ref().into());
    requests(stream, peer, router).await
}

async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
) -> Result<(), Failure> {
    let service = service_fn(move |mut request: Request<Incoming>| {
        peer.place.reached(ConnectionStage::Asked);
        request.extensions_mut().insert(peer.clone());
        router.clone().call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(STEP_TIME)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await?;
    Ok(())
}
