//! Replies of the fake ObjectTree's workers (mediasoup objects without worker processes, for tests). When a
//! test delivers a waiting message, [`Fake`] executes it here: it makes, pauses or closes objects as
//! mediasoup's worker would, and the caller's future gets the reply.

use crate::fake::{Ask, Fake, Message};
use crate::tree::{Emitted, FakeObject};
use protocol::{Command, Error, Handle, Json, Kind, Reply};
use serde_json::{Value, json};

impl Fake {
    /// The oldest message of a worker arrives.
    pub(crate) fn arrive(&self, worker: Handle) {
        let message = {
            let mut processes = self.processes.borrow_mut();
            let process = processes.get_mut(&worker);
            process.and_then(|process| process.waiting.pop_front())
        };
        match message {
            Some(Message::Close(handle)) => self.forget(worker, handle),
            Some(Message::Ask(ask)) => {
                let answer = self.execute(worker, ask.target, ask.command, ask.shown);
                self.answer(ask.ticket, answer);
            }
            None => {}
        }
    }

    /// A worker closes an object, with what it closes by itself.
    fn forget(&self, worker: Handle, handle: Handle) {
        let mut left = vec![handle];
        let tree = self.tree.borrow();
        let mut processes = self.processes.borrow_mut();
        let Some(process) = processes.get_mut(&worker) else {
            return;
        };
        while let Some(handle) = left.pop() {
            left.extend(process.below.remove(&handle).into_iter().flatten());
            if !process.there.remove(&handle) {
                continue;
            }
            let entity = &tree.entities[&handle];
            if is_stream(entity.kind) {
                process.streams -= 1;
            }
            if is_producer(entity.kind) {
                process.producers.remove(&entity.id);
            }
        }
    }

    fn execute(
        &self,
        worker: Handle,
        target: Handle,
        command: Command,
        shown: bool,
    ) -> Result<Reply, Error> {
        let is_there = |handle: Handle| {
            let processes = self.processes.borrow();
            handle == worker || processes[&worker].there.contains(&handle)
        };
        if !is_there(target) {
            return Err(Error::not_found("no such object in the worker"));
        }
        match command {
            Command::Pause | Command::Resume => {
                self.pause(target, matches!(command, Command::Pause));
                Ok(Reply::Done)
            }
            Command::Dump => Ok(Reply::Value(self.dump(worker, target))),
            Command::GetResourceUsage => {
                let ms = self.processes.borrow()[&worker].cpu_seconds * 1000.0;
                let usage = json!({ "ru_utime": Value::from(ms.round()), "ru_stime": 0 });
                Ok(Reply::Value(whole_numbers(&usage)))
            }
            Command::AddProducer(ref options) | Command::RemoveProducer(ref options) => {
                let producer = self.local(target, options.producer_id.as_ref())?;
                if !is_there(producer) {
                    return Err(Error::not_found("Producer not found"));
                }
                let mut tree = self.tree.borrow_mut();
                let observes = &mut tree.get_mut(target).observes;
                if matches!(command, Command::AddProducer(_)) {
                    observes.insert(producer);
                } else {
                    observes.remove(&producer);
                }
                Ok(Reply::Done)
            }
            command => {
                let Some(new) = self.new_entity(worker, target, command)? else {
                    return Ok(Reply::Done);
                };
                if new.source.is_some_and(|source| !is_there(source)) {
                    return Err(Error::not_found("no such Producer in the worker"));
                }
                Ok(Reply::Created(self.make(worker, target, new, shown)))
            }
        }
    }

