//! Registry of the server's sessions (a session is the Workers, and all objects in them, that one client or
//! several share; it outlives their WebSockets). `http.rs` passes each authenticated WebSocket here; the
//! registry finds the session that the client's hello names, or starts one.
//!
//! A session is found by its tenant and its name, one without a name by its tenant and its only client. It
//! is pinned to one of a few threads and receives [`Visit`]s. Look-up, send and removal happen under one
//! lock, so that no visit goes to a session that has decided to end. All sessions watch the server's
//! [`Phase`], which no full queue can delay.

use crate::cpu_slots;
use crate::pending_connections::PendingPlace;
use crate::policy::Policy;
use crate::session::{
    LocalSpawner, Phase, Pids, Session, SessionConfig, Share, Tenant, Totals, VISITS, Visit,
    read_hello, run, turn_away,
};
use crate::tenant_id::TenantId;
use crate::tokens::{Admitted, Limits};
use axum::extract::ws::WebSocket;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::task::LocalPoolHandle;
use tracing::Instrument;
use wire::v1::{Close, Hello};

/// Settings of all sessions.
#[derive(Debug)]
pub(crate) struct SessionSettings {
    /// The worker's binary.
    pub(crate) worker_bin: PathBuf,
    /// Time that a session waits for its clients to return.
    pub(crate) session_ttl: Duration,
    /// Checks of clients' addresses, ports and files.
    pub(crate) policy: Arc<Policy>,
    /// Options of Workers whose clients give none; `None` is one process per Worker.
    pub(crate) vertical: Option<vertical_scaling::VerticalOptions>,
    /// Threads that serve sessions.
    pub(crate) threads: usize,
}

/// Counts of sessions and of their contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionStats {
    /// Sessions, including those whose clients are away.
    pub(crate) sessions: usize,
    /// Clients, including those without a link.
    pub(crate) clients: usize,
    /// Workers that start or run.
    pub(crate) workers: usize,
    /// Open objects, Workers included.
    pub(crate) objects: usize,
}

/// Registry of the sessions.
#[derive(Debug)]
pub(crate) struct Sessions {
    inner: Arc<Inner>,
    pool: LocalPoolHandle,
}

#[derive(Debug)]
struct Inner {
    settings: SessionSettings,
    totals: Arc<Totals>,
    pids: Pids,
    registry: Mutex<Registry>,
    /// Changes under the registry's lock.
    phase: watch::Sender<Phase>,
    /// Number of running sessions, including those that have left the registry.
    running: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Registry {
    sessions: HashMap<SessionKey, Registered>,
    /// Tenants, as long as they have sessions.
    tenants: HashMap<TenantId, Weak<Tenant>>,
    last: SessionNumber,
}

/// Distinguishes successive sessions under the same key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct SessionNumber(u64);

/// Key of a session: its tenant, and its name or its client.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct SessionKey {
    tenant: TenantId,
    whose: Whose,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Whose {
    Name(String),
    Client(String),
}

#[derive(Debug)]
struct Registered {
    number: SessionNumber,
    visits: mpsc::Sender<Box<Visit>>,
}

impl Sessions {
    /// Creates the registry without sessions, and the threads for them.
    pub(crate) fn new(settings: SessionSettings) -> Self {
        Self {
            pool: LocalPoolHandle::new(settings.threads.max(1)),
            inner: Arc::new(Inner {
                settings,
                totals: Arc::default(),
                pids: Pids::default(),
                registry: Mutex::default(),
                phase: watch::Sender::new(Phase::Serving),
                running: watch::Sender::new(0),
            }),
        }
    }

    /// Serves a link of an authenticated client until it closes. Releases the connection's place after the
    /// client's hello.
    pub(crate) async fn attach(
        &self,
        admitted: Admitted,
        mut socket: WebSocket,
        place: Arc<PendingPlace>,
    ) {
        let hello = tokio::select! {
            hello = read_hello(&mut socket) => hello,
            () = place.lost() => return,
        };
        drop(place);
        let hello = match hello {
            Ok(hello) => hello,
            Err(reason) => {
                tracing::warn!(tenant = %admitted.tenant, reason, "invalid hello");
                turn_away(socket, Close::ProtocolError, reason).await;
                return;
            }
        };
        let (over, is_over) = oneshot::channel();
        if let Err((visit, close, reason)) = self.lead(admitted, hello, socket, over) {
            tracing::info!(reason, "client rejected");
            turn_away(visit.socket, close, reason).await;
            return;
        }
        // The sender is never used, only dropped.
        let _ = is_over.await;
    }

    /// Takes no new Workers and no new sessions from now on, and informs all clients.
    pub(crate) fn drain(&self, within: Duration) {
        let _registry = self.inner.registry();
        self.inner.phase.send_replace(Phase::Draining(within));
    }

    /// Ends all sessions. Resolves when none of their processes is left.
    pub(crate) async fn stop(&self) {
        {
            let mut registry = self.inner.registry();
            // First: no client is assigned to a session that is stopping.
            registry.sessions.clear();
            self.inner.phase.send_replace(Phase::Stopping);
        }
        let mut running = self.inner.running.subscribe();
        // The sender is ours: it is there.
        let _ = running.wait_for(|running| *running == 0).await;
    }

    /// Returns true if no Worker is left that a client could miss.
    pub(crate) fn is_empty(&self) -> bool {
        self.stats().workers == 0
    }

    /// Returns the counts of all sessions.
    pub(crate) fn stats(&self) -> SessionStats {
        let totals = &self.inner.totals;
        SessionStats {
            sessions: totals.sessions.load(Ordering::Relaxed),
            clients: totals.clients.load(Ordering::Relaxed),
            workers: totals.workers.load(Ordering::Relaxed),
            objects: totals.objects.load(Ordering::Relaxed),
        }
    }

