//! Sender thread of the load generator: it sends RTP packets to Producers' transports, each at its time.
//! The generator starts it with the sources; it runs until the end and publishes its progress (packets
//! sent, failures, lateness) to the measurements.

use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::commands::{Recording, Source};
use crate::kernel::nanoseconds;
use crate::packet::{self, Header, Stamp};
use crate::srtp::{Cipher, SrtpError};

/// Progress that other threads read while it sends.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Packets per source.
    pub(crate) sent: Vec<AtomicU32>,
    /// Packets that the kernel didn't take.
    pub(crate) failures: AtomicU64,
    /// The most nanoseconds that a packet was sent after its time; readers put it back to zero.
    pub(crate) late_ns: AtomicU64,
    /// Set when it is to end.
    pub(crate) over: AtomicBool,
}

impl Progress {
    pub(crate) fn new(sources: usize) -> Self {
        Self {
            sent: (0..sources).map(|_| AtomicU32::new(0)).collect(),
            ..Self::default()
        }
    }
}

/// A source that is being sent.
pub(crate) struct Stream {
    source: Source,
    number: u32,
    cipher: Option<Cipher>,
    packet: Vec<u8>,
    counter: u32,
    /// Of its first packet, after the start of all.
    offset: Duration,
    /// Packet of the recording that it begins with.
    begin: u64,
}

impl Stream {
    /// Spreads the sources' packets evenly, so that they don't come in bursts.
    pub(crate) fn all(sources: &[Source]) -> Result<Vec<Self>, SrtpError> {
        let count = u32::try_from(sources.len()).unwrap_or(u32::MAX);

        (0..)
            .zip(sources)
            .map(|(number, source)| {
                Ok(Self {
                    number,
                    cipher: source.srtp_key.as_deref().map(Cipher::new).transpose()?,
                    packet: vec![0; largest(source).max(packet::MIN_BYTES)],
                    counter: 0,
                    offset: interval(source) * number / count,
                    begin: begin(source, number, count),
                    source: source.clone(),
                })
            })
            .collect()
    }

    /// Time of the next packet after the start of all. A product, so that rounding doesn't add up.
    fn due(&self) -> Duration {
        let counter = u64::from(self.counter);

        self.offset
            + match &self.source.recording {
                Some(recording) => Duration::from_micros(
                    recording.time_us(self.begin + counter) - recording.time_us(self.begin),
                ),
                None => Duration::from_nanos(
                    counter * 1_000_000_000 / u64::from(self.source.per_second),
                ),
            }
    }

    /// Size of the next packet in bytes.
    fn bytes(&self) -> usize {
        match &self.source.recording {
            Some(recording) => recording.bytes(self.begin + u64::from(self.counter)),
            None => self.source.bytes,
        }
    }

    /// The next packet, as if it were sent at that time.
    fn next(&mut self, sent_ns: u64) -> Result<Vec<u8>, SrtpError> {
        let ticks = u64::from(self.counter) * u64::from(self.source.clock_rate)
            / u64::from(self.source.per_second);
        let bytes = self.bytes().max(packet::MIN_BYTES);
        let low_bits = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or(0);

        packet::write(
            &mut self.packet[..bytes],
            Header {
                payload_type: self.source.payload_type,
                sequence: u16::try_from(self.counter & u32::from(u16::MAX)).unwrap_or(0),
                timestamp: low_bits(ticks),
                ssrc: self.source.ssrc,
            },
            Stamp {
                source: self.number,
                counter: self.counter,
                sent_ns,
            },
        );
        self.counter += 1;

        match &mut self.cipher {
            Some(cipher) => cipher.encrypt(&self.packet[..bytes]),
            None => Ok(self.packet[..bytes].to_vec()),
        }
    }
}

fn interval(source: &Source) -> Duration {
    Duration::from_secs(1) / source.per_second
}

/// Packet of its recording that a source begins with: sources of one recording are spread over it.
fn begin(source: &Source, number: u32, count: u32) -> u64 {
    source.recording.as_ref().map_or(0, |recording| {
        recording.packets.len() as u64 * u64::from(number) / u64::from(count)
    })
}

impl Recording {
    /// Microseconds from the first round's start to a packet.
    fn time_us(&self, number: u64) -> u64 {
        let count = self.packets.len() as u64;

        number / count * self.period_us + self.packet(number).0
    }

    fn bytes(&self, number: u64) -> usize {
        self.packet(number).1
    }

