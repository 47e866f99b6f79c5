//! Simulation of a client's and a server's end of the logs, with a link that breaks and a virtual clock.
//! Each test of this crate creates a [`Sim`], makes calls and breaks the link.
//!
//! [`Sim`] has the drivers of both, the network, and the application and session on top, which check
//! the machines' outputs: every entry once and in order, answers to pending calls only.
//! [`Sim::check`] compares the final state with everything that was pushed.

pub(crate) mod app;
mod drive;
pub(crate) mod net;

use app::{App, Fate, Session};
use fastrand::Rng;
use net::{End, Net, Speed};
use protocol::Outcome;
use session_logs::client::{ClientEnd, ClientOptions};
use session_logs::server::Place;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Time within which each end notices a broken link.
const NOTICED: Duration = Duration::from_secs(15);

/// A link within a city.
const FAST: Speed = Speed {
    delay: Duration::from_millis(10),
    bytes_per_ms: 10_000,
};

pub(crate) const TTL: Duration = Duration::from_secs(60);
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Behaviour of the network when the client connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Reachable,
    /// It refuses the connection.
    Refusing,
    /// It doesn't reply.
    Silent,
}

#[derive(Debug)]
pub(crate) struct Sim {
    pub(crate) now: Instant,
    pub(crate) chance: Rng,
    pub(crate) client: ClientEnd,
    pub(crate) app: App,
    pub(crate) place: Option<Place>,
    pub(crate) session: Session,
    /// Entries that were executed in earlier epochs.
    past: Vec<Vec<u32>>,
    pub(crate) network: Network,
    pub(crate) speed: Speed,
    nets: BTreeMap<usize, Net>,
    links: usize,
    client_net: Option<usize>,
    server_net: Option<usize>,
    /// Time at which an attempt succeeds or fails.
    attempt: Option<(Instant, bool)>,
    /// True if calls are answered at once.
    pub(crate) prompt: bool,
    /// Number of delivered packets.
    pub(crate) arrived: usize,
    /// Cuts the link after this number of packets; these ends notice.
    pub(crate) cut_at: Option<(usize, Vec<End>)>,
}

impl Sim {
    pub(crate) fn new(seed: u64) -> Self {
        let now = Instant::now();
        let mut client = ClientEnd::new(ClientOptions {
            key: "client".into(),
            session: Some("session".into()),
            agent: "simulation".into(),
            request_timeout: REQUEST_TIMEOUT,
            seed,
        });
        client.open(now);
        Self {
            now,
            chance: Rng::with_seed(seed),
            client,
            app: App::default(),
            place: None,
            session: Session::new(0),
            past: Vec::new(),
            network: Network::Reachable,
            speed: FAST,
            nets: BTreeMap::new(),
            links: 0,
            client_net: None,
            server_net: None,
            attempt: None,
            prompt: true,
            arrived: 0,
            cut_at: None,
        }
    }

    pub(crate) fn call(&mut self) -> u32 {
        self.app.call(&mut self.client, self.now)
    }

    pub(crate) fn notice(&mut self) {
        self.app.notice(&mut self.client, self.now);
    }

    pub(crate) fn event(&mut self, padding: usize) {
        self.session.event(self.place.as_mut(), self.now, padding);
    }

    pub(crate) fn score(&mut self, key: u32) {
        if let Some(place) = &mut self.place {
            self.session.score(place, self.now, key);
        }
    }

    pub(crate) fn answer(&mut self) {
        if let Some(place) = &mut self.place {
            self.session.answer(place, self.now);
        }
    }

    pub(crate) fn fates(&self) -> Vec<Option<Fate>> {
        self.app.calls.values().copied().collect()
    }

    /// Returns the link that the client uses.
    pub(crate) fn net(&mut self) -> Option<&mut Net> {
        self.nets.get_mut(&self.client_net?)
    }

    /// Kills the server and starts another.
    pub(crate) fn restart(&mut self, told: bool) {
        let next = Session::new(self.past.len() + 1);
        let last = std::mem::replace(&mut self.session, next);
        self.past.push(last.executed);
        self.place = None;
        self.server_net = None;
        for net in self.nets.values_mut() {
            net.cut(self.now, if told { &[End::ClientEnd] } else { &[] });
        }
    }

