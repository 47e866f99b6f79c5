//! Rig of the session tests: a `Session`, its clients, their links, and workers that answer if a test lets
//! them. A test sends commands as a client and moves the time; the rig runs turns until nothing is left to
//! do, and keeps what each client has received.

use super::fake_worker::{FakeWorker, notification};
use super::words::{created, in_short};
use crate::policy::Policy;
use crate::session::client::ClientId;
use crate::session::process::Exit;
use crate::session::tenant::{Tenant, Totals};
use crate::session::{Effect, Pids, Session, SessionConfig};
use crate::tokens::Limits;
use fbs::message::Body as Said;
use fbs::notification::Event as Notification;
use protocol::{AppDataId, Command, EntryNumber, Error, Handle, Json, Reply, RequestId};
use serde_json::{Value, json};
use session_logs::client::{self, ClientEnd};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use vertical_scaling::{CpuSlot, Slots};
use wire::v1::{Answer, ClientEntry, ServerEntry, SnapshotPart, Text, Values, WireCall, encode};

pub(super) const TTL: Duration = Duration::from_secs(60);

pub(super) const LIMITS: Limits = Limits {
    workers: usize::MAX,
    objects: usize::MAX,
    commands_per_second: u32::MAX,
    sessions: usize::MAX,
    clients: usize::MAX,
};

/// A session with everything around it.
pub(super) struct Rig {
    pub(super) session: Session,
    pub(super) now: Instant,
    pub(super) limits: Limits,
    pub(super) effects: Vec<Effect>,
    /// True if workers answer.
    pub(super) workers_answer: bool,
    workers: BTreeMap<Handle, FakeWorker>,
    pub(super) clients: Vec<Peer>,
    requests: u32,
}

/// A client, and the entries that it has received.
pub(super) struct Peer {
    pub(super) machine: ClientEnd,
    pub(super) id: Option<ClientId>,
    /// True if its link carries anything in the direction of the client.
    pub(super) reads: bool,
    pub(super) received: Vec<ServerEntry>,
    pub(super) closed: Option<u16>,
}

/// Index of a client of the rig.
pub(super) type Who = usize;

