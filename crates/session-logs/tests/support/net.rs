//! Simulated link (a WebSocket) with delay and limited speed. The simulation puts packets in and takes them
//! out when they are due; tests break it: at a packet, at a byte, silently or with a close.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Bytes in flight after which a sender has to wait.
const WINDOW: usize = 256 * 1024;

/// Bytes of a message that count as a sign of life.
const PART: usize = 128 * 1024;

/// Size of a control packet.
const CONTROL: usize = 8;

/// A packet.
#[derive(Debug)]
pub(crate) enum Packet {
    Message(Vec<u8>),
    Ping,
    Pong,
    Close(u16),
    /// A part of a long message. The message itself arrives with its last part.
    Part,
}

impl Packet {
    fn size(&self) -> usize {
        match self {
            Self::Message(bytes) => bytes.len(),
            Self::Ping | Self::Pong | Self::Close(_) => CONTROL,
            Self::Part => PART,
        }
    }
}

/// One of the two peers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    ClientEnd,
    Server,
}

impl End {
    pub(crate) const BOTH: [Self; 2] = [Self::ClientEnd, Self::Server];
}

/// One direction.
#[derive(Debug)]
struct Pipe {
    /// Arrival time, size on the way, and the packet.
    queue: VecDeque<(Instant, usize, Packet)>,
    on_the_way: usize,
    free_at: Instant,
    /// Bytes that it carries before the link is cut.
    budget: Option<usize>,
    dead: bool,
}

/// Speed of a link.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speed {
    pub(crate) delay: Duration,
    pub(crate) bytes_per_ms: usize,
}

/// A link.
#[derive(Debug)]
pub(crate) struct Net {
    speed: Speed,
    pipes: [Pipe; 2],
    /// Time at which each end notices that it broke.
    notices: [Option<Instant>; 2],
    /// Time at which it broke.
    pub(crate) broken_at: Option<Instant>,
    /// True after its hello has arrived.
    pub(crate) greeted: bool,
}

impl Net {
    pub(crate) fn new(now: Instant, speed: Speed) -> Self {
        let pipe = || Pipe {
            queue: VecDeque::new(),
            on_the_way: 0,
            free_at: now,
            budget: None,
            dead: false,
        };
        Self {
            speed,
            pipes: [pipe(), pipe()],
            notices: [None; 2],
            broken_at: None,
            greeted: false,
        }
    }

    pub(crate) fn is_writable(&self, to: End) -> bool {
        self.pipes[to as usize].on_the_way < WINDOW
    }

    pub(crate) fn send(&mut self, now: Instant, to: End, packet: Packet) {
        let parts = packet.size() / PART;
        for _ in 0..parts {
            self.put(now, to, Packet::Part, PART);
        }
        let rest = packet.size() % PART;
        self.put(now, to, packet, rest);
    }

    /// Raises the speed from now on.
    pub(crate) fn hasten(&mut self, speed: Speed) {
        self.speed = speed;
    }

    fn put(&mut self, now: Instant, to: End, packet: Packet, size: usize) {
        let pipe = &mut self.pipes[to as usize];
        if let Some(budget) = &mut pipe.budget {
            if *budget < size {
                self.cut(now, &End::BOTH);
                return;
            }
            *budget -= size;
        }
        pipe.on_the_way += size;
        if pipe.dead {
            return;
        }
        let spent = Duration::from_millis((size / self.speed.bytes_per_ms) as u64);
        pipe.free_at = pipe.free_at.max(now) + spent;
        let at = pipe.free_at + self.speed.delay;
        pipe.queue.push_back((at, size, packet));
    }

    /// Returns the next packet that has arrived by this time.
    pub(crate) fn receive(&mut self, now: Instant, to: End) -> Option<Packet> {
        let pipe = &mut self.pipes[to as usize];
        pipe.queue.front().filter(|(at, ..)| *at <= now)?;
        let (_, size, packet) = pipe.queue.pop_front()?;
        pipe.on_the_way -= size;
        Some(packet)
    }

    /// Returns true if this end notices by this time that the link broke.
    pub(crate) fn take_notice(&mut self, now: Instant, end: End) -> bool {
        let notice = &mut self.notices[end as usize];
        let due = notice.is_some_and(|at| at <= now);
        if due {
            *notice = None;
        }
        due
    }

    /// Returns the time of the next event.
    pub(crate) fn next(&self) -> Option<Instant> {
        let packets = self.pipes.iter().filter_map(|pipe| pipe.queue.front());
        packets
            .map(|(at, ..)| *at)
            .chain(self.notices.into_iter().flatten())
            .min()
    }

    /// Cuts both directions; these ends notice.
    pub(crate) fn cut(&mut self, now: Instant, told: &[End]) {
        for pipe in &mut self.pipes {
            pipe.dead = true;
            pipe.queue.clear();
        }
        for end in told {
            self.notices[*end as usize] = Some(now + self.speed.delay);
        }
        self.broken_at.get_or_insert(now);
    }

    /// Cuts the direction to this end; neither end notices.
    pub(crate) fn deafen(&mut self, now: Instant, to: End) {
        let pipe = &mut self.pipes[to as usize];
        pipe.dead = true;
        pipe.queue.clear();
        self.broken_at.get_or_insert(now);
    }

    /// Cuts the link at this byte towards an end.
    pub(crate) fn cut_after(&mut self, to: End, bytes: usize) {
        self.pipes[to as usize].budget = Some(bytes);
    }
}
