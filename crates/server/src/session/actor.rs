//! What drives a [`Session`]: its sockets, its processes, the clock.
//!
//! All of a session's tasks are on one thread. Those of links and those of processes hand in what they
//! read, a bounded queue for each kind; this one takes all that is there, lets the session have its turn,
//! and writes what is due.

use super::client::ClientId;
use super::link::{Link, LinkEvent, LinkInput, LinkNumber};
use super::process::{Happening, Process, Report, Reports, Spawner};
use super::{Effect, LinkOutput, Session};
use crate::tokens::Limits;
use axum::extract::ws::WebSocket;
use protocol::Handle;
use protocol::wire::{Close, Hello};
use std::collections::HashMap;
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep_until};

/// Inputs of links that wait for the session's turn: a client has at most one message among them.
const LINK_INPUTS: usize = 64;

/// Reports of processes that wait for the session's turn: a worker has a few of 64 KiB among them.
const REPORTS: usize = 64;

/// Bytes that wait to be written to a worker before those who send it packets and messages have to
/// wait: a few hundred milliseconds of a busy worker.
const WORKER_BACKLOG_BYTES: usize = 8 * 1024 * 1024;

/// How long links may take to be closed when all else is done.
const FAREWELL_TIME: Duration = Duration::from_secs(1);

/// What the server has to say to a session.
#[derive(Debug)]
pub(crate) enum Mail {
    /// A client comes.
    Visit(Box<Visit>),
    /// The server leaves within this time.
    Drain(Duration),
    /// The server leaves.
    Stop,
}

/// A client on a new link.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) hello: Hello,
    pub(crate) limits: Limits,
    pub(crate) socket: WebSocket,
    /// Dropped when the link is over.
    pub(crate) over: oneshot::Sender<()>,
}

/// Runs a session to its end. `retire` is asked when it wants to end: `false` where mail has come.
pub(crate) async fn run(
    session: Session,
    spawner: Box<dyn Spawner>,
    mut mail: mpsc::UnboundedReceiver<Mail>,
    retire: impl Fn(&mpsc::UnboundedReceiver<Mail>) -> bool,
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
        let mut due = false;
        let mut link_input = None;
        let mut report = None;
        tokio::select! {
            letter = mail.recv(), if !actor.session.is_ended() => match letter {
                Some(letter) => actor.receive(letter),
                None => actor.receive(Mail::Stop),
            },
            input = from_links.recv() => link_input = input,
            happened = from_processes.recv() => report = happened,
            Some(ended) = actor.tasks.join_next() => {
                // A task that panics has left the session in a state that nobody knows.
                if let Err(error) = ended && error.is_panic() {
                    std::panic::resume_unwind(error.into_panic());
                }
            }
            () = room.notified() => {}
            () = alarm.wait() => due = true,
        }
        let now = Instant::now();
        actor.session.begin(now);
        let reports =
            std::iter::from_fn(|| report.take().or_else(|| from_processes.try_recv().ok()));
        for (worker, happening) in reports.take(REPORTS) {
            actor.worker(worker, happening);
        }
        let inputs =
            std::iter::from_fn(|| link_input.take().or_else(|| from_links.try_recv().ok()));
        for input in inputs.take(LINK_INPUTS) {
            actor.link(input);
        }
        if due {
            actor.session.handle_timeout();
        }
        actor.session.turn();
        if actor.session.wants_end() && retire(&mail) {
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

struct Actor {
    session: Session,
    spawner: Box<dyn Spawner>,
    link_inputs: mpsc::Sender<LinkInput>,
    reports: mpsc::Sender<Report>,
    links: HashMap<ClientId, Link>,
    last_link: LinkNumber,
    processes: HashMap<Handle, Box<dyn Process>>,
    tasks: JoinSet<()>,
    /// A link that had no room for a message has some.
    room: Rc<Notify>,
}

impl Actor {
    fn receive(&mut self, mail: Mail) {
        self.session.begin(Instant::now());
        match mail {
            Mail::Visit(visit) => self.welcome(*visit),
            Mail::Drain(within) => self.session.drain(within),
            Mail::Stop => self.session.end(),
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
                let (link, task) = Link::new(client, self.last_link, socket, inputs, room);
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
            LinkEvent::Frame(frame) => self.session.frame(client, &frame),
            LinkEvent::Heard => self.session.heard(client),
            LinkEvent::Down => {
                self.links.remove(&client);
                self.session.link_down(client);
            }
        }
    }

    fn worker(&mut self, worker: Handle, happening: Happening) {
        match happening {
            Happening::Bytes(bytes) => self.session.worker_said(worker, &bytes),
            Happening::Drained => self.session.worker_congested(worker, false),
            Happening::Failed(reason) => self.session.worker_failed(worker, &reason),
            Happening::Exited(exit) => {
                // What it said before it left comes first.
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

    /// Writes all that is due.
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
                let reports = Reports::new(worker, self.reports.clone());
                match self.spawner.spawn(&launch, reports, &mut self.tasks) {
                    Ok(process) => drop(self.processes.insert(worker, process)),
                    Err(error) => {
                        tracing::error!(%error, "spawn");
                        let reason = "the server can't start a worker process";
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
        // What a place says without a link is its end.
        while self.session.poll_link(client, false).is_some() {}
    }

    /// Lets the tasks of links come to their ends.
    async fn farewell(mut self) {
        self.links.clear();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(FAREWELL_TIME, all).await;
    }
}

/// One timer, which may go off early: to set it later costs nothing.
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
