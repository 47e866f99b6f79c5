//! A session: mediasoup Workers with everything below them, and the clients (programs on other machines)
//! that see and command them. It takes the clients' messages and the workers' output, and yields messages
//! for both and orders to start or kill processes.
//!
//! [`Session`] is pure. Its driver ([`actor`]) owns sockets, processes and the clock:
//!
//! ```text
//! join, frame, .., link_down ────┐                                ┌─ poll_link   output for a link
//! worker_said, _exited, _gone ───┼─► turn ─► Host ─► Replicas ────┼─ next_output output for a worker
//! handle_timeout, drain ─────────┘                                └─ poll_effect processes that begin or end
//! ```
//!
//! A turn: [`Session::begin`] sets its time, any number of inputs follow, and [`Session::turn`] executes the
//! entries of clients, takes the messages of Workers, and appends everything in one order to all clients' logs.
//! Then the driver writes all output at once, one write per worker.
//!
//! The session consists of parts that own their state and don't see each other's:
//!
//! | part | owns |
//! | --- | --- |
//! | [`Clients`] | places, links' outputs, pending entries, the presence of clients |
//! | [`Objects`] | objects that clients know, and their count for the tenant |
//! | [`AppDataTable`](app_data::AppDataTable) | appData values, and which client knows which |
//! | [`Replicas`] | these three: the state of clients' replicas |
//! | [`Workers`] | processes of Workers, logical ones, effects |
//! | [`CallsInFlight`] | pending calls, and the origins that their answers go to |
//! | [`EventGate`] | the wait of events for answers |
//!
//! Life: *open* -> *ended* ([`Session::end`]: clients are disconnected, Workers close) -> *done* (their
//! processes have exited). The driver ends a session that [wants it](Session::wants_end).

mod actor;
mod app_data;
mod broadcast;
mod bucket;
mod calls_in_flight;
mod client;
mod client_link;
mod clients;
mod clock;
mod commands;
mod entry_error;
mod event_gate;
mod exit;
mod logical;
mod objects;
mod pid;
mod presence;
mod process;
mod replicas;
mod settings;
mod tenant;
mod workers;

#[cfg(test)]
mod tests;

pub(crate) use actor::{Phase, VISITS, Visit, run};
pub(crate) use client_link::{read_hello, turn_away};
pub(crate) use logical::OpenSlots;
pub(crate) use pid::Pids;
pub(crate) use process::LocalSpawner;
pub(crate) use tenant::{Share, Tenant, Totals};

use crate::policy::Policy;
use crate::tokens::Limits;
use calls_in_flight::CallsInFlight;
use client::ClientId;
use clients::Clients;
use clock::Clock;
use engine::Local;
use event_gate::EventGate;
use host::Host;
use local_host::LocalHost;
use logical::Logicals;
use objects::Objects;
use presence::Presence;
use process::Exit;
use protocol::{Emission, Event, Handle, Payload, Update};
use replicas::Replicas;
use settings::Launch;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wire::v1::{Close, Epoch, Hello};
use workers::Workers;

/// Settings of a session.
#[derive(Debug)]
pub(crate) struct SessionConfig {
    /// True for a session with a name: it outlives its clients' goodbyes.
    pub(crate) named: bool,
    /// Time that it waits for clients to return.
    pub(crate) ttl: Duration,
    pub(crate) policy: Arc<Policy>,
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) totals: Arc<Totals>,
    pub(crate) pids: Pids,
    /// Options of Workers whose clients give none; `None` is one process per Worker.
    pub(crate) vertical: Option<vertical_scaling::VerticalOptions>,
    /// Opens the slots that further processes of a logical Worker need.
    pub(crate) slots: OpenSlots,
}

/// A session.
#[derive(Debug)]
pub(crate) struct Session {
    clock: Clock,
    policy: Arc<Policy>,
    host: LocalHost,
    replicas: Replicas,
    workers: Workers,
    calls: CallsInFlight,
    events: EventGate,
    ended: bool,
}

/// An order to the driver: a process begins or ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Start a worker process with these arguments.
    Spawn(Handle, Launch),
    /// Close a worker's channel, once all output for it is written.
    Close(Handle),
    /// Kill a worker's process.
    Kill(Handle),
}

/// An order to the driver: something for a link.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LinkOutput {
    Send(Vec<u8>),
    Ping,
    /// Close it, with this code.
    Close(u16),
}

impl Session {
    pub(crate) fn new(config: SessionConfig, now: Instant) -> Self {
        let mut local = Local::new(random);
        local.keep_journal();
        let mut epoch = [0; 16];
        random(&mut epoch);
        let epoch = Epoch(format!("{:032x}", u128::from_be_bytes(epoch)));
        let clock = Clock::new(now);
        let share = |which| Share::new(&config.tenant, &config.totals, which);
        let clients = Clients::new(
            epoch,
            Presence::new(config.named, config.ttl, now),
            Arc::clone(&config.tenant),
            share(|totals| &totals.clients),
            clock.clone(),
        );
        let logicals = Logicals::new(
            config.vertical,
            config.policy.rtc_ports,
            config.slots,
            clock.clone(),
        );
        let objects = Objects::new(share(|totals| &totals.objects));
        let workers = Workers::new(logicals, share(|totals| &totals.workers), config.pids);
        Self {
            policy: config.policy,
            host: LocalHost::new(local, move || now.elapsed()),
            replicas: Replicas::new(clients, objects),
            workers,
            calls: CallsInFlight::default(),
            events: EventGate::new(clock.clone()),
            ended: false,
            clock,
        }
    }

    /// Begins a turn and sets its time.
    pub(crate) fn begin(&mut self, now: Instant) {
        self.clock.set(now);
    }

