//! Commands on logical Workers, Routers and WebRtcServers: those that the application sees as one and that
//! run in several worker processes. `LocalHost` asks [`Vertical::takes`] for each command, and has
//! [`Vertical::request`] execute it on the real objects behind; the reply is that of one Worker.
//!
//! Commands on an object that lives in one process pass straight through, unless a Producer of another one
//! is needed for it. Between two awaits anything may have closed, and any number of callers may be on their
//! way: everything that is made on demand is made once, and what a command reserves it gives back however
//! it ends.

use crate::on_demand::OnDemand;
use crate::state::{LogicalWorker, Real, VerticalState};
use crate::{CpuSlot, LogicalTree, Slots, VerticalOptions};
use pipes::{ObjectTree, Pipes};
use protocol::{Command, Error, Handle, Json, Kind, Reply, RequestId, UpdateSettings};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// Expected cost of a Transport before any was measured, in per cent of one core.
const PER_RESIDENT: f64 = 1.0;

/// Executor of commands on logical objects. All other commands go to the tree below unchanged.
pub struct Vertical<B> {
    pub(crate) below: Rc<B>,
    pub(crate) slots: Rc<dyn Slots>,
    /// Never borrowed during a call of the tree below that changes it.
    pub(crate) state: RefCell<VerticalState>,
    /// Between the real Routers of a logical one.
    pub(crate) inner: Pipes,
    /// Between logical Routers, as the application asks for it.
    outer: Pipes,
}

impl<B: LogicalTree> Vertical<B> {
    /// Creates it without a logical Worker.
    pub fn new(below: Rc<B>, slots: Rc<dyn Slots>) -> Self {
        Self {
            below,
            slots,
            state: RefCell::default(),
            inner: Pipes::hidden(),
            outer: Pipes::default(),
        }
    }

    /// Takes the slot of a first real Worker, which may run without one unless the options require it.
    pub fn first_slot(&self, options: &VerticalOptions) -> Result<Option<CpuSlot>, Error> {
        let slot = self.slots.take();
        if slot.is_none() && options.require_slot {
            return Err(Error::plain(format!(
                "no CPU slot is free, all {} are taken",
                self.slots.count()
            )));
        }
        Ok(slot)
    }

    /// Adds a logical Worker with its first real one, which may still be starting.
    pub fn add(
        &self,
        logical: Handle,
        first: Handle,
        slot: Option<CpuSlot>,
        options: VerticalOptions,
    ) {
        let real = Real {
            worker: OnDemand::made(first),
            handle: Cell::new(Some(first)),
            slot: RefCell::new(slot),
            ..Real::default()
        };
        let worker = LogicalWorker {
            options,
            real: vec![Rc::new(real)],
            settings: UpdateSettings::default(),
            settings_version: 0,
            now: Duration::ZERO,
            opens_again: Duration::ZERO,
            per_resident: PER_RESIDENT,
        };
        self.state.borrow_mut().workers.insert(logical, worker);
    }

    /// True if this is a logical Worker.
    pub fn is_logical(&self, worker: Handle) -> bool {
        self.state.borrow().workers.contains_key(&worker)
    }

    /// Returns true for the commands of [`Vertical::request`]: those on a logical object, or that concern
    /// more than one real Router. All others go to the tree below.
    pub fn takes(&self, target: Handle, command: &Command) -> bool {
        let state = self.state.borrow();
        match Concern::of(command) {
            Concern::Worker => state.workers.contains_key(&target),
            Concern::Logical => {
                state.routers.contains_key(&target)
                    || state.workers.contains_key(&target)
                    || state.servers.contains_key(&target)
            }
            Concern::Routers(other) => {
                let is_logical = |router: &Handle| state.routers.contains_key(router);
                is_logical(&target) || other.is_some_and(is_logical)
            }
            Concern::Placement => state.routers.contains_key(&target),
            Concern::Producer(..) => {
                drop(state);
                self.needs_elsewhere(target, command).is_some()
            }
            Concern::Nobody => false,
        }
    }

