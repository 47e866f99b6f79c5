//! Memory for the packets of one turn, kept by flow: a socket and a destination.
//!
//! A [`Batch`](crate::Batch) adds packets during the turn and reads them by socket when it ends.
//! Within a flow they come out in the order in which they went in. The bounds hold a frame of eight
//! packets for a thousand destinations: a batch that ends in the midst of a frame leaves runs of one or
//! two packets, which cost more than memory beyond a core's cache does.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::packet::{Destination, SocketId, Span};

/// Most packets that one batch holds.
pub const MAX_PACKETS: usize = 8_192;
/// Most bytes that one batch holds.
pub const MAX_BYTES: usize = 8 << 20;
/// Largest packet that is gathered, in bytes. No path on the internet carries a larger one whole.
pub const MAX_PACKET: usize = 1_500;

/// Index into one of the gatherer's lists.
type Index = u32;

struct Packet {
    span: Span,
    /// The next packet of the same flow.
    next: Option<Index>,
}

struct Flow {
    socket: SocketId,
    destination: Destination,
    first: Index,
    last: Index,
    /// The next flow of the same socket.
    next: Option<Index>,
}

/// The flows of one socket, first to last.
#[derive(Clone, Copy)]
pub(crate) struct Flows {
    first: Index,
    last: Index,
}

/// Packets of one turn.
#[derive(Default)]
pub(crate) struct Gatherer {
    bytes: Vec<u8>,
    packets: Vec<Packet>,
    flows: Vec<Flow>,
    /// Flows of sockets that have several in this turn. The first flow of a socket isn't in here, so
    /// that sockets with one destination never look anything up.
    by_destination: HashMap<(SocketId, Destination), Index, BuildHasherDefault<Fnv>>,
}

impl Gatherer {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::with_capacity(MAX_BYTES),
            packets: Vec::with_capacity(MAX_PACKETS),
            flows: Vec::with_capacity(MAX_PACKETS),
            by_destination: HashMap::default(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.packets.is_empty()
    }

    /// Returns true if a packet of that size can be added.
    pub(crate) fn has_room(&self, length: usize) -> bool {
        self.packets.len() < MAX_PACKETS && self.bytes.len() + length <= MAX_BYTES
    }

    /// Adds a packet behind those of its flow. `flows` are those of the socket in this turn.
    pub(crate) fn add(
        &mut self,
        socket: SocketId,
        flows: &mut Option<Flows>,
        destination: &Destination,
        packet: &[u8],
    ) {
        let added = index(self.packets.len());
        let offset = index(self.bytes.len());
        let length = u16::try_from(packet.len()).expect("a packet is at most MAX_PACKET long");

        self.bytes.extend_from_slice(packet);
        self.packets.push(Packet {
            span: Span { offset, length },
            next: None,
        });

        if let Some(flow) = self.find(socket, *flows, destination) {
            let flow = &mut self.flows[flow as usize];
            self.packets[flow.last as usize].next = Some(added);
            flow.last = added;
        } else {
            self.add_flow(socket, flows, destination, added);
        }
    }

    /// Clears `spans` and fills it with the packets of a flow, in order. Returns the flow's
    /// destination and the socket's next flow.
    pub(crate) fn read(&self, flow: Index, spans: &mut Vec<Span>) -> (Destination, Option<Index>) {
        let flow = &self.flows[flow as usize];
        let mut next = Some(flow.first);

        spans.clear();
        while let Some(packet) = next {
            let packet = &self.packets[packet as usize];
            spans.push(packet.span);
            next = packet.next;
        }

        (flow.destination, flow.next)
    }

    /// Returns the sockets that have packets, each as often as it has flows.
    pub(crate) fn sockets(&self) -> impl Iterator<Item = SocketId> {
        self.flows.iter().map(|flow| flow.socket)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.packets.clear();
        self.flows.clear();
        if !self.by_destination.is_empty() {
            self.by_destination.clear();
        }
    }

    fn find(
        &self,
        socket: SocketId,
        flows: Option<Flows>,
        destination: &Destination,
    ) -> Option<Index> {
        let flows = flows?;

        // The usual ones first: the only destination of a socket, and the same one again.
        [flows.first, flows.last]
            .into_iter()
            .find(|flow| self.flows[*flow as usize].destination == *destination)
            .or_else(|| self.by_destination.get(&(socket, *destination)).copied())
    }

    fn add_flow(
        &mut self,
        socket: SocketId,
        flows: &mut Option<Flows>,
        destination: &Destination,
        packet: Index,
    ) {
        let added = index(self.flows.len());

        self.flows.push(Flow {
            socket,
            destination: *destination,
            first: packet,
            last: packet,
            next: None,
        });

        match flows {
            Some(flows) => {
                self.flows[flows.last as usize].next = Some(added);
                self.by_destination.insert((socket, *destination), added);
                flows.last = added;
            }
            None => {
                *flows = Some(Flows {
                    first: added,
                    last: added,
                });
            }
        }
    }
}

impl Flows {
    pub(crate) fn first(self) -> Index {
        self.first
    }
}

fn index(length: usize) -> Index {
    Index::try_from(length).expect("a batch is bounded")
}

/// FNV-1a. Destinations come from peers that have passed ICE or were set by the application, and
/// the table holds at most [`MAX_PACKETS`] of them for one turn: nothing to gain by collisions.
#[derive(Default)]
pub(crate) struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
