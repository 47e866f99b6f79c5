//! Receiver thread of the load generator: it counts what Consumers' transports send to one socket. The
//! generator sends it orders through a channel, and gets the packets counted and their delays for each
//! measurement.
//!
//! It receives Consumers, then windows: the packets of each source that count. Between `Begin` and
//! `End` it counts them; what else arrives is thrown away.

use std::collections::HashMap;
use std::io;
use std::net::UdpSocket;
use std::ops::Range;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError};
use std::thread;
use std::time::Duration;

use crate::commands::Expected;
use crate::delays::Delays;
use crate::kernel::{Datagram, Receiving};
use crate::packet;
use crate::srtp::{Cipher, SrtpError};
use crate::tally::Tally;

/// Time to sleep when nothing is there. Packets that come meanwhile have the kernel's stamp.
const PAUSE: Duration = Duration::from_millis(2);

/// Order of the generator.
pub(crate) enum Order {
    /// Of further Consumers that send here; answered when it knows them.
    Expect(Vec<Expected>, SyncSender<Result<(), SrtpError>>),
    /// Begins a window: the packets of each source that count.
    Begin(Vec<Range<u32>>),
    End(SyncSender<Counted>),
}

/// Counts of a receiver.
#[derive(Default)]
pub(crate) struct Counted {
    /// One per Consumer.
    pub(crate) tallies: Vec<Tally>,
    pub(crate) delays: Delays,
    pub(crate) strangers: u64,
}

/// The transport's port and the SSRC: what a Consumer's packets are known by.
type Key = (u16, u32);

/// Runs until whoever gives orders is gone.
pub(crate) fn run(socket: UdpSocket, orders: &Receiver<Order>) -> io::Result<()> {
    let mut socket = Receiving::new(socket);
    let mut state = State::default();

    loop {
        match orders.try_recv() {
            Ok(order) => state.obey(order),
            Err(TryRecvError::Empty) => {
                if !socket.receive(|datagram| state.take(datagram))? {
                    thread::sleep(PAUSE);
                }
            }
            Err(TryRecvError::Disconnected) => return Ok(()),
        }
    }
}

#[derive(Default)]
struct State {
    consumers: Vec<Expected>,
    numbers: HashMap<Key, usize>,
    /// By the transport's port: Consumers of one share its key.
    ciphers: HashMap<u16, Cipher>,
    counted: Option<Counted>,
}

impl State {
    fn obey(&mut self, order: Order) {
        // Who asked and has gone meanwhile misses nothing.
        match order {
            Order::Expect(consumers, answer) => {
                let _ = answer.send(self.expect(consumers));
            }
            Order::Begin(windows) => {
                let tallies = self
                    .consumers
                    .iter()
                    .map(|consumer| Tally::new(windows[consumer.source as usize].clone()));

                self.counted = Some(Counted {
                    tallies: tallies.collect(),
                    ..Counted::default()
                });
            }
            Order::End(answer) => {
                let _ = answer.send(self.counted.take().unwrap_or_default());
            }
        }
    }

    fn expect(&mut self, consumers: Vec<Expected>) -> Result<(), SrtpError> {
        for consumer in consumers {
            if let Some(key) = &consumer.srtp_key
                && !self.ciphers.contains_key(&consumer.port)
            {
                self.ciphers.insert(consumer.port, Cipher::new(key)?);
            }

            self.numbers
                .insert((consumer.port, consumer.ssrc), self.consumers.len());
            self.consumers.push(consumer);
        }

        Ok(())
    }

