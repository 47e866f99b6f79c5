//! Tests that every call is answered or reported as unanswered, in a simulation of client, server and a
//! link that breaks. A failure means that an application's promise never settles, or that a withdrawn
//! command is executed.

use crate::support::app::Fate;
use crate::support::net::End;
use crate::support::{Network, REQUEST_TIMEOUT, Sim};
use protocol::RequestId;
use protocol::limits::{COMMANDS_WAITING, ENTRY_BYTES};
use session_logs::client::{ClientEnd, ClientEvent, ClientOptions, ClientOutput, Rejected};
use std::time::{Duration, Instant};

const EXPIRED_UNSENT: Option<Fate> = Some(Fate::Expired { sent: false });

#[test]
fn unsent_calls_expire_and_are_never_executed() {
    let mut sim = Sim::new(1);
    sim.run_for(Duration::from_secs(1));
    sim.network = Network::Refusing;
    let now = sim.now;
    sim.net().expect("a link").cut(now, &End::BOTH);
    sim.run_for(Duration::from_secs(1));
    sim.call();
    sim.run_for(Duration::from_secs(10));
    sim.call();
    sim.run_for(REQUEST_TIMEOUT.saturating_sub(Duration::from_secs(11)));
    assert_eq!(sim.fates(), [None, None]);
    sim.run_for(Duration::from_secs(2));
    assert_eq!(sim.fates(), [EXPIRED_UNSENT, None]);
    sim.heal();
    sim.check();
    assert_eq!(sim.fates(), [EXPIRED_UNSENT, Some(Fate::Answered)]);
}

#[test]
fn sent_calls_expire_as_possibly_executed() {
    let mut sim = Sim::new(1);
    sim.run_for(Duration::from_secs(1));
    sim.prompt = false;
    sim.call();
    // Only the time without a link counts.
    sim.run_for(REQUEST_TIMEOUT * 2);
    sim.network = Network::Refusing;
    let now = sim.now;
    sim.net().expect("a link").cut(now, &End::BOTH);
    sim.run_for(REQUEST_TIMEOUT);
    assert_eq!(sim.fates(), [None]);
    sim.run_for(Duration::from_secs(1));
    assert_eq!(sim.fates(), [Some(Fate::Expired { sent: true })]);
    sim.heal();
    sim.check();
}

#[test]
fn nothing_expires_while_there_is_a_link() {
    let mut sim = Sim::new(1);
    sim.prompt = false;
    sim.call();
    sim.run_for(REQUEST_TIMEOUT * 10);
    assert_eq!(sim.fates(), [None]);
    sim.answer();
    sim.run_for(Duration::from_secs(1));
    assert_eq!(sim.fates(), [Some(Fate::Answered)]);
}

#[test]
fn the_goodbye_is_the_last_entry() {
    for cut in 0..12 {
        let mut sim = Sim::new(1);
        sim.run_for(Duration::from_secs(1));
        for _ in 0..3 {
            sim.call();
        }
        sim.client.leave(sim.now);
        sim.cut_at = Some((sim.arrived + cut, End::BOTH.to_vec()));
        sim.run_for(Duration::from_secs(5));
        assert!(sim.app.left, "cut after {cut} packets");
        assert_eq!(sim.session.executed, [1, 2, 3]);
        assert!(!sim.fates().contains(&None));
        assert!(!sim.place.as_ref().expect("a place").connected());
    }
}

#[test]
fn a_client_without_a_session_leaves_at_once() {
    let mut sim = Sim::new(1);
    sim.call();
    sim.client.leave(sim.now);
    sim.run_for(Duration::ZERO);
    assert!(sim.app.left);
    assert_eq!(sim.fates(), [Some(Fate::Lost)]);
    assert_eq!(sim.client.next_timeout(), None);
}

#[test]
fn a_refused_client_makes_no_further_attempt() {
    let mut sim = Sim::new(1);
    sim.call();
    sim.run_for(Duration::from_secs(1));
    sim.call();
    sim.client.refused(sim.now, "a wrong token");
    sim.run_for(Duration::from_secs(60));
    assert!(sim.app.refused);
    assert_eq!(sim.fates(), [Some(Fate::Answered), Some(Fate::Lost)]);
    let more = sim.client.push(sim.now, vec![], None);
    assert_eq!(more, Err(Rejected::Over));
}

#[test]
fn a_client_rejects_entries_beyond_its_limits() {
    let now = Instant::now();
    let mut client = ClientEnd::new(ClientOptions {
        key: "client".into(),
        session: None,
        agent: "test".into(),
        request_timeout: REQUEST_TIMEOUT,
        seed: 0,
    });
    let large = vec![0; ENTRY_BYTES + 1];
    assert_eq!(client.push(now, large, None), Err(Rejected::TooLarge));
    for count in 0..COMMANDS_WAITING {
        let request = u32::try_from(count).map(RequestId).unwrap();
        client.push(now, vec![1], Some(request)).unwrap();
    }
    let call = Some(RequestId(u32::MAX));
    assert_eq!(client.push(now, vec![1], call), Err(Rejected::Full));
    for _ in COMMANDS_WAITING..4 * COMMANDS_WAITING {
        client.push(now, vec![1], None).unwrap();
    }
    assert_eq!(client.push(now, vec![1], None), Err(Rejected::Full));
    assert_eq!(client.stats().calls, COMMANDS_WAITING);

    client.open(now);
    client.handle_timeout(now + REQUEST_TIMEOUT);
    let outputs = std::iter::from_fn(|| client.poll_output(true));
    let expired = outputs
        .filter(|it| matches!(it, ClientOutput::Event(ClientEvent::Unanswered { .. })))
        .count();
    assert_eq!(expired, COMMANDS_WAITING);
    assert_eq!(client.stats().waiting, 3 * COMMANDS_WAITING);
    client.push(now, vec![1], None).unwrap();
}
