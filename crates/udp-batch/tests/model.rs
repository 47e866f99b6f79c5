//! Random programs against a model of the kernel: sends, closes, turns and errors.
//!
//! Each packet carries its flow and its number. The model accepts, refuses and fails at random; a
//! packet that is sent or queued out of the order of its flow, twice, to another destination, or
//! lost without an error of its own fails the test. The seed is printed with the failure.

use std::collections::HashMap;

use udp_batch::{
    Batch, Destination, Kernel, MAX_PACKET, Messages, Offer, Refusal, SocketId, Support,
};

/// Programs per run.
const PROGRAMS: u64 = 3_000;

/// Kernel that refuses at random and notes what it took.
struct Model {
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
    fn note(&mut self, socket: SocketId, destination: &Destination, packet: &[u8]) {
        let number = u32::from_le_bytes(packet[..4].try_into().expect("four bytes"));
        self.left
            .entry((socket, *destination))
            .or_default()
            .push(number);
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
                self.failed.push(u32::from_le_bytes(
                    packet[..4].try_into().expect("four bytes"),
                ));
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

/// Packets that a program has sent, by flow and in order.
#[derive(Default)]
struct Sent {
    flows: HashMap<(SocketId, Destination), Vec<u32>>,
    numbers: u32,
}

fn destination(number: u8) -> Destination {
    Destination::new(&[2, 0, 0, number, 127, 0, 0, 1]).expect("an address of IPv4 fits")
}

fn play(seed: u64) {
    let mut random = fastrand::Rng::with_seed(seed);
    let model = Model {
        random: fastrand::Rng::with_seed(seed ^ 1),
        refusals: [0, 0, 10, 60][random.usize(..4)],
        left: HashMap::new(),
        queued: Vec::new(),
        failed: Vec::new(),
        now_ms: 0,
    };
    let mut batch = Batch::new(model);
    let mut sockets = vec![batch.open(Support::Segments)];
    let mut sent = Sent::default();
    let sizes = [20_usize, 100, 1_100, 1_101, MAX_PACKET, MAX_PACKET + 1];

    for _ in 0..random.usize(1..400) {
        match random.u8(..100) {
            0..4 => {
                sockets.push(batch.open(
                    [Support::Single, Support::Messages, Support::Segments][random.usize(..3)],
                ));
            }
            4..6 if sockets.len() > 1 => {
                let socket = sockets.swap_remove(random.usize(..sockets.len()));
                batch.close(socket);
                check(&mut batch, &mut sent, Some(socket));
            }
            6..16 => {
                batch.flush();
                let model = batch.kernel_mut();
                model.queued.clear();
                model.now_ms += random.u64(..6_000);
                batch.begin_turn(random.usize(1..4));
            }
            16..26 => batch.expect(random.usize(1..4)),
            _ => {
                let socket = sockets[random.usize(..sockets.len())];
                // libuv takes no packet of a socket with a queue: the worker queues it itself.
                if batch.kernel_mut().queued.contains(&socket) {
                    continue;
                }
                let destination = destination(random.u8(..3));
                let mut packet = vec![0; sizes[random.usize(..sizes.len())]];
                sent.numbers += 1;
                packet[..4].copy_from_slice(&sent.numbers.to_le_bytes());
                sent.flows
                    .entry((socket, destination))
                    .or_default()
                    .push(sent.numbers);

                if batch.offer(socket, &destination, &packet) == Offer::SendNow {
                    batch.kernel_mut().note(socket, &destination, &packet);
                }
            }
        }
    }

    batch.flush();
    check(&mut batch, &mut sent, None);
}

/// Compares what left with what was sent, of all sockets or of one that was closed.
fn check(batch: &mut Batch<Model>, sent: &mut Sent, closed: Option<SocketId>) {
    let model = batch.kernel_mut();

    sent.flows.retain(|flow, numbers| {
        if closed.is_some_and(|socket| socket != flow.0) {
            return true;
        }
        numbers.retain(|number| !model.failed.contains(number));
        assert_eq!(
            model.left.remove(flow).unwrap_or_default(),
            *numbers,
            "{flow:?}"
        );
        false
    });
    if let Some(socket) = closed {
        model.queued.retain(|queued| *queued != socket);
    }
}

#[test]
fn every_packet_leaves_once_and_in_order_whatever_the_kernel_refuses() {
    let first = match std::env::var("SEED") {
        Ok(seed) => seed.parse().expect("SEED is a number"),
        Err(_) => u64::from(std::process::id()) << 32,
    };

    for seed in first..first.saturating_add(PROGRAMS) {
        let outcome = std::panic::catch_unwind(|| play(seed));
        assert!(outcome.is_ok(), "failed with SEED={seed}");
    }
}
