//! Close cascades, in mediasoup's order: a closing Router takes its Transports along, a Transport its
//! Producers, and so on. The engine and the replica (a client's copy of a server's objects) call
//! `Model::close` for the application's `close()` or the end of a process; it marks the objects closed
//! and returns a `Closure`, with the events to emit and the objects whose end the worker process must
//! learn of.

use crate::{Model, State};
use protocol::{Emission, Event, Handle, Kind, Payload};

/// Result of a `close()`.
#[derive(Debug, Default)]
pub struct Closure {
    /// Emissions, in order. An object with children is first announced as *closing* (neither
    /// event set): listeners of its children already see it closed.
    pub emissions: Vec<Emission>,
    /// The objects to close by requests to their workers, which close the rest by themselves.
    pub told: Vec<Handle>,
    /// True if the emissions are about hidden objects. They serve those who follow the Model and never
    /// reach the application.
    pub hidden: bool,
}

impl Model {
    /// Closes an object on its owner's behalf, and whatever lives on it.
    ///
    /// An object that is closed already yields what is left to be emitted below it: a listener may
    /// close an object in the middle of the cascade that is about to reach it.
    pub fn close(&mut self, handle: Handle) -> Closure {
        let mut closure = Closure::default();
        self.close_explicitly(handle, &mut closure);
        closure
    }

    /// Closes an object for a reason of its own, which its event tells: its producer is gone, or
    /// whatever it lived on.
    ///
    /// As with [`Model::close`], one that is closed already yields what is left to be emitted below it.
    pub fn close_because(&mut self, handle: Handle, reason: Event) -> Closure {
        let mut closure = Closure::default();
        self.detach(handle);
        self.close_tree(handle, Some(reason), &mut closure);
        closure
    }

    /// Closes an object of a copy and nothing else: the original announces one by one what closes with it.
    pub(crate) fn close_alone(&mut self, handle: Handle) {
        if self.open(handle).is_none() {
            return;
        }
        self.mark_closed(handle);
        self.detach(handle);
        self.close_states(handle);
        if let Some(server) = self.server_of(handle)
            && let Some(State::WebRtcServer { transports }) =
                self.get_mut(server).map(|server| &mut server.state)
        {
            transports.remove(&handle);
        }
    }

    fn close_explicitly(&mut self, handle: Handle, closure: &mut Closure) {
        if let Some(entity) = self.open(handle) {
            if !entity.logical {
                closure.told.push(handle);
            }
            self.detach(handle);
        }
        self.close_tree(handle, None, closure);
    }

    fn close_tree(&mut self, handle: Handle, reason: Option<Event>, closure: &mut Closure) {
        let Some((kind, peer)) = self.mark_closed(handle) else {
            return;
        };

        match kind {
            Kind::Worker => {
                self.say(closing(handle), closure);
                self.close_children(
                    handle,
                    |kind| kind == Kind::Router,
                    Event::WorkerClose,
                    closure,
                );
                self.close_children(
                    handle,
                    |kind| kind == Kind::WebRtcServer,
                    Event::WorkerClose,
                    closure,
                );
            }
            Kind::WebRtcServer => self.close_server(handle, reason, closure),
            Kind::Router => {
                self.say(closing(handle), closure);
                self.close_children(handle, Kind::is_transport, Event::RouterClose, closure);
                self.close_children(handle, Kind::is_rtp_observer, Event::RouterClose, closure);
            }
            _ if kind.is_transport() => self.close_transport(handle, reason, closure),
            _ => self.free_stream(handle, reason),
        }
        self.say(Emission::closed(handle, reason), closure);
        // What stands for a logical object ends with it: by itself, or with its Worker.
        if reason.is_none() && self.get(handle).is_some_and(|entity| entity.logical) {
            self.close_stand_ins(handle, closure);
        }
        if let Some(peer) = peer
            && self.open(peer).is_some()
            && self.are_linked(handle, peer)
            && !self.is_ending(peer)
        {
            self.close_explicitly(peer, closure);
        }
    }

    /// True if two objects close together. A copy has its peers from a server: if it could link them in
    /// rows rather than in pairs, or what is on a transport to a transport, closing one could go as deep as it
    /// likes.
    fn are_linked(&self, one: Handle, other: Handle) -> bool {
        let (Some(here), Some(there)) = (self.get(one), self.get(other)) else {
            return false;
        };
        there.peer == Some(one) && here.kind.is_transport() == there.kind.is_transport()
    }

    fn close_stand_ins(&mut self, logical: Handle, closure: &mut Closure) {
        let stand_ins = self.stand_ins(logical);
        // All of them first: pipes between them need no request.
        for stand_in in &stand_ins {
            closure.told.push(*stand_in);
            self.detach(*stand_in);
            self.mark_closed(*stand_in);
        }
        for stand_in in stand_ins {
            self.close_tree(stand_in, None, closure);
        }
    }

    /// True if a hidden object is on, or in, a closing object, and so about to close with it.
    fn is_ending(&self, handle: Handle) -> bool {
        if !self.is_hidden(handle) {
            return false;
        }
        let home = |handle| self.get(handle).map(|it| it.home);
        let mut above = home(handle);
        while let Some(handle) = above {
            if self.open(handle).is_none() {
                return true;
            }
            above = home(handle).filter(|next| *next != handle);
        }
        false
    }

