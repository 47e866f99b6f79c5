//! What the connection's task tells the application's thread, which knows the calls by name.

use protocol::{Error, LinkEvent, Outcome, RequestId, Update};
use replica::Incoming;
use std::collections::BTreeMap;
use std::time::Duration;

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Report {
    Update(Box<Update<RequestId>>),
    Unanswered { request: RequestId, why: NoAnswer },
    Link(LinkEvent),
}

/// NoAnswer a call has no answer.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The server could not be reached for too long.
    Expired { sent: bool, link: String },
    /// The server has forgotten.
    Lost,
    /// The server wants nothing of this client.
    Refused(String),
    /// The command can't be sent.
    Invalid(Error),
    /// The application has ended the connection.
    Closed,
}

/// The calls that wait for their answers.
#[derive(Debug)]
pub(crate) struct PendingCalls {
    /// What they are, in the order in which they were made.
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

    /// Notes a call by the name of its method.
    pub(crate) fn add(&mut self, request: RequestId, method: &str) {
        self.methods.insert(request, method.into());
    }

    pub(crate) fn len(&self) -> usize {
        self.methods.len()
    }

    /// Adds what the application is to know of something that happened.
    pub(crate) fn hear(&mut self, told: Report, incoming: &mut Vec<Incoming>) {
        match told {
            Report::Update(update) => {
                // The application may have been told already that there is no answer.
                if let Update::Answer { call, .. } = &*update
                    && self.methods.remove(call).is_none()
                {
                    return;
                }
                incoming.push(Incoming::Update(update));
            }
            Report::Unanswered { request, why } => {
                if let Some(method) = self.methods.remove(&request) {
                    let error = self.error(&method, &why);
                    incoming.push(Incoming::Unanswered { request, error });
                }
            }
            Report::Link(event) => {
                if let LinkEvent::Connected {
                    outcome: Outcome::Renewed,
                    ..
                } = event
                {
                    // Nothing is left of what a `createWorker` may have done. Also what the
                    // connection's task hasn't even seen yet belongs to the session that is lost.
                    self.methods.retain(|_, method| &**method != "createWorker");
                    self.reject_all(&NoAnswer::Lost, incoming);
                }
                incoming.push(Incoming::Link(event));
            }
        }
    }

    /// Gives up all calls.
    pub(crate) fn reject_all(&mut self, why: &NoAnswer, incoming: &mut Vec<Incoming>) {
        for (request, method) in std::mem::take(&mut self.methods) {
            let error = self.error(&method, why);
            incoming.push(Incoming::Unanswered { request, error });
        }
    }

    fn error(&self, method: &str, why: &NoAnswer) -> Error {
        let seconds = self.timeout.as_secs_f64();
        match why {
            NoAnswer::Expired { sent: false, link } => Error::plain(format!(
                "the server has been unreachable for {seconds} s, command not sent [method:{method}]: {link}"
            )),
            NoAnswer::Expired { sent: true, link } => Error::plain(format!(
                "the server has been unreachable for {seconds} s, the outcome of the command is unknown [method:{method}]: {link}"
            )),
            NoAnswer::Lost => Error::worker_closed(format!(
                "Channel closed, pending request aborted [method:{method}, the session on the server was lost]"
            )),
            NoAnswer::Refused(reason) => Error::plain(format!(
                "the server refuses this client [method:{method}]: {reason}"
            )),
            NoAnswer::Invalid(error) => error.clone(),
            NoAnswer::Closed => Error::worker_closed(format!(
                "Channel closed, pending request aborted [method:{method}, the connection was closed]"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{ErrorClass, Reply};

    fn unanswered(request: u32, why: NoAnswer) -> Report {
        let request = RequestId(request);
        Report::Unanswered { request, why }
    }

    fn answer(call: u32) -> Report {
        Report::Update(Box::new(Update::Answer {
            call: RequestId(call),
            result: Ok(Reply::Done),
        }))
    }

    fn heard(calls: &mut PendingCalls, told: impl IntoIterator<Item = Report>) -> Vec<Incoming> {
        let mut incoming = Vec::new();
        for told in told {
            calls.hear(told, &mut incoming);
        }
        incoming
    }

    #[test]
    fn a_call_has_one_outcome() {
        let mut calls = PendingCalls::new(Duration::from_secs(30));
        calls.add(RequestId(1), "consume");
        calls.add(RequestId(2), "dump");
        let link = "no route to host".to_owned();
        let why = NoAnswer::Expired { sent: false, link };
        let incoming = heard(
            &mut calls,
            [
                unanswered(1, why),
                answer(1),
                answer(2),
                unanswered(2, NoAnswer::Lost),
            ],
        );
        let [Incoming::Unanswered { error, .. }, Incoming::Update(_)] = &incoming[..] else {
            panic!("{incoming:?}");
        };
        assert_eq!(
            error.message,
            "the server has been unreachable for 30 s, command not sent [method:consume]: no route to host"
        );
        assert_eq!(calls.len(), 0);
    }

    #[test]
    fn a_lost_session_rejects_all_but_create_worker() {
        let mut calls = PendingCalls::new(Duration::from_secs(30));
        calls.add(RequestId(3), "createWorker");
        calls.add(RequestId(4), "getStats");
        let renewed = Report::Link(LinkEvent::Connected {
            outcome: Outcome::Renewed,
            draining: false,
            agent: String::new(),
        });
        let incoming = heard(&mut calls, [renewed, answer(3)]);
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
