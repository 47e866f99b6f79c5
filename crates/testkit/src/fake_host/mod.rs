//! Fake of a `Host` (the trait behind which objects live: commands in; replies, events and new objects out), without worker
//! processes. The contract suite runs on it, and on it with a deliberate fault, to prove that each case
//! finds one. It has a Model (the tree of objects) and answers when a test calls `serve()`.
//!
//! ```text
//! request ==> serve() ==> next_item*          notified() ==> next_event -> next_item*
//! ```
//!
//! It implements the commands that the [contract](crate::contract) uses, in mediasoup's words. The Model
//! decides what closes with what, what an event emits and what is read, as in every other host; this file
//! decides when.

mod commands;
mod words;

use commands::{New, Task};
use host::{Host, Request};
use model::Model;
use protocol::{
    Emission, Error, Event, Handle, Item, Json, Kind, Notice, Payload, Reply, RequestId,
};
use std::collections::VecDeque;

/// Workers, and the objects in them.
#[derive(Debug, Default)]
pub struct FakeHost {
    model: Model,
    /// Requests on their way to a worker.
    asked: VecDeque<Asked>,
    /// Requests that a worker has answered.
    answered: VecDeque<Asked>,
    items: VecDeque<Item>,
    events: VecDeque<(Handle, Event, Payload)>,
    last_request: u32,
    last_id: u32,
}

/// A request to a worker.
#[derive(Debug)]
struct Asked {
    request: RequestId,
    worker: Handle,
    target: Handle,
    task: Task,
    /// As the channel's errors have it.
    method: String,
    /// The error of a worker that doesn't know the object.
    missing: Option<Error>,
}

impl FakeHost {
    /// A Worker whose process runs.
    pub fn add_worker(&mut self) -> Handle {
        self.model.insert_worker()
    }

    /// Has all workers answer their requests.
    pub fn serve(&mut self) {
        self.answered.append(&mut self.asked);
    }

    /// The worker of an object emits an event.
    pub fn notified(&mut self, target: Handle, event: Event, payload: Payload) {
        self.events.push_back((target, event, payload));
    }

    /// The process of a Worker is gone. Returns what to emit at once.
    pub fn worker_died(&mut self, worker: Handle) -> Vec<Emission> {
        self.close(worker)
    }

    /// The objects.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Rejects what waits for a Worker that is closed.
    fn abort(&mut self, worker: Handle) {
        for waiting in [&mut self.answered, &mut self.asked] {
            for asked in std::mem::take(waiting) {
                if asked.worker != worker {
                    waiting.push_back(asked);
                    continue;
                }
                self.items.push_back(Item::Reply {
                    request: asked.request,
                    result: Err(words::aborted(&asked.method, asked.request)),
                });
            }
        }
    }

    fn apply(&mut self, asked: Asked) {
        let (request, target) = (asked.request, asked.target);
        let result = match (asked.missing, asked.task) {
            (Some(missing), _) => Err(missing),
            (None, Task::Value(value)) => Ok(Reply::Value(value)),
            (None, Task::Pause { now, before }) => {
                let emission = self.model.paused(target, now, Some(before));
                self.items.extend(emission.map(Item::Emission));
                Ok(Reply::Done)
            }
            (None, Task::Set(member, text)) => {
                self.model.set(target, member, Some(text));
                Ok(Reply::Done)
            }
            (None, Task::Make(new)) => Ok(Reply::Created(self.make(request, target, *new))),
        };
        self.items.push_back(Item::Reply { request, result });
    }

    fn make(&mut self, request: RequestId, parent: Handle, new: New) -> Handle {
        let kind = new.kind;
        let handle = (self.model).insert(kind, new.id.clone(), parent, new.fields, new.state);
        if let Some(server) = new.server {
            self.model.serve(server, handle);
        }
        self.items.push_back(Item::Created {
            handle,
            kind,
            parent,
            id: new.id,
            request: Some(request),
            app_data_of: None,
            app_data: None,
        });
        handle
    }

    fn worker_of(&self, target: Handle) -> Result<(Handle, Kind), Error> {
        let entity = self.model.get(target);
        let entity = entity.ok_or_else(|| Error::not_found("the object is unknown"))?;
        Ok((entity.worker, entity.kind))
    }
}

impl Host for FakeHost {
    fn request(&mut self, target: Handle, request: Request) -> Result<RequestId, Error> {
        let name = request.method().into_owned();
        let command = request.parse()?;
        let (worker, kind) = self.worker_of(target)?;
        let (method, name) = (words::method(kind, &name), words::name(kind, &name));
        self.last_id += 1;
        let task = commands::task(&mut self.model, target, self.last_id, command)?;
        if self.model.open(worker).is_none() {
            return Err(words::no_request(&method));
        }
        let missing = match self.model.open(target) {
            Some(_) => None,
            None => self
                .model
                .get(target)
                .map(|it| words::missing(&it.id, &name)),
        };
        self.last_request += 1;
        let request = RequestId(self.last_request);
        self.asked.push_back(Asked {
            request,
            worker,
            target,
            task,
            method,
            missing,
        });
        Ok(request)
    }

    fn notify(&mut self, target: Handle, _: Notice, _: &[u8]) -> Result<(), Error> {
        let (worker, kind) = self.worker_of(target)?;
        match self.model.open(worker) {
            Some(_) => Ok(()),
            None => Err(words::no_notification(kind)),
        }
    }

    fn close(&mut self, handle: Handle) -> Vec<Emission> {
        let emissions = self.model.close(handle).emissions;
        self.abort(handle);
        emissions
    }

    fn next_item(&mut self) -> Option<Item> {
        if self.items.is_empty() {
            let asked = self.answered.pop_front()?;
            self.apply(asked);
        }
        self.items.pop_front()
    }

    fn has_more(&self) -> bool {
        !self.items.is_empty() || !self.answered.is_empty()
    }

    fn events(&self) -> usize {
        self.events.len()
    }

    fn next_event(&mut self) -> bool {
        let Some((target, event, payload)) = self.events.pop_front() else {
            return false;
        };
        let emissions = self.model.notify(target, event, payload).emissions;
        self.items.extend(emissions.into_iter().map(Item::Emission));
        true
    }

    fn read(&self, handle: Handle, member: &str) -> Option<String> {
        self.model.read(handle, member).map(str::to_owned)
    }

    fn release(&mut self, handle: Handle) {
        self.model.release(handle);
    }

    fn can_consume(
        &mut self,
        router: Handle,
        producer_id: &str,
        rtp_capabilities: Option<&Json>,
    ) -> Result<bool, String> {
        self.model
            .can_consume(router, producer_id, rtp_capabilities)
    }

    fn update_media_codecs(
        &mut self,
        router: Handle,
        media_codecs: Option<Json>,
    ) -> Result<(), Error> {
        self.model
            .update_media_codecs(router, media_codecs.as_ref())
    }
}
