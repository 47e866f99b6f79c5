//! Property tests of the Model (the tree of objects): random sequences of creations, events and closes,
//! checked after each step against a plain copy of the tree, and senseless inputs, which must not panic.
//! A failure is a sequence that breaks an invariant; proptest prints the shortest that it finds.

mod support;

use model::{Fields, Model, SctpStreams};
use proptest::prelude::*;
use protocol::{Handle, Kind};
use std::collections::BTreeSet;
use support::{Op, Run, event_of, payload_of, state};

const KINDS: [Kind; 13] = [
    Kind::Worker,
    Kind::WebRtcServer,
    Kind::Router,
    Kind::WebRtcTransport,
    Kind::PlainTransport,
    Kind::PipeTransport,
    Kind::DirectTransport,
    Kind::Producer,
    Kind::Consumer,
    Kind::DataProducer,
    Kind::DataConsumer,
    Kind::ActiveSpeakerObserver,
    Kind::AudioLevelObserver,
];

fn ops() -> impl Strategy<Value = Vec<Op>> {
    // The same bytes that the fuzzer writes.
    prop::collection::vec(any::<[u8; 4]>().prop_map(Op::from), 0..200)
}

proptest! {
    #[test]
    fn every_cascade_is_mediasoups(ops in ops()) {
        let mut run = Run::default();
        for op in [Op::AddWorker, Op::AddWorker].into_iter().chain(ops) {
            run.step(op);
        }
    }

    /// Objects in the wrong place, links between any two, handles without an object: the Model returns from
    /// every call.
    #[test]
    fn senseless_calls_never_panic(ops in prop::collection::vec(any::<(u8, u32, u32, u8)>(), 0..200)) {
        let mut model = Model::default();
        let mut made = 1;
        for (code, a, b, c) in ops {
            let (one, other) = (Handle(a % (made + 2)), Handle(b % (made + 2)));
            match code % 8 {
                0 => drop(model.insert_worker()),
                1 | 2 => {
                    let kind = KINDS[usize::from(c) % KINDS.len()];
                    let id = format!("{}", b % 8).into();
                    model.insert(kind, id, one, Fields::default(), state(kind, Some(other)));
                }
                3 => drop(model.close(one)),
                4 => drop(model.notify(one, event_of(c), payload_of(c))),
                5 => drop(model.paused(one, c % 2 == 0, (c % 3 == 0).then_some(c % 5 == 0))),
                6 => model.link(one, other),
                _ => model.release(one),
            }
            model.serve(one, other);
            let _ = model.find_in_router(one, Kind::Producer, "1");
            let _ = (model.peer(one), model.router_of(other), model.read(one, "paused"));
            made = made.max(u32::try_from(model.len()).unwrap());
        }
    }

    /// `true` takes a stream, `false` gives the oldest one back.
    #[test]
    fn a_stream_has_one_owner(
        ops in prop::collection::vec(any::<bool>(), 0..400),
        limit in prop::option::of(any::<u16>()),
    ) {
        let mut streams = SctpStreams::default();
        streams.negotiated_max_outbound = limit;
        let mut taken = BTreeSet::new();
        for take in ops {
            if take {
                let id = streams.allocate().expect("far fewer than there are");
                prop_assert!(taken.insert(id), "stream {} was taken", id);
            } else if let Some(id) = taken.pop_first() {
                streams.free(id);
            }
        }
    }
}