    /// Its id is free again. Yields its kind and what it is linked to.
    fn mark_closed(&mut self, handle: Handle) -> Option<(Kind, Option<Handle>)> {
        let entity = self.get_mut(handle)?;
        let was_open = !std::mem::replace(&mut entity.closed, true);
        let (kind, peer, shown_as) = (entity.kind, entity.peer, entity.shown_as);
        let (worker, root) = (entity.worker, entity.root);
        let id = entity.id.clone();
        self.unname(worker, &id, handle);
        if root != worker {
            self.unname(root, &id, handle);
        }
        if let Some(shown) = shown_as.and_then(|shown| self.get_mut(shown)) {
            shown.stand_ins.remove(&handle);
        }
        if was_open {
            self.note_closed(handle);
        }
        Some((kind, peer))
    }

    /// Says what is shown.
    fn say(&self, emission: Emission, closure: &mut Closure) {
        if !self.is_hidden(emission.target) {
            closure.emissions.push(emission);
        }
    }

    /// Sets the readable states of a transport to closed.
    fn close_states(&mut self, handle: Handle) {
        let Some(entity) = self.get_mut(handle) else {
            return;
        };
        let fields = &mut entity.fields;
        if entity.kind == Kind::WebRtcTransport {
            fields.set("iceState", Some("\"closed\""));
            fields.set("iceSelectedTuple", None::<&str>);
            fields.set("dtlsState", Some("\"closed\""));
        }
        if fields.get("sctpState").is_some() {
            fields.set("sctpState", Some("\"closed\""));
        }
    }

    fn close_transport(&mut self, handle: Handle, reason: Option<Event>, closure: &mut Closure) {
        self.say(closing(handle), closure);
        self.close_states(handle);
        for kind in [
            Kind::Producer,
            Kind::Consumer,
            Kind::DataProducer,
            Kind::DataConsumer,
        ] {
            self.close_children(
                handle,
                |child| child == kind,
                Event::TransportClose,
                closure,
            );
        }
        // A WebRtcServer hears of a transport's own end, not of its Router's. It goes on serving
        // those that close with it: one may be closed by itself before its turn comes.
        if reason != Some(Event::ListenServerClose)
            && let Some(server) = self.leave_server(handle)
            && reason.is_none()
        {
            self.say(unhandled(server, handle), closure);
        }
    }

    fn close_server(&mut self, handle: Handle, reason: Option<Event>, closure: &mut Closure) {
        self.say(closing(handle), closure);
        let Some(State::WebRtcServer { transports }) = self.get_mut(handle).map(|e| &mut e.state)
        else {
            return;
        };
        let transports = std::mem::take(transports);
        // A closing Worker closes the transports with their Routers.
        if reason.is_some() {
            return;
        }
        for transport in transports {
            self.detach(transport);
            self.close_tree(transport, Some(Event::ListenServerClose), closure);
            self.say(unhandled(handle, transport), closure);
        }
    }

    fn close_children(
        &mut self,
        handle: Handle,
        of: impl Fn(Kind) -> bool,
        reason: Event,
        closure: &mut Closure,
    ) {
        for child in self.children(handle, of) {
            if self.get(child).is_some_and(|child| child.parent != handle) {
                // It is shown elsewhere: it leaves, if it hasn't gone with what it is shown below.
                if self.open(child).is_none() {
                    continue;
                }
                self.detach(child);
            }
            self.close_tree(child, Some(reason), closure);
        }
    }

    /// An object that closes with its transport keeps its stream: the association goes, too.
    fn free_stream(&mut self, handle: Handle, reason: Option<Event>) {
        if reason == Some(Event::TransportClose) {
            return;
        }
        let Some(entity) = self.get_mut(handle) else {
            return;
        };
        let parent = entity.parent;
        if let State::DataConsumer { stream_id, .. } = &mut entity.state
            && let Some(id) = stream_id.take()
            && let Some(State::Transport { sctp_streams, .. }) =
                self.get_mut(parent).map(|transport| &mut transport.state)
        {
            sctp_streams.free(id);
        }
    }

    /// A WebRtcServer doesn't serve a transport any more: which one, if one did.
    pub fn leave_server(&mut self, transport: Handle) -> Option<Handle> {
        let State::Transport { web_rtc_server, .. } = &mut self.get_mut(transport)?.state else {
            return None;
        };
        let server = web_rtc_server.take()?;
        if let State::WebRtcServer { transports } = &mut self.get_mut(server)?.state {
            transports.remove(&transport);
        }
        Some(server)
    }

    pub(crate) fn detach(&mut self, handle: Handle) {
        let Some((parent, home)) = self.get(handle).map(|it| (it.parent, it.home)) else {
            return;
        };
        if let Some(parent) = self.get_mut(parent) {
            parent.children.remove(&handle);
        }
        if home != parent
            && let Some(home) = self.get_mut(home)
        {
            home.children.remove(&handle);
        }
    }
}

fn closing(target: Handle) -> Emission {
    Emission {
        target,
        event: None,
        observer: None,
        payload: Payload::None,
    }
}

fn unhandled(server: Handle, transport: Handle) -> Emission {
    Emission::observer(
        server,
        Event::WebRtcTransportUnhandled,
        Payload::Object(transport),
    )
}
