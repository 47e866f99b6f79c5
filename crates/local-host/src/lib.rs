//! Workers of this machine as one [`Host`]: commands of the application go in, and created objects, events
//! and replies come out. Node (by the addon) and the server's session drive a [`LocalHost`] alike, on one
//! thread: they start mediasoup's worker processes and carry bytes between those and it. Above the channels
//! it joins Routers (`pipeToRouter()`) and spreads logical Workers over several processes.
//!
//! [`Local`] moves bytes and keeps the objects; [`Vertical`] answers for logical Workers, Routers and
//! WebRtcServers; [`Pipes`] join Routers. They are `async` code; their tasks go on whenever answers may
//! have come ([`Host::next_item`]), without a runtime.
//!
//! Beside the processes of plain Workers a driver has those of the real Workers that stand for logical
//! ones: it spawns one more for each [`Item::Spawn`] and ends one for each [`Item::EndProcess`].
//!
//! ```text
//! add_vertical -> ... -> Item::Spawn ==> add_worker_for -> input -> ... -> Item::EndProcess ==> release
//! ```
//!
//! Without a logical Worker, commands go straight to the workers, except for `pipeToRouter()` and
//! `worker.stats()`.

mod local_tree;
mod plain;
mod tasks;

pub use local_tree::LocalTree;

use engine::Local;
use host::{Host, Request};
use model::Change;
use pipes::Pipes;
use plain::Plain;
use protocol::{
    Command, Emission, Error, Handle, Item, Json, Kind, Notice, PipeToRouter, Reply, RequestId,
};
use std::cell::{Ref, RefCell, RefMut};
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;
use tasks::Tasks;
use vertical_scaling::{Slots, Vertical, VerticalOptions};

/// Host of the Workers of this machine, with `pipeToRouter()` and vertical scaling above them.
pub struct LocalHost {
    local: Rc<RefCell<Local>>,
    pipes: Rc<Pipes>,
    plain: Rc<Plain>,
    /// There since the first logical Worker.
    vertical: Option<Rc<Vertical<LocalTree>>>,
    logical: Vec<Handle>,
    /// Closed hidden objects, which the Model can forget, because no JavaScript object refers to them.
    forgotten: Vec<Handle>,
    tasks: Tasks,
}

impl LocalHost {
    /// Creates the host of these Workers. `clock` returns the time since any fixed moment.
    #[must_use]
    pub fn new(local: Local, clock: impl Fn() -> Duration + 'static) -> Self {
        Self {
            local: Rc::new(RefCell::new(local)),
            pipes: Rc::default(),
            plain: Rc::new(Plain::new(clock)),
            vertical: None,
            logical: Vec::new(),
            forgotten: Vec::new(),
            tasks: Tasks::default(),
        }
    }

