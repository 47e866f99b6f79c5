//! A client's copy of a server's Model: what the server tells is applied to it, and reconciled with it. Pure.
//!
//! ```text
//! apply* -> next_item* -> (next_event -> next_item*)* -> ...        close() at any time
//! ```
//!
//! What the server tells is queued and applied one by one as [`Replica::next_item`] takes it, so that what
//! is read of an object while an item is told agrees with that item. Events of workers wait until
//! [`Replica::next_event`] lets them through, one at a time, and what came after them waits, too.
//!
//! # Contract
//!
//! Life of an object here: *open* -> *closing* (said to be; what lives on it ends first) -> *ended*
//! (its end is told) -> *released*.
//!
//! - The application's `close()` takes effect at once, cascade included, while the server still speaks
//!   of what was open. Nothing is told of an ended object any more, except that a Worker's process
//!   is gone; so that every end is told once, whoever closed first.
//! - What the server creates below an object that was closed here is told only where a call of this
//!   client waits for it; nobody else will ever hear of its end.
//! - A snapshot stands in for any part of the stream. Objects that are in it stay the same, and what
//!   is different of them is told by mediasoup's events; those that aren't in it end as with a dead
//!   Worker. What was closed here stays closed, even if the server didn't know yet.
//! - An answer is of the kind that was asked for, or an error.
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

/// What one client has of a session: the objects, and what is still to be told of them.
#[derive(Debug, Default)]
pub struct Replica {
    model: Model,
    queue: VecDeque<Input>,
    /// How many events of workers are in the queue, and how many of them may pass.
    notified: usize,
    let_through: usize,
    /// What is to be told before the queue goes on.
    items: VecDeque<Item>,
    /// Closing objects, in the order in which the server said so.
    closing: Vec<Handle>,
    ended: HashSet<Handle>,
    /// What the application has closed and the server may still have.
    closed_here: HashSet<Handle>,
    /// The same in the order in which it was closed, each with the last request before that.
    closes: VecDeque<(RequestId, Handle)>,
    /// The application's last request.
    asked: RequestId,
    /// Kinds of the results of requests without an answer.
    returns: HashMap<RequestId, Returns>,
    /// Workers whose death was told.
    died: HashSet<Handle>,
    /// Workers whose processes may still run.
    processes: BTreeSet<Handle>,
    /// The appData of objects, as far as they have one.
    app_data: HashMap<Handle, AppDataId>,
}

/// Something that is to be applied in its turn.
#[derive(Debug)]
enum Input {
    Update(Box<Update<RequestId>>),
    /// An object of a snapshot.
    Present(Box<Object>),
    Answer(RequestId, Result<Reply, Error>),
    Die(String),
}

impl Replica {
    /// Nothing is known yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an update of the server, to be applied in its turn.
    pub fn apply(&mut self, update: Update<RequestId>) {
        if is_notified(&update) {
            self.notified += 1;
        }
        self.queue.push_back(Input::Update(update.into()));
    }

    /// The answer to a call that the server won't give any more, in its turn.
    pub fn answer(&mut self, request: RequestId, result: Result<Reply, Error>) {
        self.queue.push_back(Input::Answer(request, result));
    }

    /// The session is lost: every Worker dies of `reason`, in its turn.
    pub fn die(&mut self, reason: &str) {
        self.queue.push_back(Input::Die(reason.to_owned()));
    }

    /// What is to be told next.
    pub fn next_item(&mut self) -> Option<Item> {
        loop {
            while let Some(item) = self.items.pop_front() {
                if self.is_news(&item) {
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

    /// Whether there may be more to tell without [`Replica::next_event`].
    #[must_use]
    pub fn has_more(&self) -> bool {
        !self.items.is_empty() || !self.queue.is_empty() && !self.is_held()
    }

    /// How many events of workers wait.
    #[must_use]
    pub fn events(&self) -> usize {
        self.notified - self.let_through
    }

    /// Lets the oldest event of a worker that waits through: [`Replica::next_item`] tells it, and what
    /// came after it. `false` when there is none.
    pub fn next_event(&mut self) -> bool {
        if self.events() == 0 {
            return false;
        }
        self.let_through += 1;
        true
    }

    /// The application has asked for something: each request has a higher number than those before it.
    pub fn asked(&mut self, request: RequestId, returns: Option<Returns>) {
        self.asked = request;
        if let Some(returns) = returns {
            self.returns.insert(request, returns);
        }
    }

    /// The application closes an object; what is to be emitted at once, in order. The server is to be
    /// told of this object alone.
    ///
    /// As with [`Model::close`], an end that waits in a cascade which is being emitted is given again:
    /// a listener may close an object before its turn. The first counts.
    pub fn close(&mut self, handle: Handle) -> Vec<Emission> {
        let emissions = self.model.close(handle).emissions;
        for emission in emissions.iter().filter(|emission| is_end(emission)) {
            if self.is_new(emission) {
                self.closed_here.insert(emission.target);
                self.closes.push_back((self.asked, emission.target));
            }
        }
        emissions
    }

    /// The server has answered a request, so that it has done all that was asked for before it.
    fn done_before(&mut self, request: RequestId) {
        while let Some((before, handle)) = self.closes.front()
            && *before < request
        {
            self.closed_here.remove(handle);
            self.closes.pop_front();
        }
    }

    /// Forgets a closed object that nobody can ask for any more.
    pub fn release(&mut self, handle: Handle) {
        self.model.release(handle);
        if self.model.get(handle).is_none() {
            self.ended.remove(&handle);
            self.died.remove(&handle);
            self.processes.remove(&handle);
            self.app_data.remove(&handle);
        }
    }

    /// The JSON text of a readable member, `None` for `undefined`.
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

    /// `router.updateMediaCodecs()`. The server is to be told unless it is refused.
    pub fn update_media_codecs(
        &mut self,
        router: Handle,
        media_codecs: Option<&Json>,
    ) -> Result<(), Error> {
        self.model.update_media_codecs(router, media_codecs)
    }

    /// The application gave an object another appData.
    pub fn set_app_data(&mut self, handle: Handle, app_data: Option<AppDataId>) {
        if self.model.get(handle).is_none() {
            return;
        }
        match app_data {
            Some(id) => self.app_data.insert(handle, id),
            None => self.app_data.remove(&handle),
        };
    }

    /// Whether an object may be given a packet or a message, which goes without an answer.
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

    /// The objects.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Whether the queue waits for [`Replica::next_event`].
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

    fn hear(replica: &mut Replica, update: Update<RequestId>) {
        replica.apply(update);
        while replica.next_item().is_some() {}
    }

    #[test]
    fn what_was_closed_is_kept_until_the_server_has_closed_it() {
        let mut replica = Replica::new();
        let answer = |call| Update::Answer {
            call: RequestId(call),
            result: Ok(Reply::Done),
        };
        for (handle, request) in [(1, 5), (2, 6)] {
            hear(&mut replica, worker(Handle(handle)));
            replica.asked(RequestId(request), Some(Returns::Nothing));
            replica.close(Handle(handle));
        }
        for (call, left) in [(4, 2), (5, 2), (6, 1), (7, 0)] {
            hear(&mut replica, answer(call));
            assert_eq!(
                replica.closed_here.len(),
                left,
                "after the answer to {call}"
            );
            assert_eq!(replica.closes.len(), left);
        }
    }
}
