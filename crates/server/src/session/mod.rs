//! A session: Workers with all that they hold, and the clients that see and command them.
//!
//! [`Session`] is pure. Its driver ([`actor`]) owns sockets, processes and the clock:
//!
//! ```text
//! join, frame, heard, link_down ─┐                          ┌─ poll_link   what a link is to be sent
//! worker_said, _exited, _gone ───┼─► turn ─► Host ─► Places ┼─ next_output what a worker is to be sent
//! handle_timeout, drain ─────────┘                          └─ poll_effect processes that begin or end
//! ```
//!
//! [`Session::turn`] is called after any number of inputs: it executes what clients have said, takes
//! what Workers have said, and has everything told in one order to everybody. What is due then is
//! written at once, one write per worker.
//!
//! Life: *open* -> *ended* ([`Session::end`]: clients are sent away, Workers close) -> *done* (their
//! processes are gone). The driver ends a session that [wants it](Session::wants_end).

mod actor;
mod app_data;
mod bucket;
mod client;
mod commands;
mod link;
mod logical;
mod objects;
mod pid;
mod places;
mod process;
mod settings;
mod sharing;
mod snapshot;
mod tell;
mod tenant;
mod workers;

#[cfg(test)]
mod tests;

pub(crate) use actor::{Mail, Visit, run};
pub(crate) use link::{read_hello, turn_away};
pub(crate) use pid::Pids;
pub(crate) use process::LocalSpawner;
pub(crate) use tenant::{Share, Tenant, Totals};

use crate::policy::Policy;
use app_data::AppDataTable;
use client::{Client, ClientId, Over};
use engine::Local;
use host::Host;
use layers::Slots;
use local_host::LocalHost;
use logical::Logicals;
use objects::Objects;
use protocol::wire::{AppDataId, Close, Epoch, ServerEntry};
use protocol::{Handle, RequestId};
use settings::Launch;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use workers::Worker;

/// What a session is made of.
#[derive(Debug)]
pub(crate) struct Config {
    /// Whether it has a name: then it outlives its clients' goodbyes.
    pub(crate) named: bool,
    /// How long it waits for clients to come back.
    pub(crate) ttl: Duration,
    pub(crate) policy: Arc<Policy>,
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) totals: Arc<Totals>,
    pub(crate) pids: Pids,
    /// What Workers are whose clients don't say: one process each, if it is `None`.
    pub(crate) vertical: Option<layers::Options>,
    /// Gives the slots that further processes of a logical Worker need.
    pub(crate) slots: fn() -> Result<Rc<dyn Slots>, slots::Error>,
    /// How long the server stays, if it is about to leave.
    pub(crate) draining: Option<Duration>,
}

/// A session.
#[derive(Debug)]
pub(crate) struct Session {
    config: Config,
    epoch: Epoch,
    host: LocalHost,
    clients: BTreeMap<ClientId, Client>,
    last_client: u32,
    objects: Objects,
    app_data: AppDataTable,
    workers: BTreeMap<Handle, Worker>,
    logicals: Logicals,
    calls: HashMap<RequestId, Asked>,
    /// Objects that commands on their way may create.
    creating: usize,
    effects: VecDeque<Effect>,
    shares: Shares,
    /// Since when no client has a link.
    alone_since: Option<Instant>,
    /// When events have given way to answers for long enough, while some do.
    events_due: Option<Instant>,
    ended: bool,
}

/// A call that a Host works on.
#[derive(Debug)]
struct Asked {
    client: ClientId,
    /// Which of the client's logs the number belongs to.
    life: u32,
    number: u64,
    app_data: Option<AppDataId>,
    /// How many objects it may create.
    creates: usize,
}

/// What counts for the tenant and the server.
#[derive(Debug)]
struct Shares {
    clients: Share,
    workers: Share,
    objects: Share,
}

/// What the driver is to do with processes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Start a worker process with these arguments.
    Spawn(Handle, Launch),
    /// Close a worker's channel, once all it was told is written.
    Close(Handle),
    /// Kill a worker's process.
    Kill(Handle),
}

/// What the driver is to do with a link.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LinkOutput {
    Send(Vec<u8>),
    Ping,
    /// Close it, with this code.
    Close(u16),
}

