//! Drivers of the two ends of the logs in the simulation, as `crates/remote` and `crates/server` are in the
//! product: they pass packets from the simulated network in, and follow the orders that come out, until
//! there are none.

use super::net::{End, Packet};
use super::{Network, Sim, TTL};
use protocol::limits::{ANSWERS_BYTES, REPLAY_BYTES};
use session_logs::client;
use session_logs::server::{self, Greeting, Place};
use wire::v1::{ClientFrame, Close, decode};

impl Sim {
    pub(super) fn client_receives(&mut self, id: usize, packet: &Packet) {
        match packet {
            Packet::Message(bytes) => self.client.receive(self.now, bytes),
            Packet::Ping | Packet::Pong | Packet::Part => self.client.sign_of_life(self.now),
            Packet::Close(code) => return self.close(End::ClientEnd, Some(*code)),
        }
        if matches!(packet, Packet::Ping) {
            self.send(id, End::Server, Packet::Pong);
        }
    }

    pub(super) fn server_receives(&mut self, id: usize, packet: &Packet) {
        let net = self.nets.get_mut(&id).expect("a link");
        if !std::mem::replace(&mut net.greeted, true) {
            if let Packet::Message(bytes) = packet {
                self.greet(id, bytes);
            }
            return;
        }
        if self.server_net != Some(id) {
            return;
        }
        let place = self.place.as_mut().expect("a place with a link");
        match packet {
            Packet::Message(bytes) => place.receive(self.now, bytes).expect("sense"),
            Packet::Ping | Packet::Pong | Packet::Part => place.sign_of_life(self.now),
            Packet::Close(_) => return self.close(End::Server, None),
        }
        if matches!(packet, Packet::Ping) {
            self.send(id, End::ClientEnd, Packet::Pong);
        }
    }

    fn greet(&mut self, id: usize, bytes: &[u8]) {
        let Ok(ClientFrame::Hello(hello)) = decode(bytes) else {
            panic!("no hello");
        };
        if let Some(older) = self.server_net.replace(id) {
            self.send(older, End::ClientEnd, Packet::Close(Close::Replaced as u16));
        }
        let now = self.now;
        let place = self.place.get_or_insert_with(|| Place::new(TTL, now));
        if place.greet(now, &self.session.epoch, &hello, false) == Greeting::Begun {
            self.session.begin();
        }
    }

    pub(super) fn close(&mut self, end: End, code: Option<u16>) {
        match end {
            End::ClientEnd => {
                self.client_net = None;
                if code.is_some_and(Close::is_final) {
                    self.client.refused(self.now, "refused");
                } else {
                    self.client.link_down(self.now, "closed");
                }
            }
            End::Server => {
                self.server_net = None;
                if let Some(place) = &mut self.place {
                    place.link_down(self.now);
                }
            }
        }
    }

    fn send(&mut self, id: usize, to: End, packet: Packet) {
        if let Some(net) = self.nets.get_mut(&id) {
            net.send(self.now, to, packet);
        }
    }

    /// Follows the machines' orders until there are none.
    pub(super) fn settle(&mut self) {
        while self.settle_client() || self.settle_server() {}
        self.forget_links();
        if let Some(place) = &self.place {
            let bound = REPLAY_BYTES + ANSWERS_BYTES + 8192;
            assert!(place.bytes() <= bound, "{} bytes", place.bytes());
        }
    }

    fn settle_client(&mut self) -> bool {
        let net = self.client_net.and_then(|id| self.nets.get(&id));
        let writable = net.is_some_and(|net| net.is_writable(End::Server));
        let Some(output) = self.client.poll_output(writable) else {
            return false;
        };
        let packet = match output {
            client::ClientOutput::Connect => {
                let after = self.now + self.speed.delay * 2;
                self.attempt = match self.network {
                    Network::Reachable => Some((after, true)),
                    Network::Refusing => Some((after, false)),
                    Network::Silent => None,
                };
                return true;
            }
            client::ClientOutput::Event(event) => {
                self.app.hear(&mut self.client, event);
                return true;
            }
            client::ClientOutput::Send(bytes) => Packet::Message(bytes),
            client::ClientOutput::Ping => Packet::Ping,
            client::ClientOutput::Disconnect(code) => Packet::Close(code),
        };
        let id = match packet {
            Packet::Close(_) => {
                self.attempt = None;
                self.client_net.take()
            }
            _ => self.client_net,
        };
        if let Some(id) = id {
            self.send(id, End::Server, packet);
        }
        true
    }

    fn settle_server(&mut self) -> bool {
        let net = self.server_net.and_then(|id| self.nets.get(&id));
        let writable = net.is_some_and(|net| net.is_writable(End::ClientEnd));
        let Some(place) = &mut self.place else {
            return false;
        };
        let Some(output) = place.poll_output(writable) else {
            return false;
        };
        let packet = match output {
            server::PlaceOutput::Entry { number, bytes } => {
                self.session.execute(place, self.now, number.0, &bytes);
                if self.prompt {
                    self.session.answer(place, self.now);
                }
                return true;
            }
            server::PlaceOutput::Snapshot => {
                self.session.snapshot(place);
                return true;
            }
            server::PlaceOutput::Expired => {
                self.place = None;
                self.session.begin();
                return true;
            }
            server::PlaceOutput::Send(bytes) => Packet::Message(bytes),
            server::PlaceOutput::Ping => Packet::Ping,
            server::PlaceOutput::Disconnect(code) => Packet::Close(code),
        };
        let id = match packet {
            Packet::Close(_) => self.server_net.take(),
            _ => self.server_net,
        };
        if let Some(id) = id {
            self.send(id, End::ClientEnd, packet);
        }
        true
    }
}
