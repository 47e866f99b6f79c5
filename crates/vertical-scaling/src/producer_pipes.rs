//! Pipes that carry Producers to the other worker processes in which they are consumed. `Vertical` (this
//! crate's entry: it executes commands on logical Workers) takes a [`Hold`] on a pipe for each command that
//! consumes or observes a Producer of another process, and sends the command there once the Producer is
//! piped.
//!
//! A pipe is there for its users: Consumers and RtpObservers, and commands on their way to make one. The
//! first makes the pipe, the last to leave closes it. The PipeTransports below it stay for a while, because
//! peers that leave often come back.

use crate::on_demand::OnDemand;
use crate::{LogicalTree, Vertical};
use protocol::{Error, Handle, Kind, PipeToRouter, Reply};
use serde_json::Value;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::time::Duration;

/// A (data) producer, and the real Router that it is piped to.
pub(crate) type PipeKey = (Handle, Handle);

/// The pipes of all logical Routers.
#[derive(Debug, Default)]
pub(crate) struct ProducerPipes {
    pipes: BTreeMap<PipeKey, Rc<Pipe>>,
    /// Users of producers by real Router: a Consumer uses one, an RtpObserver any number.
    users: BTreeMap<(Handle, Handle), PipeKey>,
    /// The pipes by their piped producers.
    far_ends: HashMap<Handle, PipeKey>,
}

#[derive(Debug, Default)]
struct Pipe {
    /// The (data) consumer at the producer's home, the piped (data) producer.
    ends: OnDemand<(Handle, Handle)>,
    users: Cell<usize>,
}

/// Reservation of a pipe by a command that needs it.
pub(crate) struct Hold<'a, B: LogicalTree> {
    vertical: &'a Vertical<B>,
    key: PipeKey,
    pipe: Rc<Pipe>,
}

impl ProducerPipes {
    /// The producers that are piped, or are about to be, and the real Routers they are piped to.
    pub(crate) fn keys(&self) -> impl Iterator<Item = PipeKey> {
        self.pipes.keys().copied()
    }

    /// Removes a closed object; returns the pipes that it used.
    fn closed(&mut self, handle: Handle) -> Vec<(PipeKey, Rc<Pipe>)> {
        if let Some(key) = self.far_ends.remove(&handle)
            && let Some(pipe) = self.pipes.get(&key)
        {
            pipe.ends.forget();
        }
        let range = (handle, Handle(0))..=(handle, Handle(u32::MAX));
        let used: Vec<_> = self.users.range(range).map(|(user, _)| *user).collect();
        used.iter()
            .filter_map(|user| self.drop_user(*user))
            .collect()
    }

    /// Users of a producer in other real Routers.
    fn users_of(&self, producer: Handle) -> Vec<Handle> {
        let range = (producer, Handle(0))..=(producer, Handle(u32::MAX));
        if self.pipes.range(range).next().is_none() {
            return Vec::new();
        }
        let users = self.users.keys().filter(|(_, of)| *of == producer);
        users.map(|(user, _)| *user).collect()
    }

    fn drop_user(&mut self, user: (Handle, Handle)) -> Option<(PipeKey, Rc<Pipe>)> {
        let key = self.users.remove(&user)?;
        Some((key, Rc::clone(self.pipes.get(&key)?)))
    }
}

