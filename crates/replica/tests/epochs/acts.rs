//! Random actions of a server, a link (one WebSocket) and an application, decoded from two bytes each,
//! with the checks of their effects: no call is answered twice, and nothing stays open in the end. The
//! property test and the fuzz target share them.

use crate::world::World;
use host::Host;
use protocol::{Handle, Item, Outcome, RequestId};
use std::collections::BTreeSet;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Link(Outcome),
    Cut,
    Snapshot,
    Worker,
    Event,
    Ask(Handle),
    Answer,
    Close(Handle),
    Take(u8),
    NextEvent,
    Renew,
    Leave,
}

impl From<[u8; 2]> for Act {
    fn from([code, number]: [u8; 2]) -> Self {
        let handle = |count| Handle(u32::from(number % count));
        match code % 22 {
            0..2 => Self::Link(match number % 4 {
                0 => Outcome::First,
                1 => Outcome::Resumed,
                2 => Outcome::Rejoined,
                _ => Outcome::Renewed,
            }),
            2 => Self::Cut,
            3..5 => Self::Snapshot,
            5..8 => Self::Worker,
            8..10 => Self::Event,
            10..13 => Self::Ask(handle(2)),
            13..15 => Self::Answer,
            15 => Self::Close(handle(4)),
            16..18 => Self::Take(number % 6),
            18..20 => Self::NextEvent,
            20 => Self::Renew,
            // Rarely: it ends most of the run.
            _ if number < 32 => Self::Leave,
            _ => Self::Take(1),
        }
    }
}

/// A world, and the requests and answers over all its epochs.
#[derive(Debug)]
pub(crate) struct Run {
    world: World,
    last: RequestId,
    answered: BTreeSet<RequestId>,
}

impl Run {
    pub(crate) fn new() -> Self {
        Self {
            world: World::new(),
            last: RequestId::default(),
            answered: BTreeSet::new(),
        }
    }

    pub(crate) fn step(&mut self, act: Act) {
        let world = &mut self.world;
        match act {
            Act::Link(outcome) => world.link(outcome),
            Act::Cut => world.cut(),
            Act::Snapshot => world.snapshot([]),
            Act::Worker => {
                world.worker();
            }
            Act::Event => world.event(Handle(1)),
            Act::Ask(target) => {
                if let Ok(request) = world.ask(target, r#""dump""#) {
                    assert!(request > self.last, "numbers go on");
                    self.last = request;
                }
            }
            Act::Answer => {
                let oldest = world.wire.0.borrow().calls.first().copied();
                if let Some(request) = oldest {
                    world.answer(request);
                }
            }
            Act::Close(handle) => {
                world.host.close(handle);
            }
            Act::Take(count) => {
                for _ in 0..count {
                    self.take();
                }
            }
            Act::NextEvent => {
                world.host.next_event();
            }
            Act::Renew => {
                // The driver takes all items of an epoch before it moves on to the next.
                while self.take() {}
                self.world.renew();
            }
            Act::Leave => world.host.leave(),
        }
    }

    /// Leaves, and checks that nothing is open.
    pub(crate) fn end(mut self) {
        self.world.host.leave();
        while self.take() || self.world.host.next_event() {}
        let open = self.world.host.replica().model().objects();
        assert!(open.is_empty(), "{open:?}");
    }

    fn take(&mut self) -> bool {
        let item = self.world.host.next_item();
        if let Some(Item::Reply { request, .. }) = item {
            assert!(
                self.answered.insert(request),
                "{request:?} is answered twice"
            );
            assert!(request <= self.last, "{request:?} was never sent");
        }
        item.is_some()
    }
}
