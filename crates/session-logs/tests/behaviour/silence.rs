//! A peer that has died says nothing about it.

use crate::support::net::End;
use crate::support::{Network, Sim};
use std::time::Duration;

/// The simulation itself holds that nobody uses a broken link for more than 15 seconds.
#[test]
fn a_dead_link_is_noticed_whoever_died() {
    for (what, deaf) in [
        ("the client hears nothing", &[End::ClientEnd][..]),
        ("the server hears nothing", &[End::Server]),
        ("nobody hears anything", &End::BOTH),
    ] {
        for busy in [true, false] {
            let mut sim = Sim::new(2);
            sim.run_for(Duration::from_secs(1));
            let now = sim.now;
            let net = sim.net().expect("a link");
            for end in deaf {
                net.deafen(now, *end);
            }
            sim.network = Network::Refusing;
            for _ in 0..150 {
                if busy {
                    sim.call();
                    sim.event(10);
                }
                sim.run_for(Duration::from_millis(100));
            }
            assert!(sim.app.disconnected > 0, "{what}, busy: {busy}");
            let place = sim.place.as_ref().expect("a place");
            assert!(!place.connected(), "{what}, busy: {busy}");
            sim.heal();
            sim.check();
        }
    }
}

#[test]
fn a_quiet_link_stays() {
    let mut sim = Sim::new(3);
    sim.run_for(Duration::from_secs(600));
    assert_eq!((sim.app.disconnected, sim.app.outcomes.len()), (0, 1));
}

#[test]
fn a_slow_link_stays_while_something_comes() {
    let mut sim = Sim::new(4);
    sim.speed.bytes_per_ms = 100;
    sim.run_for(Duration::from_secs(1));
    // Takes 40 seconds.
    sim.event(4_000_000);
    sim.run_for(Duration::from_secs(60));
    assert_eq!(sim.app.disconnected, 0);
    sim.check();
}

#[test]
fn an_attempt_that_nobody_answers_is_given_up() {
    let mut sim = Sim::new(5);
    sim.network = Network::Silent;
    sim.run_for(Duration::from_secs(60));
    let tried = sim.app.disconnected;
    assert!((3..=5).contains(&tried), "{tried} attempts");
}
