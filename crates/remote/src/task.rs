//! Task of one connection to a server, on the thread of all connections of the process: it moves messages
//! between the application, the client's end of the logs ([`ClientEnd`]) and the
//! WebSocket. `RemoteConnection` spawns it and sends it orders; it reports answers and events to the
//! event queue.
//!
//! Each turn executes the orders, follows the outputs of `ClientEnd`, reports to the application, and waits
//! for the next input. `ClientEnd` only makes a message when the link has room for it, and the link is not
//! read while the event queue is full.

mod events;

use crate::options::{ConnectOptions, Target};
use crate::pending_calls::{CallFailure, ConnectionEvent};
use crate::server_link::{Came, Dialer, LinkFailure, ServerLink};
use crate::shared_state::SharedState;
use crate::stats::{ConnectionStats, LinkState};
use protocol::{Act, Call, Error, LinkEvent, Notice, RequestId};
use replica::Outgoing;
use session_logs::client::{ClientEnd, ClientOptions, ClientOutput};
use std::fmt::Write as _;
use std::future::{Future, pending, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::select;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::sleep_until;
use wire::v1::{ActEncoder, Close, Epoch, UpdateDecoder};

/// Limit of queued orders. The connection's thread takes them soon: it never blocks on links or servers before
/// it has looked here. Past this the application's thread blocks.
const ORDERS: usize = 64;

/// Limit of orders (one per turn of the application's event loop) that are taken before anything is sent.
const ORDERS_AT_ONCE: usize = 16;

/// Time limit of a goodbye whose caller doesn't wait for it.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Limit of queued entries for RTP packets, which are useless when they are late: past this they are
/// dropped, as a network does.
const ENTRIES_BEFORE_PACKETS: usize = 1024;

/// An order of the application.
pub(crate) enum Order {
    /// Send actions to the session that the application knows, all together.
    Do {
        /// Number of renewed sessions that the application has seen.
        renewals: u32,
        outgoing: Vec<Outgoing>,
    },
    /// Say goodbye, and signal when that is over.
    Leave(SyncSender<()>),
}

type Dialing = Pin<Box<dyn Future<Output = Result<Box<ServerLink>, LinkFailure>> + Send>>;

/// An input of the task.
enum Turn {
    /// The number of received orders.
    Orders(usize),
    Dialed(Result<Box<ServerLink>, LinkFailure>),
    Came(Came),
    /// A timer is due, or the event queue has room.
    Again,
}

pub(crate) struct ConnectionTask {
    shared: Arc<SharedState>,
    orders: Receiver<Order>,
    config: ClientOptions,
    client_end: ClientEnd,
    /// The session that the application knows, and the number of renewed sessions.
    epoch: Option<Epoch>,
    renewals: u32,
    encoder: ActEncoder,
    decoder: UpdateDecoder,
    dialer: Arc<Dialer>,
    dialing: Option<Dialing>,
    link: Option<Box<ServerLink>>,
    /// Signal of a finished goodbye, and its time limit.
    leaving: Option<(SyncSender<()>, Instant)>,
    over: bool,
    /// The next events for the application, and the bytes of the entries among them.
    events: Vec<ConnectionEvent>,
    event_bytes: usize,
    /// Lost calls whose reason isn't known yet.
    lost: Vec<RequestId>,
    stats: ConnectionStats,
    snapshots: u64,
}

impl ConnectionTask {
    /// Creates the task and the sender of its orders.
    pub(crate) fn new(
        options: ConnectOptions,
        target: Target,
        shared: Arc<SharedState>,
    ) -> io::Result<(Self, Sender<Order>)> {
        let mut random = [0; 24];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let (key, seed) = random.split_at(16);
        let config = ClientOptions {
            key: hexadecimal(key),
            session: options.session,
            agent: protocol::AGENT.to_owned(),
            request_timeout: options.request_timeout,
            seed: seed
                .iter()
                .fold(0, |seed, byte| seed << 8 | u64::from(*byte)),
        };
        let (sender, orders) = channel(ORDERS);
        let connection = Self {
            shared,
            orders,
            client_end: ClientEnd::new(config.clone()),
            config,
            epoch: None,
            renewals: 0,
            encoder: ActEncoder::default(),
            decoder: UpdateDecoder::default(),
            dialer: Arc::new(Dialer::new(target)),
            dialing: None,
            link: None,
            leaving: None,
            over: false,
            events: Vec::new(),
            event_bytes: 0,
            lost: Vec::new(),
            stats: ConnectionStats::default(),
            snapshots: 0,
        };
        Ok((connection, sender))
    }

    /// Runs until the application closes the connection.
    pub(crate) async fn run(mut self) {
        let mut orders = Vec::with_capacity(ORDERS_AT_ONCE);
        self.client_end.open(Instant::now());
        loop {
            self.pump();
            self.publish();
            if self.over {
                break;
            }
            match self.turn(&mut orders).await {
                // The application has dropped its end.
                Turn::Orders(0) => break,
                Turn::Orders(_) => {
                    orders.drain(..).for_each(|order| self.take(order));
                }
                Turn::Dialed(Ok(link)) => {
                    self.dialing = None;
                    self.link = Some(link);
                    self.client_end.link_up(Instant::now());
                }
                Turn::Dialed(Err(failure)) => self.fail(failure),
                Turn::Came(came) => self.come(came),
                Turn::Again => self.handle_timeout(Instant::now()),
            }
        }
        self.hang_up(Close::GoingAway as u16);
    }

    async fn turn(&mut self, orders: &mut Vec<Order>) -> Turn {
        let queue = &self.shared.events;
        let reading = !queue.is_full();
        let link = &mut self.link;
        let dialing = &mut self.dialing;
        let ends = self.leaving.as_ref().map(|(_, end)| *end);
        let due = self.client_end.next_timeout().into_iter().chain(ends).min();
        select! {
            // Orders come before input that the application can't know of yet, and a busy link must not
            // delay timers.
            biased;
            // There are not orders after a goodbye.
            count = self.orders.recv_many(orders, ORDERS_AT_ONCE), if ends.is_none() => {
                Turn::Orders(count)
            }
            () = async {
                match due {
                    Some(due) => sleep_until(due.into()).await,
                    None => pending().await,
                }
            } => Turn::Again,
            dialed = async {
                match dialing {
                    Some(dialing) => dialing.await,
                    None => pending().await,
                }
            } => Turn::Dialed(dialed),
            () = queue.emptied(), if !reading => Turn::Again,
            came = poll_fn(|context| match link {
                Some(link) => link.poll(context, reading),
                None => Poll::Pending,
            }) => Turn::Came(came),
        }
    }

    fn take(&mut self, order: Order) {
        match order {
            Order::Leave(left) => {
                let now = Instant::now();
                self.leaving = Some((left, now + LEAVE_TIMEOUT));
                self.client_end.leave(now);
                // There is no session to say goodbye to after a refusal.
                if self.stats.state == LinkState::Refused {
                    self.left();
                }
            }
            Order::Do { renewals, outgoing } => {
                self.shared.queued.sub(outgoing.len());
                // Actions for a lost session are dropped: the application will learn of its loss.
                if renewals == self.renewals {
                    for outgoing in outgoing {
                        self.push(outgoing);
                    }
                }
            }
        }
    }

    fn push(&mut self, outgoing: Outgoing) {
        let is_packet = matches!(
            outgoing,
            Outgoing::Notice {
                notice: Notice::Rtp | Notice::Rtcp,
                ..
            }
        );
        if is_packet && !self.is_fast() {
            return;
        }
        if self.stats.state == LinkState::Refused && matches!(outgoing, Outgoing::Call(_)) {
            self.start_over();
        }
        let mut request = None;
        let act = outgoing.try_map_call(|outgoing| {
            request = Some(outgoing.request);
            let (target, app_data) = (outgoing.target, outgoing.command.app_data);
            let command = outgoing.command.parse()?;
            Ok(Box::new(Call {
                target,
                command,
                app_data,
            }))
        });
        let pushed = act.and_then(|act| self.push_entries(act, request));
        if let (Some(request), Err(error)) = (request, pushed) {
            self.give_up(request, CallFailure::Invalid(error));
        }
    }

    /// Appends the entries of an act to the log. An error is the answer to its call.
    fn push_entries(&mut self, act: Act, request: Option<RequestId>) -> Result<(), Error> {
        let now = Instant::now();
        let mut entries = self.encoder.encode(act).into_iter().peekable();
        while let Some(entry) = entries.next() {
            let call = request.filter(|_| entries.peek().is_none());
            if let Err(rejected) = self.client_end.push(now, entry, call) {
                // The dropped entry may have been a definition, which the server lacks now.
                self.encoder.clear();
                return Err(Error::plain(rejected.to_string()));
            }
        }
        Ok(())
    }

    /// Returns true if entries reach the server soon.
    fn is_fast(&self) -> bool {
        self.stats.state == LinkState::Connected
            && self.client_end.stats().waiting < ENTRIES_BEFORE_PACKETS
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.client_end.handle_timeout(now);
        self.over |= matches!(self.leaving, Some((_, end)) if end <= now);
    }

    /// Starts over after a refusal: the server may accept the client now.
    fn start_over(&mut self) {
        self.stats.state = LinkState::Disconnected;
        self.encoder.clear();
        self.client_end = ClientEnd::new(self.config.clone());
        self.client_end.open(Instant::now());
    }

    fn come(&mut self, came: Came) {
        let now = Instant::now();
        match came {
            Came::Message(message) => {
                self.stats.bytes_received += message.len() as u64;
                self.client_end.receive(now, &message);
            }
            Came::SignOfLife => self.client_end.sign_of_life(now),
            Came::Written => {}
            Came::Closed(failure) => {
                self.link = None;
                self.fail(failure);
            }
        }
    }

    /// Handles a lost link or a failed attempt.
    fn fail(&mut self, failure: LinkFailure) {
        self.dialing = None;
        let now = Instant::now();
        match failure {
            LinkFailure::Refused(reason) => self.client_end.refused(now, &reason),
            LinkFailure::Lost(reason) => self.client_end.link_down(now, &reason),
        }
    }

    /// Follows all outputs of `ClientEnd`.
    fn pump(&mut self) {
        loop {
            let writable = self.link.as_ref().is_some_and(|link| link.is_idle());
            match self.client_end.poll_output(writable) {
                None => return,
                Some(ClientOutput::Connect) => {
                    self.dialing = Some(Box::pin(Arc::clone(&self.dialer).dial()));
                }
                Some(ClientOutput::Send(message)) => {
                    if let Some(link) = &mut self.link {
                        self.stats.bytes_sent += message.len() as u64;
                        link.send(message);
                    }
                }
                Some(ClientOutput::Ping) => {
                    if let Some(link) = &mut self.link {
                        link.ping();
                    }
                }
                Some(ClientOutput::Disconnect(code)) => self.hang_up(code),
                Some(ClientOutput::Event(event)) => self.handle_event(event),
            }
        }
    }

    fn hang_up(&mut self, code: u16) {
        self.dialing = None;
        if let Some(link) = self.link.take() {
            tokio::spawn(link.farewell(code));
        }
    }

    /// Publishes counters and events, counters first, so that they agree with the events.
    fn publish(&mut self) {
        let logs = self.client_end.stats();
        self.shared.waiting.set(logs.waiting);
        self.shared.bytes.set(logs.bytes);
        self.stats.waiting = logs.waiting;
        let beginnings = 1 + self.stats.renewed;
        self.stats.resynchronised = self.snapshots.saturating_sub(beginnings);
        self.shared.show(&self.stats);
        let bytes = std::mem::take(&mut self.event_bytes);
        self.shared.events.put(&mut self.events, bytes);
    }
}

/// Wakes the application at the end of the task, even if the task panics.
impl Drop for ConnectionTask {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let reason = "the connection has failed".to_owned();
            self.events
                .push(ConnectionEvent::Link(LinkEvent::Refused { reason }));
            self.shared.events.put(&mut self.events, 0);
        }
        // Dropping the sender ends the wait for a goodbye.
        self.leaving = None;
        self.shared.events.wake();
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
