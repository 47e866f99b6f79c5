//! Tests of peers that vanish without closing the link, on a simulated network: both ends have to notice
//! within 15 s, and an idle or slow link has to stay open. A failure means hung clients or needless
//! reconnects.

use crate::support::net::End;
use crate::support::{Network, Sim};
use std::time::Duration;

/// The simulation itself checks that no end uses a broken link for more than 15 seconds.
#[test]
fn both_ends_notice_a_dead_link() {
    for (what, deaf) in [
        ("the client receives nothing", &[End::ClientEnd][..]),
        ("the server receives nothing", &[End::Server]),
        ("neither end receives anything", &End::BOTH),
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
fn an_idle_link_stays_open() {
    let mut sim = Sim::new(3);
    sim.run_for(Duration::from_secs(600));
    assert_eq!((sim.app.disconnected, sim.app.outcomes.len()), (0, 1));
}

#[test]
fn a_slow_link_stays_open_while_data_arrives() {
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
fn an_attempt_without_a_reply_is_given_up() {
    let mut sim = Sim::new(5);
    sim.network = Network::Silent;
    sim.run_for(Duration::from_secs(60));
    let tried = sim.app.disconnected;
    assert!((3..=5).contains(&tried), "{tried} attempts");
}
