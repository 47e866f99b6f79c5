//! Pipes between the Routers of an object tree. `local-host` calls `Pipes::pipe_to_router` for the
//! application's `pipeToRouter()`, vertical scaling calls it for a Consumer in another process than its
//! Producer; it creates the transports and both ends, and returns the pair of Producer and Consumer.
//!
//! One pair of PipeTransports joins two Routers, whichever of them asks first and however many Producers
//! cross. The pair closes as one; a Producer's two ends (the Consumer on the source's transport, the
//! Producer on the destination's) close as one, too.

mod options;

use crate::ObjectTree;
use futures_util::lock::Mutex;
use options::{Origin, check, kept_id, pipe_options};
use protocol::{
    Command, Connect, Consume, ConsumeData, Error, Handle, PipeToRouter, Produce, ProduceData,
    Reply,
};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The transports that join two Routers: the first Router's, the second's.
type Pair = (Handle, Handle);

/// State of a pair. The lock makes a second caller wait for the pair on its way.
type PairCell = Rc<Mutex<PairState>>;

#[derive(Debug, Default)]
enum PairState {
    #[default]
    None,
    Joined(Pair),
    /// A failure: mediasoup's Router whose method was called repeats it for good.
    Failed {
        asked: Handle,
        error: Error,
    },
}

/// The pipes between the Routers of one ObjectTree.
#[derive(Debug, Default)]
pub struct Pipes {
    /// By either Router and the other one.
    pairs: RefCell<HashMap<Handle, HashMap<Handle, PairCell>>>,
    hidden: bool,
}

impl Pipes {
    /// Pipes of a layer's own, which the application doesn't see: what failed is tried again by
    /// whoever asks next, and a piped DataProducer is paused with its origin (mediasoup's isn't).
    /// Their owner must report Routers that close: see [`Pipes::forget`].
    #[must_use]
    pub fn hidden() -> Self {
        Self {
            hidden: true,
            ..Self::default()
        }
    }

    /// Makes a Producer or DataProducer of the Router `source` available in another one.
    pub async fn pipe_to_router(
        &self,
        tree: &impl ObjectTree,
        source: Handle,
        options: PipeToRouter,
    ) -> Result<Reply, Error> {
        let (destination, origin) = check(tree, source, &options)?;
        let (near, far) = self.pair(tree, source, destination, &options).await?;
        match origin {
            Origin::Producer(producer, id) => {
                let ends = pipe_producer(tree, near, far, producer, &id, &options).await;
                let ends = ends.inspect_err(|error| {
                    let line = "pipeToRouter() | error creating pipe Consumer/Producer pair:";
                    tree.log_failure(line, error);
                });
                ends.map(|(consumer, producer)| Reply::Piped { consumer, producer })
            }
            Origin::DataProducer(producer, id) => {
                let pair = (near, far);
                let ends = pipe_data_producer(tree, pair, producer, &id, &options, self.hidden);
                let ends = ends.await;
                let ends = ends.inspect_err(|error| {
                    let line =
                        "pipeToRouter() | error creating pipe DataConsumer/DataProducer pair:";
                    tree.log_failure(line, error);
                });
                ends.map(|(consumer, producer)| Reply::Piped { consumer, producer })
            }
        }
    }

    /// The pair of transports between two Routers, made if there is none: the source's first.
    async fn pair(
        &self,
        tree: &impl ObjectTree,
        source: Handle,
        destination: Handle,
        options: &PipeToRouter,
    ) -> Result<Pair, Error> {
        let key = (source.min(destination), source.max(destination));
        let slot = self.slot(key);
        let mut state = slot.lock().await;
        let pair = match &*state {
            PairState::Joined(pair) if tree.is_open(pair.0) && tree.is_open(pair.1) => *pair,
            PairState::Failed { asked, error } if *asked == source => return Err(error.clone()),
            _ => {
                let made = connect_pair(tree, key, options).await.inspect_err(|error| {
                    let line = "pipeToRouter() | error creating PipeTransport pair:";
                    tree.log_failure(line, error);
                });
                *state = match &made {
                    Ok(pair) => PairState::Joined(*pair),
                    Err(_) if self.hidden => PairState::None,
                    Err(error) => PairState::Failed {
                        asked: source,
                        error: error.clone(),
                    },
                };
                self.forget_closed(tree);
                made?
            }
        };
        Ok(if key.0 == source {
            pair
        } else {
            (pair.1, pair.0)
        })
    }

