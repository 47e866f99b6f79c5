//! A client's replica, the copy of the objects that a server holds for it. It applies the server's
//! updates and reconciles snapshots, and yields items: the events, new objects and replies that the
//! application sees. `RemoteHost` joins it with the connection to the server, for the addon. Pure: no
//! socket, no clock.
//!
//! ```text
//! apply* -> next_item* -> (next_event -> next_item*)* -> ...        close() at any time
//! ```
//!
//! Updates are queued and applied one by one as [`Replica::next_item`] takes them, so that reads of an
//! object agree with the item that is being emitted. Events of workers wait for [`Replica::next_event`],
//! which lets them through one at a time, and everything behind them waits, too.
//!
//! # Contract
//!
//! Life of an object here: *open* -> *closing* (by an update; its children end first) -> *ended* (its
//! end was emitted) -> *released*.
//!
//! - The application's `close()` takes effect at once, cascade included, while the server still sends
//!   updates of the objects. The replica emits nothing for an ended object any more, except that a
//!   Worker's process has exited; every end is emitted once, whichever side closed first.
//! - A new object below an object that was closed here is only yielded if a call of this client waits
//!   for it; its end would never be emitted.
//! - A snapshot can replace any part of the stream. Objects in the snapshot keep their identity, and
//!   changes are emitted as mediasoup's events; objects that are absent end as with a dead Worker.
//!   Objects that were closed here stay closed, even if the server didn't know yet.
//! - An answer is of the kind that its command returns, or an error.
//! - After [`Replica::die`] everything has ended.

mod connection;
mod follow;
mod reconcile;
mod remote_host;
mod returned;

pub use connection::{Connection, Incoming, Outgoing, OutgoingCall};
pub use remote_host::{FORGOTTEN, RemoteHost};

use follow::is_end;
use model::Model;
use protocol::{
    AppDataId, Emission, Error, Handle, Item, Json, Kind, Object, Reply, RequestId, Returns, Update,
};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

/// One client's replica of a session: the objects, and the updates and items that are still queued.
#[derive(Debug, Default)]
pub struct Replica {
    model: Model,
    queue: VecDeque<Input>,
    /// Number of worker events in the queue, and how many of them may pass.
    notified: usize,
    let_through: usize,
    /// Items that precede the queue.
    items: VecDeque<Item>,
    /// Closing objects, in the order of the server's updates.
    closing: Vec<Handle>,
    ended: HashSet<Handle>,
    /// Objects that the application has closed and the server may still have.
    closed_here: HashSet<Handle>,
    /// The same in the order of their `close()`, each with the last request before it.
    closes: VecDeque<(RequestId, Handle)>,
    /// The application's last request.
    last_request: RequestId,
    /// Result kinds of pending requests.
    returns: HashMap<RequestId, Returns>,
    /// Workers whose death was emitted.
    died: HashSet<Handle>,
    /// Workers whose processes may still run.
    processes: BTreeSet<Handle>,
    /// The appData of the objects that have one.
    app_data: HashMap<Handle, AppDataId>,
}

/// A queued input.
#[derive(Debug)]
enum Input {
    Update(Box<Update<RequestId>>),
    /// An object of a snapshot.
    Present(Box<Object>),
    Answer(RequestId, Result<Reply, Error>),
    Die(String),
}

impl Replica {
    /// Creates an empty replica.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Queues an update of the server.
    pub fn apply(&mut self, update: Update<RequestId>) {
        if is_notified(&update) {
            self.notified += 1;
        }
        self.queue.push_back(Input::Update(update.into()));
    }

    /// Queues the answer to a call that the server won't answer any more.
    pub fn answer(&mut self, request: RequestId, result: Result<Reply, Error>) {
        self.queue.push_back(Input::Answer(request, result));
    }

    /// Queues the loss of the session: every Worker dies with `reason`.
    pub fn die(&mut self, reason: &str) {
        self.queue.push_back(Input::Die(reason.to_owned()));
    }

    /// Returns the next item to emit.
    pub fn next_item(&mut self) -> Option<Item> {
        loop {
            while let Some(item) = self.items.pop_front() {
                if self.is_item_new(&item) {
                    return Some(item);
                }
            }
            if self.is_held() {
                return None;
            }
            let item = match self.queue.pop_front()? {
                Input::Update(update) => self.follow(*update),
                Input::Present(object) => self.present(*object),
                Input::Answer(request, result) => {
                    self.returns.remove(&request);
                    Some(Item::Reply { request, result })
                }
                Input::Die(reason) => {
                    self.close_absent(&HashSet::new(), &reason);
                    None
                }
            };
            if item.is_some() {
                return item;
            }
        }
    }

    /// Returns true if there may be more items without [`Replica::next_event`].
    #[must_use]
    pub fn has_more(&self) -> bool {
        !self.items.is_empty() || !self.queue.is_empty() && !self.is_held()
    }

    /// Returns the number of waiting events of workers.
    #[must_use]
    pub fn events(&self) -> usize {
        self.notified - self.let_through
    }

