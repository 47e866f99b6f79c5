//! A `Host` with one deliberate fault: [`Broken`] passes calls to a `FakeHost` and spoils the outcome, as
//! by a swapped order or another error text. The tests of the contract suite run it to see that cases fail.

use crate::faults::Fault;
use host::{Form, Host, Request};
use protocol::limits::MESSAGE_BYTES;
use protocol::{
    Command, Emission, Error, ErrorClass, Event, Handle, Item, Json, Notice, Payload, Reply,
    RequestId,
};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use testkit::FakeHost;

/// A [`FakeHost`] between the suite and a fault.
#[derive(Debug, Default)]
pub(crate) struct Broken {
    pub(crate) fake: FakeHost,
    fault: Option<Fault>,
    /// Items that the fake has told already.
    ahead: VecDeque<Item>,
    /// Items of events that the fake has told already, turn by turn.
    turns: VecDeque<Vec<Item>>,
    /// Targets of the events that wait.
    waiting: VecDeque<(Handle, Event)>,
    /// Members as they were read first.
    past: RefCell<HashMap<(Handle, String), Option<String>>>,
    /// New objects whose reply hasn't come.
    unborn: HashSet<Handle>,
    /// A Worker has closed.
    over: bool,
}

impl Broken {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    pub(crate) fn notified(&mut self, target: Handle, event: Event, payload: Payload) {
        let is_end = event == Event::ProducerClose;
        if self.is(Fault::IgnoresEndsOfProducers) && is_end {
            return;
        }
        self.fake.notified(target, event, payload);
        self.waiting.push_back((target, event));
        if self.is(Fault::AppliesEventsEarly) {
            self.fake.next_event();
            let items = std::iter::from_fn(|| self.fake.next_item());
            self.turns.push_back(items.collect());
        }
    }

    pub(crate) fn worker_died(&mut self, worker: Handle) -> Vec<Emission> {
        let cascade = self.fake.worker_died(worker);
        self.over = true;
        self.spoil(cascade)
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn spoil(&mut self, mut cascade: Vec<Emission>) -> Vec<Emission> {
        match self.fault {
            Some(Fault::ShortensCascades) if cascade.len() > 1 => {
                cascade.remove(cascade.len() - 2);
            }
            Some(Fault::RepeatsCascades) => cascade.extend(cascade.clone()),
            Some(Fault::ReversesCascades) => cascade.reverse(),
            Some(Fault::ClosesLater) => {
                let items = cascade.drain(..).map(Item::Emission);
                self.ahead.extend(items);
            }
            _ => {}
        }
        cascade
    }

    /// Takes an item of the fake with what belongs to it, out of order.
    fn reordered(&mut self) -> Option<Item> {
        let item = self.fake.next_item()?;
        let is_reply = matches!(item, Item::Reply { .. });
        self.ahead.push_back(item);
        match self.fault {
            Some(Fault::SwapsReplies) if is_reply => {
                while let Some(next) = self.fake.next_item() {
                    let is_reply = matches!(next, Item::Reply { .. });
                    self.ahead.push_front(next);
                    if is_reply {
                        break;
                    }
                }
            }
            Some(Fault::RepliesFirst) if !is_reply => {
                if let Some(next) = self.fake.next_item() {
                    self.ahead.push_front(next);
                }
            }
            Some(Fault::ReadsTheFuture) => {
                let rest = std::iter::from_fn(|| self.fake.next_item());
                self.ahead.extend(rest);
            }
            Some(Fault::AnswersTwice) if is_reply => {
                self.ahead.extend(self.ahead.back().cloned());
            }
            _ => {}
        }
        self.ahead.pop_front()
    }

    fn answer(&mut self, request: RequestId, mut result: Result<Reply, Error>) -> Option<Item> {
        self.unborn.clear();
        let is_aborted = |result: &Result<_, Error>| {
            let error = result.as_ref().err();
            error.is_some_and(|it| it.class == ErrorClass::WorkerClosedError)
        };
        if self.is(Fault::ForgetsRequests) && is_aborted(&result) {
            return self.next_item();
        }
        if self.is(Fault::AbortsEverything) && self.over {
            result = Err(Error::worker_closed("all is over"));
        }
        if self.is(Fault::FindsClosedObjects) && result.is_err() {
            result = Ok(Reply::Done);
        }
        let result = result.map_err(|error| self.reword(error));
        Some(Item::Reply { request, result })
    }

    fn reword(&self, mut error: Error) -> Error {
        if self.is(Fault::UsesItsOwnWords) {
            error.message = format!("Sorry, {}", error.message);
        }
        error
    }
}

impl Host for Broken {
    fn request(&mut self, target: Handle, mut request: Request) -> Result<RequestId, Error> {
        let is_open = self.fake.model().open(target).is_some();
        if self.is(Fault::ChecksArgumentsLast) && !is_open {
            request = Command::Dump.into();
        }
        if self.is(Fault::MisreadsText) && matches!(request.command, Form::Text(_)) {
            request = Command::Dump.into();
        }
        if let Some(data) = &mut request.data
            && self.is(Fault::TakesAnyMessage)
        {
            data.truncate(MESSAGE_BYTES);
        }
        let requested = self.fake.request(target, request);
        match (self.fault, requested) {
            (Some(Fault::SendsToClosedWorkers), Err(error))
                if error.class == ErrorClass::WorkerClosedError =>
            {
                Ok(RequestId(u32::MAX))
            }
            (Some(Fault::SendsWhatItRefuses), Err(error)) => {
                let _ = self.fake.request(target, Command::Dump.into());
                Err(error)
            }
            (_, requested) => requested.map_err(|error| self.reword(error)),
        }
    }

