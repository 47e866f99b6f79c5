//! Objects of all Workers, without the channels to the worker processes. The encoders of requests and
//! the decoders of replies and notifications change them and leave here the items (events, new objects,
//! log lines for the application) and the consequences (further requests to workers) that follow.
//! `Local`, the owner, hands the items to the driver (the addon in Node, or the server) and sends the consequences.

use crate::offers::Offers;
use crate::random::Random;
use model::{Closure, Model};
use protocol::{Emission, Event, Handle, Item, Kind, Level, LogLine, Logger};
use std::collections::VecDeque;

/// The objects of all Workers, without the channels that lead to them.
#[derive(Debug)]
pub(crate) struct Core {
    pub model: Model,
    pub random: Random,
    /// Cache of negotiated codecs and header extensions of Producers.
    pub offers: Offers,
    /// Items for the driver, in order.
    pub items: VecDeque<Item>,
    /// Requests to workers that follow from a message of one of them.
    pub consequences: Vec<Consequence>,
}

/// Something that a worker has to do because of something that happened.
#[derive(Debug)]
pub(crate) enum Consequence {
    /// An object was closed here and the worker doesn't know.
    Closed(Handle),
    /// A pipe's Producer is paused (or resumed) with the Consumer that feeds it.
    Mirrored { peer: Handle, paused: bool },
}

impl Core {
    pub(crate) fn new(random: Random) -> Self {
        Self {
            model: Model::default(),
            random,
            offers: Offers::default(),
            items: VecDeque::new(),
            consequences: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, item: Item) {
        self.items.push_back(item);
    }

    /// A line of the library's own for the log.
    pub(crate) fn log(&mut self, logger: Logger, level: Level, line: impl Into<String>) {
        self.push(Item::Log(LogLine {
            worker: None,
            logger,
            level,
            line: line.into(),
            error: None,
        }));
    }

    /// Tells of an event, unless the application doesn't know what it is about.
    pub(crate) fn emit(&mut self, emission: Emission) {
        let hidden = self.model.is_hidden(emission.target);
        self.tell(emission, hidden);
    }

    /// Tells of all that an event of a worker amounts to.
    pub(crate) fn conclude(&mut self, closure: Closure) {
        let closed = closure.told.into_iter().map(Consequence::Closed);
        self.consequences.extend(closed);
        for emission in closure.emissions {
            self.tell(emission, closure.hidden);
        }
    }

    fn tell(&mut self, emission: Emission, hidden: bool) {
        self.mirror(&emission, hidden);
        if !hidden {
            self.push(Item::Emission(emission));
        }
    }

    /// mediasoup pauses a pipe's Producer with the Consumer that feeds it, but not a DataProducer. A
    /// pipe that nobody sees must not be noticed in that.
    fn mirror(&mut self, emission: &Emission, hidden: bool) {
        let paused = match emission.observer {
            Some(Event::Pause) => true,
            Some(Event::Resume) => false,
            _ => return,
        };
        let kind = self.model.get(emission.target).map(|entity| entity.kind);
        let feeds = kind == Some(Kind::Consumer) || (hidden && kind == Some(Kind::DataConsumer));
        if feeds && let Some(peer) = self.model.peer(emission.target) {
            self.consequences
                .push(Consequence::Mirrored { peer, paused });
        }
    }
}
