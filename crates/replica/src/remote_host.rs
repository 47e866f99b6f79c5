//! A client's objects on a server as a [`Host`], for one epoch (one life of the session, from its
//! creation to its loss): the replica (the copy of those objects), and the connection as long as it
//! serves that session. The addon drives it: it sends the application's calls here and takes items
//! (replies, events, new objects).
//!
//! ```text
//! serving --(the session is lost, another begins)--> renewed --renew()--> gone
//!    |                                                 |
//!    +--------------------- leave() -------------------+--> left --(the server has received it)--> gone
//! ```
//!
//! - *Serving*: actions go to the server, and its updates are applied.
//! - *Renewed*: the connection serves another epoch, whose first entries wait until the driver takes it
//!   over ([`RemoteHost::renew`]). Everything here dies: a handle never names an object of another
//!   epoch.
//! - *Left*: the client has said goodbye, and the server may not have received it yet.
//! - *Gone*: another host has the connection, or none.
//!
//! An event of the link (one WebSocket) is an item behind everything before it. An event that begins or
//! ends a session also waits for the events of workers before it, and for the snapshot that belongs to
//! it.

use crate::Replica;
use crate::connection::{Connection, Incoming, Outgoing, OutgoingCall};
use host::{Host, Request};
use protocol::{
    AppDataId, Command, Emission, Error, Handle, Item, Json, LinkEvent, Notice, Outcome, RequestId,
    Returns, Revision, Snapshot, Update,
};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Reason of the death of Workers whose session was lost.
const LOST: &str = "the session on the server was lost";

/// Reason of the death of Workers whose connection the application has closed.
const CLOSED: &str = "the connection was closed";

/// Revision of an appData after the server has dropped this client's place: more than any revision that
/// the client has sent.
pub const FORGOTTEN: Revision = Revision(u32::MAX as u64);

/// One epoch of a connection.
#[derive(Debug)]
pub struct RemoteHost<C> {
    connection: Phase<C>,
    replica: Replica,
    /// The last request of the connection. JavaScript identifies its calls by it.
    last_request: u32,
    /// Result kinds by method name: without this cache each call would parse a command.
    results: HashMap<Box<str>, Returns>,
    /// Link events that follow the replica's items.
    links: VecDeque<LinkEvent>,
    /// A link whose snapshot hasn't arrived.
    arriving: Option<LinkEvent>,
}

/// Phase of the connection.
#[derive(Debug)]
enum Phase<C> {
    Serving(C),
    /// With the input for the other epoch so far.
    Renewed(C, Vec<Incoming>),
    Left(C),
    Gone,
}

impl<C: Connection> Host for RemoteHost<C> {
    fn request(&mut self, target: Handle, command: Request) -> Result<RequestId, Error> {
        let request = self.next_request();
        let returns = self.result_of(&command.method());
        match &mut self.connection {
            Phase::Serving(connection) => connection.send(Outgoing::Call(OutgoingCall {
                request,
                target,
                command,
            }))?,
            // It needs nothing of the lost session: the driver sends it to the next one.
            Phase::Renewed(..) if target == Handle::default() => {}
            Phase::Renewed(..) | Phase::Left(_) | Phase::Gone => {
                let method = command.method();
                return Err(Error::worker_closed(format!(
                    "Channel closed, cannot send request [method:{method}]"
                )));
            }
        }
        self.replica.add_request(request, returns);
        Ok(request)
    }

    fn notify(&mut self, target: Handle, notice: Notice, data: &[u8]) -> Result<(), Error> {
        self.replica.sendable(target)?;
        let data = data.to_vec();
        match &mut self.connection {
            Phase::Serving(connection) => connection.send(Outgoing::Notice {
                target,
                notice,
                data,
            }),
            Phase::Renewed(..) | Phase::Left(_) | Phase::Gone => Err(Error::worker_closed(
                "Channel closed, cannot send notification",
            )),
        }
    }

    fn close(&mut self, target: Handle) -> Vec<Emission> {
        let emissions = self.replica.close(target);
        self.send(Outgoing::Close { target });
        emissions
    }

    fn next_item(&mut self) -> Option<Item> {
        if let Some(item) = self.replica.next_item() {
            return Some(item);
        }
        if !self.is_link_due() {
            return None;
        }
        self.links.pop_front().map(Item::Link)
    }

