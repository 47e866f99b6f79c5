//! The fake ObjectTree (mediasoup objects without worker processes) behind the traits `ObjectTree` and
//! `LogicalTree`, by which pipes and vertical scaling call it. A call that needs a worker becomes a waiting
//! message, and its future resolves when the test has delivered that; reads return the state at once.

use crate::fake::{Ask, Fake, Message};
use crate::tree::FakeObject;
use pipes::ObjectTree;
use protocol::{Command, Error, Handle, Json, Kind, Reply, RequestId};
use std::future::poll_fn;
use std::task::Poll;
use vertical_scaling::LogicalTree;

impl Fake {
    async fn ask(&self, target: Handle, command: Command, shown: bool) -> Result<Reply, Error> {
        let worker = {
            let tree = self.tree.borrow();
            let open = tree.open(target);
            open.ok_or_else(|| Error::plain("it is closed"))?.worker
        };
        // What the Model refuses it refuses at once.
        let producer_id = match &command {
            Command::Consume(options) => Some(&options.producer_id),
            Command::ConsumeData(options) => Some(&options.data_producer_id),
            Command::AddProducer(options) | Command::RemoveProducer(options) => {
                Some(&options.producer_id)
            }
            _ => None,
        };
        if let Some(id) = producer_id {
            self.local(target, id.as_ref())?;
        }
        let ticket = self.last_ticket.get() + 1;
        self.last_ticket.set(ticket);
        self.answers.borrow_mut().insert(ticket, None);
        if matches!(command, Command::CreateWorker(_)) {
            self.spawns.borrow_mut().push_back((target, ticket));
        } else {
            let mut processes = self.processes.borrow_mut();
            let process = processes.get_mut(&worker);
            let process = process.ok_or_else(|| Error::worker_closed("Worker closed"))?;
            let ask = Ask {
                ticket,
                target,
                command,
                shown,
            };
            process.waiting.push_back(Message::Ask(Box::new(ask)));
        }
        poll_fn(|_| {
            let mut answers = self.answers.borrow_mut();
            match answers.get_mut(&ticket).and_then(Option::take) {
                Some(answer) => {
                    answers.remove(&ticket);
                    Poll::Ready(answer)
                }
                None => Poll::Pending,
            }
        })
        .await
    }

    fn known<T>(&self, handle: Handle, of: impl FnOnce(&FakeObject) -> T) -> Option<T> {
        self.tree.borrow().entities.get(&handle).map(of)
    }
}

impl ObjectTree for Fake {
    async fn call(&self, target: Handle, command: Command) -> Result<Reply, Error> {
        self.ask(target, command, false).await
    }

    fn close(&self, handle: Handle) {
        self.tree.borrow_mut().close(handle);
        self.tell();
    }

    fn is_open(&self, handle: Handle) -> bool {
        self.tree.borrow().open(handle).is_some()
    }

    fn read(&self, handle: Handle, member: &str) -> Option<Json> {
        let text = self.known(handle, |entity| match member {
            "paused" => Some(entity.paused.to_string()),
            "producerPaused" | "dataProducerPaused" => Some(entity.producer_paused.to_string()),
            "pid" => Some(handle.0.to_string()),
            _ => None,
        });
        text.flatten().map(Json::from_text)
    }

    fn log_failure(&self, _: &str, _: &Error) {}

    fn find(&self, router: Handle, kind: Kind, id: &str) -> Option<Handle> {
        let tree = self.tree.borrow();
        let found = tree.ids.get(&(router, id.to_owned())).copied();
        found.filter(|it| tree.entities[it].kind == kind)
    }

    fn link(&self, one: Handle, other: Handle) {
        let mut tree = self.tree.borrow_mut();
        tree.get_mut(one).peer = Some(other);
        tree.get_mut(other).peer = Some(one);
    }
}

impl LogicalTree for Fake {
    async fn call_shown(
        &self,
        _: Option<RequestId>,
        target: Handle,
        command: Command,
    ) -> Result<Reply, Error> {
        self.ask(target, command, true).await
    }

    fn show(&self, _: Option<RequestId>, real: Handle, parent: Handle) -> Handle {
        let mut tree = self.tree.borrow_mut();
        let mut logical = FakeObject::new(tree.entities[&real].kind, parent);
        logical.id.clone_from(&tree.entities[&real].id);
        logical.stand_ins.insert(real);
        let logical = tree.insert(logical);
        tree.get_mut(real).shown_as = Some(logical);
        logical
    }

    fn stand_for(&self, real: Handle, shown: Handle) {
        let mut tree = self.tree.borrow_mut();
        tree.get_mut(real).shown_as = Some(shown);
        tree.get_mut(shown).stand_ins.insert(real);
    }

    fn home(&self, handle: Handle) -> Option<Handle> {
        let router = self.known(handle, |entity| entity.router);
        router.filter(|router| *router != Handle::default())
    }

    fn worker(&self, handle: Handle) -> Option<Handle> {
        let worker = self.known(handle, |entity| entity.worker);
        worker.filter(|worker| *worker != Handle::default())
    }

    fn kind(&self, handle: Handle) -> Option<Kind> {
        self.known(handle, |entity| entity.kind)
    }

    fn id(&self, handle: Handle) -> Option<String> {
        self.known(handle, |entity| entity.id.clone())
    }

    fn children(&self, handle: Handle) -> Vec<Handle> {
        let tree = self.tree.borrow();
        let entity = tree.entities.get(&handle);
        let children = entity.into_iter().flat_map(|it| it.children.iter());
        let shown = children.filter(|it| {
            let it = &tree.entities[it];
            !it.hidden && it.parent == handle
        });
        shown.copied().collect()
    }

    fn set_member(&self, _: Handle, _: &'static str, _: Option<Json>) {}

    fn update_media_codecs(&self, _: Handle, _: Option<&Json>) -> Result<(), Error> {
        Ok(())
    }
}
