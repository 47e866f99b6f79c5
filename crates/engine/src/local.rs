//! Entry of this crate: all Workers of this program on this machine, as an [`Engine`] (the channel) for
//! each worker process, and one [`Model`] (the tree of objects) for all of them. It opens no socket and
//! spawns no process: the driver (the addon in Node, or the server) does, and moves the bytes:
//!
//! ```text
//! add_worker -> request -> output ==> worker ==> input -> next_item* -> (next_event -> next_item*)* -> ...
//! ```
//!
//! [`Local::next_item`] yields the next item (a reply, an event, a new object). It takes one message
//! after the other from the input, so that reads of an object agree with the item that is being handled.
//! Events of workers wait until [`Local::next_event`] takes them, one at a time, so that a driver can
//! let the replies of the same read go first (mediasoup does so with `setImmediate`).

mod answers;
mod messages;

use crate::core::{Consequence, Core};
use crate::engine::Engine;
use crate::notification::{self, About};
use crate::pending::{Audience, PendingRequest};
use crate::random::Random;
use crate::refusal;
use crate::requests::{self, Ask};
use crate::waiting::{Inner, Spawning};
use model::{Change, Closure, Model};
use protocol::{Command, Emission, Error, Handle, Item, Json, Notice, RequestId};
use std::collections::{BTreeMap, HashMap, VecDeque};

/// Every Worker of this machine that this program has, and all objects in them.
#[derive(Debug)]
pub struct Local {
    pub(crate) core: Core,
    engines: HashMap<Handle, Engine>,
    /// Workers whose bytes came and aren't done with.
    reading: VecDeque<Handle>,
    /// Notifications as they came.
    events: VecDeque<WaitingEvent>,
    /// Workers with something to be written, in the order in which it came.
    waiting: VecDeque<Handle>,
    pub(crate) last_request: u32,
    /// Answers to commands of layers above, which never become items.
    pub(crate) inner: HashMap<RequestId, Inner>,
    /// Processes that logical Workers wait for.
    pub(crate) spawning: BTreeMap<RequestId, Spawning>,
}

/// A notification of a worker.
#[derive(Debug)]
struct WaitingEvent {
    worker: Handle,
    message: Box<[u8]>,
    /// The request that the worker had to answer next: a worker tells what a command brings about
    /// just before it answers.
    answer: Option<u32>,
}

impl Local {
    /// No Workers yet. `entropy` fills a slice with random bytes that nobody can guess.
    pub fn new(entropy: impl FnMut(&mut [u8]) + 'static) -> Self {
        Self {
            core: Core::new(Random::new(entropy)),
            engines: HashMap::new(),
            reading: VecDeque::new(),
            events: VecDeque::new(),
            waiting: VecDeque::new(),
            last_request: 0,
            inner: HashMap::new(),
            spawning: BTreeMap::new(),
        }
    }

    /// A worker process was spawned. The request is answered when its worker runs.
    pub fn add_worker(&mut self) -> (Handle, RequestId) {
        let worker = self.core.model.insert_worker();
        let request = self.next_request();
        self.engines.insert(worker, Engine::new(request));
        (worker, request)
    }

    /// Sends a command to an object. An error means that nothing was sent and nothing changed.
    pub fn request(&mut self, target: Handle, command: Command) -> Result<RequestId, Error> {
        let ask = requests::ask(&mut self.core, target, command)?;
        let request = self.next_request();
        let making = if self.core.model.is_hidden(target) {
            Audience::Nobody
        } else {
            Audience::Application(Some(request))
        };
        self.send(target, Some(request), ask, making)?;
        Ok(request)
    }

    /// Sends a packet or a message that has no answer.
    pub fn notify(&mut self, target: Handle, notice: &Notice, data: &[u8]) -> Result<(), Error> {
        let handler_id = requests::handler_id(&self.core, target);
        let (event, body) = requests::notice(notice, data)?;
        let Some(engine) = self.engine_of(target) else {
            return Err(refusal::notification(&self.core.model, target, event));
        };
        let idle = engine.outbox.bytes().is_empty();
        engine.notify(event, &handler_id, Some(&body))?;
        self.wait_for_write(target, idle);
        Ok(())
    }

    /// Bytes came from a worker.
    pub fn input(&mut self, worker: Handle, bytes: &[u8]) {
        if let Some(engine) = self.engines.get_mut(&worker).filter(|e| !e.closed()) {
            engine.frames.push(bytes);
            if !self.reading.contains(&worker) {
                self.reading.push_back(worker);
            }
        }
    }

