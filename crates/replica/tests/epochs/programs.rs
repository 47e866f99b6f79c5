//! Property test of random sequences of actions of a server, a link (one WebSocket) and an application.
//! A failure is a sequence after which a call was answered twice or objects stay open; proptest prints
//! the shortest that it finds.

use crate::acts::{Act, Run};
use proptest::prelude::*;

proptest! {
    #[test]
    fn no_sequence_answers_twice_or_leaves_objects_open(
        acts in prop::collection::vec(any::<[u8; 2]>().prop_map(Act::from), 0..160),
    ) {
        let mut run = Run::new();
        for act in acts {
            run.step(act);
        }
        run.end();
    }
}
