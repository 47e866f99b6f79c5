//! Checks of the tests of vertical scaling, for the moment in which no message is on its way. Tests call
//! `World::check`, which panics if a pipe, a path from Producer to Consumer or an emitted end is missing,
//! doubled or left over.

use super::{World, pause};
use protocol::{Handle, Kind};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{Emitted, FakeObject};

impl World {
    /// Panics where the tree isn't as it must be.
    pub(crate) fn check(&self) {
        assert_eq!(self.made.borrow().wrong, Vec::<String>::new());
        let open: BTreeMap<Handle, FakeObject> = self.fake.all_open().into_iter().collect();
        for (consumer, producer) in &self.made.borrow().consumers {
            if let Some(entity) = open.get(consumer) {
                check_path(&open, *consumer, entity, *producer);
            }
        }
        Self::check_pipes(&open);
        let real: BTreeSet<Handle> = open
            .iter()
            .filter(|(_, it)| it.kind != Kind::Worker && it.worker != Handle::default())
            .map(|(handle, _)| *handle)
            .collect();
        assert_eq!(self.fake.there(), real, "what the workers have");
    }

    fn check_pipes(open: &BTreeMap<Handle, FakeObject>) {
        let mut pairs: BTreeMap<(Handle, Handle), usize> = BTreeMap::new();
        for (handle, entity) in open.iter().filter(|(_, it)| it.hidden) {
            match entity.kind {
                Kind::Producer | Kind::DataProducer => {
                    let mut others = open.values();
                    let observed = others.any(|it| it.observes.contains(handle));
                    let consumed = !entity.consumers.is_empty();
                    assert!(observed || consumed, "{handle:?} is piped for nobody");
                }
                Kind::Consumer | Kind::DataConsumer => {
                    let peer = entity.peer.and_then(|peer| open.get(&peer));
                    assert!(peer.is_some(), "{handle:?} leads nowhere");
                }
                Kind::PipeTransport => {
                    let peer = entity.peer.and_then(|peer| open.get(&peer));
                    let peer = peer.expect("a pair closes as one");
                    *pairs.entry((entity.router, peer.router)).or_default() += 1;
                }
                _ => {}
            }
        }
        for (pair, count) in pairs {
            assert_eq!(count, 1, "one pair of PipeTransports joins {pair:?}");
        }
    }

    /// Panics where an event is lost or comes twice: every Producer is paused or resumed, and then
    /// closes.
    pub(crate) fn check_events(&mut self) {
        self.check_ends();
        let producers: Vec<Handle> = {
            let made = self.made.borrow();
            let all = made.producers.iter().chain(&made.data_producers);
            all.copied().filter(|it| self.is_open(*it)).collect()
        };
        let mut expected = Vec::new();
        for producer in &producers {
            let paused = self.fake.entity(*producer).is_some_and(|it| it.paused);
            let (emitted, below) = if paused {
                (Emitted::Resume, Emitted::ProducerResume)
            } else {
                (Emitted::Pause, Emitted::ProducerPause)
            };
            expected.push((*producer, emitted));
            let consumers = self.consumers_of(*producer);
            expected.extend(consumers.into_iter().map(|it| (it, below)));
            self.send(*producer, pause(!paused), &[]);
        }
        self.settle();
        self.check();
        expected.sort_unstable();
        let mut emitted = self.fake.take_emitted();
        emitted.sort_unstable();
        assert_eq!(emitted, expected, "emissions of pauses");

        let mut expected = Vec::new();
        for producer in producers {
            expected.push((producer, Emitted::Close));
            let consumers = self.consumers_of(producer);
            expected.extend(consumers.into_iter().map(|it| (it, Emitted::Close)));
            self.close(producer);
        }
        self.settle();
        self.check();
        expected.sort_unstable();
        let mut emitted = self.fake.take_emitted();
        emitted.sort_unstable();
        assert_eq!(emitted, expected, "emissions of ends");
    }

    /// Checks that each closed object emitted its end once, and no open one did.
    fn check_ends(&self) {
        let mut ended = BTreeSet::new();
        for (handle, emitted) in self.fake.take_emitted() {
            assert!(
                emitted != Emitted::Close || ended.insert(handle),
                "{handle:?} closed twice"
            );
        }
        assert!(ended.iter().all(|it| !self.is_open(*it)));
    }

    fn consumers_of(&self, producer: Handle) -> Vec<Handle> {
        let made = self.made.borrow();
        let of = made.consumers.iter().filter(|(_, it)| *it == producer);
        of.map(|(consumer, _)| *consumer)
            .filter(|it| self.is_open(*it))
            .collect()
    }
}

/// A Consumer has one way to its Producer: its own, or one pipe.
fn check_path(
    open: &BTreeMap<Handle, FakeObject>,
    consumer: Handle,
    entity: &FakeObject,
    producer: Handle,
) {
    let origin = open.get(&producer).expect("a Consumer closes with it");
    let source = entity.source.expect("a Consumer has a source");
    assert_eq!(
        entity.producer_paused, origin.paused,
        "{consumer:?}'s state"
    );
    if source == producer {
        assert_eq!(entity.router, origin.router);
        return;
    }
    let piped = open.get(&source).expect("the piped Producer is open");
    assert!(piped.hidden);
    assert_eq!(piped.shown_as, Some(producer));
    assert_eq!(piped.router, entity.router);
    let near = piped.peer.and_then(|near| open.get(&near));
    let near = near.expect("the other end of the pipe is open");
    assert_eq!(near.source, Some(producer), "one hop from {producer:?}");
    assert_eq!(near.router, origin.router);
}
