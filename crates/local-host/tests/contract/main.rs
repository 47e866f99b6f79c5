//! Test that `LocalHost` (the object that holds this machine's Workers) behaves as the client's copy of a
//! server's objects does: testkit's suite of cases, run with fake workers (in-process stand-ins for
//! mediasoup's). A failure means that an application gets replies, events or errors here in another order or
//! with other words than on a server.

mod emitted;

#[path = "../support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "shared with the behaviour tests, which use all of it"
)]
mod support;

use emitted::emitted;
use fbs::notification::Event;
use host::Host;
use protocol::{Emission, Handle};
use support::{Machine, notification};
use testkit::contract::{Notification, Rig, run};

#[test]
fn is_kept_by_the_workers_of_this_machine() {
    run(
        "LocalHost",
        || Box::new(LocalRig(Machine::new(), Vec::new())),
        &[],
    );
}

/// A machine, and what its workers emit next.
struct LocalRig(Machine, Vec<(Handle, Vec<u8>)>);

impl LocalRig {
    fn input(&self, worker: Handle, bytes: &[u8]) {
        self.0.host.local_mut().input(worker, bytes);
    }
}

impl Rig for LocalRig {
    fn host(&mut self) -> &mut dyn Host {
        &mut self.0.host
    }

    fn worker(&mut self) -> Handle {
        let (worker, _) = self.0.host.local_mut().add_worker();
        self.0.spawned(worker);
        self.input(worker, &notification("", Event::WorkerRunning, None));
        let host = &mut self.0.host;
        while host.next_item().is_some() || host.next_event() {}
        worker
    }

    fn serve(&mut self) {
        for (worker, bytes) in std::mem::take(&mut self.1) {
            self.input(worker, &bytes);
        }
        loop {
            let asked = self.0.asked();
            if asked.is_empty() {
                break;
            }
            for (worker, request) in asked {
                let answer = self.0.answer(worker, &request);
                self.input(worker, &answer);
            }
        }
    }

    fn notified(&mut self, worker: Handle, id: &str, emits: Notification) {
        let (event, body) = emitted(emits);
        self.1.push((worker, notification(id, event, body)));
    }

    fn kill(&mut self, worker: Handle) -> Vec<Emission> {
        self.0.host.worker_died(worker)
    }
}