    fn notify(&mut self, target: Handle, notice: Notice, data: &[u8]) -> Result<(), Error> {
        let notified = self.fake.notify(target, notice, data);
        match self.fault {
            Some(Fault::NotifiesClosedWorkers) => Ok(()),
            Some(Fault::RefusesLargePackets) if data.len() >= MESSAGE_BYTES => {
                Err(Error::plain("too large"))
            }
            _ => notified.map_err(|error| self.reword(error)),
        }
    }

    fn close(&mut self, handle: Handle) -> Vec<Emission> {
        self.over |= self
            .fake
            .model()
            .get(handle)
            .is_some_and(|it| it.parent == handle);
        let cascade = self.fake.close(handle);
        if self.is(Fault::ForgetsClosedObjects) {
            for emission in &cascade {
                self.fake.release(emission.target);
            }
        }
        self.spoil(cascade)
    }

    fn next_item(&mut self) -> Option<Item> {
        if self.is(Fault::PrefersEvents) {
            while self.fake.next_event() {}
        }
        let mut item = self.ahead.pop_front().or_else(|| self.reordered());
        if item.is_none() && self.is(Fault::LetsEventsThrough) && self.fake.next_event() {
            item = self.fake.next_item();
        }
        match item {
            Some(Item::Reply { request, result }) => self.answer(request, result),
            Some(Item::Created { handle, .. }) => {
                self.unborn.insert(handle);
                item
            }
            item => item,
        }
    }

    fn has_more(&self) -> bool {
        match self.fault {
            Some(Fault::DeniesMore) => false,
            Some(Fault::AlwaysHasMore) => true,
            _ => !self.ahead.is_empty() || self.fake.has_more(),
        }
    }

    fn events(&self) -> usize {
        let events = self.fake.events() + self.turns.len();
        events + usize::from(self.is(Fault::MiscountsEvents))
    }

    fn next_event(&mut self) -> bool {
        if let Some(items) = self.turns.pop_front() {
            self.ahead.extend(items);
            return true;
        }
        if self.is(Fault::TakesTwoTurns) && self.fake.events() > 1 {
            self.fake.next_event();
        }
        let taken = self.fake.next_event();
        let waiting = self.waiting.pop_front();
        if let Some((target, event)) = waiting
            && self.is(Fault::EmitsAfterTheEnd)
            && !self.fake.has_more()
        {
            let emission = Emission::both(target, event, Payload::None);
            self.ahead.push_back(Item::Emission(emission));
        }
        taken
    }

    fn read(&self, handle: Handle, member: &str) -> Option<String> {
        let now = self.fake.read(handle, member);
        match self.fault {
            Some(Fault::ReadsThePast) => {
                let key = (handle, member.to_owned());
                self.past.borrow_mut().entry(key).or_insert(now).clone()
            }
            Some(Fault::ReadsNewObjectsLate) if self.unborn.contains(&handle) => None,
            _ => now,
        }
    }

    fn release(&mut self, handle: Handle) {
        if self.is(Fault::KeepsReleasedObjects) {
            return;
        }
        if self.is(Fault::ReleasesOpenObjects) {
            self.fake.close(handle);
        }
        self.fake.release(handle);
    }

    fn can_consume(
        &mut self,
        router: Handle,
        producer_id: &str,
        rtp_capabilities: Option<&Json>,
    ) -> Result<bool, String> {
        let can = (self.fake).can_consume(router, producer_id, rtp_capabilities);
        match self.fault {
            Some(Fault::AlwaysCanConsume) => Ok(true),
            _ => can,
        }
    }

    fn update_media_codecs(
        &mut self,
        router: Handle,
        media_codecs: Option<Json>,
    ) -> Result<(), Error> {
        if self.is(Fault::IgnoresMediaCodecs) {
            return Ok(());
        }
        let updated = self.fake.update_media_codecs(router, media_codecs);
        updated.map_err(|error| self.reword(error))
    }
}
