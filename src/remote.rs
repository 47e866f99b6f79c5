//! Connections to servers. A [`Remote`] is one epoch of one: the copy of what the session holds, and the
//! connection as long as it serves that session.
//!
//! Where the session is lost and another begins, the copy dies, and its connection waits for
//! JavaScript to take it over ([`Remote::renew`]): a handle is never taken for an object of another epoch.

use crate::packed::Told;
use ::remote::{Client, Incoming, LinkEvent, Outcome, Outgoing, Stats, method};
use mirror::Mirror;
use protocol::wire::{AppDataId, ServerEntry, Snapshot};
use protocol::{Emission, Error, Handle, Json, Notice, RequestId};
use std::collections::VecDeque;
use std::time::Duration;

/// What Workers die of whose session was lost.
const LOST: &str = "the session on the server was lost";

/// What Workers die of whose connection the application has closed.
const CLOSED: &str = "the connection was closed";

/// Stands for the revision of an appData where the server has forgotten this client: more than any that
/// the client has told.
const FORGOTTEN: u64 = u32::MAX as u64;

/// One epoch of a connection.
pub(crate) struct Remote {
    connection: Connection,
    mirror: Mirror,
    /// The last one of the connection. JavaScript keeps its calls by it.
    last_request: u32,
    /// What happened to the link and is to be told after what the mirror has.
    links: VecDeque<LinkEvent>,
    /// A link whose snapshot hasn't come.
    arriving: Option<LinkEvent>,
}

/// What has become of the connection.
enum Connection {
    /// It serves this epoch.
    Here(Client),
    /// It serves another epoch, of which it has said this much.
    Renewed(Client, Vec<Incoming>),
    /// It has said goodbye, and may not have been heard yet.
    Left(Client),
    /// Another host has it, or nobody.
    Gone,
}

impl Remote {
    /// The epoch that a connection begins with, or goes on with.
    pub(crate) fn new(client: Client, last_request: u32) -> Self {
        Self {
            connection: Connection::Here(client),
            mirror: Mirror::new(),
            last_request,
            links: VecDeque::new(),
            arriving: None,
        }
    }

    pub(crate) fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    pub(crate) fn mirror_mut(&mut self) -> &mut Mirror {
        &mut self.mirror
    }

    pub(crate) fn request(
        &mut self,
        target: Handle,
        command: String,
        data: Option<Vec<u8>>,
        app_data: Option<AppDataId>,
    ) -> Result<RequestId, Error> {
        let request = self.next_request();
        self.mirror.asked(request);
        match &mut self.connection {
            Connection::Here(client) => client.send(Outgoing::Call {
                request,
                target,
                command,
                data,
                app_data,
            })?,
            // It needs nothing of the lost session: JavaScript asks the next one for it.
            Connection::Renewed(..) if target == Handle::default() => {}
            Connection::Renewed(..) | Connection::Left(_) | Connection::Gone => {
                let method = method(&command);
                return Err(Error::worker_closed(format!(
                    "Channel closed, cannot send request [method:{method}]"
                )));
            }
        }
        Ok(request)
    }

    pub(crate) fn notify(
        &mut self,
        target: Handle,
        notice: Notice,
        data: &[u8],
    ) -> Result<(), Error> {
        self.mirror.sendable(target)?;
        let data = data.to_vec();
        match &mut self.connection {
            Connection::Here(client) => client.send(Outgoing::Notice {
                target,
                notice,
                data,
            }),
            Connection::Renewed(..) | Connection::Left(_) | Connection::Gone => Err(
                Error::worker_closed("Channel closed, cannot send notification"),
            ),
        }
    }

    pub(crate) fn close(&mut self, target: Handle) -> Vec<Emission> {
        let emissions = self.mirror.close(target);
        self.send(Outgoing::Close { target });
        emissions
    }

    pub(crate) fn update_media_codecs(
        &mut self,
        target: Handle,
        media_codecs: Option<Json>,
    ) -> Result<(), Error> {
        self.mirror
            .update_media_codecs(target, media_codecs.as_ref())?;
        self.send(Outgoing::UpdateMediaCodecs {
            target,
            media_codecs: media_codecs.map(Json::into_string),
        });
        Ok(())
    }

    pub(crate) fn set_app_data(&mut self, target: Handle, app_data: Option<AppDataId>) {
        self.mirror.set_app_data(target, app_data);
        self.send(Outgoing::SetAppData { target, app_data });
    }

    /// What is to be told next.
    pub(crate) fn next_told(&mut self) -> Option<Told> {
        if let Some(item) = self.mirror.next_item() {
            return Some(Told::Item(item));
        }
        if !self.is_link_due() {
            return None;
        }
        self.links.pop_front().map(Told::Link)
    }

    /// Whether there may be more to tell.
    pub(crate) fn has_more(&self) -> bool {
        self.mirror.has_more() || self.is_link_due()
    }

    /// Whether something of the link is to be told once the mirror has nothing. A session that begins
    /// or ends waits for the events of workers before it, too.
    fn is_link_due(&self) -> bool {
        match self.links.front() {
            None => false,
            Some(LinkEvent::Connected { outcome, .. }) if *outcome != Outcome::Resumed => {
                self.mirror.events() == 0
            }
            Some(_) => true,
        }
    }