    /// The entry of two Routers.
    fn slot(&self, (one, other): (Handle, Handle)) -> PairCell {
        let mut pairs = self.pairs.borrow_mut();
        let slot = pairs.entry(one).or_default().entry(other).or_default();
        let slot = Rc::clone(slot);
        let mirrored = pairs.entry(other).or_default();
        mirrored.insert(one, Rc::clone(&slot));
        slot
    }

    /// The Routers that are joined, each two once, the lower handle first.
    pub fn joined(&self) -> Vec<(Handle, Handle)> {
        let pairs = self.pairs.borrow();
        let all = pairs.iter().flat_map(|(one, others)| {
            let others = others.iter().filter(move |(other, _)| one < other);
            others.map(move |(other, slot)| ((*one, *other), slot))
        });
        // Whoever holds the lock is about to make the pair.
        let is_joined = |slot: &PairCell| {
            let state = slot.try_lock();
            state.is_some_and(|state| matches!(*state, PairState::Joined(_)))
        };
        let joined = all.filter(|(_, slot)| is_joined(slot));
        joined.map(|(routers, _)| routers).collect()
    }

    /// Closes the transports that join two Routers, which nobody may be using. Who asks next has them
    /// made anew.
    pub fn part(&self, tree: &impl ObjectTree, (one, other): (Handle, Handle)) {
        let slot = self.slot((one.min(other), one.max(other)));
        let joined = slot.try_lock().and_then(|mut state| {
            let joined = matches!(*state, PairState::Joined(_));
            joined.then(|| std::mem::take(&mut *state))
        });
        if let Some(PairState::Joined((near, far))) = joined {
            // They close as one, but for whichever of them is closed already.
            tree.close(near);
            tree.close(far);
        }
    }

    /// A Router is gone. Its handle may be given again: what it meant mustn't be taken for that.
    pub fn forget(&self, router: Handle) {
        let mut pairs = self.pairs.borrow_mut();
        for other in pairs.remove(&router).into_iter().flatten() {
            if let Some(others) = pairs.get_mut(&other.0) {
                others.remove(&router);
            }
        }
    }

    /// Drops the entries of Routers that are gone, if their owner doesn't report them.
    fn forget_closed(&self, tree: &impl ObjectTree) {
        if self.hidden {
            return;
        }
        let gone: Vec<Handle> = {
            let pairs = self.pairs.borrow();
            let routers = pairs.keys().copied();
            routers.filter(|it| !tree.is_open(*it)).collect()
        };
        for router in gone {
            self.forget(router);
        }
    }
}

async fn connect_pair(
    tree: &impl ObjectTree,
    (one, other): (Handle, Handle),
    options: &PipeToRouter,
) -> Result<Pair, Error> {
    let create = |router| tree.call(router, Command::CreatePipeTransport(pipe_options(options)));
    let (one, other) = futures_util::join!(create(one), create(other));
    let (one, other) = (one.and_then(created), other.and_then(created));
    let close_both = |error: Error| {
        for handle in [&one, &other].into_iter().flatten() {
            tree.close(*handle);
        }
        error
    };
    let (Ok(one), Ok(other)) = (&one, &other) else {
        let error = one.as_ref().err().or(other.as_ref().err()).cloned();
        return Err(close_both(error.unwrap_or_else(|| Error::plain("pipe"))));
    };
    let connect =
        |to: Handle, from: Handle| tree.call(to, Command::Connect(connect_options(tree, from)));
    let connected = futures_util::join!(connect(*one, *other), connect(*other, *one));
    connected.0.and(connected.1).map_err(close_both)?;
    // One of them may have closed since, and what isn't linked yet doesn't close with it.
    if !tree.is_open(*one) || !tree.is_open(*other) {
        return Err(close_both(Error::plain("PipeTransport closed")));
    }
    tree.link(*one, *other);
    Ok((*one, *other))
}

