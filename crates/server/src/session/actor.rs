//! Driver of a session: the tokio task that owns its WebSockets, worker processes and clock. The registry
//! of sessions starts `run` on one of its threads and sends it each new WebSocket as a [`Visit`]; `run`
//! returns when the session has ended. A session is the Workers and objects that one or several clients
//! share.
//!
//! All of a session's tasks are on one thread. The tasks of links (WebSockets) and of processes queue their
//! input, in a bounded queue for each kind; this one takes everything queued, lets the [`Session`] have its
//! turn, and writes the output.

use super::client::ClientId;
use super::client_link::{ClientLink, LinkHappening, LinkInput, LinkNumber};
use super::process::{Happening, Process, ProcessReport, ProcessReports, Spawner};
use super::{Effect, LinkOutput, Session};
use crate::tokens::Limits;
use axum::extract::ws::WebSocket;
use protocol::Handle;
use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep_until};
use wire::v1::{Close, Hello};

/// Limit of queued inputs of links: a client has at most one message among them.
const LINK_INPUTS: usize = 64;

/// Limit of queued reports of processes: a worker has a few of 64 KiB among them.
const REPORTS: usize = 64;

/// Unwritten bytes for a worker past which packets and messages for it have to wait: a few
/// hundred milliseconds of a busy worker.
const WORKER_BACKLOG_BYTES: usize = 8 * 1024 * 1024;

/// Time limit of closing the links after everything else has ended.
const FAREWELL_TIME: Duration = Duration::from_secs(1);

/// Limit of queued clients on new links: as many as reconnect at once after a short network failure; a
/// session takes them within milliseconds.
pub(crate) const VISITS: usize = 64;

/// Phase of the server. Sessions see its newest value, which only moves forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Serving,
    /// The server exits within this time.
    Draining(Duration),
    Stopping,
}

/// A client on a new link.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) hello: Hello,
    pub(crate) limits: Limits,
    pub(crate) socket: WebSocket,
    /// Dropped when the link has closed.
    pub(crate) over: oneshot::Sender<()>,
}

/// Runs a session to its end. It calls `retire` before it ends by itself, which returns false if a visit has come.
pub(crate) async fn run(
    session: Session,
    spawner: Box<dyn Spawner>,
    mut visits: mpsc::Receiver<Box<Visit>>,
    mut phase: watch::Receiver<Phase>,
    retire: impl Fn(&mpsc::Receiver<Box<Visit>>) -> bool,
) {
    let (link_inputs, mut from_links) = mpsc::channel(LINK_INPUTS);
    let (reports, mut from_processes) = mpsc::channel(REPORTS);
    let mut actor = Actor {
        session,
        spawner,
        link_inputs,
        reports,
        links: HashMap::new(),
        last_link: LinkNumber(0),
        processes: HashMap::new(),
        tasks: JoinSet::new(),
        room: Rc::new(Notify::new()),
    };
    let mut alarm = Alarm::new();
    let room = Rc::clone(&actor.room);
    let mut leaving: Option<Instant> = None;
    loop {
        let is_open = !actor.session.is_ended();
        let wake = tokio::select! {
            visit = visits.recv(), if is_open => Wake::Visit(visit),
            Ok(()) = phase.changed(), if is_open => Wake::Phase(*phase.borrow_and_update()),
            Some(input) = from_links.recv() => Wake::Link(input),
            Some(report) = from_processes.recv() => Wake::Process(report),
            Some(ended) = actor.tasks.join_next() => {
                // A panicking task has left the session in an unknown state.
                if let Err(error) = ended && error.is_panic() {
                    std::panic::resume_unwind(error.into_panic());
                }
                Wake::Task
            }
            () = room.notified() => Wake::Task,
            () = alarm.wait() => Wake::Timeout,
        };
        let now = Instant::now();
        let due = matches!(wake, Wake::Timeout);
        actor.session.begin(now);
        match wake {
            Wake::Visit(Some(visit)) => actor.welcome(*visit),
            Wake::Visit(None) | Wake::Phase(Phase::Stopping) => actor.stop(&mut visits),
            Wake::Phase(Phase::Draining(within)) => actor.session.drain(within),
            Wake::Link(input) => actor.link(input),
            Wake::Process(report) => actor.worker(report),
            Wake::Phase(Phase::Serving) | Wake::Task | Wake::Timeout => {}
        }
        for report in waiting(&mut from_processes, REPORTS) {
            actor.worker(report);
        }
        for input in waiting(&mut from_links, LINK_INPUTS) {
            actor.link(input);
        }
        if due {
            actor.session.handle_timeout();
        }
        actor.session.turn();
        if actor.session.wants_end() && retire(&visits) {
            actor.session.end();
        }
        actor.write();
        if actor.session.is_done() {
            let deadline = *leaving.get_or_insert(now + FAREWELL_TIME);
            if actor.links.is_empty() || deadline <= now {
                break;
            }
            alarm.set(leaving);
        }
        alarm.set(actor.session.next_timeout());
    }
    drop((from_links, from_processes));
    actor.farewell().await;
}

/// Reason to begin a turn.
enum Wake {
    /// `None`: the server has dropped the session.
    Visit(Option<Box<Visit>>),
    Phase(Phase),
    Link(LinkInput),
    Process(ProcessReport),
    /// A task has ended, or a full link has room again.
    Task,
    Timeout,
}

/// Drains a queue, up to its capacity: later items wait for the next turn.
fn waiting<T>(queue: &mut mpsc::Receiver<T>, bound: usize) -> impl Iterator<Item = T> {
    std::iter::from_fn(|| queue.try_recv().ok()).take(bound)
}