    /// Returns the Workers. Drop the borrow before any other call of this [`LocalHost`].
    #[must_use]
    pub fn local(&self) -> Ref<'_, Local> {
        self.local.borrow()
    }

    /// Returns the Workers for their driver, which passes bytes and takes events. Drop the borrow before any
    /// other call of this [`LocalHost`].
    #[must_use]
    pub fn local_mut(&self) -> RefMut<'_, Local> {
        self.local.borrow_mut()
    }

    /// Starts to record changes that no event announces.
    pub fn keep_journal(&self) {
        self.local_mut().keep_journal();
    }

    /// Takes the changes since the last call: see [`Local::take_changes`].
    #[must_use]
    pub fn take_changes(&self) -> Vec<Change> {
        self.local_mut().take_changes()
    }

    /// A worker process is to be the first of a logical Worker, once it is spawned: that one, the real
    /// one, and the request that is answered with the logical one when the worker runs.
    ///
    /// The slots of the first time are those of all. An error: the options want a slot, and none is
    /// free; nothing is to be spawned then.
    pub fn add_vertical(
        &mut self,
        options: VerticalOptions,
        slots: &Rc<dyn Slots>,
    ) -> Result<(Handle, Handle, RequestId), Error> {
        let local = &self.local;
        let vertical = self.vertical.get_or_insert_with(|| {
            local.borrow_mut().model_mut().keep_closed();
            let below = Rc::new(LocalTree(Rc::clone(local)));
            Rc::new(Vertical::new(below, Rc::clone(slots)))
        });
        let slot = vertical.first_slot(&options)?;
        let (logical, real, request) = local.borrow_mut().add_logical_worker();
        vertical.add(logical, real, slot, options);
        self.logical.push(logical);
        Ok((logical, real, request))
    }

    /// Adds the process that was spawned for an [`Item::Spawn`] and returns its Worker, or `None` if it isn't
    /// needed any more. No item announces it.
    pub fn add_worker_for(&mut self, request: RequestId) -> Option<Handle> {
        self.local_mut().add_worker_for(request)
    }

    /// Handles a process for an [`Item::Spawn`] that couldn't be started, or ended before its worker ran.
    pub fn spawn_failed(&mut self, request: RequestId, error: Error) {
        self.local_mut().spawn_failed(request, error);
    }

    /// Handles the end of a worker process and returns what to emit. A logical Worker closes with its last
    /// process.
    pub fn worker_died(&mut self, worker: Handle) -> Vec<Emission> {
        let emissions = self.local_mut().worker_died(worker);
        self.hear_closed();
        emissions
    }

    /// Returns the logical Worker that ends with a real one, because no other real one of it runs.
    #[must_use]
    pub fn last_of(&self, real: Handle) -> Option<Handle> {
        self.local().last_of(real)
    }

    /// Returns the logical Worker that a real one stands for, or stood for.
    #[must_use]
    pub fn logical_of(&self, real: Handle) -> Option<Handle> {
        let logical = self.local().model().shown(real);
        (logical != real).then_some(logical)
    }

    /// Returns the open real Workers of a logical one, in the order of their creation.
    #[must_use]
    pub fn real_workers(&self, logical: Handle) -> Vec<Handle> {
        self.local().model().stand_ins(logical)
    }

    /// Returns true if there is a logical Worker, so that [`LocalHost::tick`] is needed.
    #[must_use]
    pub fn has_logical(&self) -> bool {
        let local = self.local();
        let mut logical = self.logical.iter();
        logical.any(|worker| local.model().open(*worker).is_some())
    }

    /// Does the periodic work of vertical scaling. Call it about once a second, with the time since any fixed
    /// moment.
    pub fn tick(&mut self, now_ms: f64) {
        let Some(vertical) = self.vertical.clone() else {
            return;
        };
        self.hear_closed();
        let now = Duration::try_from_secs_f64(now_ms / 1000.0).unwrap_or_default();
        self.begin(Box::pin(async move { vertical.tick(now).await }));
    }

    /// Sends a command to an object, or executes it by pipes or vertical scaling.
    fn execute(&mut self, target: Handle, command: Command) -> Result<RequestId, Error> {
        if let Some(vertical) = self.vertical.clone() {
            self.hear_closed();
            if vertical.takes(target, &command) {
                return self.start(|request| async move {
                    vertical.request(Some(request), target, command).await
                });
            }
        }
        match command {
            Command::PipeToRouter(options) => Ok(self.pipe_to_router(target, *options)),
            Command::GetStats if self.is_worker(target) => {
                let (plain, tree) = (Rc::clone(&self.plain), LocalTree(Rc::clone(&self.local)));
                self.start(|_| async move { plain.stats(&tree, target).await })
            }
            command => self.local_mut().request(target, command),
        }
    }

    /// Polls the tasks of pipes and vertical scaling after something has happened.
    fn run(&mut self) {
        self.hear_closed();
        self.tasks.run();
        // Every task has seen the end of what it may still ask of. What a worker is about to make is
        // shown below its logical Router, closed or not.
        let mut local = self.local.borrow_mut();
        self.forgotten.retain(|handle| {
            let is_asked = local.has_asked(*handle);
            if !is_asked {
                local.release(*handle);
            }
            is_asked
        });
        drop(local);
        self.hear_closed();
    }

    /// Reports closed objects to vertical scaling, which may close more.
    fn hear_closed(&mut self) {
        let Some(vertical) = &self.vertical else {
            return;
        };
        loop {
            let closed = self.local.borrow_mut().model_mut().take_closed();
            if closed.is_empty() {
                return;
            }
            for handle in closed {
                vertical.closed(handle);
                let local = self.local.borrow();
                let is_hidden = |it: &model::Entity| it.hidden && it.kind != Kind::Worker;
                if local.model().get(handle).is_some_and(is_hidden) {
                    self.forgotten.push(handle);
                }
            }
            let local = self.local.borrow();
            self.logical
                .retain(|worker| local.model().open(*worker).is_some());
        }
    }

    fn pipe_to_router(&mut self, source: Handle, options: PipeToRouter) -> RequestId {
        let request = self.local_mut().next_request();
        let tree = LocalTree(Rc::clone(&self.local));
        let pipes = Rc::clone(&self.pipes);
        self.begin(Box::pin(async move {
            let result = pipes.pipe_to_router(&tree, source, options).await;
            tree.0.borrow_mut().answer(request, result);
        }));
        request
    }

    /// Starts the task that answers a request. Returns an error if it is refused at once.
    fn start<F>(&mut self, answer: impl FnOnce(RequestId) -> F) -> Result<RequestId, Error>
    where
        F: Future<Output = Result<Reply, Error>> + 'static,
    {
        let request = self.local_mut().next_request();
        let mut answer: Pin<Box<dyn Future<Output = _>>> = Box::pin(answer(request));
        match self.tasks.poll(&mut answer) {
            Poll::Ready(result) => self.local_mut().answer(request, Ok(result?)),
            Poll::Pending => {
                let local = Rc::clone(&self.local);
                self.tasks.push(Box::pin(async move {
                    let result = answer.await;
                    local.borrow_mut().answer(request, result);
                }));
            }
        }
        Ok(request)
    }

    fn begin(&mut self, mut task: Pin<Box<dyn Future<Output = ()>>>) {
        if self.tasks.poll(&mut task).is_pending() {
            self.tasks.push(task);
        }
    }

    fn is_worker(&self, handle: Handle) -> bool {
        let local = self.local();
        let entity = local.model().open(handle);
        entity.is_some_and(|entity| entity.kind == Kind::Worker)
    }
}