    /// Assigns a client to its session. The error is the code and reason to reject it with.
    fn lead(
        &self,
        admitted: Admitted,
        hello: Hello,
        socket: WebSocket,
        over: oneshot::Sender<()>,
    ) -> Result<(), (Box<Visit>, Close, &'static str)> {
        let Admitted {
            tenant,
            session,
            limits,
        } = admitted;
        let wanted = hello.session.clone();
        let client = hello.client.clone();
        let visit = Box::new(Visit {
            hello,
            limits,
            socket,
            over,
        });
        if session.is_some() && wanted.is_some() && session != wanted {
            return Err((visit, Close::Limit, "the token is for another session"));
        }
        let whose = session
            .or(wanted)
            .map_or(Whose::Client(client), Whose::Name);
        let key = SessionKey { tenant, whose };

        let mut registry = self.inner.registry();
        let visit = match registry.sessions.get(&key) {
            Some(entry) => match entry.visits.try_send(visit) {
                Ok(()) => return Ok(()),
                // It has failed without notice. Another takes its place.
                Err(TrySendError::Closed(visit)) => visit,
                // Clients reconnect after this code.
                Err(TrySendError::Full(visit)) => {
                    let reason = "too many clients join the session at once";
                    return Err((visit, Close::GoingAway, reason));
                }
            },
            None => visit,
        };
        if self.inner.phase() != Phase::Serving {
            return Err((visit, Close::GoingAway, "the server is draining"));
        }
        match self.begin(&mut registry, &key, limits) {
            Some(visits) => {
                // It has just started, with room for the first.
                let _ = visits.try_send(visit);
                Ok(())
            }
            None => Err((visit, Close::Limit, "too many sessions")),
        }
    }

    /// Starts a session, unless its tenant has too many.
    fn begin(
        &self,
        registry: &mut Registry,
        key: &SessionKey,
        limits: Limits,
    ) -> Option<mpsc::Sender<Box<Visit>>> {
        let inner = &self.inner;
        let tenant = registry.tenant(&key.tenant);
        let mut share = Share::new(&tenant, &inner.totals, |totals| &totals.sessions);
        if !share.try_add(limits.sessions) {
            return None;
        }
        let (visits, coming) = mpsc::channel(VISITS);
        let phase = inner.phase.subscribe();
        registry.last.0 += 1;
        let number = registry.last;
        let entry = Registered {
            number,
            visits: visits.clone(),
        };
        registry.sessions.insert(key.clone(), entry);

        let config = SessionConfig {
            named: matches!(key.whose, Whose::Name(_)),
            ttl: inner.settings.session_ttl,
            policy: Arc::clone(&inner.settings.policy),
            tenant,
            totals: Arc::clone(&inner.totals),
            pids: inner.pids.clone(),
            vertical: inner.settings.vertical.clone(),
            slots: cpu_slots::open,
        };
        let span = tracing::info_span!("session", number = number.0, tenant = %key.tenant, name = key.name());
        let worker_bin = inner.settings.worker_bin.clone();
        let for_retirement = (Arc::clone(inner), key.clone());
        let task = move || {
            let session = Session::new(config, Instant::now());
            let (inner, key) = for_retirement;
            let retire =
                move |visits: &mpsc::Receiver<Box<Visit>>| inner.retire(&key, number, visits);
            let spawner = Box::new(LocalSpawner::new(worker_bin));
            run(session, spawner, coming, phase, retire).instrument(span)
        };
        let task = self.pool.spawn_pinned(task);
        inner.running.send_modify(|running| *running += 1);
        let (inner, key) = (Arc::clone(inner), key.clone());
        tokio::spawn(async move {
            if let Err(error) = task.await {
                tracing::error!(number = number.0, %error, "a session has failed");
            }
            inner.forget(&key, number);
            drop(share);
            inner.running.send_modify(|running| *running -= 1);
        });
        Some(visits)
    }
}

impl Inner {
    fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    fn registry(&self) -> MutexGuard<'_, Registry> {
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes a session that is about to end. Returns false if a visit has come.
    fn retire(
        &self,
        key: &SessionKey,
        number: SessionNumber,
        visits: &mpsc::Receiver<Box<Visit>>,
    ) -> bool {
        let mut registry = self.registry();
        let is_wanted = !visits.is_empty();
        if !is_wanted {
            registry.remove(key, number);
        }
        !is_wanted
    }

    /// Removes a session that has ended, for any reason.
    fn forget(&self, key: &SessionKey, number: SessionNumber) {
        let mut registry = self.registry();
        registry.remove(key, number);
        registry
            .tenants
            .retain(|_, tenant| tenant.strong_count() > 0);
    }
}

impl Registry {
    fn tenant(&mut self, id: &TenantId) -> Arc<Tenant> {
        if let Some(tenant) = self.tenants.get(id).and_then(Weak::upgrade) {
            return tenant;
        }
        let tenant = Arc::new(Tenant::new(Instant::now()));
        self.tenants.insert(id.clone(), Arc::downgrade(&tenant));
        tenant
    }

    fn remove(&mut self, key: &SessionKey, number: SessionNumber) {
        if self
            .sessions
            .get(key)
            .is_some_and(|entry| entry.number == number)
        {
            self.sessions.remove(key);
        }
    }
}

impl SessionKey {
    /// Returns the session's name, for logs: a client's is secret.
    fn name(&self) -> Option<&str> {
        match &self.whose {
            Whose::Name(name) => Some(name),
            Whose::Client(_) => None,
        }
    }
}