    /// Returns the object that a command makes, if it makes one.
    fn new_entity(
        &self,
        worker: Handle,
        target: Handle,
        command: Command,
    ) -> Result<Option<FakeObject>, Error> {
        Ok(Some(match command {
            Command::CreateRouter(_) => FakeObject::new(Kind::Router, target),
            Command::CreateWebRtcServer(options) if self.cannot_bind(&options) => {
                return Err(Error::plain("port bind failed"));
            }
            Command::CreateWebRtcServer(_) => FakeObject::new(Kind::WebRtcServer, target),
            Command::CreateWebRtcTransport(options) => {
                let mut new = FakeObject::new(Kind::WebRtcTransport, target);
                if let Some(id) = options.web_rtc_server_id.as_ref().and_then(Value::as_str) {
                    let there = self.processes.borrow()[&worker].there.clone();
                    let tree = self.tree.borrow();
                    let mut there = there.into_iter();
                    let server = there.find(|it| tree.entities[it].id == id);
                    new.server = Some(server.ok_or_else(|| Error::plain("no such server"))?);
                }
                new
            }
            Command::CreatePipeTransport(_) => FakeObject::new(Kind::PipeTransport, target),
            Command::CreatePlainTransport(_) => FakeObject::new(Kind::PlainTransport, target),
            Command::CreateAudioLevelObserver(_) => {
                FakeObject::new(Kind::AudioLevelObserver, target)
            }
            Command::Produce(options) => self.new_producer(
                worker,
                target,
                Kind::Producer,
                options.id.as_ref(),
                options.paused.as_ref(),
            )?,
            Command::ProduceData(options) => self.new_producer(
                worker,
                target,
                Kind::DataProducer,
                options.id.as_ref(),
                options.paused.as_ref(),
            )?,
            Command::Consume(options) => {
                self.new_consumer(target, Kind::Consumer, options.producer_id.as_ref())?
            }
            Command::ConsumeData(options) => self.new_consumer(
                target,
                Kind::DataConsumer,
                options.data_producer_id.as_ref(),
            )?,
            _ => return Ok(None),
        }))
    }

    fn make(&self, worker: Handle, target: Handle, mut new: FakeObject, shown: bool) -> Handle {
        let kind = self.tree.borrow().entities[&target].kind;
        new.worker = worker;
        self.place(&mut new, target, kind, shown);
        let above = [Some(target), new.source, new.server];
        let (kind, id) = (new.kind, new.id.clone());
        // It closed while the command was on its way, and so does what is new.
        let is_open = |it: Handle| self.tree.borrow().open(it).is_some();
        let lost = !above.into_iter().flatten().all(is_open);
        let handle = self.tree.borrow_mut().insert(new);
        let mut processes = self.processes.borrow_mut();
        if let Some(process) = processes.get_mut(&worker) {
            process.there.insert(handle);
            for above in above.into_iter().flatten() {
                process.below.entry(above).or_default().push(handle);
            }
            process.streams += usize::from(is_stream(kind));
            if is_producer(kind) {
                let id = if id.is_empty() {
                    self.tree.borrow().entities[&handle].id.clone()
                } else {
                    id
                };
                process.producers.insert(id);
            }
        }
        if lost {
            self.tree.borrow_mut().cascade(handle);
        }
        handle
    }

    /// Below whom a new object is seen, and in which real Router it lives.
    fn place(&self, new: &mut FakeObject, target: Handle, kind: Kind, shown: bool) {
        let tree = self.tree.borrow();
        let above = &tree.entities[&target];
        match kind {
            Kind::Worker => new.hidden = above.hidden,
            Kind::Router => {
                new.router = target;
                new.hidden = above.hidden && !shown;
                if let Some(logical) = above.shown_as.filter(|_| shown) {
                    new.parent = logical;
                }
            }
            _ => {
                new.router = above.router;
                new.hidden = above.hidden;
            }
        }
    }

    /// The open (data) producer with an id in the real Router of an object.
    pub(crate) fn local(&self, target: Handle, id: Option<&Value>) -> Result<Handle, Error> {
        let tree = self.tree.borrow();
        let id = id.and_then(Value::as_str).unwrap_or_default();
        let router = tree.entities[&target].router;
        let found = tree.ids.get(&(router, id.to_owned())).copied();
        let found = found.filter(|it| is_producer(tree.entities[it].kind));
        found.ok_or_else(|| Error::not_found(format!("Producer with id \"{id}\" not found")))
    }

