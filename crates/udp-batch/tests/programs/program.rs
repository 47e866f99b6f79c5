//! Programs of the worker's event loop, three bytes per step. The property test draws the bytes, the fuzz
//! target `batches` takes them from the fuzzer; `end()` panics if a packet didn't leave as it was sent.

use std::collections::HashMap;

use udp_batch::{Batch, Destination, MAX_PACKET, Offer, SocketId, Support};

use crate::kernel::Model;

const SIZES: [usize; 6] = [20, 100, 1_100, 1_101, MAX_PACKET, MAX_PACKET + 1];
const SUPPORTS: [Support; 3] = [Support::Single, Support::Messages, Support::Segments];

/// A run of one program.
pub(crate) struct Program {
    batch: Batch<Model>,
    sockets: Vec<SocketId>,
    /// Packets that the program has sent, by flow and in order.
    sent: HashMap<(SocketId, Destination), Vec<u32>>,
    /// The number of the last packet. Each packet carries its own.
    numbers: u32,
}

impl Program {
    /// Creates a program with one socket. `refusals` is the chance in percent that the kernel refuses a call.
    pub(crate) fn new(refusals: u8) -> Self {
        let mut batch = Batch::new(Model::new(refusals));
        let sockets = vec![batch.open(Support::Segments)];
        Self {
            batch,
            sockets,
            sent: HashMap::new(),
            numbers: 0,
        }
    }

    /// Does one step: most send a packet.
    pub(crate) fn step(&mut self, [code, a, b]: [u8; 3]) {
        let (a, b) = (usize::from(a), usize::from(b));

        match code {
            0..10 => {
                let socket = self.batch.open(SUPPORTS[a % 3]);
                self.sockets.push(socket);
            }
            10..15 if self.sockets.len() > 1 => {
                let socket = self.sockets.swap_remove(a % self.sockets.len());
                self.batch.close(socket);
                self.check(Some(socket));
            }
            15..41 => {
                self.batch.flush();
                self.batch.kernel_mut().go_on(a, b);
                self.batch.begin_turn(1 + a % 3);
            }
            41..67 => self.batch.expect(1 + a % 3),
            _ => {
                let socket = self.sockets[a % self.sockets.len()];
                self.send(socket, destination(code % 3), SIZES[b % SIZES.len()]);
            }
        }
    }

    /// Sends what waits and checks all packets.
    pub(crate) fn end(mut self) {
        self.batch.flush();
        self.check(None);
    }

    fn send(&mut self, socket: SocketId, destination: Destination, size: usize) {
        // libuv offers no packet of a socket with a queue: the worker queues it itself.
        if self.batch.kernel_mut().has_queue(socket) {
            return;
        }
        self.numbers += 1;
        let mut packet = vec![0; size];
        packet[..4].copy_from_slice(&self.numbers.to_le_bytes());
        self.sent
            .entry((socket, destination))
            .or_default()
            .push(self.numbers);

        if self.batch.offer(socket, &destination, &packet) == Offer::SendNow {
            self.batch.kernel_mut().note(socket, &destination, &packet);
        }
    }

    /// Compares what left with what was sent, of all sockets or of one that was closed.
    fn check(&mut self, closed: Option<SocketId>) {
        let kernel = self.batch.kernel_mut();

        self.sent.retain(|flow, numbers| {
            if closed.is_some_and(|socket| socket != flow.0) {
                return true;
            }
            numbers.retain(|number| !kernel.has_failed(*number));
            assert_eq!(kernel.take_left(flow), *numbers, "{flow:?}");
            false
        });
        if let Some(socket) = closed {
            kernel.close(socket);
        }
    }
}

fn destination(number: u8) -> Destination {
    Destination::new(&[2, 0, 0, number, 127, 0, 0, 1]).expect("an address of IPv4 fits")
}
