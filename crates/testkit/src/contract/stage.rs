//! Driver of one contract case: it sends commands to the host under test, has the workers answer, and takes
//! items (replies, events, new objects). The functions of the cases get a [`Stage`]; they compare what it returns, and read members by it.

use super::{Notification, Rig};
use host::{Host, Request};
use protocol::{Command, Emission, Error, Event, Handle, Item, Notice, Reply, RequestId, Send};
use serde_json::Value;
use std::collections::HashMap;

/// A host that is driven through a case.
pub struct Stage<'a> {
    rig: &'a mut dyn Rig,
    /// The Worker and the id of each object.
    objects: HashMap<Handle, (Handle, Box<str>)>,
    /// Items that were taken while something else was awaited.
    passed: Vec<Item>,
}

impl<'a> Stage<'a> {
    pub(super) fn new(rig: &'a mut dyn Rig) -> Self {
        Self {
            rig,
            objects: HashMap::new(),
            passed: Vec::new(),
        }
    }

    pub(super) fn host(&mut self) -> &mut dyn Host {
        self.rig.host()
    }

    /// A Worker that runs.
    pub(super) fn worker(&mut self) -> Handle {
        let worker = self.rig.worker();
        self.objects.insert(worker, (worker, "".into()));
        worker
    }

    /// Makes an object.
    pub(super) fn make(&mut self, target: Handle, command: Value) -> Handle {
        match self.call(target, command) {
            Ok(Reply::Created(handle)) => handle,
            other => panic!("an object was expected, not {other:?}"),
        }
    }

    /// Sends a command and has the workers answer. A refusal at once is the same as one that is answered.
    pub(super) fn call(&mut self, target: Handle, command: Value) -> Result<Reply, Error> {
        self.execute(target, parsed(command))
    }

    /// Sends a command as text and has the workers answer.
    pub(super) fn call_text(&mut self, target: Handle, command: &str) -> Result<Reply, Error> {
        self.execute(target, Request::text(command.to_owned()))
    }

    /// Sends a command that nothing is wrong with.
    pub(super) fn ask(&mut self, target: Handle, command: Value) -> RequestId {
        let request = self.host().request(target, parsed(command));
        request.expect("a request that isn't refused")
    }

    /// Sends a message to a DataConsumer.
    pub(super) fn send(&mut self, target: Handle, data: Vec<u8>) -> Result<Reply, Error> {
        let command = Command::Send(Send {
            ppid: 51,
            ..Send::default()
        });
        let request = Request {
            data: Some(data),
            ..command.into()
        };
        self.execute(target, request)
    }

    /// Sends a packet.
    pub(super) fn notify(&mut self, target: Handle, packet: &[u8]) -> Result<(), Error> {
        let notified = self.host().notify(target, Notice::Rtp, packet);
        self.serve();
        notified
    }

    /// Has the workers answer.
    pub(super) fn serve(&mut self) {
        self.rig.serve();
    }

    /// Has the worker of an object emit an event.
    pub(super) fn notified(&mut self, target: Handle, notification: Notification) {
        let (worker, id) = self.objects[&target].clone();
        self.rig.notified(worker, &id, notification);
    }

    /// Takes the next item that isn't a line of the log.
    pub(super) fn next(&mut self) -> Option<Item> {
        loop {
            let item = self.host().next_item()?;
            if let Item::Created {
                handle, parent, id, ..
            } = &item
            {
                let worker = self.objects[parent].0;
                self.objects.insert(*handle, (worker, id.clone()));
            }
            if !matches!(item, Item::Log(_)) {
                return Some(item);
            }
        }
    }

    /// Takes all items, without letting an event through.
    pub(super) fn items(&mut self) -> Vec<Item> {
        let mut items = std::mem::take(&mut self.passed);
        while let Some(item) = self.next() {
            items.push(item);
        }
        items
    }

    /// Takes all items, with those of events, as a driver does.
    pub(super) fn all_items(&mut self) -> Vec<Item> {
        let mut items = self.items();
        while self.host().next_event() {
            items.extend(self.items());
        }
        items
    }

    /// Takes all items, with those of events, and returns the emissions.
    pub(super) fn emissions(&mut self) -> Vec<Emission> {
        emissions(self.all_items())
    }

    /// The result of a request, whose reply must have come.
    pub(super) fn result(&mut self, request: RequestId) -> Result<Reply, Error> {
        let mut items = self.items();
        let is_its = |it: &Item| matches!(it, Item::Reply { request: of, .. } if *of == request);
        let place = items.iter().position(is_its);
        let place = place.unwrap_or_else(|| panic!("{request:?} has no reply: {items:?}"));
        let reply = items.remove(place);
        self.passed = items;
        match reply {
            Item::Reply { result, .. } => result,
            other => unreachable!("{other:?} is a reply"),
        }
    }

    /// Closes an object, and has its worker know.
    pub(super) fn close(&mut self, handle: Handle) -> Vec<Emission> {
        let emissions = self.host().close(handle);
        self.serve();
        emissions
    }

    /// Ends the process of a Worker. Returns the cascade, without what concerns the process alone; other items
    /// are kept.
    pub(super) fn kill(&mut self, worker: Handle) -> Vec<Emission> {
        let mut cascade = self.rig.kill(worker);
        self.serve();
        for item in self.items() {
            match item {
                Item::Emission(emission) => cascade.push(emission),
                item => self.passed.push(item),
            }
        }
        let of_process = [Some(Event::Died), Some(Event::SubprocessClose)];
        cascade.retain(|it| !of_process.contains(&it.event));
        cascade
    }

    /// The value of a member; `None` is `undefined`.
    pub(super) fn read(&mut self, handle: Handle, member: &str) -> Option<Value> {
        let text = self.host().read(handle, member)?;
        Some(serde_json::from_str(&text).expect("a member is JSON"))
    }

    pub(super) fn id(&self, handle: Handle) -> Box<str> {
        self.objects[&handle].1.clone()
    }

    fn execute(&mut self, target: Handle, request: Request) -> Result<Reply, Error> {
        let request = self.host().request(target, request)?;
        self.serve();
        self.result(request)
    }
}

/// Emissions among items.
pub(super) fn emissions(items: Vec<Item>) -> Vec<Emission> {
    let emission = |item| match item {
        Item::Emission(emission) => Some(emission),
        _ => None,
    };
    items.into_iter().filter_map(emission).collect()
}

/// Requests that items answer, in their order.
pub(super) fn answered(items: &[Item]) -> Vec<RequestId> {
    let request = |item: &Item| match item {
        Item::Reply { request, .. } => Some(*request),
        _ => None,
    };
    items.iter().filter_map(request).collect()
}

fn parsed(command: Value) -> Request {
    let command: Command = serde_json::from_value(command).expect("a command");
    command.into()
}