impl<B: LogicalTree> Vertical<B> {
    /// Reserves a pipe of a producer to another real Router.
    pub(crate) fn hold(&self, producer: Handle, router: Handle) -> Hold<'_, B> {
        let key = (producer, router);
        let mut state = self.state.borrow_mut();
        let pipe = Rc::clone(state.pipes.pipes.entry(key).or_default());
        pipe.users.set(pipe.users.get() + 1);
        Hold {
            vertical: self,
            key,
            pipe,
        }
    }

    /// Removes a user of a producer: an RtpObserver that has removed it.
    pub(crate) fn drop_user(&self, user: Handle, producer: Handle) {
        let left = self.state.borrow_mut().pipes.drop_user((user, producer));
        if let Some((key, pipe)) = left {
            self.leave(key, &pipe);
        }
    }

    /// Closes the pipes that a closed object was the last to use.
    pub(crate) fn leave_all(&self, handle: Handle) {
        let left = self.state.borrow_mut().pipes.closed(handle);
        for (key, pipe) in left {
            self.leave(key, &pipe);
        }
        // A Consumer closes with its Producer, an RtpObserver goes on without it.
        let users = self.state.borrow().pipes.users_of(handle);
        for user in users {
            let kind = self.below.kind(user);
            if kind.is_some_and(Kind::is_rtp_observer) {
                self.drop_user(user, handle);
            }
        }
    }

    /// Closes the PipeTransports of two real Routers between which nothing has been piped for as long
    /// as an empty real Worker is kept. Whoever is about to pipe something holds a pipe by now.
    pub(crate) fn part_idle(&self, now: Duration) {
        let used: BTreeSet<(Handle, Handle)> = {
            let state = self.state.borrow();
            let ends = state.pipes.keys().filter_map(|(producer, router)| {
                let home = self.below.home(producer)?;
                Some((home.min(router), home.max(router)))
            });
            ends.collect()
        };
        let joined = self.inner.joined();
        let unused = joined.into_iter().filter(|pair| !used.contains(pair));
        let mut unused: BTreeSet<(Handle, Handle)> = unused.collect();
        {
            let mut state = self.state.borrow_mut();
            let state = &mut *state;
            state.unused_pairs.retain(|pair, _| unused.contains(pair));
            unused.retain(|pair| {
                let since = *state.unused_pairs.entry(*pair).or_insert(now);
                let worker = self.below.worker(pair.0);
                let logical = worker.and_then(|worker| state.logical_of(worker));
                let logical = logical.and_then(|logical| state.workers.get(&logical));
                logical.is_some_and(|it| now.saturating_sub(since) >= it.options.idle_time())
            });
        }
        for pair in unused {
            self.inner.part(&*self.below, pair);
        }
    }

    fn leave(&self, key: PipeKey, pipe: &Rc<Pipe>) {
        pipe.users.set(pipe.users.get() - 1);
        if pipe.users.get() > 0 {
            return;
        }
        self.state.borrow_mut().pipes.pipes.remove(&key);
        if let Some((consumer, producer)) = pipe.ends.get() {
            self.state.borrow_mut().pipes.far_ends.remove(&producer);
            // They close as one, but for whichever of them is closed already.
            self.below.close(consumer);
            self.below.close(producer);
        }
    }

    /// Pipes a producer from its own real Router to another.
    async fn pipe(&self, (producer, router): PipeKey) -> Result<(Handle, Handle), Error> {
        let lost = || Error::not_found("original Producer closed");
        let (Some(home), Some(id)) = (self.below.home(producer), self.below.id(producer)) else {
            return Err(lost());
        };
        let mut options = PipeToRouter {
            router: Some(router),
            // Packets may be lost on the way, too, where a socket's buffer is full.
            enable_rtx: Some(Value::Bool(true)),
            ..PipeToRouter::default()
        };
        match self.below.kind(producer) {
            Some(Kind::DataProducer) => options.data_producer_id = Some(id.into()),
            _ => options.producer_id = Some(id.into()),
        }
        let piped = self.inner.pipe_to_router(&*self.below, home, options);
        let Reply::Piped {
            consumer,
            producer: piped,
        } = piped.await?
        else {
            return Err(lost());
        };
        if !self.below.is_open(piped) {
            self.below.close(consumer);
            return Err(lost());
        }
        self.below.stand_for(piped, producer);
        let mut state = self.state.borrow_mut();
        state.pipes.far_ends.insert(piped, (producer, router));
        Ok((consumer, piped))
    }
}

impl<B: LogicalTree> Hold<'_, B> {
    /// Waits until the producer is piped.
    pub(crate) async fn piped(&self) -> Result<(), Error> {
        let make = self.vertical.pipe(self.key);
        self.pipe.ends.get_or_make(make).await.map(drop)
    }

    /// Makes the object that the command has created a user of the pipe, which keeps it open.
    pub(crate) fn keep_for(&self, user: Handle) {
        let mut state = self.vertical.state.borrow_mut();
        let before = state.pipes.users.insert((user, self.key.0), self.key);
        if before.is_none() {
            self.pipe.users.set(self.pipe.users.get() + 1);
        }
    }
}

impl<B: LogicalTree> Drop for Hold<'_, B> {
    fn drop(&mut self) {
        self.vertical.leave(self.key, &self.pipe);
    }
}
