//! The contract of a `Host` (testkit's suite of cases), run on a client's `RemoteHost` whose commands a
//! real `Session` executes with fake workers (in-process stand-ins for mediasoup's). A failure means that
//! an application with a server sees another order or other values than one with Workers on its own
//! machine.

#[path = "../../../../local-host/tests/contract/emitted.rs"]
mod emitted;

use super::fake_worker::notification;
use super::rig::{Rig, Who};
use emitted::emitted;
use host::Host;
use protocol::{Call, Command, Emission, Error, Handle, Item, LinkEvent, Outcome, Reply};
use replica::{Connection, Incoming, Outgoing, RemoteHost};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use testkit::contract::{self, Notification};
use wire::v1::{ActEncoder, UpdateDecoder, encode};

#[test]
fn is_kept_by_the_replica_of_a_session() {
    contract::run("RemoteHost", || Box::new(RemoteRig::new()), SKIPS);
}

const SKIPS: &[(&str, &str)] = &[(
    "a pause in flight is emitted even if its object has closed",
    "an object closed at the client emits nothing more, not even the outcome of commands on their way (COMPAT.md)",
)];

/// Connection that a test carries to its session.
#[derive(Clone, Default)]
struct Wire(Rc<RefCell<Ends>>);

#[derive(Default)]
struct Ends {
    sent: Vec<Outgoing>,
    came: Vec<Incoming>,
}

impl Connection for Wire {
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Error> {
        self.0.borrow_mut().sent.push(outgoing);
        Ok(())
    }

    fn flush(&mut self) {}

    fn receive(&mut self) -> Vec<Incoming> {
        std::mem::take(&mut self.0.borrow_mut().came)
    }

    fn disconnect(&mut self) {}

    fn goodbye(&mut self, _: Duration) -> bool {
        true
    }

    fn has_left(&self) -> bool {
        false
    }
}

/// A session with one client, and that client's host.
struct RemoteRig {
    host: RemoteHost<Wire>,
    wire: Wire,
    rig: Rig,
    who: Who,
    encoder: ActEncoder,
    decoder: UpdateDecoder,
    /// Events that workers emit next.
    notified: Vec<(Handle, Vec<u8>)>,
}

impl RemoteRig {
    fn new() -> Self {
        let mut rig = Rig::new(false);
        let who = rig.client();
        let wire = Wire::default();
        let connected = LinkEvent::Connected {
            outcome: Outcome::First,
            draining: false,
            agent: String::new(),
        };
        wire.0.borrow_mut().came.push(Incoming::Link(connected));
        let mut remote = Self {
            host: RemoteHost::new(wire.clone(), 0),
            wire,
            rig,
            who,
            encoder: ActEncoder::default(),
            decoder: UpdateDecoder::default(),
            notified: Vec::new(),
        };
        remote.carry_down();
        while remote.host.next_item().is_some() {}
        remote
    }

    /// Carries the client's messages to the session, and so to its workers.
    fn carry_up(&mut self) {
        let sent = std::mem::take(&mut self.wire.0.borrow_mut().sent);
        for outgoing in sent {
            let mut request = None;
            let act = outgoing.try_map_call(|call| {
                request = Some(call.request);
                let (target, app_data) = (call.target, call.command.app_data);
                let command = call.command.parse()?;
                Ok(Box::new(Call {
                    target,
                    command,
                    app_data,
                }))
            });
            let act = match (act, request) {
                (Ok(act), _) => act,
                (Err(error), Some(request)) => {
                    let unanswered = Incoming::Unanswered { request, error };
                    self.wire.0.borrow_mut().came.push(unanswered);
                    continue;
                }
                (Err(error), None) => panic!("{error}"),
            };
            let mut entries = self.encoder.encode(act).into_iter().peekable();
            let now = self.rig.now;
            let machine = &mut self.rig.clients[self.who].machine;
            while let Some(entry) = entries.next() {
                let call = request.filter(|_| entries.peek().is_none());
                machine.push(now, entry, call).unwrap();
            }
        }
        self.rig.carry_up(self.who);
    }

    /// Carries the session's messages to the client.
    fn carry_down(&mut self) {
        for entry in self.rig.received(self.who) {
            let Some(update) = self.decoder.decode(&encode(&entry)).unwrap() else {
                continue;
            };
            let machine = &mut self.rig.clients[self.who].machine;
            let update = machine.name_call(update);
            let update = Incoming::Update(Box::new(update.unwrap()));
            self.wire.0.borrow_mut().came.push(update);
        }
        self.host.receive();
    }
}

impl contract::Rig for RemoteRig {
    fn host(&mut self) -> &mut dyn Host {
        &mut self.host
    }

    fn worker(&mut self) -> Handle {
        let create = Command::CreateWorker(Box::default());
        let asked = self.host.request(Handle::default(), create.into());
        self.serve();
        while let Some(item) = self.host.next_item() {
            if let Item::Reply { request, result } = item {
                assert_eq!(Ok(request), asked);
                if let Ok(Reply::Created(worker)) = result {
                    return worker;
                }
            }
        }
        panic!("no Worker was created");
    }

    fn serve(&mut self) {
        self.carry_up();
        for (worker, bytes) in std::mem::take(&mut self.notified) {
            self.rig.worker_says(worker, &bytes);
        }
        self.rig.pump();
        self.carry_down();
    }

    fn notified(&mut self, worker: Handle, id: &str, emits: Notification) {
        let (event, body) = emitted(emits);
        self.notified.push((worker, notification(id, event, body)));
    }

    /// Kills a worker: the session notices, and informs the client.
    fn kill(&mut self, worker: Handle) -> Vec<Emission> {
        self.carry_up();
        self.rig.exit(worker, None, Some(9));
        Vec::new()
    }
}
