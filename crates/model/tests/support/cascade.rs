//! Oracle of close cascades: the objects, reasons and order that closing an object should yield,
//! computed from a plain copy of the tree. The property test and the fuzz target of the Model call it
//! after each close; a difference from the Model's own result panics.

use super::Run;
use model::Closure;
use protocol::{Event, Handle, Kind};
use std::collections::{BTreeSet, HashMap};

impl Run {
    /// Holds what closing `target` gave against what it should have, and notes what is closed.
    pub(super) fn check_close(&mut self, target: Handle, reason: Option<Event>, closure: &Closure) {
        let ends: Vec<(Handle, Option<Event>)> = closure
            .emissions
            .iter()
            .filter(|it| it.observer == Some(Event::Close))
            .map(|it| (it.target, it.event))
            .collect();
        if !self.is_open(target) {
            // A listener's close() in the middle of a cascade: what is below is emitted again.
            assert!(closure.told.is_empty());
            assert!(ends.iter().all(|(handle, _)| !self.is_open(*handle)));
            return;
        }
        let expected = self.closing_with(target);
        let ended: BTreeSet<Handle> = ends.iter().map(|(handle, _)| *handle).collect();
        assert_eq!(ended, expected, "what closes with {target:?}");
        assert_eq!(
            ends.len(),
            ended.len(),
            "an end was emitted twice: {ends:?}"
        );

        let place: HashMap<Handle, usize> = ends
            .iter()
            .enumerate()
            .map(|(place, (handle, _))| (*handle, place))
            .collect();
        let mut told: Vec<Handle> = Vec::new();
        for (handle, why) in &ends {
            let shadow = &self.shadows[handle];
            match why {
                None => told.push(*handle),
                _ if *handle == target => assert_eq!(*why, reason),
                Some(Event::ListenServerClose) => {
                    assert!(shadow.server.is_some_and(|server| ended.contains(&server)));
                }
                Some(why) => {
                    assert_eq!(*why, reason_below(self.shadows[&shadow.parent].kind));
                    assert!(
                        place[handle] < place[&shadow.parent],
                        "a parent's end first"
                    );
                }
            }
        }
        told.sort_unstable();
        let mut said = closure.told.clone();
        said.sort_unstable();
        assert_eq!(said, told, "requests close what has no other reason");
        self.check_order(&ends);
        self.check_closing(closure, &place);
        for handle in ended {
            self.shadow(handle).open = false;
        }
    }

    /// Siblings that close for the same reason do so by kind, and by age within a kind.
    fn check_order(&self, ends: &[(Handle, Option<Event>)]) {
        let mut last: HashMap<(Handle, Event), (usize, Handle)> = HashMap::new();
        for (handle, why) in ends {
            let shadow = &self.shadows[handle];
            let Some(why) = why.filter(|why| *why != Event::ListenServerClose) else {
                continue;
            };
            let now = (rank(shadow.kind), *handle);
            if let Some(before) = last.insert((shadow.parent, why), now) {
                assert!(before < now, "{before:?} closed before {now:?}");
            }
        }
    }

    /// Checks that objects with children are announced as closing before any of their children ends.
    fn check_closing(&self, closure: &Closure, place: &HashMap<Handle, usize>) {
        let mut closing = BTreeSet::new();
        for it in &closure.emissions {
            if it.event.is_none() && it.observer.is_none() {
                assert!(closing.insert(it.target), "closing twice");
            } else if it.observer == Some(Event::Close) {
                let parent = self.shadows[&it.target].parent;
                let in_cascade = parent != it.target && place.contains_key(&parent);
                let by_cascade = it.event.is_some_and(|why| why != Event::ListenServerClose);
                assert!(!in_cascade || !by_cascade || closing.contains(&parent));
            }
        }
    }

    /// Everything that closes when `target` does: what is below, other ends of pipes, and the
    /// transports of a WebRtcServer.
    fn closing_with(&self, target: Handle) -> BTreeSet<Handle> {
        let mut all = BTreeSet::new();
        let mut left = vec![target];
        while let Some(handle) = left.pop() {
            if !self.is_open(handle) || !all.insert(handle) {
                continue;
            }
            left.extend(self.shadows[&handle].peer);
            let below = self.shadows.iter().filter(|(_, shadow)| {
                shadow.parent == handle || shadow.server.is_some_and(|server| server == handle)
            });
            left.extend(below.map(|(below, _)| *below));
        }
        all
    }
}

/// Place of a kind among its siblings when they close.
fn rank(kind: Kind) -> usize {
    match kind {
        Kind::WebRtcServer | Kind::Consumer => 1,
        kind if kind.is_rtp_observer() => 1,
        Kind::DataProducer => 2,
        Kind::DataConsumer => 3,
        _ => 0,
    }
}

fn reason_below(kind: Kind) -> Event {
    match kind {
        Kind::Worker => Event::WorkerClose,
        Kind::Router => Event::RouterClose,
        _ => Event::TransportClose,
    }
}
