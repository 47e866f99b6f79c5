//! Core of the load generator: one thread that sends RTP to Producers, several that receive what Consumers'
//! transports send, and the measurements over all of them. `main()` has it execute each command of the
//! benchmark, and prints the [`Answer`] that it returns.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::commands::{Answer, Command, Expected, Measured, Source};
use crate::delays::Delays;
use crate::kernel::{self, cpu_time, drops, nanoseconds};
use crate::receiver::{self, Order};
use crate::sender::{self, Progress, Stream};
use crate::srtp::SrtpError;
use crate::tally::Tally;

/// Time before a window begins, so that receivers know of it before its first packet.
const AHEAD: Duration = Duration::from_millis(100);

/// Time to wait for packets on their way. A later packet counts as lost.
const DRAIN: Duration = Duration::from_millis(500);

const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// Reason of the process's end.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error("no number of sockets: {0}")]
    Sockets(String),
    #[error("not a command: {0}")]
    Command(#[from] serde_json::Error),
    #[error("it sends already")]
    Sending,
    #[error("a source needs a rate")]
    Rate,
    #[error("a recording needs packets and a length")]
    Recording,
    #[error("there is no source {0}")]
    Source(u32),
    #[error("there is no socket {0}")]
    Socket(usize),
    #[error("a thread has ended")]
    Thread,
    #[error("not a length of time: {0} seconds")]
    Length(f64),
    #[error(transparent)]
    Srtp(#[from] SrtpError),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A sender and its receivers. Dropping it ends the threads.
pub(crate) struct Generator {
    ports: Vec<u16>,
    receivers: Vec<Sender<Order>>,
    sources: Vec<Source>,
    progress: Arc<Progress>,
    consumers: usize,
}

impl Generator {
    /// Opens so many receiving sockets.
    pub(crate) fn start(sockets: usize) -> Result<Self, Failure> {
        let mut generator = Self {
            ports: Vec::new(),
            receivers: Vec::new(),
            sources: Vec::new(),
            progress: Arc::default(),
            consumers: 0,
        };

        for _ in 0..sockets {
            let (orders, to_do) = mpsc::channel();
            let socket = kernel::open()?;

            generator.ports.push(socket.local_addr()?.port());
            generator.receivers.push(orders);
            thread::spawn(move || receiver::run(socket, &to_do));
        }

        Ok(generator)
    }

    /// Of the receiving sockets.
    pub(crate) fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// Returns when it is done.
    pub(crate) fn execute(&mut self, command: Command) -> Result<Answer, Failure> {
        match command {
            Command::Send(sources) => self.send(sources)?,
            Command::Expect(consumers) => self.expect(consumers)?,
            Command::Measure { seconds } => return self.measure(seconds).map(Answer::Measured),
        }

        Ok(Answer::Done)
    }

    fn send(&mut self, sources: Vec<Source>) -> Result<(), Failure> {
        if !self.sources.is_empty() {
            return Err(Failure::Sending);
        }
        if sources.iter().any(|source| source.per_second == 0) {
            return Err(Failure::Rate);
        }
        if sources
            .iter()
            .filter_map(|source| source.recording.as_ref())
            .any(|recording| recording.packets.is_empty() || recording.period_us == 0)
        {
            return Err(Failure::Recording);
        }

        let progress = Arc::new(Progress::new(sources.len()));
        let streams = Stream::all(&sources)?;

        self.sources = sources;
        self.progress = Arc::clone(&progress);
        thread::spawn(move || sender::run(streams, &progress));

        Ok(())
    }

    fn expect(&mut self, consumers: Vec<Expected>) -> Result<(), Failure> {
        let mut by_socket = vec![Vec::new(); self.receivers.len()];

        for consumer in consumers {
            if consumer.source as usize >= self.sources.len() {
                return Err(Failure::Source(consumer.source));
            }

            by_socket
                .get_mut(consumer.socket)
                .ok_or(Failure::Socket(consumer.socket))?
                .push(consumer);
            self.consumers += 1;
        }

        for (receiver, consumers) in self.receivers.iter().zip(by_socket) {
            let (answer, known) = mpsc::sync_channel(1);

            tell(receiver, Order::Expect(consumers, answer))?;
            known.recv().map_err(|_| Failure::Thread)??;
        }

        Ok(())
    }

    fn measure(&self, seconds: f64) -> Result<Measured, Failure> {
        let length = Duration::try_from_secs_f64(seconds).map_err(|_| Failure::Length(seconds))?;
        let windows: Vec<_> = self
            .sources
            .iter()
            .zip(&self.progress.sent)
            .map(|(source, sent)| window(source, sent.load(Ordering::Relaxed), length))
            .collect();
        let start = Instant::now();
        let cpu = cpu_time()?;
        let dropped = drops(&self.ports)?;
        let failures = self.progress.failures.load(Ordering::Relaxed);

        self.progress.late_ns.store(0, Ordering::Relaxed);

        for receiver in &self.receivers {
            tell(receiver, Order::Begin(windows.clone()))?;
        }

        self.until_sent(&windows, length);
        thread::sleep(DRAIN);

        let (tallies, delays, strangers) = self.collect()?;
        let elapsed = start.elapsed();

        Ok(Measured {
            seconds: elapsed.as_secs_f64(),
            consumers: self.consumers,
            sent: windows.iter().map(|window| window.len() as u64).sum(),
            expected: tallies.iter().map(Tally::expected).sum(),
            received: tallies.iter().map(Tally::received).sum(),
            worst_loss: tallies.iter().map(Tally::loss).fold(0.0, f64::max),
            duplicates: tallies.iter().map(Tally::duplicates).sum(),
            strangers,
            delay: delays.summary(),
            receiver_drops: drops(&self.ports)? - dropped,
            send_failures: self.progress.failures.load(Ordering::Relaxed) - failures,
            late_ms: Duration::from_nanos(self.progress.late_ns.load(Ordering::Relaxed))
                .as_secs_f64()
                * 1000.0,
            cpu: 100.0 * cpu_time()?.saturating_sub(cpu).as_secs_f64() / elapsed.as_secs_f64(),
        })
    }

    /// Waits for the last packet of every window; not for ever, a sender may have ended.
    fn until_sent(&self, windows: &[Range<u32>], length: Duration) {
        let give_up = Instant::now() + 2 * length + Duration::from_secs(1);

        while Instant::now() < give_up
            && windows
                .iter()
                .zip(&self.progress.sent)
                .any(|(window, sent)| sent.load(Ordering::Relaxed) < window.end)
        {
            thread::sleep(LOOK_AGAIN);
        }
    }

    fn collect(&self) -> Result<(Vec<Tally>, Delays, u64), Failure> {
        let mut all = (Vec::new(), Delays::default(), 0);

        for receiver in &self.receivers {
            let (answer, counted) = mpsc::sync_channel(1);

            tell(receiver, Order::End(answer))?;

            let counted = counted.recv().map_err(|_| Failure::Thread)?;

            all.0.extend(counted.tallies);
            all.1.merge(&counted.delays);
            all.2 += counted.strangers;
        }

        Ok(all)
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        self.progress.over.store(true, Ordering::Relaxed);
    }
}

fn tell(receiver: &Sender<Order>, order: Order) -> Result<(), Failure> {
    receiver.send(order).map_err(|_| Failure::Thread)
}

/// Range of packets that a source sends within `length`, once receivers can know of it.
fn window(source: &Source, sent: u32, length: Duration) -> Range<u32> {
    let packets = |time: Duration| {
        let count = nanoseconds(time) / 1_000 * u64::from(source.per_second) / 1_000_000;

        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let begin = sent.saturating_add(packets(AHEAD)).saturating_add(1);

    begin..begin.saturating_add(packets(length))
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, UdpSocket};

    use super::*;

    fn source(port: u16) -> Source {
        Source {
            port,
            ssrc: 77,
            payload_type: 101,
            clock_rate: 90_000,
            bytes: 200,
            per_second: 500,
            recording: None,
            srtp_key: None,
        }
    }

    #[test]
    fn a_window_is_ahead_and_as_long_as_it_is_asked_for() {
        assert_eq!(
            window(&source(1), 1_000, Duration::from_secs(2)),
            1_051..2_051
        );
    }

    /// Stands for a Worker: what comes in goes out to a receiving socket, except for every tenth packet.
    #[test]
    fn measures_what_is_forwarded_and_what_is_not() {
        let mut generator = Generator::start(2).unwrap();
        let forwarder = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = forwarder.local_addr().unwrap().port();
        let to = (Ipv4Addr::LOCALHOST, generator.ports()[1]);

        forwarder
            .set_read_timeout(Some(Duration::from_secs(1)))
            .unwrap();
        generator.send(vec![source(port)]).unwrap();
        generator
            .expect(vec![Expected {
                port,
                ssrc: 77,
                source: 0,
                socket: 1,
                srtp_key: None,
            }])
            .unwrap();

        // Ends when nothing comes any more, which is when the generator is gone.
        let forwarding = thread::spawn(move || {
            let mut packet = [0; 2048];

            while let Ok(bytes) = forwarder.recv(&mut packet) {
                if packet[3] % 10 != 0 {
                    forwarder.send_to(&packet[..bytes], to).unwrap();
                }
            }
        });
        let measured = generator.measure(0.4).unwrap();

        drop(generator);
        forwarding.join().unwrap();

        assert_eq!(measured.consumers, 1);
        assert_eq!(measured.sent, 200);
        assert_eq!(measured.expected, 200);
        assert!((170..=190).contains(&measured.received), "{measured:?}");
        assert!((5.0..=15.0).contains(&measured.worst_loss), "{measured:?}");
        assert_eq!((measured.duplicates, measured.strangers), (0, 0));
        assert!(measured.delay.p50 > 0.0);
    }

    #[test]
    fn refuses_what_makes_no_sense() {
        let mut generator = Generator::start(1).unwrap();
        let consumer = |source, socket| Expected {
            port: 1,
            ssrc: 1,
            source,
            socket,
            srtp_key: None,
        };

        assert!(matches!(
            generator.send(vec![Source {
                per_second: 0,
                ..source(1)
            }]),
            Err(Failure::Rate)
        ));
        generator.send(vec![source(9)]).unwrap();
        assert!(matches!(
            generator.send(vec![source(9)]),
            Err(Failure::Sending)
        ));
        assert!(matches!(
            generator.expect(vec![consumer(1, 0)]),
            Err(Failure::Source(1))
        ));
        assert!(matches!(
            generator.expect(vec![consumer(0, 1)]),
            Err(Failure::Socket(1))
        ));
        assert!(matches!(
            generator.expect(vec![Expected {
                srtp_key: Some(vec![0; 29]),
                ..consumer(0, 0)
            }]),
            Err(Failure::Srtp(SrtpError::Key(29)))
        ));
        assert!(matches!(generator.measure(-1.0), Err(Failure::Length(_))));
    }
}
