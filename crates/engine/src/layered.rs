//! Commands of the layers above the engine: `pipeToRouter()` and vertical scaling, which spreads one
//! Worker of the application (the *logical* one) over several worker processes (*real* Workers, hidden
//! from it).
//!
//! Such a command is an *inner* one: the layer takes its answer by [`Local::inner_answer`], and no reply
//! item goes to the application. An object that it makes in a hidden one is hidden, unless the layer
//! requests it by [`Local::inner_request_shown`]. The driver spawns further processes of a logical
//! Worker:
//!
//! ```text
//! inner_spawn -> Item::Spawn ==> add_worker_for (its worker runs) or spawn_failed -> inner_answer
//! ```

use crate::engine::Engine;
use crate::local::Local;
use crate::pending::Audience;
use crate::requests;
use crate::waiting::{Inner, Spawning};
use model::Model;
use protocol::{Command, Error, Handle, Item, Reply, RequestId};
use std::task::{Poll, Waker};

impl Local {
    /// A worker process was spawned that is to be the first of a logical Worker: the logical and the
    /// real Worker. The request is answered when the real one runs.
    pub fn add_logical_worker(&mut self) -> (Handle, Handle, RequestId) {
        let (real, request) = self.add_worker();
        let model = &mut self.core.model;
        // A Worker that was made a moment ago is there to stand for something.
        let logical = model.show(real, real).unwrap_or(real);
        (logical, real, request)
    }

    /// A process was spawned as [`Item::Spawn`] said. `None` where nobody wants it any more.
    pub fn add_worker_for(&mut self, request: RequestId) -> Option<Handle> {
        let spawning = self.spawning.get(&request).copied()?;
        if spawning.real.is_some() {
            return None;
        }
        let real = self.core.model.insert_worker();
        self.core.model.stand_for(real, spawning.logical);
        self.add_engine(real, Engine::new(request));
        let real = Some(real);
        self.spawning.insert(request, Spawning { real, ..spawning });
        real
    }

    /// The logical Worker that ends with a real one: no other that stands for it runs.
    #[must_use]
    pub fn last_of(&self, real: Handle) -> Option<Handle> {
        let model = self.model();
        if !model.is_hidden(real) {
            return None;
        }
        let logical = model.shown(real);
        let runs = |it: &Handle| *it != real && self.has_started(*it);
        let is_open = logical != real && model.open(logical).is_some();
        (is_open && !model.stand_ins(logical).iter().any(runs)).then_some(logical)
    }

    /// A process that [`Item::Spawn`] asked for can't be had, or ended before its worker ran.
    pub fn spawn_failed(&mut self, request: RequestId, error: Error) {
        let Some(Spawning { real, .. }) = self.spawning.remove(&request) else {
            return;
        };
        self.answer(request, Err(error));
        if let Some(real) = real {
            self.worker_died(real);
            self.release(real);
        }
    }

    /// Has the driver spawn a further process of a logical Worker.
    pub fn inner_spawn(&mut self, logical: Handle) -> Result<RequestId, Error> {
        if self.core.model.open(logical).is_none() {
            return Err(Error::worker_closed("the Worker is closed"));
        }
        let request = self.next_request();
        let worker = logical;
        let real = None;
        self.inner.insert(request, Inner::default());
        self.spawning.insert(request, Spawning { logical, real });
        self.core.push(Item::Spawn { worker, request });
        Ok(request)
    }

    /// A command of a layer above; its answer is taken with [`Local::inner_answer`].
    pub fn inner_request(&mut self, target: Handle, command: Command) -> Result<RequestId, Error> {
        let request = self.request(target, command)?;
        self.inner.insert(request, Inner::default());
        Ok(request)
    }

    /// The same, and what it makes is shown, as made by the command `announced_for`.
    pub fn inner_request_shown(
        &mut self,
        announced_for: Option<RequestId>,
        target: Handle,
        command: Command,
    ) -> Result<RequestId, Error> {
        let ask = requests::ask(&mut self.core, target, command)?;
        let request = self.next_request();
        self.send(
            target,
            Some(request),
            ask,
            Audience::Application(announced_for),
        )?;
        self.inner.insert(request, Inner::default());
        Ok(request)
    }

    /// The answer to an inner command, once. `waker` is woken when there is one.
    pub fn inner_answer(
        &mut self,
        request: RequestId,
        waker: &Waker,
    ) -> Poll<Result<Reply, Error>> {
        let Some(inner) = self.inner.get_mut(&request) else {
            return Poll::Pending;
        };
        let Some(answer) = inner.answer.take() else {
            inner.waker = Some(waker.clone());
            return Poll::Pending;
        };
        self.inner.remove(&request);
        Poll::Ready(answer)
    }

    /// Makes the logical object that a hidden one stands for, announced as made by a command.
    pub fn show(
        &mut self,
        announced_for: Option<RequestId>,
        real: Handle,
        parent: Handle,
    ) -> Option<Handle> {
        let model = &mut self.core.model;
        let handle = model.show(real, parent)?;
        let entity = model.get(handle)?;
        let (kind, id) = (entity.kind, entity.id.clone());
        self.core.push(Item::Created {
            handle,
            kind,
            parent,
            id,
            request: announced_for,
            app_data_of: None,
            app_data: None,
        });
        Some(handle)
    }

    /// Tells of something that a layer above has to say.
    pub fn push(&mut self, item: Item) {
        self.core.push(item);
    }

    /// The objects, to be changed by a layer above.
    pub fn model_mut(&mut self) -> &mut Model {
        &mut self.core.model
    }

    /// Nobody waits for processes of a logical Worker that has closed.
    pub(crate) fn stop_spawning(&mut self, closed: Handle) {
        if self.spawning.is_empty() {
            return;
        }
        let spawning = self.spawning.iter();
        let unwanted: Vec<RequestId> = spawning
            .filter(|(_, it)| it.logical == closed)
            .map(|(request, _)| *request)
            .collect();
        for request in unwanted {
            self.answer(request, Err(Error::worker_closed("the Worker closed")));
        }
    }
}
