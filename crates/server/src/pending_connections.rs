//! Limit of pending connections: accepted ones on which the client hasn't opened a WebSocket and sent its
//! hello yet. `listener.rs` takes a place here for each accepted connection and closes the connection when
//! it loses the place.
//!
//! A new connection always gets a place: past a limit, another one loses its place, the one that has made
//! the least progress, and of those the oldest. A flooding address pushes out its own connections: past
//! [`PER_ADDRESS`], any that is older than [`GRACE`]. So no flood shortens the time of other connections
//! from the address, for example behind a proxy, until there are [`ALL`].

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Limit of connections of all addresses: some 100 MiB of TLS handshakes.
const ALL: usize = 4096;

/// Limit of connections of one address: several times the servers of an application that reconnect at once
/// behind one address.
const PER_ADDRESS: usize = 256;

/// Guaranteed time of a connection, whatever else its address does: a handshake over the
/// slowest path. Within it, a flood from one address costs the server one connection per client socket.
const GRACE: Duration = Duration::from_secs(1);

/// Network part of an IPv6 address: a host has all addresses of its network.
const IPV6_NETWORK: u128 = !0 << 64;

/// Table of taken places.
#[derive(Debug, Default, Clone)]
pub(crate) struct PendingConnections(Arc<Mutex<Places>>);

/// A connection's place, until it is dropped or lost.
#[derive(Debug)]
pub(crate) struct PendingPlace {
    number: u64,
    lost: CancellationToken,
    pending: PendingConnections,
}

/// Progress of a connection. Each stage costs the client more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ConnectionStage {
    /// Accepted.
    Accepted,
    /// The TLS handshake is complete.
    Encrypted,
    /// A whole request has arrived.
    Asked,
    /// The WebSocket of an authenticated client, before its hello.
    Admitted,
}

/// Order in which places are lost: by stage, then by age.
type Rank = (ConnectionStage, u64);

#[derive(Debug, Default)]
struct Places {
    last: u64,
    taken: HashMap<u64, Taken>,
    ranks: BTreeSet<Rank>,
    by_address: HashMap<IpAddr, BTreeSet<Rank>>,
}

#[derive(Debug)]
struct Taken {
    address: IpAddr,
    since: Instant,
    stage: ConnectionStage,
    /// Cancelled when another connection has the place.
    lost: CancellationToken,
}

