//! [`Local`] as a Backend, and the layers' tasks over it.
//!
//! A driver has the only other reference, on the same thread. Layers are `async`; their futures
//! are polled whenever answers may have come ([`Host::run`]), without a runtime or a waker.

use crate::local::Local;
use backend::{Backend, Pipes};
use protocol::{Command, Error, Handle, Json, Kind, PipeToRouter, Reply, RequestId};
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

    /// The Workers. Not to be held across [`Host::request`] or [`Host::run`].
    #[must_use]
    pub fn local(&self) -> Ref<'_, Local> {
        self.local.borrow()
    }

    /// The Workers, to be driven.
    #[must_use]
    pub fn local_mut(&self) -> RefMut<'_, Local> {
        self.local.borrow_mut()
    }

    /// Sends a command to an object, or to the layer that answers it.
    pub fn request(&mut self, target: Handle, command: Command) -> Result<RequestId, Error> {
        match command {
            Command::PipeToRouter(options) => Ok(self.pipe_to_router(target, *options)),
            command => self.local_mut().request(target, command),
        }
    }

    /// Lets the layers go on with what has been answered.
    pub fn run(&mut self) {
        let mut context = Context::from_waker(Waker::noop());
        self.tasks
            .retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
    }

    fn pipe_to_router(&mut self, source: Handle, options: PipeToRouter) -> RequestId {
        let request = self.local_mut().next_request();
        let backend = Shared(Rc::clone(&self.local));
        let pipes = Rc::clone(&self.pipes);
        self.tasks.push(Box::pin(async move {
            let result = pipes.pipe_to_router(&backend, source, options).await;
            backend.0.borrow_mut().answer(request, result);
        }));
        self.run();
        request
    }
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
        self.0.borrow().model.open(handle).is_some()
    }

    fn read(&self, handle: Handle, member: &str) -> Option<Json> {
        self.0.borrow().read(handle, member).map(Json::from_text)
    }

    fn find(&self, router: Handle, kind: Kind, id: &str) -> Option<Handle> {
        self.0.borrow().model.find_in_router(router, kind, id)
    }

    fn link(&self, one: Handle, other: Handle) {
        self.0.borrow_mut().model.link(one, other);
    }
}