    fn has_more(&self) -> bool {
        self.replica.has_more() || self.is_link_due()
    }

    fn events(&self) -> usize {
        self.replica.events()
    }

    fn next_event(&mut self) -> bool {
        self.replica.next_event()
    }

    fn read(&self, handle: Handle, member: &str) -> Option<String> {
        self.replica.read(handle, member).map(str::to_owned)
    }

    fn release(&mut self, handle: Handle) {
        self.replica.release(handle);
    }

    fn can_consume(
        &mut self,
        router: Handle,
        producer_id: &str,
        rtp_capabilities: Option<&Json>,
    ) -> Result<bool, String> {
        self.replica
            .can_consume(router, producer_id, rtp_capabilities)
    }

    fn update_media_codecs(
        &mut self,
        target: Handle,
        media_codecs: Option<Json>,
    ) -> Result<(), Error> {
        self.replica
            .update_media_codecs(target, media_codecs.as_ref())?;
        self.send(Outgoing::UpdateMediaCodecs {
            target,
            media_codecs,
        });
        Ok(())
    }
}

impl<C> Default for RemoteHost<C> {
    /// Creates an epoch without a connection and without objects.
    fn default() -> Self {
        Self {
            connection: Phase::Gone,
            replica: Replica::default(),
            last_request: 0,
            results: HashMap::new(),
            links: VecDeque::new(),
            arriving: None,
        }
    }
}

impl<C: Connection> RemoteHost<C> {
    /// Creates the epoch of a connection, whose last request was `last_request`.
    pub fn new(connection: C, last_request: u32) -> Self {
        Self {
            connection: Phase::Serving(connection),
            last_request,
            ..Self::default()
        }
    }

    /// Returns the replica.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }

    /// Returns the connection, while it serves this epoch or waits to be taken over.
    pub fn connection(&self) -> Option<&C> {
        match &self.connection {
            Phase::Serving(connection) | Phase::Renewed(connection, _) => Some(connection),
            Phase::Left(_) | Phase::Gone => None,
        }
    }

    /// Assigns another appData to an object.
    pub fn set_app_data(&mut self, target: Handle, app_data: Option<AppDataId>) {
        self.replica.set_app_data(target, app_data);
        self.send(Outgoing::SetAppData { target, app_data });
    }

    /// Handles everything that has arrived.
    pub fn receive(&mut self) {
        match &mut self.connection {
            Phase::Serving(connection) => {
                let incoming = connection.receive();
                self.take(incoming);
            }
            Phase::Left(connection) if connection.has_left() => {
                self.connection = Phase::Gone;
                self.links.push_back(LinkEvent::Left);
            }
            Phase::Renewed(..) | Phase::Left(_) | Phase::Gone => {}
        }
    }

    /// Moves on to the newest epoch, if the session has been renewed. Epochs in between, which were lost
    /// unseen, are skipped: a server could begin any number of them while the driver is busy.
    pub fn renew(&mut self) -> Option<Self> {
        let mut newest = self.next_epoch()?;
        while let Some(next) = newest.next_epoch() {
            newest = next;
        }
        Some(newest)
    }

    /// Closes the connection: rejects all calls and ends all Workers.
    pub fn leave(&mut self) {
        let mut connection = match std::mem::replace(&mut self.connection, Phase::Gone) {
            Phase::Serving(connection) | Phase::Renewed(connection, _) => connection,
            other => {
                self.connection = other;
                return;
            }
        };
        connection.disconnect();
        for came in connection.receive() {
            if let Incoming::Unanswered { request, error } = came {
                self.replica.answer(request, Err(error));
            }
        }
        self.connection = Phase::Left(connection);
        // Link events don't matter any more.
        self.arriving = None;
        self.links.clear();
        self.replica.die(CLOSED);
    }

    /// [Leaves](RemoteHost::leave), and waits until the server has received it. Returns true if it has.
    pub fn goodbye(&mut self, within: Duration) -> bool {
        self.leave();
        match &mut self.connection {
            Phase::Left(connection) => connection.goodbye(within),
            _ => false,
        }
    }