impl PendingConnections {
    /// Takes a place for a connection, if necessary from another one.
    pub(crate) fn enter(&self, now: Instant, address: IpAddr) -> PendingPlace {
        let lost = CancellationToken::new();
        let number = self.places().enter(now, network(address), lost.clone());
        PendingPlace {
            number,
            lost,
            pending: self.clone(),
        }
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PendingPlace {
    /// Records the progress of the connection.
    pub(crate) fn reached(&self, stage: ConnectionStage) {
        let mut places = self.pending.places();
        if let Some(taken) = places.leave(self.number) {
            places.insert(self.number, Taken { stage, ..taken });
        }
    }

    /// Resolves when a later connection has taken the place.
    pub(crate) async fn lost(&self) {
        self.lost.cancelled().await;
    }
}

impl Drop for PendingPlace {
    fn drop(&mut self) {
        self.pending.places().leave(self.number);
    }
}

impl Places {
    fn enter(&mut self, now: Instant, address: IpAddr, lost: CancellationToken) -> u64 {
        while let Some(number) = self.loser(now, address)
            && let Some(taken) = self.leave(number)
        {
            taken.lost.cancel();
        }
        self.last += 1;
        let taken = Taken {
            address,
            since: now,
            stage: ConnectionStage::Accepted,
            lost,
        };
        self.insert(self.last, taken);
        self.last
    }

    /// Returns the connection that loses its place to a new one of this address.
    fn loser(&self, now: Instant, address: IpAddr) -> Option<u64> {
        let has_had_its_time = |number: &u64| self.taken[number].since + GRACE <= now;
        let of_address = self.by_address.get(&address);
        let crowd = of_address.filter(|ranks| ranks.len() >= PER_ADDRESS);
        let of_crowd = crowd.and_then(BTreeSet::first).map(|(_, number)| *number);
        let of_all = (self.ranks.len() >= ALL).then(|| self.ranks.first());
        of_crowd
            .filter(has_had_its_time)
            .or(of_all.flatten().map(|(_, number)| *number))
    }

    fn insert(&mut self, number: u64, taken: Taken) {
        let rank = (taken.stage, number);
        self.ranks.insert(rank);
        self.by_address
            .entry(taken.address)
            .or_default()
            .insert(rank);
        self.taken.insert(number, taken);
    }

    fn leave(&mut self, number: u64) -> Option<Taken> {
        let taken = self.taken.remove(&number)?;
        let rank = (taken.stage, number);
        self.ranks.remove(&rank);
        if let Some(ranks) = self.by_address.get_mut(&taken.address) {
            ranks.remove(&rank);
            if ranks.is_empty() {
                self.by_address.remove(&taken.address);
            }
        }
        Some(taken)
    }
}

/// Returns the address by which connections are counted.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & IPV6_NETWORK).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::net::Ipv4Addr;

    fn is_lost(place: &PendingPlace) -> bool {
        place.lost().now_or_never().is_some()
    }

    fn v4(number: usize) -> IpAddr {
        Ipv4Addr::from(u32::try_from(number).unwrap()).into()
    }

    #[test]
    fn a_flooding_address_evicts_its_own_older_connections() {
        let (pending, now) = (PendingConnections::default(), Instant::now());
        let other = pending.enter(now, v4(2));
        let enter = |at| pending.enter(now + at, v4(1));
        let crowd: Vec<_> = (0..PER_ADDRESS + 3)
            .map(|_| enter(Duration::ZERO))
            .collect();
        assert!(!crowd.iter().any(is_lost), "all are young");
        let last = enter(GRACE);
        let without = crowd.iter().filter(|place| is_lost(place)).count();
        assert_eq!(without, 4, "as many as exceed the limit");
        assert!(is_lost(&crowd[3]) && !is_lost(&crowd[4]), "the oldest");
        assert!(!is_lost(&last) && !is_lost(&other));
    }

    #[test]
    fn floods_from_many_addresses_evict_the_oldest_connection() {
        let (pending, now) = (PendingConnections::default(), Instant::now());
        let places: Vec<_> = (0..ALL + 2).map(|n| pending.enter(now, v4(n))).collect();
        assert!(is_lost(&places[0]) && is_lost(&places[1]));
        assert!(!is_lost(&places[2]));
        drop(places);
        let places = pending.places();
        assert!(places.taken.is_empty() && places.ranks.is_empty());
        assert!(places.by_address.is_empty());
    }

    #[test]
    fn a_connection_with_more_progress_stays_longer() {
        let (pending, now) = (PendingConnections::default(), Instant::now());
        let enter = |at| pending.enter(now + at, v4(1));
        let asked = enter(Duration::ZERO);
        asked.reached(ConnectionStage::Asked);
        let encrypted = enter(Duration::ZERO);
        encrypted.reached(ConnectionStage::Encrypted);
        let crowd: Vec<_> = (0..2 * PER_ADDRESS).map(|_| enter(GRACE)).collect();
        let late = enter(2 * GRACE);
        assert!(is_lost(&crowd[0]) && !is_lost(&asked) && !is_lost(&encrypted));
        for place in crowd.iter().chain([&late]) {
            place.reached(ConnectionStage::Admitted);
        }
        let last = enter(3 * GRACE);
        assert!(is_lost(&encrypted) && !is_lost(&asked) && !is_lost(&last));
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let same = |one: &str, other: &str| {
            network(one.parse().unwrap()) == network(other.parse().unwrap())
        };
        assert!(same("2001:db8::1", "2001:db8::ffff:1"));
        assert!(!same("2001:db8::1", "2001:db8:0:1::1"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
    }
}
