//! Fake connection of a client to its server, whose other end is the test: it records the actions that
//! the client sends and delivers the input that the test queues. The tests of epochs and a fuzz target
//! give it to the client's `RemoteHost`.

use protocol::{Error, RequestId};
use replica::{Connection, Incoming, Outgoing};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// The connection of a host, shared with the test.
#[derive(Debug, Clone, Default)]
pub(crate) struct FakeConnection(pub(crate) Rc<RefCell<Wire>>);

/// State of a connection.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    pub(crate) sent: Vec<Outgoing>,
    pub(crate) came: VecDeque<Incoming>,
    /// Pending calls.
    pub(crate) calls: Vec<RequestId>,
    pub(crate) is_over: bool,
    /// True after the server has received the goodbye.
    pub(crate) has_goodbye: bool,
}

impl Connection for FakeConnection {
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Error> {
        let mut wire = self.0.borrow_mut();
        if wire.is_over {
            return Err(Error::worker_closed("over"));
        }
        if let Outgoing::Call(call) = &outgoing {
            wire.calls.push(call.request);
        }
        wire.sent.push(outgoing);
        Ok(())
    }

    fn flush(&mut self) {}

    fn receive(&mut self) -> Vec<Incoming> {
        self.0.borrow_mut().came.drain(..).collect()
    }

    fn disconnect(&mut self) {
        let mut wire = self.0.borrow_mut();
        wire.is_over = true;
        let unanswered = std::mem::take(&mut wire.calls);
        for request in unanswered {
            let error = Error::worker_closed("the connection was closed");
            wire.came.push_back(Incoming::Unanswered { request, error });
        }
    }

    fn goodbye(&mut self, _within: Duration) -> bool {
        true
    }

    fn has_left(&self) -> bool {
        let wire = self.0.borrow();
        wire.is_over && wire.has_goodbye
    }
}
