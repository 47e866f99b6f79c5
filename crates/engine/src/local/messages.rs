//! Handling of the messages that worker processes send. `Local::next_item` calls it per message: a
//! reply changes the Model (the tree of objects) and becomes an item for the application, a notification
//! waits for its turn, a log line passes on, and an invalid message becomes an item that has the driver
//! kill the process.

use super::{Local, WaitingEvent};
use crate::channel::{self, ChannelError, constant_name};
use crate::engine::Engine;
use crate::reply;
use fbs::message::BodyRef;
use fbs::response::ResponseRef;
use protocol::{Error, Handle, Item, Level, LogLine, Logger, Reply};

impl Local {
    /// Takes the next message of a worker. `false` when there is none.
    pub(super) fn next_message(&mut self, worker: Handle) -> bool {
        let Some(engine) = self.engines.get_mut(&worker) else {
            return false;
        };
        let mut frames = std::mem::take(&mut engine.frames);
        let (taken, result) = match frames.next() {
            Ok(Some(message)) => (true, self.message(worker, message)),
            Ok(None) => (false, Ok(())),
            Err(error) => (false, Err(error)),
        };
        if result.is_ok()
            && let Some(engine) = self.engines.get_mut(&worker).filter(|e| !e.closed())
        {
            engine.frames = frames;
        }
        self.check(worker, result);
        taken
    }

    /// Emits a protocol error of a worker whose message was malformed.
    pub(super) fn check(&mut self, worker: Handle, result: Result<(), ChannelError>) {
        if let Err(error) = result {
            let reason = error.to_string();
            self.core.push(Item::ProtocolError { worker, reason });
        }
    }

    fn message(&mut self, worker: Handle, message: &[u8]) -> Result<(), ChannelError> {
        match channel::read(message)? {
            BodyRef::Response(response) => self.respond(worker, response)?,
            BodyRef::Notification(_) => self.events.push_back(WaitingEvent {
                worker,
                message: message.into(),
                answer: self.engines.get(&worker).and_then(Engine::next_answer),
            }),
            BodyRef::Log(log) => {
                let shown = self.core.model.shown(worker);
                self.core.items.extend(log_line(shown, log.data()?));
            }
            BodyRef::Request(_) => {
                return Err(ChannelError::Invalid("a request".into()));
            }
        }
        Ok(())
    }

    fn respond(&mut self, worker: Handle, response: ResponseRef<'_>) -> Result<(), ChannelError> {
        let id = response.id()?;
        let Some(pending) = self.engine(worker).and_then(|engine| engine.answered(id)) else {
            self.core.log(
                Logger::Channel,
                Level::Error,
                format!("received response does not match any sent request [id:{id}]"),
            );
            return Ok(());
        };
        let request = pending.request;
        let result = if response.accepted()? {
            let reply = reply::apply(&mut self.core, pending, response.body()?);
            self.follow_up();
            Ok(reply?)
        } else {
            let reason = String::from_utf8_lossy(response.reason()?.unwrap_or_default());
            self.core.log(
                Logger::Channel,
                Level::Warn,
                format!(
                    "request failed [method:{}, id:{id}]: {reason}",
                    constant_name(pending.method)
                ),
            );
            Err(match response.error()? {
                Some("TypeError") => Error::type_error(reason),
                Some("NotFoundError") => Error::not_found(reason),
                _ => Error::plain(reason),
            })
        };
        if let Some(request) = request {
            self.answer(request, result);
        }
        Ok(())
    }

    /// The worker of a process that was spawned runs.
    pub(super) fn runs(&mut self, worker: Handle) {
        let engine = self.engine(worker);
        if let Some(request) = engine.and_then(|engine| engine.starting.take()) {
            // The application knows the logical Worker, a layer the one that it asked for.
            let handle = if self.inner.contains_key(&request) {
                worker
            } else {
                self.core.model.shown(worker)
            };
            self.answer(request, Ok(Reply::Created(handle)));
        }
    }
}

/// A line that a worker logs. Its first letter is its level, or says that it is part of a dump.
fn log_line(worker: Handle, data: &[u8]) -> Option<Item> {
    let (first, line) = data.split_first()?;
    let (worker, logger, level) = match first {
        b'D' => (Some(worker), Logger::Channel, Level::Debug),
        b'W' => (Some(worker), Logger::Channel, Level::Warn),
        b'E' => (Some(worker), Logger::Channel, Level::Error),
        b'X' => (None, Logger::Worker, Level::Debug),
        _ => return None,
    };
    Some(Item::Log(LogLine {
        worker,
        logger,
        level,
        line: String::from_utf8_lossy(line).into_owned(),
        error: None,
    }))
}