    /// Executes a command for which [`Vertical::takes`] is true. `request` is the application's; an object
    /// that the command makes is announced as its result.
    pub async fn request(
        &self,
        request: Option<RequestId>,
        target: Handle,
        command: Command,
    ) -> Result<Reply, Error> {
        let value = |value: Value| Reply::Value(Json::of(&value));
        // On the heap, because the largest of them would make every task as large.
        match command {
            Command::CreateRouter(options) => {
                Box::pin(self.create_router(request, target, options)).await
            }
            Command::CreateWebRtcServer(options) => {
                Box::pin(self.create_server(request, target, options)).await
            }
            Command::UpdateSettings(options) => {
                Box::pin(self.update_settings(target, options)).await
            }
            Command::GetResourceUsage => Box::pin(self.resource_usage(target)).await.map(value),
            Command::GetStats => Ok(Reply::Value(self.stats(target))),
            Command::Dump => Box::pin(self.dump(target)).await.map(value),
            Command::PipeToRouter(options) => {
                Box::pin(self.outer.pipe_to_router(self, target, *options)).await
            }
            command if matches!(Concern::of(&command), Concern::Placement) => {
                Box::pin(self.create_below(request, target, command)).await
            }
            command => Box::pin(self.with_producer(request, target, command)).await,
        }
    }

    /// Records that an object, hidden or not, has closed. Call it at once, before any other method.
    pub fn closed(&self, handle: Handle) {
        self.leave_all(handle);
        self.inner.forget(handle);
        self.state.borrow_mut().closed(handle);
    }

    /// `router.updateMediaCodecs()` of a logical Router: of all real ones, and of those to come.
    pub fn update_media_codecs(
        &self,
        router: Handle,
        media_codecs: Option<&Json>,
    ) -> Result<(), Error> {
        self.below.update_media_codecs(router, media_codecs)?;
        let real = {
            let mut state = self.state.borrow_mut();
            if let Some(logical) = state.routers.get_mut(&router) {
                logical.media_codecs = media_codecs.cloned();
                logical.codecs_version += 1;
            }
            state.real_routers(router)
        };
        for router in real {
            self.below.update_media_codecs(router, media_codecs)?;
        }
        Ok(())
    }

    /// A command for which a Producer of another real Router is needed: that Producer, and the
    /// Router that needs it.
    fn needs_elsewhere(&self, target: Handle, command: &Command) -> Option<(Handle, Handle)> {
        let Concern::Producer(kind, id) = Concern::of(command) else {
            return None;
        };
        let (router, _) = self.state.borrow().residents.get(&target).cloned()?;
        let producer = self.below.find(router, kind, id?.as_str()?)?;
        let home = self.below.home(target)?;
        (self.below.home(producer)? != home).then_some((producer, home))
    }

    /// Executes a command with the Producer that it needs from elsewhere.
    async fn with_producer(
        &self,
        request: Option<RequestId>,
        target: Handle,
        command: Command,
    ) -> Result<Reply, Error> {
        let forward = |command| self.below.call_shown(request, target, command);
        let Some((producer, home)) = self.needs_elsewhere(target, &command) else {
            return forward(command).await;
        };
        let removes = matches!(command, Command::RemoveProducer(_));
        let hold = self.hold(producer, home);
        if let Err(error) = hold.piped().await
            && self.below.is_open(producer)
            && self.below.is_open(target)
        {
            return Err(error);
        }
        // If the Producer is gone, the call below fails with mediasoup's own error.
        let reply = forward(command).await?;
        match &reply {
            Reply::Created(consumer) if self.below.is_open(*consumer) => hold.keep_for(*consumer),
            Reply::Done if removes => self.drop_user(target, producer),
            Reply::Done if self.below.is_open(target) && self.below.is_open(producer) => {
                hold.keep_for(target);
            }
            _ => {}
        }
        Ok(reply)
    }
}