    /// Adds a client, or its next link. The driver closes its earlier link with [`Close::Replaced`].
    /// The error is the code to reject the client with.
    pub(crate) fn join(&mut self, hello: &Hello, limits: Limits) -> Result<ClientId, Close> {
        if self.ended {
            return Err(Close::GoingAway);
        }
        self.replicas.clients.join(hello, limits)
    }

    /// Handles a WebSocket message of a client.
    pub(crate) fn frame(&mut self, id: ClientId, frame: &[u8]) {
        let local = self.host.local();
        self.replicas.receive(local.model(), id, frame);
    }

    /// Handles a sign of life of a client.
    pub(crate) fn sign_of_life(&mut self, id: ClientId) {
        self.replicas.clients.sign_of_life(id);
    }

    /// Handles the loss of a client's link.
    pub(crate) fn link_down(&mut self, id: ClientId) {
        self.replicas.link_down(id);
    }

    /// Returns output for a client's link. `writable`: a message may be sent now.
    pub(crate) fn poll_link(&mut self, id: ClientId, writable: bool) -> Option<LinkOutput> {
        let local = self.host.local();
        self.replicas.poll_link(local.model(), id, writable)
    }

    /// Returns true if more may be read from a client's link: no entry of it is pending.
    pub(crate) fn may_read(&self, id: ClientId) -> bool {
        let client = self.replicas.clients.get(id);
        client.is_some_and(|client| client.over.is_none() && client.is_idle())
    }

    /// Handles bytes of a worker.
    pub(crate) fn worker_said(&mut self, worker: Handle, bytes: &[u8]) {
        self.host.local_mut().input(worker, bytes);
    }

    /// Records the beginning or end of a worker's congestion.
    pub(crate) fn worker_congested(&mut self, worker: Handle, congested: bool) {
        self.workers.congested(worker, congested);
    }

    /// Handles the exit of a worker's process.
    pub(crate) fn worker_exited(&mut self, worker: Handle, exit: Exit) {
        if let Some(end) = self.workers.exited(worker, exit) {
            self.worker_ended(worker, end);
        }
    }

    /// Handles a failure of a worker: it can't be started, or has violated its protocol. Its process is killed.
    pub(crate) fn worker_failed(&mut self, worker: Handle, reason: &str) {
        if let Some(end) = self.workers.failed(worker, reason) {
            // First: a driver that has closed a process can't kill it any more.
            self.workers.kill(worker);
            self.worker_ended(worker, end);
        }
    }

    /// Handles the end of a worker's process and its standard streams.
    pub(crate) fn worker_gone(&mut self, worker: Handle) {
        let gone = self.workers.gone(&mut self.host, worker);
        if let Some(worker) = gone.filter(|_| !self.ended) {
            let emission = Emission::own(worker, Event::SubprocessClose, Payload::None);
            self.emit(emission, false, None);
        }
    }

    /// Handles all timers that are due.
    pub(crate) fn handle_timeout(&mut self) {
        {
            let local = self.host.local();
            self.replicas.handle_timeout(local.model());
        }
        self.workers.handle_timeout(&mut self.host);
    }

    /// Returns the time of the next call of [`Session::handle_timeout`].
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let clients = &self.replicas.clients;
        let end = clients.ends_at().filter(|_| !self.ended);
        let timeouts = [
            clients.next_timeout(),
            end,
            self.events.next_timeout(),
            self.workers.next_timeout(),
        ];
        timeouts.into_iter().flatten().min()
    }

    /// Ends the wait of events: the worker that sent them will send nothing more.
    pub(crate) fn hurry_events(&mut self) {
        self.events.open();
    }

    /// Processes the inputs of this turn.
    pub(crate) fn turn(&mut self) {
        if self.ended {
            self.forget_items();
            return;
        }
        loop {
            let executed = self.execute();
            self.broadcast_all();
            if !executed {
                break;
            }
        }
        while let Some(handle) = self.replicas.objects.forget_one() {
            self.host.release(handle);
        }
        self.replicas.objects.count();
    }

    /// Returns the clients of this session.
    pub(crate) fn clients(&self) -> Vec<ClientId> {
        self.replicas.clients.ids()
    }

    /// Passes the output for a Worker to `write`. Returns false if there is none for any.
    pub(crate) fn next_output(&mut self, write: impl FnOnce(Handle, &[u8])) -> bool {
        let mut local = self.host.local_mut();
        let Some(worker) = local.next_output() else {
            return false;
        };
        write(worker, local.output(worker));
        local.written(worker);
        true
    }

    /// Returns the next order about processes, to follow after all output was written.
    pub(crate) fn poll_effect(&mut self) -> Option<Effect> {
        self.workers.poll_effect()
    }

    /// Starts to drain: the server exits within this time.
    pub(crate) fn drain(&mut self, within: Duration) {
        self.replicas.clients.drain();
        self.workers.drain();
        let within_ms = u64::try_from(within.as_millis()).unwrap_or(u64::MAX);
        self.replicas.push_to_all(Update::Draining { within_ms });
    }

    /// Returns true if no client will return.
    pub(crate) fn wants_end(&self) -> bool {
        !self.ended && self.replicas.clients.are_gone()
    }

    /// Removes all clients and closes all Workers.
    pub(crate) fn end(&mut self) {
        self.ended = true;
        self.replicas.clients.dismiss_all();
        self.workers.close_all(&mut self.host);
    }

    /// Returns true after [`Session::end`].
    pub(crate) fn is_ended(&self) -> bool {
        self.ended
    }

    /// Returns true if nothing is left but links.
    pub(crate) fn is_done(&self) -> bool {
        self.ended && self.workers.is_empty()
    }
}

fn random(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system has random numbers");
}
