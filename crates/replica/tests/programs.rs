//! A replica under anything that a server does, that its own application does, and that happens to what
//! is on the way between them.

#[path = "../../model/tests/support/mod.rs"]
mod program;
mod world;

use program::Op;
use proptest::prelude::*;
use world::{Act, World};

fn op() -> impl Strategy<Value = Op> {
    any::<[u8; 4]>().prop_map(Op::from)
}

/// What a server does and how it arrives.
fn stream() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => op().prop_map(Act::Serve),
        2 => (0..12_u8).prop_map(Act::Deliver),
        2 => (0..12_u8).prop_map(Act::Take),
    ]
}

/// The same with an application that closes and forgets, and cuts that only a snapshot heals.
fn anything() -> impl Strategy<Value = Act> {
    prop_oneof![
        10 => stream(),
        1 => any::<(u8, u8)>().prop_map(|(one, other)| Act::Close(one, other)),
        1 => Just(Act::Hear),
        1 => any::<u8>().prop_map(Act::Release),
        1 => Just(Act::Resynchronise),
    ]
}

fn world() -> World {
    let mut world = World::default();
    for _ in 0..2 {
        world.act(Act::Serve(Op::AddWorker));
    }
    world
}

proptest! {
    #[test]
    fn what_a_server_tells_is_what_it_has(acts in prop::collection::vec(stream(), 0..160)) {
        let mut world = world();
        for act in acts {
            let has_happened = matches!(act, Act::Take(_));
            world.act(act);
            if has_happened {
                world.settle();
            }
        }
        world.settle();
    }

    #[test]
    fn everything_ends_once_whoever_closes_it(
        acts in prop::collection::vec(anything(), 0..160),
    ) {
        let mut world = world();
        for act in acts {
            world.act(act);
        }
        world.settle();
    }

    #[test]
    fn a_lost_session_leaves_nothing_open(acts in prop::collection::vec(anything(), 0..160)) {
        let mut world = world();
        for act in acts {
            world.act(act);
        }
        world.die();
    }
}
