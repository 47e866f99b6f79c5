//! A `LocalHost` (the object that holds this machine's Workers) with a fake worker for each Worker, in
//! place of worker processes. Rigs of the tests and the fuzz targets send it commands; it returns the
//! requests that went to the workers, and plausible replies to send back.

use super::FakeWorker;
use engine::Local;
use fbs::message::Body as Said;
use fbs::request::Request;
use local_host::LocalHost;
use protocol::Handle;
use std::collections::BTreeMap;
use std::time::Duration;

/// A Host and its workers. Nobody takes its items.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) host: LocalHost,
    workers: BTreeMap<Handle, FakeWorker>,
}

impl Machine {
    pub(crate) fn new() -> Self {
        // The same numbers in every run, and none of them twice (Knuth's MMIX generator).
        let mut state = 0_u64;
        let entropy = move |bytes: &mut [u8]| {
            for eight in bytes.chunks_mut(8) {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                eight.copy_from_slice(&state.to_be_bytes()[..eight.len()]);
            }
        };
        Self {
            host: LocalHost::new(Local::new(entropy), Duration::default),
            workers: BTreeMap::new(),
        }
    }

    /// A Worker's process was spawned.
    pub(crate) fn spawned(&mut self, worker: Handle) {
        self.workers.insert(worker, FakeWorker::default());
    }

    /// Takes the messages that were sent to workers since the last time.
    pub(crate) fn sent(&mut self) -> Vec<(Handle, Said)> {
        let mut sent = Vec::new();
        let mut local = self.host.local_mut();
        while let Some(worker) = local.next_output() {
            let messages = FakeWorker::read(local.output(worker));
            sent.extend(messages.into_iter().map(|message| (worker, message)));
            local.written(worker);
        }
        sent
    }

    /// Takes the requests that were sent to workers since the last time.
    pub(crate) fn asked(&mut self) -> Vec<(Handle, Request)> {
        let requests = self
            .sent()
            .into_iter()
            .filter_map(|(worker, said)| match said {
                Said::Request(request) => Some((worker, *request)),
                _ => None,
            });
        requests.collect()
    }

    /// The default answer to a request, not sent yet.
    pub(crate) fn answer(&mut self, worker: Handle, request: &Request) -> Vec<u8> {
        let fake = self.workers.get_mut(&worker).expect("a Worker of the rig");
        fake.answer(request)
    }
}