impl Rig {
    /// Creates a session without clients.
    pub(super) fn new(named: bool) -> Self {
        let now = Instant::now();
        let config = SessionConfig {
            named,
            ttl: TTL,
            policy: Arc::new(Policy::default()),
            tenant: Arc::new(Tenant::new(now)),
            totals: Arc::new(Totals::default()),
            pids: Pids::default(),
            vertical: None,
            slots: || Ok(Rc::new(OneSlot)),
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

    /// Adds a client and lets it join.
    pub(super) fn client(&mut self) -> Who {
        let who = self.clients.len();
        self.clients.push(Peer {
            machine: machine(who),
            id: None,
            reads: true,
            received: Vec::new(),
            closed: None,
        });
        self.clients[who].machine.open(self.now);
        self.pump();
        who
    }

    /// Pushes an act without an answer, as it is.
    pub(super) fn say(&mut self, who: Who, entry: &ClientEntry) {
        self.say_bytes(who, encode(entry));
    }

    pub(super) fn say_bytes(&mut self, who: Who, entry: Vec<u8>) {
        let now = self.now;
        self.clients[who].machine.push(now, entry, None).unwrap();
    }

    /// Pushes a command; nothing is carried yet.
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
        let call = WireCall {
            target,
            command,
            values: Values::default(),
            app_data,
        };
        self.ask_call(who, call)
    }

    pub(super) fn ask_call(&mut self, who: Who, call: WireCall) -> RequestId {
        self.requests += 1;
        let request = RequestId(self.requests);
        let entry = encode(&ClientEntry::Call(Box::new(call)));
        let now = self.now;
        let machine = &mut self.clients[who].machine;
        machine.push(now, entry, Some(request)).unwrap();
        request
    }

    /// Executes a command and returns its result.
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

    /// Creates an object.
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

    /// Sets the content of an appData.
    pub(super) fn app_data(&mut self, who: Who, id: AppDataId, value: &str) {
        self.change(who, id, value, 1);
    }

    /// Sets the content of an appData, at that revision of the client's own.
    pub(super) fn change(&mut self, who: Who, id: AppDataId, value: &str, revision: u64) {
        let entry = ClientEntry::AppData {
            id,
            value: Text::Inline(Json::from_text(value)),
            revision,
        };
        self.say(who, &entry);
    }

    /// Removes and returns the answer to a call from the received entries.
    pub(super) fn answer(&mut self, who: Who, request: RequestId) -> Option<Result<Reply, Error>> {
        let Peer {
            machine, received, ..
        } = &mut self.clients[who];
        let place = received.iter().position(|entry| {
            matches!(entry, ServerEntry::Answer(answer) if machine.call(EntryNumber(answer.call)) == Some(request))
        })?;
        let ServerEntry::Answer(Answer { call, result }) = received.remove(place) else {
            unreachable!("it is an answer");
        };
        machine.answered(EntryNumber(call));
        Some(result)
    }

    /// Returns the entries that a client has received since the last call.
    pub(super) fn received(&mut self, who: Who) -> Vec<ServerEntry> {
        std::mem::take(&mut self.clients[who].received)
    }

    /// Returns the same as short texts.
    pub(super) fn words(&mut self, who: Who) -> Vec<String> {
        self.received(who).iter().map(in_short).collect()
    }

    /// Returns the one snapshot among the received entries.
    pub(super) fn snapshot(&mut self, who: Who) -> SnapshotPart {
        let mut snapshots = self
            .received(who)
            .into_iter()
            .filter_map(|entry| match entry {
                ServerEntry::Snapshot(snapshot) => Some(snapshot),
                _ => None,
            });
        let mut snapshot = snapshots.next().expect("a snapshot");
        while snapshot.more {
            let part = snapshots.next().expect("the rest of it");
            assert_eq!(part.part, snapshot.part + 1);
            snapshot.app_data.extend(part.app_data);
            snapshot.revisions.extend(part.revisions);
            snapshot.objects.extend(part.objects);
            (snapshot.part, snapshot.more) = (part.part, part.more);
        }
        assert!(snapshots.next().is_none(), "one is enough");
        snapshot
    }

    pub(super) fn stats(&self, who: Who) -> client::LogStats {
        self.clients[who].machine.stats()
    }

    /// Ends a client's process without a goodbye.
    pub(super) fn vanish(&mut self, who: Who) {
        self.cut(who);
        self.clients[who].machine = machine(who);
    }

    /// Restarts a client, which keeps its secret name but nothing else.
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

    /// Advances the clock.
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
                Some(at) if at < end => self.set_time(self.now.max(at)),
                _ => break,
            }
            self.time_out();
        }
        self.set_time(end);
        self.time_out();
        self.pump();
    }

    /// Emits an event of the object with this id, or of the worker itself if it is empty.
    pub(super) fn event(&mut self, worker: Handle, id: &str, event: Notification) {
        self.session
            .worker_said(worker, &notification(id, event, None));
        self.pump();
    }

    pub(super) fn worker_says(&mut self, worker: Handle, bytes: &[u8]) {
        self.session.worker_said(worker, bytes);
    }

    pub(super) fn exit(&mut self, worker: Handle, code: Option<i32>, signal: Option<i32>) {
        self.session.worker_exited(worker, Exit { code, signal });
        self.session.worker_gone(worker);
        self.pump();
    }

    /// Carries everything until nothing moves.
    pub(super) fn pump(&mut self) {
        loop {
            self.session.turn();
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
        if self.session.wants_end() {
            self.session.end();
            self.pump();
        }
    }

    fn set_time(&mut self, now: Instant) {
        self.now = now;
        self.session.begin(now);
    }

    fn time_out(&mut self) {
        for peer in &mut self.clients {
            peer.machine.handle_timeout(self.now);
        }
        self.session.handle_timeout();
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
}

/// A machine of one CPU, whose slot is free.
struct OneSlot;

impl Slots for OneSlot {
    fn take(&self) -> Option<CpuSlot> {
        Some(CpuSlot::holding(()))
    }

    fn count(&self) -> usize {
        1
    }
}

fn machine(who: Who) -> ClientEnd {
    ClientEnd::new(client::ClientOptions {
        key: format!("{who:032x}"),
        session: None,
        agent: "test".into(),
        request_timeout: Duration::from_secs(30),
        seed: 1,
    })
}