    /// Takes what came.
    pub(crate) fn receive(&mut self) {
        if let Connection::Here(client) = &mut self.connection {
            let incoming = client.receive();
            self.take(incoming);
        }
    }

    /// Takes what came, up to where the session is another.
    fn take(&mut self, incoming: Vec<Incoming>) {
        let mut incoming = incoming.into_iter();
        while let Some(came) = incoming.next() {
            match came {
                Incoming::Entry(entry) => self.apply(*entry),
                Incoming::Unanswered { request, error } => self.mirror.answer(request, Err(error)),
                Incoming::Link(event) => {
                    if self.link(event) == Some(Outcome::Renewed) {
                        self.hand_over(incoming.collect());
                        return;
                    }
                }
            }
        }
    }

    fn apply(&mut self, entry: ServerEntry) {
        let ServerEntry::Snapshot(mut snapshot) = entry else {
            return self.mirror.apply(entry);
        };
        let closed = match self.arriving {
            Some(LinkEvent::Connected {
                outcome: Outcome::Rejoined,
                ..
            }) => {
                // Nothing of ours is on its way any more.
                let ids = snapshot.app_data.iter().map(|(id, _)| (*id, FORGOTTEN));
                snapshot.revisions = ids.collect();
                self.closed_here(&snapshot)
            }
            _ => Vec::new(),
        };
        self.mirror.apply(ServerEntry::Snapshot(snapshot));
        self.links.extend(self.arriving.take());
        for target in closed {
            self.send(Outgoing::Close { target });
        }
        self.flush();
    }

    /// What the application has closed and the server still has, although it has forgotten this client
    /// and whatever was on its way: the outermost of it.
    fn closed_here(&self, snapshot: &Snapshot) -> Vec<Handle> {
        let model = self.mirror.model();
        let is_closed = |handle| model.get(handle).is_some() && model.open(handle).is_none();
        let closed = snapshot.objects.iter().filter(|object| {
            is_closed(object.handle)
                && (object.parent == object.handle || !is_closed(object.parent))
        });
        closed.map(|object| object.handle).collect()
    }

    /// Notes what is to be told of the link; what a new one found.
    fn link(&mut self, event: LinkEvent) -> Option<Outcome> {
        self.links.extend(self.arriving.take());
        let outcome = match &event {
            LinkEvent::Connected { outcome, .. } => Some(*outcome),
            _ => None,
        };
        match outcome {
            Some(Outcome::First | Outcome::Rejoined) => self.arriving = Some(event),
            Some(Outcome::Renewed) => {
                self.mirror.die(LOST);
                self.links.push_back(event);
            }
            Some(Outcome::Resumed) | None => self.links.push_back(event),
        }
        outcome
    }

    fn hand_over(&mut self, incoming: Vec<Incoming>) {
        self.connection = match std::mem::replace(&mut self.connection, Connection::Gone) {
            Connection::Here(client) => Connection::Renewed(client, incoming),
            other => other,
        };
    }

    /// The next epoch, if the session has been lost and found.
    pub(crate) fn renew(&mut self) -> Option<Self> {
        match std::mem::replace(&mut self.connection, Connection::Gone) {
            Connection::Renewed(client, incoming) => {
                let mut renewed = Self::new(client, self.last_request);
                renewed.take(incoming);
                Some(renewed)
            }
            other => {
                self.connection = other;
                None
            }
        }
    }

    /// Closes the connection: all calls are rejected, and all Workers die.
    pub(crate) fn leave(&mut self) {
        let mut client = match std::mem::replace(&mut self.connection, Connection::Gone) {
            Connection::Here(client) | Connection::Renewed(client, _) => client,
            other => {
                self.connection = other;
                return;
            }
        };
        client.disconnect();
        for came in client.receive() {
            if let Incoming::Unanswered { request, error } = came {
                self.mirror.answer(request, Err(error));
            }
        }
        self.connection = Connection::Left(client);
        self.mirror.die(CLOSED);
    }

    /// [Leaves](Remote::leave), and waits until the server has heard it; whether it has.
    pub(crate) fn goodbye(&mut self, within: Duration) -> bool {
        self.leave();
        match &mut self.connection {
            Connection::Left(client) => client.goodbye(within),
            _ => false,
        }
    }

    /// How the connection fares, where there is one.
    pub(crate) fn stats(&self) -> Option<Stats> {
        match &self.connection {
            Connection::Here(client) | Connection::Renewed(client, _) => Some(client.stats()),
            Connection::Left(_) | Connection::Gone => None,
        }
    }

    /// Sends what can't be refused. What concerns a session that is gone needn't be sent.
    pub(crate) fn send(&mut self, outgoing: Outgoing) {
        if let Connection::Here(client) = &mut self.connection {
            let _ = client.send(outgoing);
        }
    }

    /// Sends what was asked for, all at once.
    pub(crate) fn flush(&mut self) {
        if let Connection::Here(client) = &mut self.connection {
            client.flush();
        }
    }

    fn next_request(&mut self) -> RequestId {
        self.last_request = self.last_request.checked_add(1).unwrap_or(1);
        RequestId(self.last_request)
    }
}