    fn packet(&self, number: u64) -> (u64, usize) {
        let index = number % self.packets.len() as u64;

        self.packets[usize::try_from(index).expect("an index")]
    }
}

fn largest(source: &Source) -> usize {
    let recorded = source
        .recording
        .iter()
        .flat_map(|recording| &recording.packets);

    recorded
        .map(|(_, bytes)| *bytes)
        .max()
        .unwrap_or(source.bytes)
}

/// Sends until the end. What is late is sent at once, so that none is left out.
pub(crate) fn run(mut streams: Vec<Stream>, progress: &Progress) -> Result<(), SendError> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let start = Instant::now();

    while !progress.over.load(Ordering::Relaxed) {
        let Some(stream) = streams.iter_mut().min_by_key(|stream| stream.due()) else {
            return Ok(());
        };
        let due = stream.due();

        if let Some(early) = due.checked_sub(start.elapsed()) {
            thread::sleep(early);
        }

        let late = start.elapsed().saturating_sub(due);
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let packet = stream.next(nanoseconds(now.unwrap_or_default()))?;

        if socket
            .send_to(&packet, (Ipv4Addr::LOCALHOST, stream.source.port))
            .is_err()
        {
            progress.failures.fetch_add(1, Ordering::Relaxed);
        }

        progress
            .late_ns
            .fetch_max(nanoseconds(late), Ordering::Relaxed);
        progress.sent[stream.number as usize].store(stream.counter, Ordering::Relaxed);
    }

    Ok(())
}

/// Reason why the sender stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error(transparent)]
    Socket(#[from] io::Error),
    #[error(transparent)]
    Srtp(#[from] SrtpError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(per_second: u32) -> Source {
        Source {
            port: 1,
            ssrc: 5,
            payload_type: 101,
            clock_rate: 90_000,
            bytes: 1100,
            per_second,
            recording: None,
            srtp_key: None,
        }
    }

    #[test]
    fn repeats_a_recording() {
        let mut source = source(3);

        source.recording = Some(Recording {
            period_us: 1_000_000,
            packets: vec![(0, 1_200), (0, 900), (500_000, 300)],
        });

        let mut stream = Stream::all(&[source]).unwrap().remove(0);
        let sent: Vec<_> = (0..5)
            .map(|_| (stream.due().as_millis(), stream.next(0).unwrap().len()))
            .collect();

        assert_eq!(
            sent,
            [
                (0, 1_200),
                (0, 900),
                (500, 300),
                (1_000, 1_200),
                (1_000, 900)
            ]
        );
    }

    #[test]
    fn spreads_packets_of_a_second_evenly_and_without_drift() {
        let mut streams = Stream::all(&[source(3), source(3)]).unwrap();

        assert_eq!(streams[0].due(), Duration::ZERO);
        assert_eq!(streams[1].due(), Duration::from_nanos(166_666_666));

        streams[0].counter = 3 * 3600;
        assert_eq!(streams[0].due(), Duration::from_hours(1));
    }

    #[test]
    fn counts_packets_sequence_numbers_and_time() {
        let mut stream = Stream::all(&[source(100)]).unwrap().remove(0);

        stream.counter = 65_536 + 7;

        let packet = stream.next(42).unwrap();

        assert_eq!(packet.len(), 1100);
        assert_eq!(packet[2..4], [0, 7]);
        assert_eq!(packet[4..8], (65_543_u32 * 900).to_be_bytes());
        assert_eq!(packet::ssrc(&packet), Some(5));
        assert_eq!(
            packet::stamp(&packet),
            Some(Stamp {
                source: 0,
                counter: 65_543,
                sent_ns: 42
            })
        );
        assert_eq!(
            packet::stamp(&stream.next(43).unwrap()).map(|stamp| stamp.counter),
            Some(65_544)
        );
    }

    #[test]
    fn encrypts_with_a_key() {
        let key: Vec<u8> = (0..44).collect();
        let mut source = source(100);

        source.srtp_key = Some(key.clone());

        let mut stream = Stream::all(&[source]).unwrap().remove(0);
        let packet = stream.next(42).unwrap();

        assert_eq!(packet.len(), 1116);
        assert_eq!(packet::stamp(&packet), None);

        let decrypted = Cipher::new(&key).unwrap().decrypt(&packet).unwrap();

        assert_eq!(
            packet::stamp(&decrypted).map(|stamp| stamp.sent_ns),
            Some(42)
        );
    }
}
