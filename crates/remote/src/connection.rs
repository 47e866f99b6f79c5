//! The end of a connection that the application's thread holds.

use crate::calls::{NoAnswer, PendingCalls};
use crate::options::{ConnectOptions, Target};
use crate::shared::Shared;
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

/// Of [`COMMANDS_WAITING`], what is left to changes that can't be refused: `close()`, appData.
const RESERVED: usize = COMMANDS_WAITING / 4;

/// Bytes of commands and messages that may wait for the server: what a process spares for a
/// server that is away. Past this new ones are refused.
const WAITING_BYTES: usize = 64 * 1024 * 1024;

/// What is sent together at most. An application that does more in one go may see it done in parts, and
/// it isn't held up by its own thread.
const AT_ONCE: usize = 1024;

/// A connection to a server. It ends when this is dropped, without a goodbye: the server keeps the
/// session for a while.
pub struct RemoteConnection {
    /// None once the application wants no more.
    orders: Option<Sender<Order>>,
    /// Where it is told that the server has heard the goodbye.
    leaving: Option<mpsc::Receiver<()>>,
    shared: Arc<Shared>,
    calls: PendingCalls,
    /// What the application has done since the last [flush](Connection::flush).
    outbox: Vec<Outgoing>,
    /// How often the application was told that the session is another.
    renewals: u32,
}

impl RemoteConnection {
    /// Begins to connect. `wake` is called on another thread when there is something to
    /// [receive](Connection::receive), and then not again until that was done; and once more when the connection is
    /// over.
    pub fn connect(
        options: ConnectOptions,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let target = Target::of(&options)?;
        let runtime = runtime::handle()?;
        let shared = Arc::new(Shared::new(wake));
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

    /// How the connection fares.
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
            return Err(Refusal::plain("too many commands wait for the server"));
        }
        Ok(())
    }
}

impl Connection for RemoteConnection {
    /// PendingCalls and notices are refused while too much waits.
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
            // Of a connection that is over, `receive` tells.
            let _ = orders.blocking_send(order);
        }
    }

    fn receive(&mut self) -> Vec<Incoming> {
        let told = self.shared.inbox.take();
        let mut incoming = Vec::with_capacity(told.len());
        for told in told {
            self.calls.hear(told, &mut incoming);
            if let Some(Incoming::Link(LinkEvent::Connected {
                outcome: Outcome::Renewed,
                ..
            })) = incoming.last()
            {
                // What was sent until now is for the session that is lost.
                self.flush();
                self.renewals += 1;
            }
        }
        let is_over = self.orders.as_ref().is_none_or(Sender::is_closed);
        if is_over {
            self.calls.reject_all(&NoAnswer::Closed, &mut incoming);
        }
        incoming
    }

    /// After [`Connection::disconnect`] it waits for the goodbye that was said there.
    fn goodbye(&mut self, within: Duration) -> bool {
        self.disconnect();
        let heard = |left: &mpsc::Receiver<()>| left.recv_timeout(within).is_ok();
        self.leaving.as_ref().is_some_and(heard)
    }

    fn has_left(&self) -> bool {
        let waits = |left: &mpsc::Receiver<()>| left.try_recv() == Err(TryRecvError::Empty);
        self.orders.is_none() && !self.leaving.as_ref().is_some_and(waits)
    }

    fn disconnect(&mut self) {
        self.flush();
        if let Some(orders) = self.orders.take() {
            let (left, heard) = mpsc::sync_channel(1);
            let said = orders.blocking_send(Order::Leave(left));
            self.leaving = said.is_ok().then_some(heard);
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
