//! Drives a session, its clients and their links.

use super::fake_worker::{FakeWorker, notification};
use crate::policy::Policy;
use crate::session::client::ClientId;
use crate::session::process::Exit;
use crate::session::tenant::{Tenant, Totals};
use crate::session::{Config, Effect, LinkOutput, Pids, Session};
use crate::tokens::Limits;
use ::session::client::{self, Client, Event};
use fbs::message::Body as Said;
use fbs::notification::Event as Notification;
use protocol::wire::{
    Answer, AppDataId, Call, ClientEntry, ClientFrame, Object, ServerEntry, Snapshot, Text, Values,
    decode, encode,
};
use protocol::{Command, Error, Handle, Json, Reply, RequestId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

pub(super) const TTL: Duration = Duration::from_secs(60);

pub(super) const LIMITS: Limits = Limits {
    workers: usize::MAX,
    objects: usize::MAX,
    commands_per_second: u32::MAX,
    sessions: usize::MAX,
    clients: usize::MAX,
};

/// A session and all around it.
pub(super) struct Rig {
    pub(super) session: Session,
    pub(super) now: Instant,
    pub(super) limits: Limits,
    pub(super) effects: Vec<Effect>,
    /// Whether workers answer at all.
    pub(super) workers_answer: bool,
    workers: BTreeMap<Handle, FakeWorker>,
    clients: Vec<Peer>,
    requests: u32,
}

/// A client, and what it has heard.
struct Peer {
    machine: Client,
    id: Option<ClientId>,
    /// Whether its link carries anything in the direction of the client.
    reads: bool,
    heard: Vec<ServerEntry>,
    closed: Option<u16>,
}

/// A client of the rig, by its place.
pub(super) type Who = usize;

impl Rig {
    /// A session without clients.
    pub(super) fn new(named: bool) -> Self {
        let now = Instant::now();
        let config = Config {
            named,
            ttl: TTL,
            policy: Arc::new(Policy::default()),
            tenant: Arc::new(Tenant::new(now)),
            totals: Arc::new(Totals::default()),
            pids: Pids::default(),
            draining: None,
        };
        Self {
            session: Session::new(config, now),
            now,
            limits: LIMITS,
            effects: Vec::new(),
            workers_answer: true,
            workers: BTreeMap::new(),
            clients: Vec::new(),
            requests: 0,
        }
    }

    /// A client that has joined, and what it was told.
    pub(super) fn client(&mut self) -> Who {
        let who = self.clients.len();
        self.clients.push(Peer {
            machine: machine(who),
            id: None,
            reads: true,
            heard: Vec::new(),
            closed: None,
        });
        self.clients[who].machine.open(self.now);
        self.pump();
        who
    }

    /// Says something that has no answer, as it is.
    pub(super) fn say(&mut self, who: Who, entry: &ClientEntry) {
        self.say_bytes(who, encode(entry));
    }

    pub(super) fn say_bytes(&mut self, who: Who, entry: Vec<u8>) {
        let now = self.now;
        self.clients[who].machine.push(now, entry, None).unwrap();
    }

    /// Says a command; nothing is carried yet.
    pub(super) fn ask(&mut self, who: Who, target: Handle, command: Value) -> RequestId {
        self.ask_with(who, target, command, None)
    }

    pub(super) fn ask_with(
        &mut self,
        who: Who,
        target: Handle,
        command: Value,
        app_data: Option<AppDataId>,
    ) -> RequestId {
        let command: Command = serde_json::from_value(command).unwrap();
        let call = Call {
            target,
            command,
            values: Values::default(),
            app_data,
        };
        self.ask_call(who, call)
    }

    pub(super) fn ask_call(&mut self, who: Who, call: Call) -> RequestId {
        self.requests += 1;
        let request = RequestId(self.requests);
        let entry = encode(&ClientEntry::Call(Box::new(call)));
        let now = self.now;
        let machine = &mut self.clients[who].machine;
        machine.push(now, entry, Some(request)).unwrap();
        request
    }

    /// Has a command executed.
    pub(super) fn call(
        &mut self,
        who: Who,
        target: Handle,
        command: Value,
    ) -> Result<Reply, Error> {
        self.call_with(who, target, command, None)
    }

    pub(super) fn call_with(
        &mut self,
        who: Who,
        target: Handle,
        command: Value,
        app_data: Option<AppDataId>,
    ) -> Result<Reply, Error> {
        let request = self.ask_with(who, target, command, app_data);
        self.pump();
        self.answer(who, request).expect("an answer")
    }

    /// Makes an object.
    pub(super) fn make(&mut self, who: Who, target: Handle, command: Value) -> Handle {
        created(self.call(who, target, command))
    }

    pub(super) fn worker(&mut self, who: Who) -> Handle {
        self.make(who, Handle(0), json!({ "createWorker": {} }))
    }

    pub(super) fn router(&mut self, who: Who, worker: Handle) -> Handle {
        self.make(who, worker, json!({ "createRouter": {} }))
    }

    pub(super) fn transport(&mut self, who: Who, router: Handle) -> Handle {
        self.make(who, router, json!({ "createDirectTransport": {} }))
    }

    /// What an appData holds.
    pub(super) fn app_data(&mut self, who: Who, id: AppDataId, value: &str) {
        let value = Text::Inline(Json::from_text(value));
        self.say(who, &ClientEntry::AppData { id, value });
    }

    /// The answer to a call, taken out of what was heard.
    pub(super) fn answer(&mut self, who: Who, request: RequestId) -> Option<Result<Reply, Error>> {
        let Peer { machine, heard, .. } = &mut self.clients[who];
        let place = heard.iter().position(|entry| {
            matches!(entry, ServerEntry::Answer(answer) if machine.call(answer.call) == Some(request))
        })?;
        let ServerEntry::Answer(Answer { call, result }) = heard.remove(place) else {
            unreachable!("it is an answer");
        };
        machine.answered(call);
        Some(result)
    }

    /// What a client has heard since the last time.
    pub(super) fn heard(&mut self, who: Who) -> Vec<ServerEntry> {
        std::mem::take(&mut self.clients[who].heard)
    }

    /// The same in short, in words.
    pub(super) fn words(&mut self, who: Who) -> Vec<String> {
        self.heard(who).iter().map(in_short).collect()
    }

    /// The one snapshot among what a client has heard.
    pub(super) fn snapshot(&mut self, who: Who) -> Snapshot {
        let mut snapshots = self.heard(who).into_iter().filter_map(|entry| match entry {
            ServerEntry::Snapshot(snapshot) => Some(snapshot),
            _ => None,
        });
        let snapshot = snapshots.next().expect("a snapshot");
        assert!(snapshots.next().is_none(), "one is enough");
        snapshot
    }

    /// How a client's link was closed by the server.
    pub(super) fn closed(&self, who: Who) -> Option<u16> {
        self.clients[who].closed
    }

    pub(super) fn stats(&self, who: Who) -> client::Stats {
        self.clients[who].machine.stats()
    }

    pub(super) fn may_read(&self, who: Who) -> bool {
        self.clients[who]
            .id
            .is_some_and(|id| self.session.may_read(id))
    }

    /// Whether a client reads what it is sent.
    pub(super) fn reads(&mut self, who: Who, reads: bool) {
        self.clients[who].reads = reads;
    }

    /// Cuts a client's link: it comes back when its patience is over.
    pub(super) fn cut(&mut self, who: Who) {
        let peer = &mut self.clients[who];
        peer.machine.link_down(self.now, "cut");
        if let Some(id) = peer.id.take() {
            self.session.link_down(self.now, id);
        }
    }

    /// A client's process ends without a word.
    pub(super) fn vanish(&mut self, who: Who) {
        self.cut(who);
        self.clients[who].machine = machine(who);
    }

    /// A client begins again, with its secret name but nothing else.
    pub(super) fn restart(&mut self, who: Who) {
        self.vanish(who);
        self.clients[who].machine.open(self.now);
        self.pump();
    }

    pub(super) fn leave(&mut self, who: Who) {
        let now = self.now;
        self.clients[who].machine.leave(now);
        self.pump();
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            self.pump();
            let timeouts = self.clients.iter().map(|peer| peer.machine.next_timeout());
            let next = timeouts
                .chain([self.session.next_timeout()])
                .flatten()
                .min();
            match next {
                Some(at) if at < end => self.now = self.now.max(at),
                _ => break,
            }
            self.time_out();
        }
        self.now = end;
        self.time_out();
        self.pump();
    }

    /// An event of the object with this id, of the worker itself where it is empty.
    pub(super) fn event(&mut self, worker: Handle, id: &str, event: Notification) {
        self.session
            .worker_said(worker, &notification(id, event, None));
        self.pump();
    }

    pub(super) fn worker_says(&mut self, worker: Handle, bytes: &[u8]) {
        self.session.worker_said(worker, bytes);
    }

    pub(super) fn exit(&mut self, worker: Handle, code: Option<i32>, signal: Option<i32>) {
        self.session
            .worker_exited(self.now, worker, Exit { code, signal });
        self.session.worker_gone(self.now, worker);
        self.pump();
    }

    /// Carries everything until nothing moves.
    pub(super) fn pump(&mut self) {
        loop {
            self.session.turn(self.now);
            let mut moved = self.serve_workers();
            moved |= self.bring_about();
            for who in 0..self.clients.len() {
                moved |= self.carry_up(who);
                moved |= self.carry_down(who);
            }
            if !moved {
                break;
            }
        }
        if self.session.wants_end(self.now) {
            self.session.end(self.now);
            self.pump();
        }
    }

    fn time_out(&mut self) {
        for peer in &mut self.clients {
            peer.machine.handle_timeout(self.now);
        }
        self.session.handle_timeout(self.now);
    }

    fn serve_workers(&mut self) -> bool {
        let mut answers = Vec::new();
        let workers = &mut self.workers;
        while self.session.next_output(|handle, bytes| {
            let worker = workers.get_mut(&handle).expect("a worker");
            for message in FakeWorker::read(bytes) {
                if let Said::Request(request) = message {
                    answers.push((handle, worker.answer(&request)));
                }
            }
        }) {}
        let moved = !answers.is_empty() && self.workers_answer;
        if self.workers_answer {
            for (worker, answer) in answers {
                self.session.worker_said(worker, &answer);
            }
        }
        moved
    }

    fn bring_about(&mut self) -> bool {
        let mut moved = false;
        while let Some(effect) = self.session.poll_effect() {
            moved = true;
            if let Effect::Spawn(worker, _) = &effect {
                self.workers.insert(*worker, FakeWorker::default());
                if self.workers_answer {
                    let runs = notification("", Notification::WorkerRunning, None);
                    self.session.worker_said(*worker, &runs);
                }
            }
            self.effects.push(effect);
        }
        moved
    }

    fn carry_up(&mut self, who: Who) -> bool {
        let mut moved = false;
        loop {
            let peer = &mut self.clients[who];
            let writable = match peer.id {
                Some(id) => self.session.may_read(id),
                None => true,
            };
            let Some(output) = peer.machine.poll_output(writable) else {
                return moved;
            };
            moved = true;
            match output {
                client::Output::Connect => peer.machine.link_up(self.now),
                client::Output::Send(message) => self.deliver(who, &message),
                client::Output::Ping => {
                    if let Some(id) = peer.id {
                        self.session.heard(self.now, id);
                        peer.machine.heard(self.now);
                    }
                }
                client::Output::Disconnect(_) => {
                    if let Some(id) = peer.id.take() {
                        self.session.link_down(self.now, id);
                    }
                }
                client::Output::Event(Event::Entry { bytes, .. }) => {
                    peer.heard.push(decode(&bytes).unwrap());
                }
                client::Output::Event(_) => {}
            }
        }
    }

    fn deliver(&mut self, who: Who, message: &[u8]) {
        let peer = &mut self.clients[who];
        match decode(message).unwrap() {
            ClientFrame::Hello(hello) => match self.session.join(self.now, &hello, self.limits) {
                Ok(id) => peer.id = Some(id),
                Err(close) => {
                    peer.closed = Some(close as u16);
                    peer.machine.refused(self.now, "sent away");
                }
            },
            ClientFrame::Entries(_) => {
                if let Some(id) = peer.id {
                    self.session.frame(self.now, id, message);
                    self.session.turn(self.now);
                }
            }
        }
    }

    /// Carries one message: a client's machine has its say after each.
    fn carry_down(&mut self, who: Who) -> bool {
        let peer = &mut self.clients[who];
        let Some(id) = peer.id else {
            return false;
        };
        match self.session.poll_link(self.now, id, peer.reads) {
            Some(LinkOutput::Send(message)) => peer.machine.receive(self.now, &message),
            Some(LinkOutput::Ping) => {
                peer.machine.heard(self.now);
                self.session.heard(self.now, id);
            }
            Some(LinkOutput::Close(code)) => {
                peer.closed = Some(code);
                peer.id = None;
                if protocol::wire::Close::is_final(code) {
                    peer.machine.refused(self.now, "closed");
                } else {
                    peer.machine.link_down(self.now, "closed");
                }
            }
            None => return false,
        }
        true
    }
}

