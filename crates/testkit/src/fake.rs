//! Fake ObjectTree: objects of worker processes without processes. Tests of `pipeToRouter()` and vertical
//! scaling run on a [`Fake`]; each of their calls to a worker waits as a message until the test delivers
//! it, in any order.

use crate::tree::{Emitted, FakeObject, Tree};
use protocol::{Command, CreateWebRtcServer, Error, Handle, Kind, Reply};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;
use vertical_scaling::{CpuSlot, Slots};

/// Message on its way to a worker.
#[derive(Debug)]
pub(crate) enum Message {
    Ask(Box<Ask>),
    Close(Handle),
}

/// A command on its way.
#[derive(Debug)]
pub(crate) struct Ask {
    /// Ticket of the caller that waits for the answer; 0 is none.
    pub ticket: u64,
    pub target: Handle,
    pub command: Command,
    /// True if what it makes is shown.
    pub shown: bool,
}

/// A worker's own picture.
#[derive(Debug, Default)]
pub(crate) struct WorkerPicture {
    pub waiting: VecDeque<Message>,
    /// The objects that it has.
    pub there: BTreeSet<Handle>,
    /// Objects that close with each object.
    pub below: HashMap<Handle, Vec<Handle>>,
    /// Ids of its Producers and DataProducers.
    pub producers: HashSet<String>,
    /// Consumers and producers, each of which takes its part of the core.
    pub streams: usize,
    pub cpu_seconds: f64,
}

/// Workers that answer when a test lets them.
#[derive(Debug, Default)]
pub struct Fake {
    pub(crate) tree: RefCell<Tree>,
    pub(crate) processes: RefCell<BTreeMap<Handle, WorkerPicture>>,
    /// Logical Workers that want another real one, and whom to answer.
    pub(crate) spawns: RefCell<VecDeque<(Handle, u64)>>,
    pub(crate) answers: RefCell<HashMap<u64, Option<Result<Reply, Error>>>>,
    pub(crate) last_ticket: Cell<u64>,
    failing_spawns: Cell<usize>,
    failing_servers: Cell<bool>,
}

/// As many slots as there are said to be, always free.
#[derive(Debug)]
pub struct FreeSlots(pub usize);

impl Slots for FreeSlots {
    fn take(&self) -> Option<CpuSlot> {
        Some(CpuSlot::holding(()))
    }

    fn count(&self) -> usize {
        self.0
    }
}

/// The part of a core that one stream takes: a worker carries 500 of them.
const PER_STREAM: f64 = 1.0 / 500.0;

impl Fake {
    /// A logical Worker and its first real one.
    #[must_use]
    pub fn add_vertical(&self) -> (Handle, Handle) {
        let mut tree = self.tree.borrow_mut();
        let logical = tree.insert(FakeObject::new(Kind::Worker, Handle::default()));
        drop(tree);
        (logical, self.add_real(logical))
    }

    pub(crate) fn add_real(&self, logical: Handle) -> Handle {
        let mut tree = self.tree.borrow_mut();
        let mut entity = FakeObject::new(Kind::Worker, Handle::default());
        entity.hidden = true;
        entity.shown_as = Some(logical);
        let real = tree.insert(entity);
        tree.get_mut(real).worker = real;
        tree.get_mut(logical).stand_ins.insert(real);
        self.processes
            .borrow_mut()
            .insert(real, WorkerPicture::default());
        real
    }

    /// The next so many Workers can't be spawned.
    pub fn fail_spawns(&self, count: usize) {
        self.failing_spawns.set(count);
    }

    /// No WebRtcServer can listen on another port than 4000 from now on, or they can again.
    pub fn fail_servers(&self, fail: bool) {
        self.failing_servers.set(fail);
    }

    pub(crate) fn cannot_bind(&self, options: &CreateWebRtcServer) -> bool {
        let infos = options.listen_infos.as_ref();
        let port = infos.and_then(|infos| infos[0]["port"].as_u64());
        self.failing_servers.get() && port != Some(4000)
    }

