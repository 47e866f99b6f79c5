//! Tests of cut points: a simulated link breaks after every packet and at every byte of the same traffic.
//! The simulation checks that resuming neither loses nor repeats an entry; a failure names the cut.

use crate::support::app::Fate;
use crate::support::net::End;
use crate::support::{Network, REQUEST_TIMEOUT, Sim, TTL};
use protocol::Outcome;
use std::time::Duration;

/// Produces traffic: calls, notices, events, scores, in several round trips.
fn live(sim: &mut Sim) {
    for round in 0..8 {
        for _ in 0..3 {
            sim.call();
        }
        sim.notice();
        sim.event(10);
        sim.score(round % 2);
        sim.run_for(Duration::from_millis(30));
    }
    sim.run_for(Duration::from_secs(1));
}

/// Runs that traffic on a good link and returns the number of delivered packets.
fn whole() -> usize {
    let mut sim = Sim::new(1);
    live(&mut sim);
    assert!(sim.fates().iter().all(|it| *it == Some(Fate::Answered)));
    sim.arrived
}

#[test]
fn a_cut_after_any_packet_loses_nothing() {
    let packets = whole();
    assert!(packets > 20, "only {packets} packets");
    for (what, told) in [
        ("both ends notice", &End::BOTH[..]),
        ("the client notices", &[End::ClientEnd]),
        ("the server notices", &[End::Server]),
        ("neither end notices", &[]),
    ] {
        for count in 1..=packets {
            let mut sim = Sim::new(1);
            sim.cut_at = Some((count, told.to_vec()));
            live(&mut sim);
            sim.heal();
            sim.check();
            let answered = sim.fates().iter().all(|it| *it == Some(Fate::Answered));
            assert!(answered, "cut after packet {count}, {what}");
            let outcomes = &sim.app.outcomes;
            let ends = [Outcome::Rejoined, Outcome::Renewed];
            // Only the welcome of the first link may be lost; the session was empty then.
            let began = outcomes.iter().any(|it| ends.contains(it));
            assert!(!began, "cut after packet {count}, {what}: {outcomes:?}");
        }
    }
}

#[test]
fn a_cut_at_any_byte_loses_nothing() {
    for to in End::BOTH {
        for byte in 0..2000 {
            let mut sim = Sim::new(1);
            // The link exists and has carried nothing yet.
            while sim.net().is_none() {
                sim.run_for(Duration::from_millis(1));
            }
            sim.net().expect("a link").cut_after(to, byte);
            live(&mut sim);
            sim.heal();
            sim.check();
            let answered = sim.fates().iter().all(|it| *it == Some(Fate::Answered));
            assert!(answered, "cut at byte {byte} towards the {to:?}");
        }
    }
}

#[test]
fn two_cuts_at_any_distance_lose_nothing() {
    let packets = whole();
    for first in 1..=packets {
        for second in 1..=8 {
            let mut sim = Sim::new(1);
            sim.cut_at = Some((first, End::BOTH.to_vec()));
            for _ in 0..4 {
                sim.call();
                sim.event(10);
                sim.run_for(Duration::from_millis(30));
                if sim.cut_at.is_none() && sim.app.disconnected == 1 {
                    sim.cut_at = Some((sim.arrived + second, End::BOTH.to_vec()));
                }
            }
            sim.heal();
            sim.check();
            let answered = sim.fates().iter().all(|it| *it == Some(Fate::Answered));
            assert!(answered, "cut after packet {first} and {second} more");
        }
    }
}

/// A snapshot that restarts an overflowing log may be cut like everything else.
#[test]
fn a_cut_during_a_snapshot_loses_nothing() {
    let outgrow = |sim: &mut Sim| {
        sim.run_for(Duration::from_secs(1));
        let before = sim.arrived;
        sim.call();
        sim.run_for(Duration::from_millis(15));
        for _ in 0..4 {
            sim.event(6 << 20);
            sim.run_for(Duration::from_millis(1));
        }
        sim.call();
        sim.run_for(Duration::from_secs(5));
        sim.arrived - before
    };
    let packets = outgrow(&mut Sim::new(1));
    assert!(packets > 50, "only {packets} packets");
    for count in 1..=packets {
        let mut sim = Sim::new(1);
        sim.run_for(Duration::from_secs(1));
        sim.cut_at = Some((sim.arrived + count, End::BOTH.to_vec()));
        outgrow(&mut sim);
        sim.heal();
        sim.check();
        assert_eq!(sim.fates(), [Some(Fate::Answered); 2], "packet {count}");
        assert!(sim.client.stats().resynchronised > 0, "packet {count}");
    }
}

/// Every call ends, and results of a restarted server aren't confused with those of its predecessor.
#[test]
fn a_restart_after_any_packet_ends_every_call() {
    for count in 1..=whole() {
        for told in [true, false] {
            let mut sim = Sim::new(1);
            for _ in 0..4 {
                sim.call();
                sim.event(10);
                for _ in 0..30 {
                    sim.run_for(Duration::from_millis(1));
                    if sim.arrived == count {
                        sim.restart(told);
                        sim.arrived += 1;
                    }
                }
            }
            sim.heal();
            sim.check();
            let expired = |it: &Option<Fate>| matches!(it, Some(Fate::Expired { .. }));
            assert!(!sim.fates().iter().any(expired), "{:?}", sim.fates());
        }
    }
}

/// A client whose place has expired starts again in the same session.
#[test]
fn a_client_without_a_place_starts_again() {
    let mut sim = Sim::new(1);
    live(&mut sim);
    sim.prompt = false;
    sim.call();
    sim.run_for(Duration::from_secs(1));
    sim.network = Network::Refusing;
    let now = sim.now;
    sim.net().expect("a link").cut(now, &End::BOTH);
    sim.run_for(TTL + Duration::from_secs(1));
    assert!(sim.place.is_none(), "it is given up");
    sim.call();
    sim.event(10);
    sim.heal();
    sim.check();
    assert_eq!(sim.app.outcomes, [Outcome::First, Outcome::Rejoined]);
    let fates = sim.fates();
    let (given_up, lost) = (fates[24], fates[25]);
    assert_eq!(given_up, Some(Fate::Expired { sent: true }));
    assert_eq!(lost, Some(Fate::Lost));
    assert!(TTL > REQUEST_TIMEOUT);
}
