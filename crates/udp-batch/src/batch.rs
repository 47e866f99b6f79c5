//! The decision for each packet that a worker sends: gather it, or let libuv send it at once.
//!
//! libuv calls [`Batch::offer`] for each packet and [`Batch::flush`] when a turn of its event loop
//! ends. What was gathered then goes to the [`Kernel`], and what the kernel refuses goes back to
//! single packets or to the socket's own queue. Contract:
//!
//! - Packets of one flow (a socket and a destination) leave in the order in which they were offered.
//! - Each packet that was taken is sent or queued once, or meets an error that it would have met alone.
//! - A packet that nothing can be joined to isn't taken, and so never copied.

use crate::gatherer::{Flows, Gatherer, MAX_PACKET};
use crate::kernel::{Kernel, Messages, Refusal, Support};
use crate::packet::{Destination, SocketId, Span};
use crate::runs::{Run, first_run};

/// Milliseconds for which a destination whose path refused a segment gets single packets.
const REFUSED_MS: u64 = 10_000;
/// Most destinations that are remembered for that. Past it the oldest one is tried again.
const MAX_REFUSED: usize = 64;

/// Answer to a packet that was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// The batch has copied the packet and will send it.
    Taken,
    /// The caller is to send the packet now. No earlier packet of its flow waits here, but the
    /// socket's own queue may have some by now.
    SendNow,
}

#[derive(Clone, Copy)]
struct Socket {
    support: Support,
    /// Flows of this turn that wait.
    flows: Option<Flows>,
    /// Packets of this turn so far, gathered or not.
    sent: u32,
    /// The turn that `sent` counts.
    turn: u32,
    /// True if the socket's last turn had more than one packet, so that gathering would have paid.
    pays: bool,
}

/// Destination whose path refused a segment, until a time.
struct Refused {
    socket: SocketId,
    destination: Destination,
    until_ms: u64,
}

/// Packets that the sockets of one event loop send in one turn.
pub struct Batch<K> {
    kernel: K,
    gatherer: Gatherer,
    /// By `SocketId`; `None` is free.
    sockets: Vec<Option<Socket>>,
    free: Vec<SocketId>,
    turn: u32,
    /// True if more than one received packet is handled in this turn.
    crowded: bool,
    refused: Vec<Refused>,
    /// Packets and runs of the socket that is being flushed, kept for their memory.
    scratch: Scratch,
}

#[derive(Default)]
struct Scratch {
    flow: Vec<Span>,
    spans: Vec<Span>,
    runs: Vec<Run>,
}