    fn new_producer(
        &self,
        worker: Handle,
        target: Handle,
        kind: Kind,
        id: Option<&Value>,
        paused: Option<&Value>,
    ) -> Result<FakeObject, Error> {
        let mut new = FakeObject::new(kind, target);
        if let Some(id) = id.and_then(Value::as_str) {
            if self.processes.borrow()[&worker].producers.contains(id) {
                return Err(Error::plain("a Producer with this id exists already"));
            }
            id.clone_into(&mut new.id);
        }
        new.paused = paused == Some(&Value::Bool(true));
        Ok(new)
    }

    fn new_consumer(
        &self,
        target: Handle,
        kind: Kind,
        producer_id: Option<&Value>,
    ) -> Result<FakeObject, Error> {
        let source = self.local(target, producer_id)?;
        let mut new = FakeObject::new(kind, target);
        new.source = Some(source);
        new.producer_paused = self.tree.borrow().entities[&source].paused;
        Ok(new)
    }

    /// A (data) producer is paused or resumed, and its consumers hear of it.
    fn pause(&self, target: Handle, paused: bool) {
        let mut tree = self.tree.borrow_mut();
        if tree.open(target).is_none() || tree.entities[&target].paused == paused {
            return;
        }
        tree.get_mut(target).paused = paused;
        tree.emit(
            target,
            if paused {
                Emitted::Pause
            } else {
                Emitted::Resume
            },
        );
        for consumer in tree.entities[&target].consumers.clone() {
            if tree.entities[&consumer].producer_paused == paused {
                continue;
            }
            tree.get_mut(consumer).producer_paused = paused;
            let emitted = if paused {
                Emitted::ProducerPause
            } else {
                Emitted::ProducerResume
            };
            tree.emit(consumer, emitted);
            let far = tree.entities[&consumer].peer;
            let Some((far, worker)) = far.map(|far| (far, tree.entities[&far].worker)) else {
                continue;
            };
            if let Some(process) = self.processes.borrow_mut().get_mut(&worker) {
                let command = if paused {
                    Command::Pause
                } else {
                    Command::Resume
                };
                let mirrored = Ask {
                    ticket: 0,
                    target: far,
                    command,
                    shown: false,
                };
                process.waiting.push_back(Message::Ask(Box::new(mirrored)));
            }
        }
    }

    fn dump(&self, worker: Handle, target: Handle) -> Json {
        let tree = self.tree.borrow();
        let there = &self.processes.borrow()[&worker].there;
        let ids = |of: fn(Kind) -> bool| -> Vec<&str> {
            let all = there.iter().map(|it| &tree.entities[it]);
            let all = all.filter(|it| of(it.kind) && (target == worker || it.router == target));
            all.map(|it| it.id.as_str()).collect()
        };
        if target == worker {
            let routers = ids(|kind| kind == Kind::Router);
            let all = ids(|_| true);
            return Json::of(&json!({
                "pid": worker.0,
                "routerIds": routers,
                "webRtcServerIds": ids(|kind| kind == Kind::WebRtcServer),
                "channelMessageHandlers": {
                    "channelRequestHandlers": all,
                    "channelNotificationHandlers": [],
                },
            }));
        }
        let consumers: Vec<Value> = {
            let all = there.iter().map(|it| &tree.entities[it]);
            let all = all.filter(|it| it.kind == Kind::Consumer && it.router == target);
            let producer =
                |it: &FakeObject| it.source.map(|source| tree.entities[&source].id.clone());
            all.map(|it| json!({ "key": it.id, "value": producer(it) }))
                .collect()
        };
        Json::of(&json!({
            "id": tree.entities[&target].id,
            "transportIds": ids(Kind::is_transport),
            "rtpObserverIds": ids(Kind::is_rtp_observer),
            "mapConsumerIdProducerId": consumers,
        }))
    }
}

/// Numbers without a fraction, as integers.
fn whole_numbers(usage: &Value) -> Json {
    Json::from_text(usage.to_string().replace(".0,", ",").replace(".0}", "}"))
}

pub(crate) fn is_producer(kind: Kind) -> bool {
    matches!(kind, Kind::Producer | Kind::DataProducer)
}

fn is_stream(kind: Kind) -> bool {
    is_producer(kind) || matches!(kind, Kind::Consumer | Kind::DataConsumer)
}
