//! Calls that wait for their answers, on the application's thread. The connection's task, on a thread of
//! its own, sends a [`ConnectionEvent`] for each answer or failure; [`PendingCalls`] turns it into input for the
//! replica (the client's copy of the server's objects), with the error of a call that has no answer.

use protocol::{Error, LinkEvent, Outcome, RequestId, Update};
use replica::Incoming;
use std::collections::BTreeMap;
use std::time::Duration;

/// Advice to the user of an application whose server is unreachable; `lib/remote/Connection.js` gives the same.
const REMEDY: &str = "check the server and the way to it with `npx remote-mediasoup doctor`, or raise requestTimeoutMs";

/// An event of the connection.
#[derive(Debug)]
pub(crate) enum ConnectionEvent {
    Update(Box<Update<RequestId>>),
    Unanswered {
        request: RequestId,
        why: CallFailure,
    },
    Link(LinkEvent),
}

/// Reason why a call has no answer.
#[derive(Debug)]
pub(crate) enum CallFailure {
    /// The server was unreachable for too long.
    Expired { sent: bool, link: String },
    /// The server has dropped this client's place or lost the session.
    Lost,
    /// The server refuses this client.
    Refused(String),
    /// The command can't be sent.
    Invalid(Error),
    /// The application has ended the connection.
    Closed,
}

/// Calls that wait for their answers.
#[derive(Debug)]
pub(crate) struct PendingCalls {
    /// Their methods, in the order of the calls.
    methods: BTreeMap<RequestId, Box<str>>,
    timeout: Duration,
}

impl PendingCalls {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            methods: BTreeMap::new(),
            timeout,
        }
    }

    /// Records a call.
    pub(crate) fn add(&mut self, request: RequestId, method: &str) {
        self.methods.insert(request, method.into());
    }

    pub(crate) fn len(&self) -> usize {
        self.methods.len()
    }

    /// Appends the application's input for an event.
    pub(crate) fn handle(&mut self, event: ConnectionEvent, incoming: &mut Vec<Incoming>) {
        match event {
            ConnectionEvent::Update(update) => {
                // The call may have failed for the application already.
                if let Update::Answer { call, .. } = &*update
                    && self.methods.remove(call).is_none()
                {
                    return;
                }
                incoming.push(Incoming::Update(update));
            }
            ConnectionEvent::Unanswered { request, why } => {
                if let Some(method) = self.methods.remove(&request) {
                    let error = self.error(&method, &why);
                    incoming.push(Incoming::Unanswered { request, error });
                }
            }
            ConnectionEvent::Link(event) => {
                if let LinkEvent::Connected {
                    outcome: Outcome::Renewed,
                    ..
                } = event
                {
                    // None of the effects of a `createWorker` remain. Calls that the connection's task hasn't
                    // seen yet belong to the lost session, too.
                    self.methods.retain(|_, method| &**method != "createWorker");
                    self.reject_all(&CallFailure::Lost, incoming);
                }
                incoming.push(Incoming::Link(event));
            }
        }
    }

    /// Rejects all calls.
    pub(crate) fn reject_all(&mut self, why: &CallFailure, incoming: &mut Vec<Incoming>) {
        for (request, method) in std::mem::take(&mut self.methods) {
            let error = self.error(&method, why);
            incoming.push(Incoming::Unanswered { request, error });
        }
    }

    fn error(&self, method: &str, why: &CallFailure) -> Error {
        let seconds = self.timeout.as_secs_f64();
        match why {
            CallFailure::Expired { sent: false, link } => Error::plain(format!(
                "the server has been unreachable for {seconds} s, command not sent [method:{method}]: {link}; {REMEDY}"
            )),
            CallFailure::Expired { sent: true, link } => Error::plain(format!(
                "the server has been unreachable for {seconds} s, the outcome of the command is unknown [method:{method}]: {link}; {REMEDY}"
            )),
            CallFailure::Lost => Error::worker_closed(format!(
                "Channel closed, pending request aborted [method:{method}, the session on the server was lost]"
            )),
            CallFailure::Refused(reason) => Error::plain(format!(
                "the server refuses this client [method:{method}]: {reason}"
            )),
            CallFailure::Invalid(error) => error.clone(),
            CallFailure::Closed => Error::worker_closed(format!(
                "Channel closed, pending request aborted [method:{method}, the connection was closed]"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{ErrorClass, Reply};

    fn unanswered(request: u32, why: CallFailure) -> ConnectionEvent {
        let request = RequestId(request);
        ConnectionEvent::Unanswered { request, why }
    }

    fn answer(call: u32) -> ConnectionEvent {
        ConnectionEvent::Update(Box::new(Update::Answer {
            call: RequestId(call),
            result: Ok(Reply::Done),
        }))
    }

    fn handled(
        calls: &mut PendingCalls,
        events: impl IntoIterator<Item = ConnectionEvent>,
    ) -> Vec<Incoming> {
        let mut incoming = Vec::new();
        for event in events {
            calls.handle(event, &mut incoming);
        }
        incoming
    }

    #[test]
    fn a_call_has_one_outcome() {
        let mut calls = PendingCalls::new(Duration::from_secs(30));
        calls.add(RequestId(1), "consume");
        calls.add(RequestId(2), "dump");
        let link = "no route to host".to_owned();
        let why = CallFailure::Expired { sent: false, link };
        let incoming = handled(
            &mut calls,
            [
                unanswered(1, why),
                answer(1),
                answer(2),
                unanswered(2, CallFailure::Lost),
            ],
        );
        let [Incoming::Unanswered { error, .. }, Incoming::Update(_)] = &incoming[..] else {
            panic!("{incoming:?}");
        };
        assert_eq!(
            error.message,
            "the server has been unreachable for 30 s, command not sent [method:consume]: no route to host; \
             check the server and the way to it with `npx remote-mediasoup doctor`, or raise requestTimeoutMs"
        );
        assert_eq!(calls.len(), 0);
    }

    #[test]
    fn a_lost_session_rejects_all_but_create_worker() {
        let mut calls = PendingCalls::new(Duration::from_secs(30));
        calls.add(RequestId(3), "createWorker");
        calls.add(RequestId(4), "getStats");
        let renewed = ConnectionEvent::Link(LinkEvent::Connected {
            outcome: Outcome::Renewed,
            draining: false,
            agent: String::new(),
        });
        let incoming = handled(&mut calls, [renewed, answer(3)]);
        let [Incoming::Unanswered { request, error }, Incoming::Link(_)] = &incoming[..] else {
            panic!("{incoming:?}");
        };
        assert_eq!(
            (*request, error.class),
            (RequestId(4), ErrorClass::WorkerClosedError)
        );
        assert!(error.message.contains("[method:getStats,"), "{error}");
    }
}