impl Host for LocalHost {
    /// The answer may be there at once, as an item.
    fn request(&mut self, target: Handle, request: Request) -> Result<RequestId, Error> {
        self.execute(target, request.parse()?)
    }

    fn notify(&mut self, target: Handle, notice: Notice, data: &[u8]) -> Result<(), Error> {
        self.local_mut().notify(target, &notice, data)
    }

    fn close(&mut self, handle: Handle) -> Vec<Emission> {
        let emissions = self.local_mut().close(handle);
        self.hear_closed();
        emissions
    }

    /// Continues tasks only after the driver has taken all items, so that the application's listeners run
    /// first.
    fn next_item(&mut self) -> Option<Item> {
        let item = self.local_mut().next_item();
        if item.is_some() || (self.vertical.is_none() && !self.tasks.are_awake()) {
            return item;
        }
        self.run();
        self.local_mut().next_item()
    }

    fn has_more(&self) -> bool {
        self.tasks.are_awake() || self.local().has_more()
    }

    fn events(&self) -> usize {
        self.local().events()
    }

    fn next_event(&mut self) -> bool {
        self.local_mut().next_event()
    }

    fn read(&self, handle: Handle, member: &str) -> Option<String> {
        self.local().read(handle, member).map(str::to_owned)
    }

    fn release(&mut self, handle: Handle) {
        self.local_mut().release(handle);
    }

    fn can_consume(
        &mut self,
        router: Handle,
        producer_id: &str,
        rtp_capabilities: Option<&Json>,
    ) -> Result<bool, String> {
        let mut local = self.local_mut();
        local.can_consume(router, producer_id, rtp_capabilities)
    }

    fn update_media_codecs(
        &mut self,
        router: Handle,
        media_codecs: Option<Json>,
    ) -> Result<(), Error> {
        let media_codecs = media_codecs.as_ref();
        match &self.vertical {
            Some(vertical) => vertical.update_media_codecs(router, media_codecs),
            None => self.local_mut().update_media_codecs(router, media_codecs),
        }
    }
}

impl fmt::Debug for LocalHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalHost")
            .field("local", &self.local)
            .field("vertical", &self.vertical)
            .field("tasks", &self.tasks)
            .finish_non_exhaustive()
    }
}
