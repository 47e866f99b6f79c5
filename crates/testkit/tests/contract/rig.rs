//! Rig by which the contract suite (the tests that every holder of mediasoup objects must pass) drives a fake
//! one. The fake is sound, and must pass, or has one deliberate fault, which a test of the suite must
//! notice. It implements the suite's trait `Rig`: adds Workers, has them answer, emit events and die.

use crate::broken::Broken;
use crate::faults::Fault;
use host::Host;
use protocol::{Emission, Event, Handle, Json, Payload};
use serde_json::json;
use testkit::contract::{Notification, Rig};

/// A fake host, and what its workers emit next.
pub(crate) struct FakeRig {
    host: Broken,
    notified: Vec<(Handle, Event, Payload)>,
}

impl FakeRig {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self {
            host: Broken::new(fault),
            notified: Vec::new(),
        }
    }
}

impl Rig for FakeRig {
    fn host(&mut self) -> &mut dyn Host {
        &mut self.host
    }

    fn worker(&mut self) -> Handle {
        self.host.fake.add_worker()
    }

    fn serve(&mut self) {
        self.host.fake.serve();
        for (target, event, payload) in self.notified.drain(..) {
            self.host.notified(target, event, payload);
        }
    }

    fn notified(&mut self, worker: Handle, id: &str, notification: Notification) {
        let Some(target) = self.host.fake.model().find(worker, id) else {
            return;
        };
        let (event, payload) = match notification {
            Notification::ProducerPause => (Event::ProducerPause, Payload::None),
            Notification::ProducerResume => (Event::ProducerResume, Payload::None),
            Notification::ProducerClose => (Event::ProducerClose, Payload::None),
            Notification::Score(score) => {
                let score = json!({ "score": score, "producerScore": 0, "producerScores": [] });
                (Event::Score, Payload::Json(Json::of(&score)))
            }
        };
        self.notified.push((target, event, payload));
    }

    fn kill(&mut self, worker: Handle) -> Vec<Emission> {
        self.host.worker_died(worker)
    }
}