    /// Sends an action that can't be rejected. No-op if its session is gone.
    pub fn send(&mut self, outgoing: Outgoing) {
        if let Phase::Serving(connection) = &mut self.connection {
            let _ = connection.send(outgoing);
        }
    }

    /// Sends the queued actions together.
    pub fn flush(&mut self) {
        if let Phase::Serving(connection) = &mut self.connection {
            connection.flush();
        }
    }

    /// Returns the epoch after this one, if there is one.
    fn next_epoch(&mut self) -> Option<Self> {
        match std::mem::replace(&mut self.connection, Phase::Gone) {
            Phase::Renewed(connection, incoming) => {
                let mut renewed = Self::new(connection, self.last_request);
                renewed.take(incoming);
                Some(renewed)
            }
            other => {
                self.connection = other;
                None
            }
        }
    }

    /// Returns true if a link event is due once the replica has no item. An event that begins or ends a session
    /// also waits for the events of workers before it.
    fn is_link_due(&self) -> bool {
        match self.links.front() {
            None => false,
            Some(LinkEvent::Connected { outcome, .. }) if *outcome != Outcome::Resumed => {
                self.replica.events() == 0
            }
            Some(_) => true,
        }
    }

    /// Handles the input up to the beginning of another session.
    fn take(&mut self, incoming: Vec<Incoming>) {
        let mut incoming = incoming.into_iter();
        while let Some(came) = incoming.next() {
            match came {
                Incoming::Update(update) => self.apply(*update),
                Incoming::Unanswered { request, error } => self.replica.answer(request, Err(error)),
                Incoming::Link(event) => {
                    if self.link(event) == Some(Outcome::Renewed) {
                        self.hand_over(incoming.collect());
                        return;
                    }
                }
            }
        }
    }

    fn apply(&mut self, update: Update<RequestId>) {
        let Update::Snapshot(mut snapshot) = update else {
            return self.replica.apply(update);
        };
        let closed = match self.arriving {
            Some(LinkEvent::Connected {
                outcome: Outcome::Rejoined,
                ..
            }) => {
                // None of our changes is in flight any more.
                for content in &mut snapshot.app_data {
                    content.revision = Some(FORGOTTEN);
                }
                self.closed_here(&snapshot)
            }
            _ => Vec::new(),
        };
        self.replica.apply(Update::Snapshot(snapshot));
        self.links.extend(self.arriving.take());
        for target in closed {
            self.send(Outgoing::Close { target });
        }
        self.flush();
    }

    /// Returns the objects that the application has closed and the server still has, because it has dropped this
    /// client's place and everything in flight: the outermost of them.
    fn closed_here(&self, snapshot: &Snapshot) -> Vec<Handle> {
        let model = self.replica.model();
        let is_closed = |handle| model.get(handle).is_some() && model.open(handle).is_none();
        let closed = snapshot.objects.iter().filter(|object| {
            is_closed(object.handle)
                && (object.parent == object.handle || !is_closed(object.parent))
        });
        closed.map(|object| object.handle).collect()
    }

    /// Queues a link event and returns its outcome.
    fn link(&mut self, event: LinkEvent) -> Option<Outcome> {
        self.links.extend(self.arriving.take());
        let outcome = match &event {
            LinkEvent::Connected { outcome, .. } => Some(*outcome),
            _ => None,
        };
        match outcome {
            Some(Outcome::First | Outcome::Rejoined) => self.arriving = Some(event),
            Some(Outcome::Renewed) => {
                self.replica.die(LOST);
                self.links.push_back(event);
            }
            Some(Outcome::Resumed) | None => self.links.push_back(event),
        }
        outcome
    }

    fn hand_over(&mut self, incoming: Vec<Incoming>) {
        self.connection = match std::mem::replace(&mut self.connection, Phase::Gone) {
            Phase::Serving(connection) => Phase::Renewed(connection, incoming),
            other => other,
        };
    }

    fn result_of(&mut self, method: &str) -> Option<Returns> {
        if let Some(returns) = self.results.get(method) {
            return Some(*returns);
        }
        let returns = Command::result_of(method)?;
        self.results.insert(method.into(), returns);
        Some(returns)
    }

    fn next_request(&mut self) -> RequestId {
        self.last_request = self.last_request.checked_add(1).unwrap_or(1);
        RequestId(self.last_request)
    }
}