impl Session {
    pub(crate) fn new(config: Config, now: Instant) -> Self {
        let mut local = Local::new(random);
        local.keep_journal();
        let mut epoch = [0; 16];
        random(&mut epoch);
        let share = |which| Share::new(&config.tenant, &config.totals, which);
        let shares = Shares {
            clients: share(|totals| &totals.clients),
            workers: share(|totals| &totals.workers),
            objects: share(|totals| &totals.objects),
        };
        Self {
            epoch: Epoch(format!("{:032x}", u128::from_be_bytes(epoch))),
            host: LocalHost::new(local, move || now.elapsed()),
            clients: BTreeMap::new(),
            last_client: 0,
            objects: Objects::default(),
            app_data: AppDataTable::default(),
            workers: BTreeMap::new(),
            logicals: Logicals::default(),
            calls: HashMap::new(),
            creating: 0,
            effects: VecDeque::new(),
            shares,
            alone_since: Some(now),
            events_due: None,
            ended: false,
            config,
        }
    }

    /// Time has come.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        let ids: Vec<_> = self.clients.keys().copied().collect();
        for id in ids {
            if let Some(client) = self.clients.get_mut(&id) {
                client.place.handle_timeout(now);
                if client.resume_at.is_some_and(|at| at <= now) {
                    client.resume_at = None;
                }
            }
            self.poll_place(now, id, false);
        }
        self.tick(now);
    }

    /// When [`Session::handle_timeout`] is to be called.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let clients = self.clients.values().flat_map(|client| {
            let resume_at = client.resume_at.filter(|_| !client.is_idle());
            [client.place.next_timeout(), resume_at]
        });
        let end = self.alone_since.map(|since| since + self.config.ttl);
        let end = end.filter(|_| !self.ended);
        let own = [end, self.events_due, self.logicals.next_timeout()];
        clients.chain(own).flatten().min()
    }

    /// Events wait no longer: the worker that sent them will say nothing more.
    pub(crate) fn hurry_events(&mut self, now: Instant) {
        self.events_due = Some(now);
    }

    /// Does all that follows from what came.
    pub(crate) fn turn(&mut self, now: Instant) {
        if self.ended {
            self.forget_items();
            return;
        }
        loop {
            let executed = self.execute(now);
            self.tell_all(now);
            if !executed {
                break;
            }
        }
        while let Some(handle) = self.objects.forget_one() {
            self.host.release(handle);
        }
        self.shares.objects.set(self.objects.open());
    }

    /// The clients of this session.
    pub(crate) fn clients(&self) -> Vec<ClientId> {
        self.clients.keys().copied().collect()
    }

    /// Hands over what is to be written to a Worker, if anything is to be written to any.
    pub(crate) fn next_output(&mut self, write: impl FnOnce(Handle, &[u8])) -> bool {
        let mut local = self.host.local_mut();
        let Some(worker) = local.next_output() else {
            return false;
        };
        write(worker, local.output(worker));
        local.written(worker);
        true
    }

    /// What is to be done with processes next, after all output was written.
    pub(crate) fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// The server is about to leave.
    pub(crate) fn drain(&mut self, now: Instant, within: Duration) {
        self.config.draining = Some(within);
        let within_ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        self.tell_clients(now, &ServerEntry::Draining { within_ms });
    }

    /// Whether nobody will come back.
    pub(crate) fn wants_end(&self, now: Instant) -> bool {
        let unused = self.last_client == 0;
        let over = self
            .alone_since
            .is_some_and(|since| since + self.config.ttl <= now);
        let left = !self.config.named
            && self
                .clients
                .values()
                .all(|client| client.over == Some(Over::Left));
        !self.ended && (unused || over || left)
    }

    /// Sends all clients away and closes all Workers.
    pub(crate) fn end(&mut self, now: Instant) {
        self.ended = true;
        for client in self.clients.values_mut() {
            if client.over.is_none() {
                client.place.close(now, Close::GoingAway);
            }
        }
        self.close_workers();
    }

    /// Whether it was ended.
    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Whether nothing is left but links.
    pub(crate) fn is_done(&self) -> bool {
        self.ended && self.workers.is_empty()
    }
}

fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system has random numbers");
}
