//! Application of the connection tests: [`User`] holds a `RemoteConnection` as the addon does, makes calls,
//! and waits for updates and link events. Each wait fails if the wrong one comes.

use crate::server::PATIENCE;
use host::Request;
use protocol::{Error, Handle, LinkEvent, Outcome, Reply, RequestId, Update};
use remote::{ConnectOptions, RemoteConnection};
use replica::{Connection, Incoming, Outgoing, OutgoingCall};
use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// An application with one connection.
pub(crate) struct User {
    pub(crate) client: RemoteConnection,
    woken: Receiver<()>,
    came: VecDeque<Incoming>,
    last_request: u32,
}

pub(crate) fn options(url: String) -> ConnectOptions {
    ConnectOptions {
        url,
        token: Some("secret".to_owned()),
        session: None,
        request_timeout: Duration::from_secs(30),
        ca: None,
        cert: None,
        key: None,
    }
}

impl User {
    pub(crate) fn connect(options: ConnectOptions) -> Self {
        let (wake, woken) = channel();
        let client = RemoteConnection::connect(options, move || {
            let _ = wake.send(());
        });
        Self {
            client: client.unwrap(),
            woken,
            came: VecDeque::new(),
            last_request: 0,
        }
    }

    /// Performs one action in a turn of its own.
    pub(crate) fn send(&mut self, outgoing: Outgoing) {
        self.client.send(outgoing).unwrap();
        self.client.flush();
    }

    /// Makes a call in a turn of its own.
    pub(crate) fn call(&mut self, target: u32, command: &str) -> RequestId {
        let request = self.prepare(target, command);
        self.client.flush();
        request
    }

    /// Makes a call that travels with the next action.
    pub(crate) fn prepare(&mut self, target: u32, command: &str) -> RequestId {
        self.last_request += 1;
        let request = RequestId(self.last_request);
        let call = Outgoing::Call(OutgoingCall {
            request,
            target: Handle(target),
            command: Request::text(command.to_owned()),
        });
        self.client.send(call).unwrap();
        request
    }

    /// Waits until there is something to receive, without receiving it.
    pub(crate) fn wait(&self) {
        self.woken.recv_timeout(PATIENCE).expect("no wake-up");
    }

    /// Waits for the next input.
    pub(crate) fn next(&mut self) -> Incoming {
        while self.came.is_empty() {
            self.wait();
            self.came.extend(self.client.receive());
        }
        self.came.pop_front().unwrap()
    }

    /// Waits for the next link event.
    pub(crate) fn link(&mut self) -> LinkEvent {
        match self.next() {
            Incoming::Link(event) => event,
            other => panic!("{other:?}"),
        }
    }

    /// Waits for an established link, through failed attempts, and returns its outcome.
    pub(crate) fn linked(&mut self) -> Outcome {
        loop {
            match self.link() {
                LinkEvent::Connected { outcome, .. } => return outcome,
                LinkEvent::Disconnected { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Waits for an update.
    pub(crate) fn update(&mut self) -> Update<RequestId> {
        match self.next() {
            Incoming::Update(update) => *update,
            other => panic!("{other:?}"),
        }
    }

    /// Waits for a snapshot.
    pub(crate) fn snapshot(&mut self) {
        let update = self.update();
        assert!(matches!(update, Update::Snapshot(_)), "{update:?}");
    }

    /// Waits for an answer and returns it with its request.
    pub(crate) fn answer(&mut self) -> (RequestId, Reply) {
        match self.update() {
            Update::Answer { call, result } => (call, result.unwrap()),
            other => panic!("{other:?}"),
        }
    }

    /// Waits for a call to fail and returns its error.
    pub(crate) fn unanswered(&mut self) -> (RequestId, Error) {
        match self.next() {
            Incoming::Unanswered { request, error } => (request, error),
            other => panic!("{other:?}"),
        }
    }
}
