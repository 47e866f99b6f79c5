//! Simulation of rooms with vertical scaling, over a fake ObjectTree (mediasoup objects without worker
//! processes): the number of pipes that they need with each placement, and the time that each decision
//! takes. A developer runs it and puts the Markdown that it prints into the docs.
//!
//! ```text
//! cargo run --release -p vertical-scaling --example placement
//! ```
//!
//! The load model: a stream (a Producer, a Consumer, either end of a pipe) takes 1/500 of a core. Four
//! peers join per second; each sends audio and video over one Transport and receives those of all others in
//! its room over another.

use protocol::{Command, Handle, Kind, Reply, RequestId};
use serde_json::{Value, json};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use testkit::{Fake, FreeSlots};
use vertical_scaling::{Vertical, VerticalOptions};

const STREAMS_PER_CORE: usize = 500;
const JOINS_PER_SECOND: usize = 4;
const MOST_PEERS: usize = 1000;

fn main() {
    println!("## Pipe consumers\n");
    pipes();
    println!("\n## Cost of a join\n");
    costs();
}

/// Rooms as many as load half of the cores, or as there are peers for.
fn pipes() {
    println!(
        "| peers per room | rooms | producers | Workers | everything everywhere \
         | ours, rooms one after the other | Workers used | rooms at the same time | Workers used |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
    for size in [5, 10, 20, 40] {
        for workers in [2, 4, 8, 16, 32, 64] {
            let streams = 2 * size * size;
            let rooms = (workers * STREAMS_PER_CORE / 2 / streams).clamp(1, MOST_PEERS / size);
            let one = Simulation::new(workers).one_after_the_other(rooms, size);
            let all = Simulation::new(workers).at_the_same_time(rooms, size);
            let producers = 2 * size * rooms;
            println!(
                "| {size} | {rooms} | {producers} | {workers} | {} | {} | {} | {} | {} |",
                producers * (workers - 1),
                one.pipes(),
                one.used(),
                all.pipes(),
                all.used(),
            );
        }
    }
}

/// One room of 1,000 peers, each of which watches eight others.
fn costs() {
    println!(
        "| Workers | joins | two Transports, median microseconds \
         | one Consumer, median microseconds | pipes |"
    );
    println!("|---:|---:|---:|---:|---:|");
    for workers in [1, 2, 4, 8, 16, 32, 64] {
        let mut simulation = Simulation::new(workers);
        let room = simulation.room();
        let mut peers = Vec::new();
        for until in [250, 500, 1000] {
            simulation.spent = Spent::default();
            let first = peers.len() + 1;
            while peers.len() < until {
                simulation.join(room, &mut peers, 8);
            }
            println!(
                "| {workers} | {first}-{until} | {:.1} | {:.1} | {} |",
                median(&mut simulation.spent.transports),
                median(&mut simulation.spent.consumers),
                simulation.pipes(),
            );
        }
    }
}

/// In microseconds. What else the machine does makes the mean say little.
fn median(spent: &mut [Duration]) -> f64 {
    spent.sort_unstable();
    spent
        .get(spent.len() / 2)
        .map_or(0.0, |it| it.as_secs_f64() * 1e6)
}

/// Times in the layer, without what the tree below does with its messages.
#[derive(Default)]
struct Spent {
    /// One entry per join: two Transports.
    transports: Vec<Duration>,
    consumers: Vec<Duration>,
}

/// Someone in a room: the Transport that receives, the Producers.
struct Peer {
    receives: Handle,
    producers: [Handle; 2],
}

struct Simulation {
    fake: Rc<Fake>,
    vertical: Vertical<Fake>,
    worker: Handle,
    now: Duration,
    joined: usize,
    spent: Spent,
}

impl Simulation {
    fn new(workers: usize) -> Self {
        let options = json!({ "maxWorkers": workers });
        let options = VerticalOptions::parse(&options).ok().flatten();
        let fake = Rc::new(Fake::default());
        let vertical = Vertical::new(Rc::clone(&fake), Rc::new(FreeSlots(workers)));
        let (worker, first) = fake.add_vertical();
        vertical.add(worker, first, None, options.expect("options of a kind"));
        Self {
            fake,
            vertical,
            worker,
            now: Duration::ZERO,
            joined: 0,
            spent: Spent::default(),
        }
    }

    /// A room is full before the next one begins.
    fn one_after_the_other(mut self, rooms: usize, size: usize) -> Self {
        for _ in 0..rooms {
            let (room, mut peers) = (self.room(), Vec::new());
            (0..size).for_each(|_| self.join(room, &mut peers, size));
        }
        self
    }

    /// All rooms get their first peer, then all their second.
    fn at_the_same_time(mut self, rooms: usize, size: usize) -> Self {
        let rooms = (0..rooms).map(|_| (self.room(), Vec::new()));
        let mut rooms: Vec<(Handle, Vec<Peer>)> = rooms.collect();
        for _ in 0..size {
            for (room, peers) in &mut rooms {
                self.join(*room, peers, size);
            }
        }
        self
    }

    fn room(&mut self) -> Handle {
        self.create(self.worker, "createRouter", &json!({})).0
    }

    fn join(&mut self, room: Handle, peers: &mut Vec<Peer>, watched: usize) {
        let transport = "createWebRtcTransport";
        let (sends, one) = self.create(room, transport, &json!({}));
        let (receives, other) = self.create(room, transport, &json!({}));
        self.spent.transports.push(one + other);
        let producers = [(); 2].map(|()| self.create(sends, "produce", &json!({})).0);
        let watchers = peers.len().saturating_sub(watched);
        for at in watchers..peers.len() {
            self.watch(receives, peers[at].producers);
            // Nobody watches more than that: those who came later watch the earlier ones only.
            if watched >= peers.len() {
                self.watch(peers[at].receives, producers);
            }
        }
        peers.push(Peer {
            receives,
            producers,
        });
        self.joined += 1;
        if self.joined.is_multiple_of(JOINS_PER_SECOND) {
            self.tick();
        }
    }

    fn watch(&mut self, receives: Handle, producers: [Handle; 2]) {
        for producer in producers {
            let id = self.fake.entity(producer).map(|it| it.id);
            let options = json!({ "producerId": id });
            let (_, spent) = self.create(receives, "consume", &options);
            self.spent.consumers.push(spent);
        }
    }

    fn tick(&mut self) {
        let second = Duration::from_secs(1);
        self.now += second;
        self.fake.advance(second);
        finish(&self.fake, &self.vertical, self.vertical.tick(self.now));
    }

    fn create(&self, target: Handle, name: &str, options: &Value) -> (Handle, Duration) {
        let command: Command =
            serde_json::from_value(json!({ name: options })).expect("a command of mediasoup's");
        let call = async {
            if self.vertical.takes(target, &command) {
                self.vertical
                    .request(Some(RequestId(1)), target, command)
                    .await
            } else {
                use vertical_scaling::LogicalTree;
                self.fake
                    .call_shown(Some(RequestId(1)), target, command)
                    .await
            }
        };
        let (answer, spent) = finish(&self.fake, &self.vertical, call);
        match answer {
            Ok(Reply::Created(handle)) => (handle, spent),
            other => panic!("{name}: {other:?}"),
        }
    }

    /// The Consumers that feed pipes.
    fn pipes(&self) -> usize {
        let open = self.fake.all_open();
        let hidden = open.iter().filter(|(_, it)| it.hidden);
        hidden.filter(|(_, it)| it.kind == Kind::Consumer).count()
    }

    /// The real Workers that carry something.
    fn used(&self) -> usize {
        let streams = self.fake.streams();
        streams.values().filter(|streams| **streams > 0).count()
    }
}

/// Runs a future to its end, and says how long it took without what it waited for.
fn finish<T>(
    fake: &Fake,
    vertical: &Vertical<Fake>,
    future: impl Future<Output = T>,
) -> (T, Duration) {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    let mut spent = Duration::ZERO;
    loop {
        let began = Instant::now();
        let polled = future.as_mut().poll(&mut context);
        spent += began.elapsed();
        if let Poll::Ready(value) = polled {
            return (value, spent);
        }
        fake.deliver(0);
        for handle in fake.take_closed() {
            vertical.closed(handle);
        }
    }
}