    /// The next Worker that has something to be written.
    pub fn next_output(&mut self) -> Option<Handle> {
        self.waiting.pop_front()
    }

    /// Bytes to write to a worker.
    #[must_use]
    pub fn output(&self, worker: Handle) -> &[u8] {
        self.engines
            .get(&worker)
            .map_or(&[], |engine| engine.outbox.bytes())
    }

    /// All of [`Local::output`] was written.
    pub fn written(&mut self, worker: Handle) {
        if let Some(engine) = self.engines.get_mut(&worker) {
            engine.outbox.clear();
        }
    }

    /// Takes the next item.
    pub fn next_item(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.core.items.pop_front() {
                return Some(item);
            }
            let worker = *self.reading.front()?;
            if !self.next_message(worker) {
                self.reading.pop_front();
            }
        }
    }

    /// True if there may be more items.
    #[must_use]
    pub fn has_more(&self) -> bool {
        let has_message = |worker| {
            let engine = self.engines.get(worker);
            engine.is_some_and(|engine| engine.frames.has_next())
        };
        !self.core.items.is_empty() || self.reading.iter().any(has_message)
    }

    /// Takes the oldest event that a worker sent; [`Local::next_item`] then tells what it means.
    /// `false` when there is none.
    pub fn next_event(&mut self) -> bool {
        let Some(WaitingEvent {
            worker, message, ..
        }) = self.events.pop_front()
        else {
            return false;
        };
        if self.core.model.open(worker).is_some() {
            let result = notification::apply(&mut self.core, worker, &message);
            self.follow_up();
            if result == Ok(About::Worker) {
                self.runs(worker);
            }
            self.check(worker, result.map(drop));
        }
        true
    }

    /// True if the oldest event may belong to a command whose answer is still to come.
    #[must_use]
    pub fn is_answering(&self) -> bool {
        self.events.front().is_some_and(|event| {
            let engine = self.engines.get(&event.worker);
            event
                .answer
                .is_some_and(|id| engine.is_some_and(|engine| engine.is_asked(id)))
        })
    }

    /// Number of waiting events.
    #[must_use]
    pub fn events(&self) -> usize {
        self.events.len()
    }

    /// Closes an object; what is to be emitted at once, in order.
    pub fn close(&mut self, handle: Handle) -> Vec<Emission> {
        let Closure {
            emissions, told, ..
        } = self.core.model.close(handle);
        for handle in told {
            self.tell(handle);
        }
        self.stop_spawning(handle);
        emissions
    }

    /// Closes an object on behalf of a layer: what is to be emitted comes by [`Local::next_item`].
    pub fn close_later(&mut self, handle: Handle) {
        let emissions = self.close(handle);
        self.core
            .items
            .extend(emissions.into_iter().map(Item::Emission));
    }

    /// A worker process is gone: rejects what was in flight, closes what it held. A logical Worker
    /// ends with the last one that stands for it.
    pub fn worker_died(&mut self, worker: Handle) -> Vec<Emission> {
        self.close_engine(worker);
        let ends = self.last_of(worker).unwrap_or(worker);
        let Closure {
            emissions, told, ..
        } = self.core.model.close(ends);
        self.stop_spawning(ends);
        // Pipes from here end in other Workers, which don't know.
        for handle in told.into_iter().filter(|handle| *handle != worker) {
            self.tell(handle);
        }
        emissions
    }

    /// Forgets a closed object that nobody can ask for any more.
    pub fn release(&mut self, handle: Handle) {
        self.core.model.release(handle);
        if self.core.model.get(handle).is_none() {
            self.engines.remove(&handle);
        }
    }

    /// True if a request to an object has no answer yet. An object that it is about to make needs it.
    #[must_use]
    pub fn has_asked(&self, target: Handle) -> bool {
        let entity = self.core.model.get(target);
        let engine = entity.and_then(|entity| self.engines.get(&entity.worker));
        engine.is_some_and(|engine| engine.has_asked(target))
    }

    /// The JSON text of a readable member, `None` for `undefined`.
    #[must_use]
    pub fn read(&self, handle: Handle, member: &str) -> Option<&str> {
        self.core.model.read(handle, member)
    }

    /// The objects.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.core.model
    }

    /// Notes what changes without an event from now on: see [`Model::take_changes`].
    pub fn keep_journal(&mut self) {
        self.core.model.keep_journal();
    }

    /// Takes the changes since the last call that no event announces, in order. They precede the next
    /// items.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.core.model.take_changes()
    }

    /// Notes the process id that a Worker shows.
    pub fn set_pid(&mut self, worker: Handle, pid: u32) {
        self.core.model.set(worker, "pid", Some(pid.to_string()));
    }

    /// True if a Worker's process has reported that it runs, whether the Worker is closed or not.
    #[must_use]
    pub fn has_started(&self, worker: Handle) -> bool {
        let engine = self.engines.get(&worker);
        engine.is_some_and(|engine| engine.starting.is_none())
    }

    /// `router.canConsume()`: never an error. The `Err` is a line for the log.
    pub fn can_consume(
        &mut self,
        router: Handle,
        producer_id: &str,
        rtp_capabilities: Option<&Json>,
    ) -> Result<bool, String> {
        self.core
            .model
            .can_consume(router, producer_id, rtp_capabilities)
    }

    /// `router.updateMediaCodecs()`.
    pub fn update_media_codecs(
        &mut self,
        router: Handle,
        media_codecs: Option<&Json>,
    ) -> Result<(), Error> {
        self.core.model.update_media_codecs(router, media_codecs)
    }

    pub(crate) fn add_engine(&mut self, worker: Handle, engine: Engine) {
        self.engines.insert(worker, engine);
    }

    fn engine(&mut self, worker: Handle) -> Option<&mut Engine> {
        self.engines.get_mut(&worker)
    }

    /// The channel to an object's worker, unless there is none.
    fn engine_of(&mut self, target: Handle) -> Option<&mut Engine> {
        let worker = self.core.model.get(target)?.worker;
        self.engines.get_mut(&worker)
    }

    /// Has done what follows from what a worker said.
    fn follow_up(&mut self) {
        for consequence in std::mem::take(&mut self.core.consequences) {
            match consequence {
                Consequence::Closed(handle) => self.tell(handle),
                Consequence::Mirrored { peer, paused } => {
                    let command = if paused {
                        Command::Pause
                    } else {
                        Command::Resume
                    };
                    if let Ok(ask) = requests::ask(&mut self.core, peer, command) {
                        let _ = self.send(peer, None, ask, Audience::Nobody);
                    }
                }
            }
        }
    }

    /// Tells a worker of an object that it doesn't close by itself.
    fn tell(&mut self, handle: Handle) {
        if self.engines.contains_key(&handle) {
            if let Some(engine) = self.engine(handle) {
                let idle = engine.outbox.bytes().is_empty();
                let _ = engine.notify(fbs::notification::Event::WorkerClose, "", None);
                self.wait_for_write(handle, idle);
            }
            self.close_engine(handle);
            if self.core.model.is_hidden(handle) {
                self.core.push(Item::EndProcess { worker: handle });
            }
        } else if let Some(ask) = requests::close(&self.core, handle) {
            // Refused only by a closed channel, where nobody is left to notify.
            let _ = self.send(handle, None, ask, Audience::Nobody);
        }
    }

    /// Sends a request. `making` is the visibility of an object that it makes.
    pub(crate) fn send(
        &mut self,
        target: Handle,
        request: Option<RequestId>,
        ask: Ask,
        making: Audience,
    ) -> Result<(), Error> {
        let pending = PendingRequest {
            request,
            target,
            method: ask.method,
            then: ask.then,
            making,
        };
        let Some(engine) = self.engine_of(target) else {
            return Err(refusal::request(&self.core.model, target, ask.method));
        };
        let idle = engine.outbox.bytes().is_empty();
        engine.request(&ask.handler_id, ask.body.as_ref(), pending)?;
        self.wait_for_write(target, idle);
        Ok(())
    }

    /// An outbox that was idle has something now.
    fn wait_for_write(&mut self, target: Handle, was_idle: bool) {
        if was_idle && let Some(entity) = self.core.model.get(target) {
            self.waiting.push_back(entity.worker);
        }
    }

    fn close_engine(&mut self, worker: Handle) {
        let Some(engine) = self.engine(worker) else {
            return;
        };
        let starting = engine.starting;
        for (pending, error) in engine.close() {
            if let Some(request) = pending.request {
                self.answer(request, Err(error));
            }
        }
        // Who asked for a plain Worker knows.
        if let Some(request) = starting.filter(|request| self.inner.contains_key(request)) {
            let error = Error::worker_closed("the Worker closed before it ran");
            self.answer(request, Err(error));
        }
    }
}
