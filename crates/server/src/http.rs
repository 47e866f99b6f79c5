//! HTTP side of the server: the health checks `/healthz` and `/readyz`, and upgrades to WebSockets.
//! `listener.rs` serves each connection with the `Router` of this module; an upgraded request goes on to
//! `Sessions`, which finds the client's session.
//!
//! A link is `GET /` upgraded to a WebSocket of the subprotocol `remote-mediasoup.v1`. Refusals come before
//! the upgrade, cheapest first, as a status and a line of text: 401 without a valid token, 426 without a
//! common subprotocol, 503 when there are too many links.

use crate::authenticator::{Authenticator, Refused};
use crate::pending_connections::{ConnectionStage, PendingPlace};
use crate::sessions::Sessions;
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use protocol::limits::FRAME_BYTES;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use wire::v1::SUBPROTOCOL;

/// Interval of log lines about refusals, so that attempts to guess tokens don't flood the log.
const REFUSALS_LOGGED_EVERY: Duration = Duration::from_secs(1);

/// State shared by all requests.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) authenticator: Authenticator,
    pub(crate) sessions: Arc<Sessions>,
    links: Arc<Semaphore>,
    draining: AtomicBool,
    refusals: Refusals,
}

/// The peer of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) address: SocketAddr,
    /// Its certificate in DER, verified by TLS.
    pub(crate) certificate: Option<Arc<[u8]>>,
    /// Its place among the pending connections.
    pub(crate) place: Arc<PendingPlace>,
}

impl Front {
    pub(crate) fn new(
        authenticator: Authenticator,
        sessions: Arc<Sessions>,
        max_links: usize,
    ) -> Self {
        Self {
            authenticator,
            sessions,
            links: Arc::new(Semaphore::new(max_links)),
            draining: AtomicBool::new(false),
            refusals: Refusals::default(),
        }
    }

    /// Makes the server not ready from now on. Clients can still reconnect.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

/// Creates the service for all connections. Each request needs a [`Peer`] as an extension.
pub(crate) fn router(front: Arc<Front>) -> Router {
    Router::new()
        .route("/", get(link))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(front)
}

async fn ready(State(front): State<Arc<Front>>) -> Response {
    if front.draining.load(Ordering::Relaxed) {
        text(StatusCode::SERVICE_UNAVAILABLE, "draining")
    } else {
        text(StatusCode::OK, "ready")
    }
}

async fn link(
    State(front): State<Arc<Front>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let admitted = match front
        .authenticator
        .admit(&headers, peer.certificate.as_deref())
    {
        Ok(admitted) => admitted,
        Err(refused) => {
            front.refusals.log(&peer, refused);
            return unauthorized(refused);
        }
    };
    let Some(upgrade) = ours(upgrade) else {
        return upgrade_required();
    };
    let Ok(permit) = Arc::clone(&front.links).try_acquire_owned() else {
        return text(StatusCode::SERVICE_UNAVAILABLE, "too many links");
    };
    tracing::debug!(tenant = %admitted.tenant, peer = %peer.address, "link");
    upgrade
        .max_message_size(FRAME_BYTES)
        .max_frame_size(FRAME_BYTES)
        .on_upgrade(async move |socket| {
            peer.place.reached(ConnectionStage::Admitted);
            front.sessions.attach(admitted, socket, peer.place).await;
            tracing::debug!(peer = %peer.address, "link closed");
            drop(permit);
        })
}

/// Returns the upgrade if it is one to our subprotocol.
fn ours(upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>) -> Option<WebSocketUpgrade> {
    let upgrade = upgrade.ok()?.protocols([SUBPROTOCOL]);
    upgrade.selected_protocol().is_some().then_some(upgrade)
}

fn unauthorized(refused: Refused) -> Response {
    let mut response = text(StatusCode::UNAUTHORIZED, &refused.to_string());
    let challenge = HeaderValue::from_static("Bearer");
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, challenge);
    response
}

fn upgrade_required() -> Response {
    let reason = format!(
        "this is a remote-mediasoup server {}: it speaks WebSocket, subprotocol {SUBPROTOCOL}",
        protocol::VERSION
    );
    let mut response = text(StatusCode::UPGRADE_REQUIRED, &reason);
    for (name, value) in [
        (header::UPGRADE, "websocket"),
        (header::CONNECTION, "upgrade"),
        (
            HeaderName::from_static("sec-websocket-protocol"),
            SUBPROTOCOL,
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

fn text(status: StatusCode, line: &str) -> Response {
    (status, format!("{line}\n")).into_response()
}

/// Counter of refusals between their log lines.
#[derive(Debug, Default)]
struct Refusals(Mutex<(Option<Instant>, u64)>);

impl Refusals {
    fn log(&self, peer: &Peer, refused: Refused) {
        let count = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.1 += 1;
            let is_soon = |last: Instant| last.elapsed() < REFUSALS_LOGGED_EVERY;
            if state.0.is_some_and(is_soon) {
                return;
            }
            state.0 = Some(Instant::now());
            std::mem::take(&mut state.1)
        };
        tracing::warn!(peer = %peer.address, refused = count, "refused: {refused}");
    }
}
