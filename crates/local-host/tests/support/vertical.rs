//! Set-up for the tests of vertical scaling in `LocalHost`: one Router of the application with two
//! transports, in two worker processes, which in-process fakes replace. Tests create a [`Two`], consume
//! across the processes, and read the hidden pipes between them. CPU slots are without limit.

use super::{Cast, Rig, rtp_capabilities, rtp_parameters};
use fbs::notification::Event as Notified;
use protocol::{Emission, Event, Handle, Kind, Reply};
use serde_json::json;
use std::rc::Rc;
use vertical_scaling::{CpuSlot, Placement, Slots, VerticalOptions};

/// As many CPUs as anybody wants.
struct Plenty;

impl Slots for Plenty {
    fn take(&self) -> Option<CpuSlot> {
        Some(CpuSlot::holding(()))
    }

    fn count(&self) -> usize {
        16
    }
}

/// Two transports of a logical Router in two real Workers, with producers on the first.
pub(crate) struct Two {
    pub(crate) rig: Rig,
    pub(crate) worker: Handle,
    pub(crate) router: Handle,
    pub(crate) real: [Handle; 2],
    pub(crate) transports: [Handle; 2],
    pub(crate) producer: Handle,
    pub(crate) data_producer: Handle,
}

impl Two {
    pub(crate) fn new() -> Self {
        let mut rig = Rig::new();
        let (worker, first) = rig.vertical(spread(), &plenty());
        let router = Cast::router(&mut rig, worker);
        let transport = json!({ "createWebRtcTransport": {
            "listenInfos": [{ "protocol": "udp", "ip": "127.0.0.1" }], "enableSctp": true,
        } });
        let near = rig.make(router, transport.clone());
        let request = rig.ask(router, transport);
        let spawned = rig.spawn();
        assert_eq!(spawned.len(), 1);
        rig.serve();
        let Ok(Reply::Created(far)) = rig.result(request) else {
            panic!("no transport");
        };
        let producer = rig.make(
            near,
            json!({ "produce": { "kind": "video", "rtpParameters": rtp_parameters("video") } }),
        );
        let data_producer = rig.make(
            near,
            json!({ "produceData": { "sctpStreamParameters": { "streamId": 7 }, "label": "chat" } }),
        );
        let real = [first, spawned[0]];
        assert_eq!(rig.worker_of(near), real[0]);
        assert_eq!(rig.worker_of(far), real[1]);
        rig.told();
        Self {
            rig,
            worker,
            router,
            real,
            transports: [near, far],
            producer,
            data_producer,
        }
    }

    pub(crate) fn consume(&mut self) -> Handle {
        let consume = json!({
            "producerId": self.rig.id(self.producer), "rtpCapabilities": rtp_capabilities(),
        });
        let far = self.transports[1];
        self.rig.make(far, json!({ "consume": consume }))
    }

    pub(crate) fn consume_data(&mut self) -> Handle {
        let consume = json!({ "dataProducerId": self.rig.id(self.data_producer) });
        let far = self.transports[1];
        self.rig.make(far, json!({ "consumeData": consume }))
    }

    /// The hidden ends of the pipes of a kind, in a real Worker.
    pub(crate) fn hidden(&self, kind: Kind, worker: Handle) -> Vec<Handle> {
        let local = self.rig.host.local();
        let is_one = |handle: &Handle| {
            let entity = local.model().open(*handle);
            entity.is_some_and(|it| it.hidden && it.kind == kind && it.worker == worker)
        };
        (1..300).map(Handle).filter(is_one).collect()
    }

    /// Something that the near worker says of the pipe's consumer.
    pub(crate) fn near_says(&mut self, kind: Kind, event: Notified) {
        let ends = self.hidden(kind, self.real[0]);
        assert_eq!(ends.len(), 1);
        let id = self.rig.id(ends[0]);
        self.rig.event(self.real[0], &id, event, None);
    }
}

pub(crate) fn plenty() -> Rc<dyn Slots> {
    Rc::new(Plenty)
}

pub(crate) fn spread() -> VerticalOptions {
    VerticalOptions {
        max_workers: Some(2),
        placement: Placement::Spread,
        ..VerticalOptions::default()
    }
}

pub(crate) fn ends(emissions: &[Emission]) -> Vec<(Handle, Option<Event>)> {
    let ends = emissions
        .iter()
        .filter(|it| it.observer == Some(Event::Close));
    ends.map(|it| (it.target, it.event)).collect()
}