    fn take(&mut self, datagram: &Datagram) {
        let Some(ssrc) = packet::ssrc(datagram.bytes) else {
            return;
        };
        let number = self.numbers.get(&(datagram.port, ssrc)).copied();
        // What isn't counted is decrypted, too: a cipher has to see when sequence numbers start anew.
        let stamp = match self.ciphers.get_mut(&datagram.port) {
            Some(cipher) => cipher
                .decrypt(datagram.bytes)
                .and_then(|packet| packet::stamp(&packet)),
            None => packet::stamp(datagram.bytes),
        };
        let Some(counted) = &mut self.counted else {
            return;
        };

        match (number, stamp) {
            (Some(number), Some(stamp)) if stamp.source == self.consumers[number].source => {
                if counted.tallies[number].count(stamp.counter) {
                    counted
                        .delays
                        .add(datagram.arrived_ns.saturating_sub(stamp.sent_ns));
                }
            }
            _ => counted.strangers += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::packet::{Header, MIN_BYTES, Stamp};

    const PORT: u16 = 40_000;
    const SENT_NS: u64 = 1_000_000;

    fn state(srtp_key: Option<&[u8]>) -> State {
        let mut state = State::default();

        state
            .expect(
                [(1, 0), (2, 1)]
                    .map(|(ssrc, source)| Expected {
                        port: PORT,
                        ssrc,
                        source,
                        socket: 0,
                        srtp_key: srtp_key.map(<[u8]>::to_vec),
                    })
                    .to_vec(),
            )
            .unwrap();
        state.obey(Order::Begin(vec![10..20, 100..120]));

        state
    }

    fn packet(ssrc: u32, source: u32, counter: u32) -> Vec<u8> {
        let mut packet = vec![0; MIN_BYTES];

        packet::write(
            &mut packet,
            Header {
                payload_type: 100,
                sequence: u16::try_from(counter).unwrap(),
                timestamp: 0,
                ssrc,
            },
            Stamp {
                source,
                counter,
                sent_ns: SENT_NS,
            },
        );

        packet
    }

    fn take(state: &mut State, port: u16, bytes: &[u8]) {
        state.take(&Datagram {
            port,
            arrived_ns: SENT_NS + 5_000_000,
            bytes,
        });
    }

    fn end(state: &mut State) -> Counted {
        let (answer, counted) = mpsc::sync_channel(1);

        state.obey(Order::End(answer));

        counted.recv().unwrap()
    }

    #[test]
    fn counts_by_consumer_what_is_in_its_window() {
        let mut state = state(None);

        for counter in 5..15 {
            take(&mut state, PORT, &packet(1, 0, counter));
        }
        take(&mut state, PORT, &packet(2, 1, 119));

        let counted = end(&mut state);
        let received: Vec<_> = counted.tallies.iter().map(Tally::received).collect();

        assert_eq!(received, [5, 1]);
        assert!((counted.delays.summary().max - 5.01).abs() < 0.02);
        assert_eq!(counted.strangers, 0);
    }

    #[test]
    fn tells_strangers_from_what_it_expects() {
        let mut state = state(None);

        take(&mut state, PORT, &packet(3, 0, 10)); // An SSRC that nobody has.
        take(&mut state, PORT + 1, &packet(1, 0, 10)); // Another transport's.
        take(&mut state, PORT, &packet(1, 1, 110)); // Another Producer's packet.

        let counted = end(&mut state);

        assert_eq!(counted.strangers, 3);
        assert!(counted.tallies.iter().all(|tally| tally.received() == 0));
    }

    #[test]
    fn counts_of_srtp_only_what_decrypts() {
        let key: Vec<u8> = (0..44).collect();
        let mut cipher = Cipher::new(&key).unwrap();
        let mut state = state(Some(&key));
        let good = cipher.encrypt(&packet(1, 0, 10)).unwrap();
        let mut broken = cipher.encrypt(&packet(1, 0, 11)).unwrap();

        broken[20] ^= 1;
        take(&mut state, PORT, &good);
        take(&mut state, PORT, &broken);
        take(&mut state, PORT, &packet(1, 0, 12));

        let counted = end(&mut state);

        assert_eq!(counted.tallies[0].received(), 1);
        assert_eq!(counted.strangers, 2);
    }

    #[test]
    fn counts_nothing_before_it_is_told_to() {
        let mut state = state(None);

        end(&mut state);
        take(&mut state, PORT, &packet(1, 0, 10));

        assert!(end(&mut state).tallies.is_empty());
    }
}