    /// Lets the oldest waiting event of a worker through: [`Replica::next_item`] yields it and everything behind
    /// it. Returns false if there is none.
    pub fn next_event(&mut self) -> bool {
        if self.events() == 0 {
            return false;
        }
        self.let_through += 1;
        true
    }

    /// Records a request of the application: each has a higher number than those before it.
    pub fn add_request(&mut self, request: RequestId, returns: Option<Returns>) {
        self.last_request = request;
        if let Some(returns) = returns {
            self.returns.insert(request, returns);
        }
    }

    /// Closes an object for the application and returns the emissions, in order. The caller sends the server the
    /// `close` of this object alone.
    ///
    /// As with [`Model::close`], an end that waits in a cascade which is being emitted is returned again:
    /// a listener may close an object before its turn. The first counts.
    pub fn close(&mut self, handle: Handle) -> Vec<Emission> {
        let emissions = self.model.close(handle).emissions;
        for emission in emissions.iter().filter(|emission| is_end(emission)) {
            if self.is_new(emission) {
                self.closed_here.insert(emission.target);
                self.closes.push_back((self.last_request, emission.target));
            }
        }
        emissions
    }

    /// Drops the closes before a request: the server has answered it, and executes in order.
    fn done_before(&mut self, request: RequestId) {
        while let Some((before, handle)) = self.closes.front()
            && *before < request
        {
            self.closed_here.remove(handle);
            self.closes.pop_front();
        }
    }

    /// Drops a closed object that JavaScript can't reach any more.
    pub fn release(&mut self, handle: Handle) {
        self.model.release(handle);
        if self.model.get(handle).is_none() {
            self.ended.remove(&handle);
            self.died.remove(&handle);
            self.processes.remove(&handle);
            self.app_data.remove(&handle);
        }
    }

    /// Returns the JSON text of a readable member, `None` for `undefined`.
    #[must_use]
    pub fn read(&self, handle: Handle, member: &str) -> Option<&str> {
        self.model.read(handle, member)
    }

    /// `router.canConsume()`: never an error. The `Err` is a line for the log.
    pub fn can_consume(
        &mut self,
        router: Handle,
        producer_id: &str,
        rtp_capabilities: Option<&Json>,
    ) -> Result<bool, String> {
        self.model
            .can_consume(router, producer_id, rtp_capabilities)
    }

    /// `router.updateMediaCodecs()`. The caller informs the server unless it fails.
    pub fn update_media_codecs(
        &mut self,
        router: Handle,
        media_codecs: Option<&Json>,
    ) -> Result<(), Error> {
        self.model.update_media_codecs(router, media_codecs)
    }

    /// Assigns another appData to an object, for the application.
    pub fn set_app_data(&mut self, handle: Handle, app_data: Option<AppDataId>) {
        if self.model.get(handle).is_none() {
            return;
        }
        match app_data {
            Some(id) => self.app_data.insert(handle, id),
            None => self.app_data.remove(&handle),
        };
    }

    /// Returns an error if an object can't send a packet or a message, which have no answer.
    pub fn sendable(&self, target: Handle) -> Result<(), Error> {
        let entity = self
            .model
            .get(target)
            .ok_or_else(|| Error::not_found("the object is unknown"))?;
        if self.model.open(entity.worker).is_some() {
            return Ok(());
        }
        let event = match entity.kind {
            Kind::Producer => "PRODUCER_SEND",
            Kind::DataProducer => "DATAPRODUCER_SEND",
            _ => "TRANSPORT_SEND_RTCP",
        };
        Err(Error::worker_closed(format!(
            "Channel closed, cannot send notification [event:{event}]"
        )))
    }

    /// Returns the Model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Returns true if the queue waits for [`Replica::next_event`].
    fn is_held(&self) -> bool {
        let next = self.queue.front();
        self.let_through == 0 && matches!(next, Some(Input::Update(update)) if is_notified(update))
    }
}

fn is_notified(update: &Update<RequestId>) -> bool {
    matches!(update, Update::Emission { notified: true, .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn worker(handle: Handle) -> Update<RequestId> {
        let object = Object {
            handle,
            kind: Kind::Worker,
            id: "".into(),
            parent: handle,
            members: BTreeMap::new(),
            app_data: None,
            web_rtc_server: None,
            peer: None,
        };
        Update::Created {
            object: object.into(),
            call: None,
        }
    }

    fn apply_all(replica: &mut Replica, update: Update<RequestId>) {
        replica.apply(update);
        while replica.next_item().is_some() {}
    }

    #[test]
    fn closed_objects_are_kept_until_the_server_has_closed_them() {
        let mut replica = Replica::new();
        let answer = |call| Update::Answer {
            call: RequestId(call),
            result: Ok(Reply::Done),
        };
        for (handle, request) in [(1, 5), (2, 6)] {
            apply_all(&mut replica, worker(Handle(handle)));
            replica.add_request(RequestId(request), Some(Returns::Nothing));
            replica.close(Handle(handle));
        }
        for (call, left) in [(4, 2), (5, 2), (6, 1), (7, 0)] {
            apply_all(&mut replica, answer(call));
            assert_eq!(
                replica.closed_here.len(),
                left,
                "after the answer to {call}"
            );
            assert_eq!(replica.closes.len(), left);
        }
    }
}
