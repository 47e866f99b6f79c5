//! Model of the kernel for random programs: it accepts, refuses and fails calls by chance, and notes which
//! packets left. It panics at a call that the kernel's rules or libuv's order forbid.

use std::collections::HashMap;

use udp_batch::{Destination, Kernel, Messages, Refusal, SocketId, Support};

/// Kernel that refuses at random and notes what it took.
pub(crate) struct Model {
    random: fastrand::Rng,
    /// Chance of each refusal, in percent.
    refusals: u8,
    /// Packets that left, by socket and destination.
    left: HashMap<(SocketId, Destination), Vec<u32>>,
    /// Sockets with a queue; libuv sends nothing of theirs past it.
    queued: Vec<SocketId>,
    /// Packets that met an error of their own.
    failed: Vec<u32>,
    now_ms: u64,
}

impl Model {
    pub(crate) fn new(refusals: u8) -> Self {
        Self {
            random: fastrand::Rng::with_seed(0),
            refusals,
            left: HashMap::new(),
            queued: Vec::new(),
            failed: Vec::new(),
            now_ms: 0,
        }
    }

    /// Lets time pass, in which the queues of the sockets empty; `choices` decides what is refused from now on.
    pub(crate) fn go_on(&mut self, time: usize, choices: usize) {
        self.random = fastrand::Rng::with_seed(choices as u64);
        self.queued.clear();
        self.now_ms += 24 * time as u64;
    }

    /// Forgets a socket.
    pub(crate) fn close(&mut self, socket: SocketId) {
        self.queued.retain(|queued| *queued != socket);
    }

    /// Returns true if the socket's own queue has packets.
    pub(crate) fn has_queue(&self, socket: SocketId) -> bool {
        self.queued.contains(&socket)
    }

    /// Returns true if a packet met an error of its own.
    pub(crate) fn has_failed(&self, number: u32) -> bool {
        self.failed.contains(&number)
    }

    /// Removes and returns the packets of a flow that left.
    pub(crate) fn take_left(&mut self, flow: &(SocketId, Destination)) -> Vec<u32> {
        self.left.remove(flow).unwrap_or_default()
    }

    /// Notes a packet that leaves.
    pub(crate) fn note(&mut self, socket: SocketId, destination: &Destination, packet: &[u8]) {
        self.left
            .entry((socket, *destination))
            .or_default()
            .push(number_of(packet));
    }

    fn refusal(&mut self, segments: bool, support: Support) -> Option<Refusal> {
        if self.random.u8(..100) >= self.refusals {
            return None;
        }
        match self.random.u8(..5) {
            0 => Some(Refusal::Full),
            1 => Some(Refusal::Other),
            2 if segments => Some(Refusal::NoSegments),
            3 if segments => Some(Refusal::TooLarge),
            4 if support > Support::Single => Some(Refusal::NoMessages),
            _ => None,
        }
    }
}

impl Kernel for Model {
    fn send(
        &mut self,
        socket: SocketId,
        messages: Messages<'_>,
        support: Support,
    ) -> Result<usize, Refusal> {
        assert!(
            !self.queued.contains(&socket),
            "sent past the socket's own queue"
        );
        let all: Vec<_> = messages.iter().collect();
        assert!(support > Support::Single || all.len() == 1);
        assert!(all.len() <= Self::MAX_MESSAGES);

        let first = &all[0];
        if let Some(refusal) = self.refusal(first.segment().is_some(), support) {
            if refusal == Refusal::Other && first.segment().is_none() {
                let packet = first.packets().next().expect("a message has a packet");
                self.failed.push(number_of(packet));
            }
            return Err(refusal);
        }

        let taken = self.random.usize(1..=all.len());
        for message in &all[..taken] {
            let sizes: Vec<_> = message.packets().map(<[u8]>::len).collect();
            if let Some(segment) = message.segment() {
                assert_eq!(support, Support::Segments);
                let (last, others) = sizes.split_last().expect("a message has a packet");
                assert!(
                    others.iter().all(|size| *size == usize::from(segment))
                        && *last <= usize::from(segment)
                );
                assert!(sizes.len() <= 64 && sizes.iter().sum::<usize>() <= 65_507);
            }
            for packet in message.packets() {
                self.note(socket, message.destination, packet);
            }
        }
        Ok(taken)
    }

    fn queue(&mut self, socket: SocketId, destination: &Destination, packet: &[u8]) {
        self.note(socket, destination, packet);
        self.queued.push(socket);
    }

    fn now_ms(&self) -> u64 {
        self.now_ms
    }
}

fn number_of(packet: &[u8]) -> u32 {
    u32::from_le_bytes(packet[..4].try_into().expect("four bytes"))
}