struct Actor {
    session: Session,
    spawner: Box<dyn Spawner>,
    link_inputs: mpsc::Sender<LinkInput>,
    reports: mpsc::Sender<ProcessReport>,
    links: HashMap<ClientId, ClientLink>,
    last_link: LinkNumber,
    processes: HashMap<Handle, Box<dyn Process>>,
    tasks: JoinSet<()>,
    /// Notified when a full link has room again.
    room: Rc<Notify>,
}

impl Actor {
    /// Ends the session because the server stops. Rejects clients that have come meanwhile.
    fn stop(&mut self, visits: &mut mpsc::Receiver<Box<Visit>>) {
        self.session.end();
        while let Ok(visit) = visits.try_recv() {
            self.welcome(*visit);
        }
    }

    fn welcome(&mut self, visit: Visit) {
        let Visit {
            hello,
            limits,
            socket,
            over,
        } = visit;
        match self.session.join(&hello, limits) {
            Ok(client) => {
                self.last_link.0 += 1;
                let inputs = self.link_inputs.clone();
                let room = Rc::clone(&self.room);
                let (link, task) = ClientLink::new(client, self.last_link, socket, inputs, room);
                if let Some(replaced) = self.links.insert(client, link) {
                    replaced.close(Close::Replaced as u16);
                }
                self.tasks.spawn_local(async move {
                    task.await;
                    drop(over);
                });
            }
            Err(close) => {
                self.tasks.spawn_local(async move {
                    super::turn_away(socket, close, "").await;
                    drop(over);
                });
            }
        }
    }

    fn link(&mut self, input: LinkInput) {
        let LinkInput {
            client,
            link,
            event,
        } = input;
        let newest = self.links.get(&client);
        if newest.is_none_or(|newest| newest.number != link) {
            return;
        }
        match event {
            LinkHappening::Frame(frame) => self.session.frame(client, &frame),
            LinkHappening::SignOfLife => self.session.sign_of_life(client),
            LinkHappening::Down => {
                self.links.remove(&client);
                self.session.link_down(client);
            }
        }
    }

    fn worker(&mut self, (worker, happening): ProcessReport) {
        match happening {
            Happening::Bytes(bytes) => self.session.worker_said(worker, &bytes),
            Happening::Drained => self.session.worker_congested(worker, false),
            Happening::Failed(reason) => self.session.worker_failed(worker, &reason),
            Happening::Exited(exit) => {
                // Output from before the exit comes first.
                self.session.hurry_events();
                self.session.turn();
                self.session.worker_exited(worker, exit);
            }
            Happening::Gone => {
                self.processes.remove(&worker);
                self.session.worker_gone(worker);
            }
        }
    }

    /// Writes all output.
    fn write(&mut self) {
        self.write_to_workers();
        while let Some(effect) = self.session.poll_effect() {
            self.bring_about(effect);
        }
        for client in self.session.clients() {
            self.write_to_client(client);
        }
    }

    fn write_to_workers(&mut self) {
        let processes = &self.processes;
        let mut written = None;
        while self.session.next_output(|worker, bytes| {
            if let Some(process) = processes.get(&worker) {
                process.write(bytes);
                written = Some((worker, process.backlog() > WORKER_BACKLOG_BYTES));
            }
        }) {
            if let Some((worker, true)) = written.take() {
                self.session.worker_congested(worker, true);
            }
        }
    }

    fn bring_about(&mut self, effect: Effect) {
        match effect {
            Effect::Spawn(worker, launch) => {
                let reports = ProcessReports::new(worker, self.reports.clone());
                match self.spawner.spawn(&launch, reports, &mut self.tasks) {
                    Ok(process) => drop(self.processes.insert(worker, process)),
                    Err(error) => {
                        tracing::error!(%error, "spawn");
                        let reason = "the server cannot start a worker process";
                        self.session.worker_failed(worker, reason);
                        self.session.worker_gone(worker);
                    }
                }
            }
            Effect::Close(worker) => drop(self.processes.remove(&worker)),
            Effect::Kill(worker) => {
                if let Some(process) = self.processes.remove(&worker) {
                    process.kill();
                }
            }
        }
    }

    fn write_to_client(&mut self, client: ClientId) {
        let may_read = self.session.may_read(client);
        while let Some(link) = self.links.get(&client) {
            let writable = link.is_writable();
            match self.session.poll_link(client, writable) {
                Some(LinkOutput::Send(frame)) => link.send(frame),
                Some(LinkOutput::Ping) => link.ping(),
                Some(LinkOutput::Close(code)) => {
                    if let Some(link) = self.links.remove(&client) {
                        link.close(code);
                    }
                }
                None => {
                    if may_read {
                        link.read_on();
                    }
                    return;
                }
            }
        }
        // Without a link a place has only its end to report.
        while self.session.poll_link(client, false).is_some() {}
    }

    /// Waits for the end of the links' tasks.
    async fn farewell(mut self) {
        self.links.clear();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(FAREWELL_TIME, all).await;
    }
}

/// A timer that may fire early: setting it later costs nothing.
struct Alarm {
    sleep: Pin<Box<Sleep>>,
    set: Option<Instant>,
}

impl Alarm {
    fn new() -> Self {
        Self {
            sleep: Box::pin(sleep_until(tokio::time::Instant::now())),
            set: None,
        }
    }

    fn set(&mut self, at: Option<Instant>) {
        if let Some(at) = at
            && self.set.is_none_or(|set| at < set)
        {
            self.sleep.as_mut().reset(at.into());
            self.set = Some(at);
        }
    }

    /// Waits for the alarm. Cancel-safe.
    async fn wait(&mut self) {
        if self.set.is_none() {
            std::future::pending::<()>().await;
        }
        self.sleep.as_mut().await;
        self.set = None;
    }
}
