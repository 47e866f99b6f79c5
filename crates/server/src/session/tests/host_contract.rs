//! The contract of a Host, kept by a client's replica of a session, with a real session behind it.

#[path = "../../../../local-host/tests/contract/emitted.rs"]
mod emitted;

use super::fake_worker::notification;
use super::rig::{Rig, Who};
use emitted::emitted;
use host::Host;
use protocol::wire::{Call, ClientEntry, ServerEntry, Text, Values, encode};
use protocol::{Command, Emission, Error, Handle, Item, Json, LinkEvent, Outcome, Reply};
use replica::{Connection, Incoming, Outgoing, RemoteHost};
use session_logs::text_slots::TextReader;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use testkit::contract::{self, Notification};

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
    slots: TextReader,
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
            slots: TextReader::new(),
            notified: Vec::new(),
        };
        remote.carry_down();
        while remote.host.next_item().is_some() {}
        remote
    }

    /// Brings to the session, and so to its workers, what the client has sent.
    fn carry_up(&mut self) {
        let sent = std::mem::take(&mut self.wire.0.borrow_mut().sent);
        for outgoing in sent {
            let mut call = None;
            let entry = match outgoing {
                Outgoing::Call {
                    request,
                    target,
                    call: asked,
                } => {
                    let app_data = asked.app_data;
                    let command = match asked.parse() {
                        Ok(command) => command,
                        Err(error) => {
                            let unanswered = Incoming::Unanswered { request, error };
                            self.wire.0.borrow_mut().came.push(unanswered);
                            continue;
                        }
                    };
                    call = Some(request);
                    ClientEntry::Call(Box::new(Call {
                        target,
                        command,
                        values: Values::default(),
                        app_data,
                    }))
                }
                Outgoing::Notice {
                    target,
                    notice,
                    data,
                } => ClientEntry::Notice {
                    target,
                    notice,
                    data,
                },
                Outgoing::Close { target } => ClientEntry::Close { target },
                Outgoing::UpdateMediaCodecs {
                    target,
                    media_codecs,
                } => ClientEntry::UpdateMediaCodecs {
                    target,
                    media_codecs: media_codecs.map(|text| Text::Inline(Json::from_text(text))),
                },
                other => panic!("the contract has no appData: {other:?}"),
            };
            let now = self.rig.now;
            let machine = &mut self.rig.clients[self.who].machine;
            machine.push(now, encode(&entry), call).unwrap();
        }
        self.rig.carry_up(self.who);
    }

    /// Brings to the client what the session has sent.
    fn carry_down(&mut self) {
        for mut entry in self.rig.heard(self.who) {
            let machine = &mut self.rig.clients[self.who].machine;
            match &mut entry {
                ServerEntry::Define { slot, text } => {
                    self.slots.define(*slot, text.clone()).unwrap();
                    continue;
                }
                ServerEntry::Created { object, call } => {
                    *call = call.and_then(|it| machine.call(it)).map(|it| it.0.into());
                    for text in object.members.values_mut() {
                        resolve(&self.slots, text);
                    }
                }
                ServerEntry::Set { members, .. } => {
                    for text in members.values_mut().flatten() {
                        resolve(&self.slots, text);
                    }
                }
                ServerEntry::Answer(answer) => {
                    let request = machine.answered(answer.call).unwrap();
                    answer.call = request.0.into();
                }
                _ => {}
            }
            let entry = Incoming::Entry(Box::new(entry));
            self.wire.0.borrow_mut().came.push(entry);
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

    /// The session learns of it, and the client from the session.
    fn kill(&mut self, worker: Handle) -> Vec<Emission> {
        self.carry_up();
        self.rig.exit(worker, None, Some(9));
        Vec::new()
    }
}

fn resolve(slots: &TextReader, text: &mut Text) {
    *text = Text::Inline(slots.resolve(text).unwrap().clone());
}
