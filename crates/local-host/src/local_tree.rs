//! Adapter that gives `pipeToRouter()` and vertical scaling access to the Workers of this machine: `Local`
//! (the objects and channels of all worker processes) behind the traits `ObjectTree` and `LogicalTree`.
//! `LocalHost` creates it; its calls send requests to workers and resolve when they reply.

use engine::Local;
use model::Entity;
use pipes::ObjectTree;
use protocol::{
    Command, Error, Handle, Item, Json, Kind, Level, LogLine, Logger, Reply, RequestId,
};
use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use vertical_scaling::LogicalTree;

/// [`Local`] as an object tree. A future of it borrows the Workers only while it is polled.
#[derive(Debug, Clone)]
pub struct LocalTree(pub(crate) Rc<RefCell<Local>>);

impl LocalTree {
    async fn answer(&self, request: RequestId) -> Result<Reply, Error> {
        poll_fn(|context| self.0.borrow_mut().inner_answer(request, context.waker())).await
    }

    fn entity<T>(&self, handle: Handle, read: impl FnOnce(&Entity) -> T) -> Option<T> {
        self.0.borrow().model().get(handle).map(read)
    }
}

impl ObjectTree for LocalTree {
    async fn call(&self, target: Handle, command: Command) -> Result<Reply, Error> {
        let request = match command {
            Command::CreateWorker(_) => self.0.borrow_mut().inner_spawn(target)?,
            command => self.0.borrow_mut().inner_request(target, command)?,
        };
        self.answer(request).await
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
        self.0.borrow_mut().push(Item::Log(LogLine {
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

impl LogicalTree for LocalTree {
    async fn call_shown(
        &self,
        request: Option<RequestId>,
        target: Handle,
        command: Command,
    ) -> Result<Reply, Error> {
        let inner = self
            .0
            .borrow_mut()
            .inner_request_shown(request, target, command)?;
        self.answer(inner).await
    }

    fn show(&self, request: Option<RequestId>, real: Handle, parent: Handle) -> Handle {
        let logical = self.0.borrow_mut().show(request, real, parent);
        logical.unwrap_or_default()
    }

    fn stand_for(&self, real: Handle, shown: Handle) {
        self.0.borrow_mut().model_mut().stand_for(real, shown);
    }

    fn home(&self, handle: Handle) -> Option<Handle> {
        let local = self.0.borrow();
        let entity = local.model().get(handle)?;
        match entity.kind {
            Kind::Worker | Kind::WebRtcServer | Kind::Router => None,
            kind if kind.is_transport() || kind.is_rtp_observer() => Some(entity.home),
            _ => local.model().router_of(entity.home),
        }
    }

    fn worker(&self, handle: Handle) -> Option<Handle> {
        self.entity(handle, |it| (!it.logical).then_some(it.worker))?
    }

    fn kind(&self, handle: Handle) -> Option<Kind> {
        self.entity(handle, |it| it.kind)
    }

    fn id(&self, handle: Handle) -> Option<String> {
        self.entity(handle, |it| it.id.to_string())
    }

    fn children(&self, handle: Handle) -> Vec<Handle> {
        self.0.borrow().model().shown_children(handle)
    }

    fn set_member(&self, handle: Handle, member: &'static str, json: Option<Json>) {
        let text = json.map(Json::into_string);
        self.0.borrow_mut().model_mut().set(handle, member, text);
    }

    fn update_media_codecs(
        &self,
        router: Handle,
        media_codecs: Option<&Json>,
    ) -> Result<(), Error> {
        let mut local = self.0.borrow_mut();
        local.update_media_codecs(router, media_codecs)
    }
}
