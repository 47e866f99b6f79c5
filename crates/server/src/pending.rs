//! Places for connections that aren't links yet.
//!
//! There is always room for one more: past a bound, a connection loses its place. It is the one that has got
//! least far, and of those the oldest. An address that floods pushes out its own: past [`PER_ADDRESS`], whatever
//! has had [`GRACE`]. So nobody's crowd shortens the time that others of the address have, say of a proxy, until
//! there are [`ALL`].

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// Connections of all addresses: some 100 MiB of TLS handshakes.
const ALL: usize = 4096;

/// Connections of one address: several times the servers of an application that reconnect at once
/// behind one address.
const PER_ADDRESS: usize = 256;

/// Time that a connection has for what it came for, whatever else its address does: a handshake over the
/// slowest path. In it, a crowd of one address costs the server one connection of each of its sockets.
const GRACE: Duration = Duration::from_secs(1);

/// Bits of an IPv6 address that tell networks apart: a host has all addresses of its own.
const IPV6_NETWORK: u128 = !0 << 64;

/// Places that are taken.
#[derive(Debug, Default, Clone)]
pub(crate) struct Pending(Arc<Mutex<Places>>);

/// A connection's place, until it is dropped or lost.
#[derive(Debug)]
pub(crate) struct PendingPlace {
    number: u64,
    lost: CancellationToken,
    pending: Pending,
}

/// Progress of a connection. Each stage costs whoever connects more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// It was accepted.
    Accepted,
    /// Its TLS handshake is complete.
    Encrypted,
    /// It has sent a whole request.
    Asked,
    /// It is a WebSocket of an admitted client, and lacks a hello.
    Admitted,
}

/// Order in which places are lost: by stage, then by age.
type Rank = (Stage, u64);

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
    stage: Stage,
    /// Tells its connection that the place is another's.
    lost: CancellationToken,
}

impl Pending {
    /// Takes a place for a connection, if need be that of another one.
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
    /// Notes that the connection has got so far.
    pub(crate) fn reached(&self, stage: Stage) {
        let mut places = self.pending.places();
        if let Some(taken) = places.leave(self.number) {
            places.insert(self.number, Taken { stage, ..taken });
        }
    }

    /// Resolves when a later connection has the place.
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
            stage: Stage::Accepted,
            lost,
        };
        self.insert(self.last, taken);
        self.last
    }

    /// The connection that has to go before one of this address comes.
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

/// The address by which connections are counted.
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
    fn an_address_pushes_out_its_own_once_they_had_their_time() {
        let (pending, now) = (Pending::default(), Instant::now());
        let other = pending.enter(now, v4(2));
        let enter = |at| pending.enter(now + at, v4(1));
        let crowd: Vec<_> = (0..PER_ADDRESS + 3)
            .map(|_| enter(Duration::ZERO))
            .collect();
        assert!(!crowd.iter().any(is_lost), "all are young");
        let last = enter(GRACE);
        let without = crowd.iter().filter(|place| is_lost(place)).count();
        assert_eq!(without, 4, "as many as are too many");
        assert!(is_lost(&crowd[3]) && !is_lost(&crowd[4]), "the oldest");
        assert!(!is_lost(&last) && !is_lost(&other));
    }

    #[test]
    fn many_addresses_push_out_the_oldest_of_all() {
        let (pending, now) = (Pending::default(), Instant::now());
        let places: Vec<_> = (0..ALL + 2).map(|n| pending.enter(now, v4(n))).collect();
        assert!(is_lost(&places[0]) && is_lost(&places[1]));
        assert!(!is_lost(&places[2]));
        drop(places);
        let places = pending.places();
        assert!(places.taken.is_empty() && places.ranks.is_empty());
        assert!(places.by_address.is_empty());
    }

    #[test]
    fn a_connection_that_got_further_stays_longer() {
        let (pending, now) = (Pending::default(), Instant::now());
        let enter = |at| pending.enter(now + at, v4(1));
        let asked = enter(Duration::ZERO);
        asked.reached(Stage::Asked);
        let encrypted = enter(Duration::ZERO);
        encrypted.reached(Stage::Encrypted);
        let crowd: Vec<_> = (0..2 * PER_ADDRESS).map(|_| enter(GRACE)).collect();
        let late = enter(2 * GRACE);
        assert!(is_lost(&crowd[0]) && !is_lost(&asked) && !is_lost(&encrypted));
        for place in crowd.iter().chain([&late]) {
            place.reached(Stage::Admitted);
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
