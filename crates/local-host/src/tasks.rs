//! Minimal executor for futures, polled by hand. `LocalHost` (the object that holds this machine's Workers)
//! runs `pipeToRouter()` and the commands of logical Workers on it, each a future that waits for several
//! replies of workers; it polls them whenever a reply has come, so that the addon needs no async runtime.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// Tasks, polled together whenever one of them can go on.
#[derive(Default)]
pub(crate) struct Tasks {
    tasks: Vec<Task>,
    awake: Arc<Awake>,
}

/// True if a task can go on.
#[derive(Default)]
struct Awake(AtomicBool);

impl Wake for Awake {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Tasks {
    /// True if some task can go on.
    pub(crate) fn are_awake(&self) -> bool {
        self.awake.0.load(Ordering::Relaxed)
    }

    /// Polls a future once, before it becomes a task.
    pub(crate) fn poll<T>(&self, future: &mut Pin<Box<dyn Future<Output = T>>>) -> Poll<T> {
        let waker = Waker::from(Arc::clone(&self.awake));
        future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// Adds a task.
    pub(crate) fn push(&mut self, task: Task) {
        self.tasks.push(task);
    }

    /// Polls all tasks until none can go on.
    pub(crate) fn run(&mut self) {
        let waker = Waker::from(Arc::clone(&self.awake));
        let mut context = Context::from_waker(&waker);
        while self.awake.0.swap(false, Ordering::Relaxed) {
            self.tasks
                .retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
        }
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks")
            .field("tasks", &self.tasks.len())
            .field("awake", &self.are_awake())
            .finish()
    }
}