fn machine(who: Who) -> Client {
    Client::new(client::Config {
        key: format!("{who:032x}"),
        session: None,
        agent: "test".into(),
        request_timeout: Duration::from_secs(30),
        seed: 1,
    })
}

pub(super) fn created(result: Result<Reply, Error>) -> Handle {
    match result {
        Ok(Reply::Created(handle)) => handle,
        other => panic!("nothing was created: {other:?}"),
    }
}

/// What a member of an object says.
pub(super) fn member<'a>(object: &'a Object, name: &str) -> &'a str {
    match &object.members[name] {
        Text::Inline(json) => json.as_str(),
        Text::Slot(slot) => panic!("slot {slot}"),
    }
}

fn in_short(entry: &ServerEntry) -> String {
    match entry {
        ServerEntry::Define { .. } => "define".into(),
        ServerEntry::Snapshot(snapshot) => format!("snapshot of {}", snapshot.objects.len()),
        ServerEntry::Created { object, call } => {
            let asked = if call.is_some() { " as asked" } else { "" };
            format!("{} {:?}{asked}", object.handle.0, object.kind)
        }
        ServerEntry::Set { target, members } => {
            let names: Vec<_> = members.keys().map(String::as_str).collect();
            format!("{} set {}", target.0, names.join(" "))
        }
        ServerEntry::Linked { one, other } => format!("{} {} linked", one.0, other.0),
        ServerEntry::Emission { emission, notified } => {
            let name = |event: Option<protocol::Event>| event.map_or("", protocol::Event::name);
            let (event, observer) = (name(emission.event), name(emission.observer));
            let notified = if *notified { " notified" } else { "" };
            format!("{} {event}/{observer}{notified}", emission.target.0)
        }
        ServerEntry::Answer(answer) => match &answer.result {
            Ok(_) => "answer".into(),
            Err(error) => format!("{:?}", error.class),
        },
        ServerEntry::AppData { id, .. } => format!("appData {}", id.0),
        ServerEntry::SetAppData { target, app_data } => {
            format!("{} has appData {:?}", target.0, app_data.map(|id| id.0))
        }
        ServerEntry::Log { .. } => "log".into(),
        ServerEntry::Draining { within_ms } => format!("draining {within_ms}"),
    }
}
