//! What drives a [`Session`]: its sockets, its processes, the clock.
//!
//! All of a session's tasks are on one thread. Those of links and processes hand in what they read,
//! one bounded queue for all; this one takes all that is there, lets the session have its turn, and
//! writes what is due.

use super::client::ClientId;
use super::link::Link;
use super::process::{Happening, Process};
use super::{Effect, LinkOutput, Session};
use crate::tokens::Limits;
use axum::body::Bytes;
use axum::extract::ws::WebSocket;
use protocol::Handle;
use protocol::wire::{Close, Hello};
use std::collections::HashMap;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep_until};

/// Inputs that wait for the session's turn. A worker has at most a few of 64 KiB among them, a client
/// one message.
const INPUTS: usize = 64;

/// Bytes that wait to be written to a worker before those who send it packets and messages have to
/// wait: a few hundred milliseconds of a busy worker.
const WORKER_BACKLOG_BYTES: usize = 8 * 1024 * 1024;

/// How long links may take to be closed when all else is done.
const FAREWELL_TIME: Duration = Duration::from_secs(1);

/// What links and processes hand in.
#[derive(Debug)]
pub(super) enum Input {
    /// A message of a client, on the link of this number.
    Frame(ClientId, u64, Bytes),
    /// A sign of life.
    Heard(ClientId, u64),
    LinkDown(ClientId, u64),
    Worker(Handle, Happening),
}

/// Where they hand it in.
pub(super) type Inputs = mpsc::Sender<Input>;

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
    worker_bin: PathBuf,
    mut mail: mpsc::UnboundedReceiver<Mail>,
    retire: impl Fn(&mpsc::UnboundedReceiver<Mail>) -> bool,
) {
    let (inputs, mut came) = mpsc::channel(INPUTS);
    let mut actor = Actor {
        session,
        worker_bin,
        inputs,
        links: HashMap::new(),
        last_link: 0,
        processes: HashMap::new(),
        tasks: JoinSet::new(),
        room: Rc::new(Notify::new()),
    };
    let mut alarm = Alarm::new();
    let mut batch = Vec::with_capacity(INPUTS);
    let room = Rc::clone(&actor.room);
    let mut leaving: Option<Instant> = None;
    loop {
        let mut due = false;
        tokio::select! {
            letter = mail.recv(), if !actor.session.is_ended() => match letter {
                Some(letter) => actor.receive(letter),
                None => actor.receive(Mail::Stop),
            },
            _ = came.recv_many(&mut batch, INPUTS) => {}
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
        for input in batch.drain(..) {
            actor.take(now, input);
        }
        if due {
            actor.session.handle_timeout(now);
        }
        actor.session.turn(now);
        if actor.session.wants_end(now) && retire(&mail) {
            actor.session.end(now);
        }
        actor.write(now);
        if actor.session.is_done() {
            let deadline = *leaving.get_or_insert(now + FAREWELL_TIME);
            if actor.links.is_empty() || deadline <= now {
                break;
            }
            alarm.set(leaving);
        }
        alarm.set(actor.session.next_timeout());
    }
    drop(came);
    actor.farewell().await;
}

struct Actor {
    session: Session,
    worker_bin: PathBuf,
    inputs: Inputs,
    links: HashMap<ClientId, Link>,
    last_link: u64,
    processes: HashMap<Handle, Process>,
    tasks: JoinSet<()>,
    /// A link that had no room for a message has some.
    room: Rc<Notify>,
}

impl Actor {
    fn receive(&mut self, mail: Mail) {
        let now = Instant::now();
        match mail {
            Mail::Visit(visit) => self.welcome(now, *visit),
            Mail::Drain(within) => self.session.drain(now, within),
            Mail::Stop => self.session.end(now),
        }
    }

    fn welcome(&mut self, now: Instant, visit: Visit) {
        let Visit {
            hello,
            limits,
            socket,
            over,
        } = visit;
        match self.session.join(now, &hello, limits) {
            Ok(client) => {
                self.last_link += 1;
                let inputs = self.inputs.clone();
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

    fn take(&mut self, now: Instant, input: Input) {
        match input {
            Input::Frame(client, link, frame) => {
                if self.is_linked(client, link) {
                    self.session.frame(now, client, &frame);
                }
            }
            Input::Heard(client, link) => {
                if self.is_linked(client, link) {
                    self.session.heard(now, client);
                }
            }
            Input::LinkDown(client, link) => {
                if self.is_linked(client, link) {
                    self.links.remove(&client);
                    self.session.link_down(now, client);
                }
            }
            Input::Worker(worker, happening) => self.worker(now, worker, happening),
        }
    }

    fn worker(&mut self, now: Instant, worker: Handle, happening: Happening) {
        match happening {
            Happening::Bytes(bytes) => self.session.worker_said(worker, &bytes),
            Happening::Drained => self.session.worker_congested(worker, false),
            Happening::Failed(reason) => self.session.worker_failed(now, worker, &reason),
            Happening::Exited(exit) => {
                // What it said before it left comes first.
                self.session.hurry_events(now);
                self.session.turn(now);
                self.session.worker_exited(now, worker, exit);
            }
            Happening::Gone => {
                self.processes.remove(&worker);
                self.session.worker_gone(now, worker);
            }
        }
    }

    /// Whether this is the link that a client has now.
    fn is_linked(&self, client: ClientId, number: u64) -> bool {
        let link = self.links.get(&client);
        link.is_some_and(|link| link.number == number)
    }

    /// Writes all that is due.
    fn write(&mut self, now: Instant) {
        self.write_to_workers();
        while let Some(effect) = self.session.poll_effect() {
            self.bring_about(now, effect);
        }
        for client in self.session.clients() {
            self.write_to_client(now, client);
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

    fn bring_about(&mut self, now: Instant, effect: Effect) {
        match effect {
            Effect::Spawn(worker, launch) => {
                let process = Process::spawn(
                    &self.worker_bin,
                    &launch,
                    worker,
                    &self.inputs,
                    &mut self.tasks,
                );
                match process {
                    Ok(process) => drop(self.processes.insert(worker, process)),
                    Err(error) => {
                        tracing::error!(%error, binary = %self.worker_bin.display(), "spawn");
                        let reason = "the server can't start a worker process";
                        self.session.worker_failed(now, worker, reason);
                        self.session.worker_gone(now, worker);
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

    fn write_to_client(&mut self, now: Instant, client: ClientId) {
        let may_read = self.session.may_read(client);
        while let Some(link) = self.links.get(&client) {
            let writable = link.is_writable();
            match self.session.poll_link(now, client, writable) {
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
        while self.session.poll_link(now, client, false).is_some() {}
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
