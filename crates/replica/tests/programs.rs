//! Property tests of the replica (a client's copy of the server's objects): random actions of the
//! server, its application, and the log (the numbered messages) between them. In the end copy and
//! original must agree; a failure means that the client would show wrong objects.

#[path = "../../model/tests/support/mod.rs"]
mod program;
mod world;

use program::Op;
use proptest::prelude::*;
use world::{Act, World};

fn op() -> impl Strategy<Value = Op> {
    any::<[u8; 4]>().prop_map(Op::from)
}

/// Strategy of server operations and deliveries.
fn stream() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => op().prop_map(Act::Serve),
        2 => (0..12_u8).prop_map(Act::Deliver),
        2 => (0..12_u8).prop_map(Act::Take),
    ]
}

/// The same with an application that closes and releases, and cuts that only a snapshot repairs.
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
    fn a_replica_converges_to_the_server(acts in prop::collection::vec(stream(), 0..160)) {
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
    fn objects_end_once_whichever_side_closes_them(
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
