//! Application of the tests of vertical scaling: [`World`] sends commands to a `Vertical` (this crate's
//! entry: it executes commands on logical Workers) over testkit's fake ObjectTree (mediasoup objects
//! without worker processes), keeps the objects that it gets, and delivers waiting messages in a random
//! order given by its seed.

use fastrand::Rng;
use pipes::ObjectTree;
use protocol::{Command, Error, Handle, Kind, Reply, RequestId};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use testkit::{Fake, FreeSlots, Futures};
use vertical_scaling::{LogicalTree, Vertical, VerticalOptions};

pub(crate) mod check;

/// Objects that the application has, closed or not.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) routers: Vec<Handle>,
    pub(crate) servers: Vec<Handle>,
    pub(crate) transports: Vec<Handle>,
    pub(crate) observers: Vec<Handle>,
    pub(crate) producers: Vec<Handle>,
    pub(crate) data_producers: Vec<Handle>,
    /// With what each consumes.
    pub(crate) consumers: Vec<(Handle, Handle)>,
    /// Refusals that nothing explains.
    pub(crate) wrong: Vec<String>,
}

pub(crate) struct World {
    pub(crate) fake: Rc<Fake>,
    pub(crate) vertical: Rc<Vertical<Fake>>,
    pub(crate) worker: Handle,
    pub(crate) made: Rc<RefCell<Made>>,
    futures: Futures,
    chance: Rng,
    now: Duration,
}

impl World {
    pub(crate) fn new(options: &Value, slots: usize, seed: u64) -> Self {
        let options = VerticalOptions::parse(options)
            .expect("options")
            .expect("an object");
        let fake = Rc::new(Fake::default());
        let vertical = Rc::new(Vertical::new(Rc::clone(&fake), Rc::new(FreeSlots(slots))));
        let (worker, first) = fake.add_vertical();
        vertical.add(worker, first, None, options);
        Self {
            fake,
            vertical,
            worker,
            made: Rc::default(),
            futures: Futures::default(),
            chance: Rng::with_seed(seed),
            now: Duration::ZERO,
        }
    }

    /// One of a list, open or not.
    pub(crate) fn pick<T: Copy>(&self, at: u8, of: impl FnOnce(&Made) -> &Vec<T>) -> Option<T> {
        let made = self.made.borrow();
        let list = of(&made);
        (!list.is_empty()).then(|| list[usize::from(at) % list.len()])
    }

    /// Sends a command and notes what comes of it. `concerns`: what explains a refusal if it closes.
    pub(crate) fn send(&mut self, target: Handle, command: Command, concerns: &[Handle]) {
        let (fake, vertical) = (Rc::clone(&self.fake), Rc::clone(&self.vertical));
        let made = Rc::clone(&self.made);
        let concerns = [&[target], concerns].concat();
        let line = format!("{command:?}");
        self.futures.add(async move {
            let taken = vertical.takes(target, &command);
            let answer = if taken {
                vertical.request(Some(RequestId(1)), target, command).await
            } else {
                fake.call_shown(Some(RequestId(1)), target, command).await
            };
            let excused = || concerns.iter().any(|it| !fake.is_open(*it));
            match answer {
                Ok(Reply::Created(handle)) => {
                    let kind = fake.kind(handle).expect("it was made");
                    made.borrow_mut()
                        .note(kind, handle, concerns[concerns.len() - 1]);
                }
                Ok(_) => {}
                // Where all that had its server died, and no other may listen.
                Err(error) if excused() || error.message == "port bind failed" => {}
                Err(error) => made.borrow_mut().wrong.push(wrong(&line, &error)),
            }
        });
        self.feed();
    }

    pub(crate) fn close(&mut self, handle: Handle) {
        self.fake.close(handle);
        self.feed();
    }

    /// The real Workers.
    pub(crate) fn real(&self) -> Vec<Handle> {
        self.fake.streams().into_keys().collect()
    }

    pub(crate) fn kill(&mut self, at: u8) {
        let real = self.real();
        if !real.is_empty() {
            self.fake.kill(real[usize::from(at) % real.len()]);
            self.feed();
        }
    }

    pub(crate) fn tick(&mut self, passed: Duration) {
        self.fake.advance(passed);
        self.now += passed;
        let (vertical, now) = (Rc::clone(&self.vertical), self.now);
        self.futures.add(async move { vertical.tick(now).await });
        self.feed();
    }

    /// Reports closed objects to the layer until no more close.
    fn feed(&self) {
        loop {
            let closed = self.fake.take_closed();
            if closed.is_empty() {
                return;
            }
            for handle in closed {
                self.vertical.closed(handle);
            }
        }
    }

    /// A message arrives somewhere, a task goes on.
    pub(crate) fn step(&mut self) {
        self.fake.deliver(self.chance.usize(..1 << 20));
        self.feed();
        self.futures.poll_one(self.chance.usize(..1 << 20));
        self.feed();
    }

    /// Everything arrives, in any order.
    ///
    /// Panics where something is on its way for ever.
    pub(crate) fn settle(&mut self) {
        for _ in 0..1_000_000 {
            let arrived = self.fake.deliver(self.chance.usize(..1 << 20));
            self.feed();
            if self.chance.usize(..4) == 0 || !arrived {
                let before = self.futures.len();
                self.futures.poll();
                self.feed();
                if !arrived && self.futures.len() == before && !self.fake.deliver(0) {
                    break;
                }
                self.feed();
            }
        }
        // What the last poll closed.
        while self.fake.deliver(0) {
            self.feed();
        }
        assert_eq!(self.futures.len(), 0, "on their way for ever");
    }

    pub(crate) fn is_open(&self, handle: Handle) -> bool {
        self.fake.is_open(handle)
    }

    pub(crate) fn id(&self, handle: Handle) -> String {
        self.fake.id(handle).expect("it is known")
    }
}

impl Made {
    fn note(&mut self, kind: Kind, handle: Handle, consumed: Handle) {
        match kind {
            Kind::Router => self.routers.push(handle),
            Kind::WebRtcServer => self.servers.push(handle),
            Kind::Producer => self.producers.push(handle),
            Kind::DataProducer => self.data_producers.push(handle),
            Kind::Consumer | Kind::DataConsumer => self.consumers.push((handle, consumed)),
            kind if kind.is_transport() => self.transports.push(handle),
            _ => self.observers.push(handle),
        }
    }
}

fn wrong(line: &str, error: &Error) -> String {
    format!("{line}: {error}")
}

/// A command by its name and options, as it is written in JSON.
pub(crate) fn command(name: &str, options: &Value) -> Command {
    serde_json::from_value(json!({ name: options })).expect("a command")
}

pub(crate) fn pause(paused: bool) -> Command {
    if paused {
        Command::Pause
    } else {
        Command::Resume
    }
}
