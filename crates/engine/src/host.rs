//! [`Local`] as a Backend, and the layers' tasks over it.
//!
//! A driver has the only other reference, on the same thread. Layers are `async`; their futures
//! are polled whenever answers may have come ([`Host::next_item`]), without a runtime or a waker.

use crate::local::Local;
use backend::{Backend, Pipes};
use model::Change;
use protocol::{
    Command, Error, Handle, Item, Json, Kind, Level, Log, Logger, PipeToRouter, Reply, RequestId,
};
use std::cell::{Ref, RefCell, RefMut};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The Workers of this machine with the layers that a driver needs beside them.
pub struct Host {
    local: Rc<RefCell<Local>>,
    pipes: Rc<Pipes>,
    tasks: Vec<Task>,
}

impl Host {
    /// Takes over the Workers.
    #[must_use]
    pub fn new(local: Local) -> Self {
        Self {
            local: Rc::new(RefCell::new(local)),
            pipes: Rc::default(),
            tasks: Vec::new(),
        }
    }

    /// The Workers. Not to be held across [`Host::request`] or [`Host::next_item`].
    #[must_use]
    pub fn local(&self) -> Ref<'_, Local> {
        self.local.borrow()
    }

    /// The Workers, to be driven.
    #[must_use]
    pub fn local_mut(&self) -> RefMut<'_, Local> {
        self.local.borrow_mut()
    }

    /// Notes what changes without an event from now on.
    pub fn keep_journal(&self) {
        self.local_mut().keep_journal();
    }

    /// What has changed since the last time: see [`Local::take_changes`].
    #[must_use]
    pub fn take_changes(&self) -> Vec<Change> {
        self.local_mut().take_changes()
    }

    /// What is to be told next. Layers go on when all that has happened is told: what listeners do
    /// comes first.
    pub fn next_item(&mut self) -> Option<Item> {
        let item = self.local_mut().next_item();
        if item.is_some() || self.tasks.is_empty() {
            return item;
        }
        self.run();
        self.local_mut().next_item()
    }

    /// Whether there may be more to tell.
    pub fn has_more(&mut self) -> bool {
        !self.tasks.is_empty() || self.local_mut().has_more()
    }

    /// Sends a command to an object, or to the layer that answers it.
    pub fn request(&mut self, target: Handle, command: Command) -> Result<RequestId, Error> {
        match command {
            Command::PipeToRouter(options) => Ok(self.pipe_to_router(target, *options)),
            command => self.local_mut().request(target, command),
        }
    }

    /// Lets the layers go on with what has been answered.
    fn run(&mut self) {
        self.tasks.retain_mut(|task| !is_done(task));
    }

    fn pipe_to_router(&mut self, source: Handle, options: PipeToRouter) -> RequestId {
        let request = self.local_mut().next_request();
        let backend = Shared(Rc::clone(&self.local));
        let pipes = Rc::clone(&self.pipes);
        let mut task: Task = Box::pin(async move {
            let result = pipes.pipe_to_router(&backend, source, options).await;
            backend.0.borrow_mut().answer(request, result);
        });
        if !is_done(&mut task) {
            self.tasks.push(task);
        }
        request
    }
}

/// Lets a task go on as far as it can.
fn is_done(task: &mut Task) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    task.as_mut().poll(&mut context).is_ready()
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host")
            .field("local", &self.local)
            .field("tasks", &self.tasks.len())
            .finish_non_exhaustive()
    }
}

/// What layers see of the Workers.
struct Shared(Rc<RefCell<Local>>);

impl Backend for Shared {
    async fn call(&self, target: Handle, command: Command) -> Result<Reply, Error> {
        let request = self.0.borrow_mut().inner_request(target, command)?;
        poll_fn(|_| match self.0.borrow_mut().inner_answer(request) {
            Some(answer) => Poll::Ready(answer),
            None => Poll::Pending,
        })
        .await
    }

    fn close(&self, handle: Handle) {
        self.0.borrow_mut().close_later(handle);
    }

    fn is_open(&self, handle: Handle) -> bool {
        self.0.borrow().model().open(handle).is_some()
    }

    fn read(&self, handle: Handle, member: &str) -> Option<Json> {
        self.0.borrow().read(handle, member).map(Json::from_text)
    }

    fn log_failure(&self, line: &str, error: &Error) {
        self.0.borrow_mut().push(Item::Log(Log {
            worker: None,
            logger: Logger::Router,
            level: Level::Error,
            line: line.to_owned(),
            error: Some(error.clone()),
        }));
    }

    fn find(&self, router: Handle, kind: Kind, id: &str) -> Option<Handle> {
        self.0.borrow().model().find_in_router(router, kind, id)
    }

    fn link(&self, one: Handle, other: Handle) {
        self.0.borrow_mut().model_mut().link(one, other);
    }
}