impl<B: LogicalTree> ObjectTree for Vertical<B> {
    async fn call(&self, target: Handle, command: Command) -> Result<Reply, Error> {
        if self.takes(target, &command) {
            // On the heap, because a pipe between logical Routers comes here from there.
            Box::pin(self.request(None, target, command)).await
        } else {
            self.below.call_shown(None, target, command).await
        }
    }

    fn close(&self, handle: Handle) {
        self.below.close(handle);
    }

    fn is_open(&self, handle: Handle) -> bool {
        self.below.is_open(handle)
    }

    fn read(&self, handle: Handle, member: &str) -> Option<Json> {
        self.below.read(handle, member)
    }

    fn log_failure(&self, line: &str, error: &Error) {
        self.below.log_failure(line, error);
    }

    fn find(&self, router: Handle, kind: Kind, id: &str) -> Option<Handle> {
        self.below.find(router, kind, id)
    }

    fn link(&self, one: Handle, other: Handle) {
        self.below.link(one, other);
    }
}

/// The part of a logical tree that a command may concern beyond one real Worker.
#[derive(Debug, Clone, Copy)]
enum Concern<'a> {
    /// All real Workers of a logical one.
    Worker,
    /// All real objects that stand for a logical one.
    Logical,
    /// Two Routers, the target and this one.
    Routers(Option<&'a Handle>),
    /// A Router in which something is created: the layer decides in which real one.
    Placement,
    /// A Producer that may live in another real Router, by its id.
    Producer(Kind, Option<&'a Value>),
    /// Nothing but the target, in its real Worker.
    Nobody,
}

impl<'a> Concern<'a> {
    fn of(command: &'a Command) -> Self {
        match command {
            Command::CreateRouter(_)
            | Command::CreateWebRtcServer(_)
            | Command::GetResourceUsage
            | Command::UpdateSettings(_)
            | Command::GetStats => Self::Worker,
            Command::Dump => Self::Logical,
            Command::PipeToRouter(options) => Self::Routers(options.router.as_ref()),
            Command::CreateWebRtcTransport(_)
            | Command::CreatePlainTransport(_)
            | Command::CreatePipeTransport(_)
            | Command::CreateDirectTransport(_)
            | Command::CreateActiveSpeakerObserver(_)
            | Command::CreateAudioLevelObserver(_) => Self::Placement,
            Command::Consume(options) => {
                Self::Producer(Kind::Producer, options.producer_id.as_ref())
            }
            Command::ConsumeData(options) => {
                Self::Producer(Kind::DataProducer, options.data_producer_id.as_ref())
            }
            Command::AddProducer(options) | Command::RemoveProducer(options) => {
                Self::Producer(Kind::Producer, options.producer_id.as_ref())
            }
            Command::CreateWorker(_)
            | Command::Connect(_)
            | Command::SetMaxIncomingBitrate(_)
            | Command::SetMaxOutgoingBitrate(_)
            | Command::SetMinOutgoingBitrate(_)
            | Command::RestartIce
            | Command::Produce(_)
            | Command::ProduceData(_)
            | Command::EnableTraceEvent(_)
            | Command::Pause
            | Command::Resume
            | Command::SetPreferredLayers(_)
            | Command::SetPriority(_)
            | Command::RequestKeyFrame
            | Command::SetBufferedAmountLowThreshold(_)
            | Command::GetBufferedAmount
            | Command::Send(_)
            | Command::SetSubchannels(_)
            | Command::AddSubchannel(_)
            | Command::RemoveSubchannel(_) => Self::Nobody,
        }
    }
}

/// True if a command makes an RtpObserver.
pub(crate) fn is_observer(command: &Command) -> bool {
    matches!(command.creates(), [kind] if kind.is_rtp_observer())
}

impl<B> fmt::Debug for Vertical<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vertical")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