    /// Lets one message arrive; `at` says at whom. `false` when none waits.
    pub fn deliver(&self, at: usize) -> bool {
        let mut waiting: Vec<Option<Handle>> = {
            let processes = self.processes.borrow();
            let busy = processes.iter().filter(|it| !it.1.waiting.is_empty());
            busy.map(|it| Some(*it.0)).collect()
        };
        if !self.spawns.borrow().is_empty() {
            waiting.push(None);
        }
        if waiting.is_empty() {
            return false;
        }
        match waiting[at % waiting.len()] {
            Some(worker) => self.arrive(worker),
            None => self.spawn(),
        }
        true
    }

    fn spawn(&self) {
        let Some((logical, ticket)) = self.spawns.borrow_mut().pop_front() else {
            return;
        };
        let failing = self.failing_spawns.get();
        let answer = if self.tree.borrow().open(logical).is_none() {
            Err(Error::worker_closed("Worker closed"))
        } else if failing > 0 {
            self.failing_spawns.set(failing - 1);
            Err(Error::plain("spawn failed"))
        } else {
            Ok(Reply::Created(self.add_real(logical)))
        };
        self.answer(ticket, answer);
    }

    pub(crate) fn answer(&self, ticket: u64, answer: Result<Reply, Error>) {
        if let Some(waiting) = self.answers.borrow_mut().get_mut(&ticket) {
            *waiting = Some(answer);
        }
    }

    /// A worker process dies. With the last real Worker its logical one closes.
    pub fn kill(&self, real: Handle) {
        let logical = {
            let mut tree = self.tree.borrow_mut();
            let logical = tree.entities[&real].shown_as;
            tree.cascade(real);
            logical.filter(|logical| tree.entities[logical].stand_ins.is_empty())
        };
        if let Some(logical) = logical {
            self.tree.borrow_mut().close(logical);
        }
        self.tell();
    }

    /// Has the workers told of what closed; processes that ended lose what waited.
    pub(crate) fn tell(&self) {
        let told = std::mem::take(&mut self.tree.borrow_mut().to_tell);
        let mut processes = self.processes.borrow_mut();
        for (worker, handle) in told {
            if let Some(process) = processes.get_mut(&worker) {
                process.waiting.push_back(Message::Close(handle));
            }
        }
        let tree = self.tree.borrow();
        let mut lost = Vec::new();
        processes.retain(|worker, process| {
            let open = tree.open(*worker).is_some();
            if !open {
                lost.extend(process.waiting.drain(..));
            }
            open
        });
        for message in lost {
            if let Message::Ask(ask) = message {
                self.answer(ask.ticket, Err(Error::worker_closed("Worker closed")));
            }
        }
    }

    /// Takes the objects that closed since the last call, for the layer.
    #[must_use]
    pub fn take_closed(&self) -> Vec<Handle> {
        std::mem::take(&mut self.tree.borrow_mut().closed)
    }

    /// Takes the emissions since the last call.
    #[must_use]
    pub fn take_emitted(&self) -> Vec<(Handle, Emitted)> {
        std::mem::take(&mut self.tree.borrow_mut().emitted)
    }

    /// An object, open or not.
    #[must_use]
    pub fn entity(&self, handle: Handle) -> Option<FakeObject> {
        self.tree.borrow().entities.get(&handle).cloned()
    }

    /// All open objects.
    #[must_use]
    pub fn all_open(&self) -> Vec<(Handle, FakeObject)> {
        let tree = self.tree.borrow();
        let open = tree.entities.iter().filter(|(_, entity)| entity.open);
        open.map(|(handle, entity)| (*handle, entity.clone()))
            .collect()
    }

    /// Handles of all objects in the worker processes.
    #[must_use]
    pub fn there(&self) -> BTreeSet<Handle> {
        let processes = self.processes.borrow();
        processes
            .values()
            .flat_map(|it| it.there.iter().copied())
            .collect()
    }

    /// The real Workers, and how many streams each carries.
    #[must_use]
    pub fn streams(&self) -> BTreeMap<Handle, usize> {
        let processes = self.processes.borrow();
        processes
            .iter()
            .map(|(worker, it)| (*worker, it.streams))
            .collect()
    }

    /// Time goes on: the workers use CPU for what they carry.
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are not that many streams"
    )]
    pub fn advance(&self, passed: Duration) {
        for process in self.processes.borrow_mut().values_mut() {
            let load = (process.streams as f64 * PER_STREAM).min(1.0);
            process.cpu_seconds += load * passed.as_secs_f64();
        }
    }
}
