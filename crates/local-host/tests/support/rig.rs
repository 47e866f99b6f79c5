//! Test driver of a `LocalHost` (the object that holds this machine's Workers): it does what Node does,
//! with an in-process fake in place of each mediasoup worker. Tests call it to create objects, send
//! commands, answer requests and read the resulting items.
//!
//! Whatever a test does, a copy of the objects follows the items and the journal, as a server's clients do,
//! and must be the same when the test is over.

use super::{Machine, notification};
use fbs::notification::{Body, Event};
use fbs::request::{Method, Request};
use host::Host;
use model::{Change, Model};
use protocol::{Command, Emission, Error, Handle, Item, Reply, RequestId};
use serde_json::Value;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use vertical_scaling::{Slots, VerticalOptions};

/// A machine that is listened to, and the items that it has had so far.
#[derive(Debug)]
pub(crate) struct Rig {
    machine: Machine,
    told: Vec<Item>,
    copy: Model,
}

impl Rig {
    pub(crate) fn new() -> Self {
        let machine = Machine::new();
        machine.host.keep_journal();
        Self {
            machine,
            told: Vec::new(),
            copy: Model::default(),
        }
    }

    /// A Worker whose process runs.
    pub(crate) fn worker(&mut self) -> Handle {
        let (worker, request) = self.host.local_mut().add_worker();
        self.spawned(worker);
        self.copy_object(worker);
        assert!(!self.host.local().has_started(worker));
        self.event(worker, "", Event::WorkerRunning, None);
        assert_eq!(self.result(request), Ok(Reply::Created(worker)));
        worker
    }

    /// A logical Worker with one real one: their handles.
    pub(crate) fn vertical(
        &mut self,
        options: VerticalOptions,
        slots: &Rc<dyn Slots>,
    ) -> (Handle, Handle) {
        let (logical, real, request) = self.host.add_vertical(options, slots).expect("a slot");
        self.spawned(real);
        self.copy_object(logical);
        self.event(real, "", Event::WorkerRunning, None);
        assert_eq!(self.result(request), Ok(Reply::Created(logical)));
        (logical, real)
    }

    /// The further processes requested since the last call.
    pub(crate) fn spawns(&mut self) -> Vec<RequestId> {
        self.serve();
        self.listen();
        let (spawns, told) = std::mem::take(&mut self.told)
            .into_iter()
            .partition(|item| matches!(item, Item::Spawn { .. }));
        self.told = told;
        let request = |item| match item {
            Item::Spawn { request, .. } => Some(request),
            _ => None,
        };
        Vec::into_iter(spawns).filter_map(request).collect()
    }

    /// Spawns the requested processes; returns their Workers, which run.
    pub(crate) fn spawn(&mut self) -> Vec<Handle> {
        let mut workers = Vec::new();
        for request in self.spawns() {
            let worker = self.host.add_worker_for(request).expect("it is wanted");
            self.spawned(worker);
            self.event(worker, "", Event::WorkerRunning, None);
            workers.push(worker);
        }
        workers
    }

    /// The real Worker in which an object lives.
    pub(crate) fn worker_of(&self, handle: Handle) -> Handle {
        let local = self.host.local();
        local.model().get(handle).expect("a known object").worker
    }

    /// Sends a command, given as JavaScript does: nothing is answered yet.
    pub(crate) fn try_ask(&mut self, target: Handle, command: Value) -> Result<RequestId, Error> {
        let command: Command = serde_json::from_value(command).expect("a command");
        self.host.request(target, command.into())
    }

    /// The same of a command that isn't refused.
    pub(crate) fn ask(&mut self, target: Handle, command: Value) -> RequestId {
        self.try_ask(target, command)
            .expect("nothing is wrong with it")
    }

    /// Sends a command and has the workers answer all requests.
    pub(crate) fn call(&mut self, target: Handle, command: Value) -> Result<Reply, Error> {
        let request = self.try_ask(target, command)?;
        self.serve();
        self.result(request)
    }

    /// Makes an object.
    pub(crate) fn make(&mut self, target: Handle, command: Value) -> Handle {
        match self.call(target, command) {
            Ok(Reply::Created(handle)) => handle,
            other => panic!("nothing was created: {other:?}"),
        }
    }

    /// Answers all requests, and those that follow from them.
    pub(crate) fn serve(&mut self) {
        loop {
            let asked = self.asked();
            if asked.is_empty() {
                return;
            }
            for (worker, request) in asked {
                let answer = self.answer(worker, &request);
                self.input(worker, &answer);
            }
        }
    }

    /// Bytes from a worker that make sense.
    pub(crate) fn input(&mut self, worker: Handle, bytes: &[u8]) {
        assert_eq!(self.hear(worker, bytes), None);
    }

    /// Any bytes from a worker, and the turns of the events in them: what is wrong with them, if
    /// they are invalid.
    pub(crate) fn read_all(&mut self, worker: Handle, bytes: &[u8]) -> Option<String> {
        let reason = self.hear(worker, bytes);
        reason.or_else(|| {
            while self.host.local_mut().next_event() {
                let reason = self.protocol_error(worker);
                if reason.is_some() {
                    return reason;
                }
            }
            None
        })
    }

