//! The application thread's end of a connection to a server. The addon creates a [`RemoteConnection`] for
//! `connect(url)`; the replica (the client's copy of the server's objects) sends commands by it and
//! receives the server's updates. It queues both, and rejects new calls when too many wait for a server
//! that is away.

use crate::options::{ConnectOptions, Target};
use crate::pending_calls::{CallFailure, PendingCalls};
use crate::shared_state::SharedState;
use crate::stats::{ConnectionStats, LinkState};
use crate::task::{ConnectionTask, Order};
use crate::{Error, runtime};
use protocol::limits::COMMANDS_WAITING;
use protocol::{Error as Refusal, LinkEvent, Outcome};
use replica::{Connection, Incoming, Outgoing};
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{self, TryRecvError};
use std::time::Duration;
use tokio::sync::mpsc::Sender;

/// The part of [`COMMANDS_WAITING`] that is reserved for changes that can't be rejected: `close()`, appData.
const RESERVED: usize = COMMANDS_WAITING / 4;

/// Limit in bytes of commands and messages that are queued while a server is away. Past this, new ones
/// are rejected.
const WAITING_BYTES: usize = 64 * 1024 * 1024;

/// Limit of actions that are sent together. An application that does more in one turn may be executed in
/// parts, and isn't delayed by the transfer to the connection's thread.
const AT_ONCE: usize = 1024;

/// A connection to a server. Dropping it ends the connection without a goodbye: the server keeps the
/// session until its TTL.
pub struct RemoteConnection {
    /// `None` after the application has closed the connection.
    orders: Option<Sender<Order>>,
    /// Receives a message, or closes, once the goodbye is over.
    leaving: Option<mpsc::Receiver<()>>,
    shared: Arc<SharedState>,
    calls: PendingCalls,
    /// Actions of the application since the last [flush](Connection::flush).
    outbox: Vec<Outgoing>,
    /// Number of renewed sessions that the application has seen.
    renewals: u32,
}

impl RemoteConnection {
    /// Starts to connect. `wake` is called on another thread when there is something to
    /// [receive](Connection::receive), once until that is called; and once more when the connection is
    /// over.
    pub fn connect(
        options: ConnectOptions,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let target = Target::of(&options)?;
        let runtime = runtime::handle()?;
        let shared = Arc::new(SharedState::new(wake));
        let calls = PendingCalls::new(options.request_timeout);
        let (connection, orders) = ConnectionTask::new(options, target, Arc::clone(&shared))?;
        runtime.spawn(connection.run());
        Ok(Self {
            orders: Some(orders),
            leaving: None,
            shared,
            calls,
            outbox: Vec::new(),
            renewals: 0,
        })
    }

    /// Returns the measurements of the connection.
    #[must_use]
    pub fn stats(&self) -> ConnectionStats {
        let stats = self.shared.stats();
        ConnectionStats {
            in_flight: self.calls.len(),
            state: if self.orders.is_some() {
                stats.state
            } else {
                LinkState::Closed
            },
            ..stats
        }
    }

    fn check_room(&self) -> Result<(), Refusal> {
        let waiting = self.shared.queued.get() + self.shared.waiting.get();
        if waiting >= COMMANDS_WAITING - RESERVED || self.shared.bytes.get() >= WAITING_BYTES {
            return Err(Refusal::plain(
                "too many commands are queued for the server",
            ));
        }
        Ok(())
    }
}

impl Connection for RemoteConnection {
    /// Calls and notices are rejected while the queue is full.
    fn send(&mut self, outgoing: Outgoing) -> Result<(), Refusal> {
        if self.orders.as_ref().is_none_or(Sender::is_closed) {
            return Err(gone());
        }
        match &outgoing {
            Outgoing::Call(call) => {
                self.check_room()?;
                self.calls.add(call.request, &call.command.method());
            }
            Outgoing::Notice { .. } => self.check_room()?,
            _ => {}
        }
        self.shared.queued.add(1);
        self.outbox.push(outgoing);
        if self.outbox.len() == AT_ONCE {
            self.flush();
        }
        Ok(())
    }

    fn flush(&mut self) {
        if self.outbox.is_empty() {
            return;
        }
        let order = Order::Do {
            renewals: self.renewals,
            outgoing: std::mem::take(&mut self.outbox),
        };
        if let Some(orders) = &self.orders {
            // If the connection is over, `receive` reports it.
            let _ = orders.blocking_send(order);
        }
    }

    fn receive(&mut self) -> Vec<Incoming> {
        let events = self.shared.events.take();
        let mut incoming = Vec::with_capacity(events.len());
        for event in events {
            self.calls.handle(event, &mut incoming);
            if let Some(Incoming::Link(LinkEvent::Connected {
                outcome: Outcome::Renewed,
                ..
            })) = incoming.last()
            {
                // Actions so far belong to the lost session.
                self.flush();
                self.renewals += 1;
            }
        }
        let is_over = self.orders.as_ref().is_none_or(Sender::is_closed);
        if is_over {
            self.calls.reject_all(&CallFailure::Closed, &mut incoming);
        }
        incoming
    }

    /// After [`Connection::disconnect`] it waits for that goodbye.
    fn goodbye(&mut self, within: Duration) -> bool {
        self.disconnect();
        let is_over = |left: &mpsc::Receiver<()>| left.recv_timeout(within).is_ok();
        self.leaving.as_ref().is_some_and(is_over)
    }

    fn has_left(&self) -> bool {
        let waits = |left: &mpsc::Receiver<()>| left.try_recv() == Err(TryRecvError::Empty);
        self.orders.is_none() && !self.leaving.as_ref().is_some_and(waits)
    }

    fn disconnect(&mut self) {
        self.flush();
        if let Some(orders) = self.orders.take() {
            let (left, over) = mpsc::sync_channel(1);
            let said = orders.blocking_send(Order::Leave(left));
            self.leaving = said.is_ok().then_some(over);
        }
    }
}

fn gone() -> Refusal {
    Refusal::worker_closed("Channel closed, cannot send")
}

impl fmt::Debug for RemoteConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteConnection")
            .field("stats", &self.stats())
            .finish_non_exhaustive()
    }
}