impl<K: Kernel> Batch<K> {
    /// Creates a batch without sockets.
    #[must_use]
    pub fn new(kernel: K) -> Self {
        Self {
            kernel,
            gatherer: Gatherer::new(),
            sockets: Vec::new(),
            free: Vec::new(),
            turn: 0,
            crowded: false,
            refused: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// Returns the system calls, for what the owner keeps with them.
    pub fn kernel_mut(&mut self) -> &mut K {
        &mut self.kernel
    }

    /// Adds a socket. It is `close`d once.
    ///
    /// # Panics
    ///
    /// If there are 2^32 sockets.
    pub fn open(&mut self, support: Support) -> SocketId {
        let socket = Some(Socket {
            support,
            flows: None,
            sent: 0,
            turn: self.turn,
            pays: false,
        });

        if let Some(id) = self.free.pop() {
            self.sockets[id.0 as usize] = socket;
            return id;
        }
        self.sockets.push(socket);
        SocketId(u32::try_from(self.sockets.len() - 1).expect("descriptors are fewer"))
    }

    /// Sends what waits and removes the socket. The caller closes its descriptor afterwards.
    ///
    /// # Panics
    ///
    /// If the socket isn't open.
    pub fn close(&mut self, socket: SocketId) {
        self.flush();
        self.sockets[socket.0 as usize] = None;
        self.refused.retain(|refused| refused.socket != socket);
        self.free.push(socket);
    }

    /// Begins a turn in which so many sockets are ready.
    pub fn begin_turn(&mut self, ready: usize) {
        self.turn = self.turn.wrapping_add(1);
        self.crowded = ready > 1;
    }

    /// Announces that so many received packets are handled next.
    pub fn expect(&mut self, received: usize) {
        self.crowded |= received > 1;
    }

    /// Takes a packet, or leaves it to the caller.
    ///
    /// # Panics
    ///
    /// If the socket isn't open.
    pub fn offer(&mut self, id: SocketId, destination: &Destination, packet: &[u8]) -> Offer {
        let fits = packet.len() <= MAX_PACKET && !packet.is_empty();
        let turn = self.turn;
        let socket = open_socket(&mut self.sockets, id);

        if socket.turn != turn {
            socket.pays = socket.sent > 1;
            socket.turn = turn;
            socket.sent = 0;
        }
        socket.sent += 1;

        let joins = socket.flows.is_some() || socket.sent > 1 || (self.crowded && socket.pays);

        if !joins {
            return Offer::SendNow;
        }
        if !fits || !self.gatherer.has_room(packet.len()) {
            // What waits of its flow leaves first.
            self.flush();
            return Offer::SendNow;
        }

        let socket = open_socket(&mut self.sockets, id);
        self.gatherer
            .add(id, &mut socket.flows, destination, packet);
        Offer::Taken
    }

    /// Sends all that waits. libuv calls it before it waits for sockets, and before it sends or
    /// changes anything of a socket by other ways.
    pub fn flush(&mut self) {
        if self.gatherer.is_empty() {
            return;
        }

        let mut scratch = std::mem::take(&mut self.scratch);
        let gatherer = std::mem::take(&mut self.gatherer);

        for id in gatherer.sockets() {
            let socket = open_socket(&mut self.sockets, id);
            // A socket comes once per flow.
            if let Some(flows) = socket.flows.take() {
                self.cut(id, flows, &gatherer, &mut scratch);
                self.send(id, gatherer.bytes(), &mut scratch);
            }
        }

        self.gatherer = gatherer;
        self.gatherer.clear();
        self.scratch = scratch;
    }

    /// Fills `scratch` with the packets of a socket and the runs that they make.
    fn cut(&mut self, id: SocketId, flows: Flows, gatherer: &Gatherer, scratch: &mut Scratch) {
        let support = open_socket(&mut self.sockets, id).support;
        let mut next = Some(flows.first());

        scratch.spans.clear();
        scratch.runs.clear();

        while let Some(flow) = next {
            let (destination, following) = gatherer.read(flow, &mut scratch.flow);
            let segments = support == Support::Segments && !self.is_refused(id, &destination);
            let mut rest = scratch.flow.as_slice();

            while !rest.is_empty() {
                let count = if segments { first_run(rest) } else { 1 };
                scratch.runs.push(Run {
                    destination,
                    first: scratch.spans.len(),
                    count,
                });
                scratch.spans.extend_from_slice(&rest[..count]);
                rest = &rest[count..];
            }
            next = following;
        }
    }

    /// Sends the runs in `scratch`, and follows the kernel's refusals.
    fn send(&mut self, id: SocketId, bytes: &[u8], scratch: &mut Scratch) {
        let Scratch { spans, runs, .. } = scratch;
        let mut next = 0;

        while next < runs.len() {
            let support = open_socket(&mut self.sockets, id).support;
            let run = runs[next];

            let runs_now = &runs[next..next + one_call::<K>(&runs[next..], support)];
            let messages = Messages {
                runs: runs_now,
                packets: spans,
                bytes,
            };

            match self.kernel.send(id, messages, support) {
                Ok(taken) => next += taken,
                Err(Refusal::Full) => {
                    for run in &runs[next..] {
                        for span in &spans[run.first..run.first + run.count] {
                            self.kernel.queue(id, &run.destination, span.of(bytes));
                        }
                    }
                    return;
                }
                Err(Refusal::NoMessages) if support > Support::Single => {
                    open_socket(&mut self.sockets, id).support = Support::Single;
                    split_all(runs, next);
                }
                Err(Refusal::NoSegments) if run.count > 1 => {
                    open_socket(&mut self.sockets, id).support = Support::Messages;
                    split_all(runs, next);
                }
                Err(refusal) if run.count > 1 => {
                    if refusal == Refusal::TooLarge {
                        self.refuse(id, run.destination);
                    }
                    runs.splice(next..=next, run.singles());
                }
                // Lost, as the packet would have been without a batch.
                Err(_) => next += 1,
            }
        }
    }

    fn is_refused(&mut self, id: SocketId, destination: &Destination) -> bool {
        if self.refused.is_empty() {
            return false;
        }
        let now_ms = self.kernel.now_ms();
        self.refused.retain(|refused| refused.until_ms > now_ms);
        self.refused
            .iter()
            .any(|refused| refused.socket == id && refused.destination == *destination)
    }

    fn refuse(&mut self, socket: SocketId, destination: Destination) {
        if self.refused.len() == MAX_REFUSED {
            self.refused.remove(0);
        }
        let until_ms = self.kernel.now_ms() + REFUSED_MS;
        self.refused.push(Refused {
            socket,
            destination,
            until_ms,
        });
    }
}

/// Cuts the runs from `next` on into single packets.
fn split_all(runs: &mut Vec<Run>, next: usize) {
    let singles: Vec<_> = runs[next..].iter().flat_map(|run| run.singles()).collect();
    runs.truncate(next);
    runs.extend(singles);
}

/// Returns how many of the first runs one call takes.
fn one_call<K: Kernel>(runs: &[Run], support: Support) -> usize {
    let at_most = if support == Support::Single {
        1
    } else {
        K::MAX_MESSAGES
    };
    let mut packets = 0;

    runs.iter()
        .take(at_most)
        .take_while(|run| {
            packets += run.count;
            packets <= K::MAX_PACKETS
        })
        .count()
}

fn open_socket(sockets: &mut [Option<Socket>], id: SocketId) -> &mut Socket {
    sockets[id.0 as usize].as_mut().expect("the socket is open")
}