    fn hear(&mut self, worker: Handle, bytes: &[u8]) -> Option<String> {
        self.host.local_mut().input(worker, bytes);
        self.protocol_error(worker)
    }

    /// Takes the items about a worker that sent invalid bytes.
    fn protocol_error(&mut self, from: Handle) -> Option<String> {
        self.listen();
        let is_protocol_error = |item: &Item| matches!(item, Item::ProtocolError { .. });
        let place = self.told.iter().position(is_protocol_error)?;
        match self.told.remove(place) {
            Item::ProtocolError { worker, reason } => {
                assert_eq!(worker, from);
                Some(reason)
            }
            _ => None,
        }
    }

    /// An event of a worker, in its own turn.
    pub(crate) fn event(&mut self, worker: Handle, id: &str, event: Event, body: Option<Body>) {
        self.input(worker, &notification(id, event, body));
        self.turn();
    }

    /// Emits all waiting events.
    pub(crate) fn turn(&mut self) {
        while self.host.local_mut().next_event() {
            self.listen();
        }
    }

    /// Takes the items since the last call.
    pub(crate) fn told(&mut self) -> Vec<Item> {
        self.listen();
        std::mem::take(&mut self.told)
    }

    /// The emissions among the items.
    pub(crate) fn emissions(&mut self) -> Vec<Emission> {
        let told = self.told().into_iter();
        told.filter_map(|item| match item {
            Item::Emission(emission) => Some(emission),
            _ => None,
        })
        .collect()
    }

    /// The answer to a request, which must have been told.
    pub(crate) fn result(&mut self, request: RequestId) -> Result<Reply, Error> {
        let result = self.try_result(request);
        result.unwrap_or_else(|| panic!("{request:?} has no answer"))
    }

    /// The answer to a request, if there is one.
    pub(crate) fn try_result(&mut self, request: RequestId) -> Option<Result<Reply, Error>> {
        self.listen();
        let is_reply =
            |item: &Item| matches!(item, Item::Reply { request: id, .. } if *id == request);
        let place = self.told.iter().position(is_reply)?;
        match self.told.remove(place) {
            Item::Reply { result, .. } => Some(result),
            _ => None,
        }
    }

    /// Closes an object as the application does.
    pub(crate) fn close(&mut self, handle: Handle) -> Vec<Emission> {
        let emissions = self.host.close(handle);
        self.follow(&emissions);
        self.listen();
        emissions
    }

    /// The process of a Worker is gone.
    pub(crate) fn kill(&mut self, worker: Handle) -> Vec<Emission> {
        let emissions = self.host.worker_died(worker);
        self.follow(&emissions);
        self.listen();
        emissions
    }

    pub(crate) fn id(&self, handle: Handle) -> String {
        let local = self.host.local();
        let entity = local.model().get(handle).expect("a known object");
        entity.id.to_string()
    }

    pub(crate) fn is_open(&self, handle: Handle) -> bool {
        self.host.local().model().open(handle).is_some()
    }

    /// A member of an object as JSON, `null` for `undefined`.
    pub(crate) fn read(&self, handle: Handle, member: &str) -> Value {
        let local = self.host.local();
        let text = local.read(handle, member);
        text.map_or(Value::Null, |text| {
            serde_json::from_str(text).expect("JSON")
        })
    }

    fn listen(&mut self) {
        while let Some(item) = self.host.next_item() {
            self.follow_changes();
            match &item {
                Item::Created { handle, .. } => self.copy_object(*handle),
                Item::Emission(emission) => self.copy.follow(emission),
                _ => {}
            }
            self.told.push(item);
        }
        assert!(!self.host.has_more());
        self.follow_changes();
    }

    fn follow(&mut self, emissions: &[Emission]) {
        self.follow_changes();
        for emission in emissions {
            self.copy.follow(emission);
        }
    }

    fn follow_changes(&mut self) {
        for change in self.host.take_changes() {
            match change {
                Change::Set {
                    handle,
                    member,
                    text,
                } => self.copy.set(handle, member, text),
                Change::Linked(one, other) => self.copy.link(one, other),
            }
        }
    }

    fn copy_object(&mut self, handle: Handle) {
        let object = self.host.local().model().object(handle);
        // It may be forgotten before its item is read.
        if let Some(object) = object {
            assert!(self.copy.insert_object(object), "{handle:?} again");
        }
    }

    fn check_copy(&self) {
        let local = self.host.local();
        let model = local.model();
        let open = |model: &Model| -> Vec<Handle> {
            let objects = model.objects().into_iter();
            objects.map(|(handle, _)| handle).collect()
        };
        let handles = open(model);
        assert_eq!(handles, open(&self.copy));
        for handle in handles {
            assert_eq!(model.object(handle), self.copy.object(handle));
        }
    }
}

impl Deref for Rig {
    type Target = Machine;

    fn deref(&self) -> &Machine {
        &self.machine
    }
}

impl DerefMut for Rig {
    fn deref_mut(&mut self) -> &mut Machine {
        &mut self.machine
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.listen();
            self.check_copy();
        }
    }
}

/// Methods of the requests, with their Workers.
pub(crate) fn methods(asked: &[(Handle, Request)]) -> Vec<(Handle, Method)> {
    let methods = asked
        .iter()
        .map(|(worker, request)| (*worker, request.method));
    methods.collect()
}
