//! Simulated WebSockets of the session tests. Tests cut a client's link, or stop it from reading; the rig
//! carries messages between `ClientEnd` (the client's side of the protocol) and `Session` by these methods,
//! one at a time.

use super::rig::{Rig, Who};
use crate::session::LinkOutput;
use session_logs::client::{ClientEvent, ClientOutput};
use wire::v1::{ClientFrame, Close, decode};

impl Rig {
    /// Returns the code with which the server closed a client's link.
    pub(super) fn closed(&self, who: Who) -> Option<u16> {
        self.clients[who].closed
    }

    pub(super) fn may_read(&self, who: Who) -> bool {
        self.clients[who]
            .id
            .is_some_and(|id| self.session.may_read(id))
    }

    /// Sets whether a client reads.
    pub(super) fn reads(&mut self, who: Who, reads: bool) {
        self.clients[who].reads = reads;
    }

    /// Cuts a client's link: it reconnects after its delay.
    pub(super) fn cut(&mut self, who: Who) {
        let peer = &mut self.clients[who];
        peer.machine.link_down(self.now, "cut");
        if let Some(id) = peer.id.take() {
            self.session.link_down(id);
        }
    }

    pub(super) fn carry_up(&mut self, who: Who) -> bool {
        let mut moved = false;
        loop {
            let peer = &mut self.clients[who];
            let writable = match peer.id {
                Some(id) => self.session.may_read(id),
                None => true,
            };
            let Some(output) = peer.machine.poll_output(writable) else {
                return moved;
            };
            moved = true;
            match output {
                ClientOutput::Connect => peer.machine.link_up(self.now),
                ClientOutput::Send(message) => self.deliver(who, &message),
                ClientOutput::Ping => {
                    if let Some(id) = peer.id {
                        self.session.sign_of_life(id);
                        peer.machine.sign_of_life(self.now);
                    }
                }
                ClientOutput::Disconnect(_) => {
                    if let Some(id) = peer.id.take() {
                        self.session.link_down(id);
                    }
                }
                ClientOutput::Event(ClientEvent::Entry { bytes, .. }) => {
                    peer.received.push(decode(&bytes).unwrap());
                }
                ClientOutput::Event(_) => {}
            }
        }
    }

    fn deliver(&mut self, who: Who, message: &[u8]) {
        let peer = &mut self.clients[who];
        match decode(message).unwrap() {
            ClientFrame::Hello(hello) => match self.session.join(&hello, self.limits) {
                Ok(id) => peer.id = Some(id),
                Err(close) => {
                    peer.closed = Some(close as u16);
                    peer.machine.refused(self.now, "rejected");
                }
            },
            ClientFrame::Entries(_) => {
                if let Some(id) = peer.id {
                    self.session.frame(id, message);
                    self.session.turn();
                }
            }
        }
    }

    /// Carries one message: a client's machine is polled after each.
    pub(super) fn carry_down(&mut self, who: Who) -> bool {
        let peer = &mut self.clients[who];
        let Some(id) = peer.id else {
            return false;
        };
        match self.session.poll_link(id, peer.reads) {
            Some(LinkOutput::Send(message)) => peer.machine.receive(self.now, &message),
            Some(LinkOutput::Ping) => {
                peer.machine.sign_of_life(self.now);
                self.session.sign_of_life(id);
            }
            Some(LinkOutput::Close(code)) => {
                peer.closed = Some(code);
                peer.id = None;
                if Close::is_final(code) {
                    peer.machine.refused(self.now, "closed");
                } else {
                    peer.machine.link_down(self.now, "closed");
                }
            }
            None => return false,
        }
        true
    }
}