async fn pipe_producer(
    tree: &impl ObjectTree,
    near: Handle,
    far: Handle,
    producer: Handle,
    id: &str,
    options: &PipeToRouter,
) -> Result<Pair, Error> {
    let consume = Consume {
        producer_id: Some(id.into()),
        ..Consume::default()
    };
    let consumer = created(tree.call(near, Command::Consume(consume)).await?)?;
    let produce = Produce {
        id: kept_id(id, options),
        kind: value(tree, consumer, "kind"),
        rtp_parameters: tree.read(consumer, "rtpParameters"),
        paused: value(tree, consumer, "producerPaused"),
        app_data_of: Some(producer),
        ..Produce::default()
    };
    let end = far_end(tree, far, Command::Produce(produce), consumer).await?;
    let origin = (producer, "original Producer closed");
    join_ends(tree, origin, consumer, end, true).await
}

async fn pipe_data_producer(
    tree: &impl ObjectTree,
    (near, far): Pair,
    producer: Handle,
    id: &str,
    options: &PipeToRouter,
    mirrored: bool,
) -> Result<Pair, Error> {
    let consume = ConsumeData {
        data_producer_id: Some(id.into()),
        ..ConsumeData::default()
    };
    let consumer = created(tree.call(near, Command::ConsumeData(consume)).await?)?;
    let produce = ProduceData {
        id: kept_id(id, options),
        sctp_stream_parameters: value(tree, consumer, "sctpStreamParameters"),
        label: value(tree, consumer, "label"),
        protocol: value(tree, consumer, "protocol"),
        paused: mirrored
            .then(|| value(tree, consumer, "dataProducerPaused"))
            .flatten(),
        app_data_of: Some(producer),
        ..ProduceData::default()
    };
    let end = far_end(tree, far, Command::ProduceData(produce), consumer).await?;
    let origin = (producer, "original DataProducer closed");
    join_ends(tree, origin, consumer, end, mirrored).await
}

/// Makes the two ends one, unless the origin has closed. `mirrored`: it may have been paused or
/// resumed in the meanwhile, and while that is made up for, too.
async fn join_ends(
    tree: &impl ObjectTree,
    (origin, closed): (Handle, &str),
    consumer: Handle,
    end: Handle,
    mirrored: bool,
) -> Result<Pair, Error> {
    let close_both = |error: Error| {
        tree.close(consumer);
        tree.close(end);
        error
    };
    loop {
        if !tree.is_open(origin) {
            return Err(close_both(Error::not_found(closed)));
        }
        let paused = tree.read(origin, "paused");
        if !mirrored || tree.read(end, "paused") == paused {
            tree.link(consumer, end);
            return Ok((consumer, end));
        }
        let command = match paused {
            Some(paused) if paused.as_str() == "true" => Command::Pause,
            _ => Command::Resume,
        };
        tree.call(end, command).await.map_err(close_both)?;
    }
}

/// Makes the Producer at the far end. Without it, the Consumer at the near end is of no use.
async fn far_end(
    tree: &impl ObjectTree,
    far: Handle,
    produce: Command,
    consumer: Handle,
) -> Result<Handle, Error> {
    let produced = tree.call(far, produce).await;
    produced
        .and_then(created)
        .inspect_err(|_| tree.close(consumer))
}

fn created(reply: Reply) -> Result<Handle, Error> {
    match reply {
        Reply::Created(handle) => Ok(handle),
        other => Err(Error::plain(format!("nothing was created: {other:?}"))),
    }
}

fn value(tree: &impl ObjectTree, handle: Handle, member: &str) -> Option<Value> {
    let text = tree.read(handle, member)?;
    serde_json::from_str(text.as_str()).ok()
}

fn connect_options(tree: &impl ObjectTree, peer: Handle) -> Connect {
    let tuple = value(tree, peer, "tuple").unwrap_or_default();
    Connect {
        ip: tuple.get("localAddress").cloned(),
        port: tuple.get("localPort").cloned(),
        srtp_parameters: value(tree, peer, "srtpParameters"),
        ..Connect::default()
    }
}