    /// Advances the clock.
    pub(crate) fn run_for(&mut self, time: Duration) {
        let end = self.now + time;
        self.settle();
        while let Some(at) = self.next().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.step();
            self.settle();
        }
        self.now = end;
    }

    /// Repairs the network and advances the clock until nothing can be in flight.
    pub(crate) fn heal(&mut self) {
        self.network = Network::Reachable;
        self.prompt = true;
        self.cut_at = None;
        self.speed = FAST;
        for net in self.nets.values_mut() {
            net.hasten(FAST);
        }
        self.run_for(Duration::from_secs(40));
        self.answer();
        self.run_for(Duration::from_secs(5));
    }

    /// Checks the invariants of a repaired network.
    pub(crate) fn check(&self) {
        assert_eq!(self.app.state, Some(self.session.state), "the same state");
        let epochs: Vec<_> = self.past.iter().chain([&self.session.executed]).collect();
        for executed in &epochs {
            assert!(
                executed.is_sorted_by(|a, b| a < b),
                "in order: {executed:?}"
            );
        }
        let times = |id| {
            epochs
                .iter()
                .flat_map(|ids| ids.iter())
                .filter(|it| **it == id)
                .count()
        };
        for (id, fate) in &self.app.calls {
            let fate = fate.unwrap_or_else(|| panic!("call {id} hangs"));
            let (least, most) = match fate {
                Fate::Answered => (1, 1),
                Fate::Expired { sent: false } => (0, 0),
                Fate::Expired { sent: true } | Fate::Lost => (0, 1),
            };
            let times = times(*id);
            assert!(
                (least..=most).contains(&times),
                "{id}: {fate:?}, {times} times"
            );
        }
        let whole = self
            .app
            .outcomes
            .iter()
            .all(|it| matches!(it, Outcome::First | Outcome::Resumed));
        for id in &self.app.notices {
            let times = times(*id);
            assert!(times == 1 || (times == 0 && !whole), "{id}: {times} times");
        }
        assert_eq!(self.client.stats().bytes, 0, "everything is acknowledged");
        let place = self.place.as_ref().expect("a place");
        assert_eq!(place.bytes(), 0, "everything is acknowledged");
    }

    fn next(&self) -> Option<Instant> {
        let place = self.place.as_ref().and_then(Place::next_timeout);
        let attempt = self.attempt.map(|(at, _)| at);
        let machines = [self.client.next_timeout(), place, attempt];
        machines
            .into_iter()
            .chain(self.nets.values().map(Net::next))
            .flatten()
            .min()
    }

    fn step(&mut self) {
        if let Some((at, success)) = self.attempt
            && at <= self.now
        {
            self.attempt = None;
            if success {
                self.links += 1;
                self.nets.insert(self.links, Net::new(self.now, self.speed));
                self.client_net = Some(self.links);
                self.client.link_up(self.now);
            } else {
                self.client.link_down(self.now, "connection refused");
            }
        }
        for id in self.nets.keys().copied().collect::<Vec<_>>() {
            self.deliver(id);
        }
        if self.client.next_timeout().is_some_and(|at| at <= self.now) {
            self.client.handle_timeout(self.now);
        }
        if let Some(place) = &mut self.place
            && place.next_timeout().is_some_and(|at| at <= self.now)
        {
            place.handle_timeout(self.now);
        }
    }

    /// Delivers the packets of one link that are due, one to each end at most.
    fn deliver(&mut self, id: usize) {
        for end in End::BOTH {
            let net = self.nets.get_mut(&id).expect("a link");
            let told = net.take_notice(self.now, end);
            let packet = net.receive(self.now, end);
            let here = match end {
                End::ClientEnd => self.client_net == Some(id),
                End::Server => self.server_net == Some(id),
            };
            if told && here {
                self.close(end, None);
            } else if let Some(packet) = packet {
                match end {
                    End::ClientEnd if here => self.client_receives(id, &packet),
                    End::ClientEnd => {}
                    End::Server => self.server_receives(id, &packet),
                }
                self.arrived += 1;
                if let Some((_, told)) = self.cut_at.take_if(|(count, _)| *count == self.arrived)
                    && let Some(net) = self.nets.get_mut(&id)
                {
                    net.cut(self.now, &told);
                }
            }
        }
    }

    /// Drops links that neither end uses. An end must not use a broken one for long.
    fn forget_links(&mut self) {
        let used = [self.client_net, self.server_net];
        let now = self.now;
        self.nets.retain(|id, net| {
            let used = used.contains(&Some(*id));
            let late = net.broken_at.is_some_and(|at| now > at + NOTICED);
            assert!(!(used && late), "a broken link wasn't noticed");
            used || net.next().is_some()
        });
    }
}
