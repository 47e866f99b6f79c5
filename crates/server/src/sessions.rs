//! The sessions behind the links: a stand-in until they are there.

use crate::policy::Policy;
use crate::tokens::Admitted;
use axum::extract::ws::{Message, WebSocket};
use protocol::wire::{ClientFrame, Epoch, ServerFrame, Welcome, decode, encode};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct SessionSettings {
    pub(crate) worker_bin: PathBuf,
    pub(crate) session_ttl: Duration,
    pub(crate) policy: Arc<Policy>,
    pub(crate) threads: usize,
}

#[derive(Debug)]
pub(crate) struct Sessions {
    clients: AtomicUsize,
}

impl Sessions {
    pub(crate) fn new(settings: SessionSettings) -> Self {
        let _ = (settings.worker_bin, settings.session_ttl, settings.threads);
        let _ = settings.policy.apply(&mut protocol::Command::Dump);
        Self {
            clients: AtomicUsize::new(0),
        }
    }

    pub(crate) async fn attach(&self, admitted: Admitted, mut socket: WebSocket) {
        self.clients.fetch_add(1, Ordering::SeqCst);
        tracing::debug!("{admitted:?}");
        while let Some(Ok(message)) = socket.recv().await {
            let Message::Binary(bytes) = message else {
                continue;
            };
            let Ok(ClientFrame::Hello(_)) = decode(&bytes) else {
                break;
            };
            let welcome = ServerFrame::Welcome(Welcome {
                epoch: Epoch("1".into()),
                resumed: false,
                received: 0,
                draining: false,
                agent: String::new(),
            });
            let _ = socket.send(Message::Binary(encode(&welcome).into())).await;
        }
        self.clients.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn drain(&self, within: Duration) {
        tracing::debug!(?within, clients = ?self.clients, "drain");
    }

    pub(crate) async fn stop(&self) {
        tokio::task::yield_now().await;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.clients.load(Ordering::SeqCst) == 0
    }
}
