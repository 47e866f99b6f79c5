//! Table tests of epochs (lives of a client's session): first link, resumed link, lost session, goodbye.
//! Each case compares the items (replies, events, new objects) that the application would see; a failure means a wrong order, or an
//! object that outlives its session.

use crate::world::{World, object};
use host::Host;
use protocol::{ErrorClass, Handle, Kind, Outcome};

/// The end of Worker 1.
const DEATH: [&str; 4] = ["1 died/", "1 /", "1 /close", "1 subprocessclose/"];

const CREATE_WORKER: &str = r#"{"createWorker":{}}"#;

#[test]
fn a_first_link_is_announced_with_its_snapshot() {
    let mut world = World::new();
    world.link(Outcome::First);
    assert!(world.lines().is_empty(), "the objects come first");
    world.snapshot([object(Handle(1), Kind::Worker, Handle(1))]);
    assert_eq!(world.lines(), ["new 1", "connected First"]);
}

#[test]
fn a_link_that_is_cut_before_its_snapshot_is_announced() {
    let mut world = World::new();
    world.link(Outcome::First);
    world.cut();
    assert_eq!(world.lines(), ["connected First", "disconnected"]);
}

#[test]
fn a_resumed_link_is_announced_in_its_turn() {
    let mut world = World::linked();
    world.cut();
    world.link(Outcome::Resumed);
    world.worker();
    assert_eq!(
        world.lines(),
        ["new 1", "disconnected", "connected Resumed"]
    );
}

#[test]
fn events_of_workers_come_before_another_session() {
    let mut world = World::linked();
    let worker = world.worker();
    world.event(worker);
    world.link(Outcome::Renewed);
    assert_eq!(world.lines(), ["new 1"]);
    assert!(world.host.next_event());
    assert_eq!(
        world.lines(),
        [&["1 trace/"], &DEATH[..], &["connected Renewed"]].concat()
    );
}

#[test]
fn objects_are_closed_again_after_the_server_dropped_the_client() {
    let mut world = World::linked();
    let worker = world.worker();
    let (one, other) = (world.router(worker), world.router(worker));
    world.lines();
    world.host.close(one);
    assert_eq!(world.closes(), [one]);
    world.cut();
    world.link(Outcome::Rejoined);
    let routers = [one, other].map(|router| object(router, Kind::Router, worker));
    world.snapshot(
        [object(worker, Kind::Worker, worker)]
            .into_iter()
            .chain(routers),
    );
    assert_eq!(world.closes(), [one], "what was closed stays closed");
    assert_eq!(world.lines(), ["disconnected", "connected Rejoined"]);
    assert!(world.host.replica().model().open(other).is_some());
}

#[test]
fn only_the_outermost_closed_objects_are_closed_again() {
    let mut world = World::linked();
    let worker = world.worker();
    let router = world.router(worker);
    world.lines();
    world.host.close(worker);
    world.closes();
    world.link(Outcome::Rejoined);
    world.snapshot([
        object(worker, Kind::Worker, worker),
        object(router, Kind::Router, worker),
    ]);
    assert_eq!(world.closes(), [worker]);
}

#[test]
fn a_lost_session_ends_its_objects_and_another_begins() {
    let mut world = World::linked();
    world.worker();
    world.lines();
    let asked = world.ask(Handle(1), r#""dump""#).unwrap();
    world.link(Outcome::Renewed);
    // It belongs to the next epoch, and waits for it.
    world.snapshot([object(Handle(1), Kind::Worker, Handle(1))]);
    let refused = world.ask(Handle(1), r#""dump""#).unwrap_err();
    assert_eq!(refused.class, ErrorClass::WorkerClosedError);
    assert!(refused.message.contains("[method:dump]"), "{refused}");
    let of_module = world.ask(Handle::default(), CREATE_WORKER).unwrap();
    assert!(of_module > asked, "numbers go on");
    assert_eq!(world.lines(), [&DEATH[..], &["connected Renewed"]].concat());

    assert!(world.renew());
    assert_eq!(world.lines(), Vec::<String>::new());
    world.host.receive();
    assert_eq!(world.lines(), ["new 1"]);
    let next = world.ask(Handle::default(), CREATE_WORKER).unwrap();
    assert!(next > of_module, "and go on in the next epoch");
    assert!(!world.renew(), "there is no further one");
}

#[test]
fn input_behind_a_renewed_link_belongs_to_the_next_epoch() {
    let mut world = World::linked();
    {
        let mut wire = world.wire.0.borrow_mut();
        let connected = protocol::LinkEvent::Connected {
            outcome: Outcome::Renewed,
            draining: false,
            agent: String::new(),
        };
        wire.came.push_back(replica::Incoming::Link(connected));
    }
    world.worker();
    assert_eq!(world.lines(), ["connected Renewed"]);
    assert!(world.renew());
    assert_eq!(world.lines(), ["new 1"]);
}

#[test]
fn leaving_answers_all_calls_and_ends_all_workers() {
    let mut world = World::linked();
    let worker = world.worker();
    world.lines();
    world.ask(worker, r#""dump""#).unwrap();
    world.host.leave();
    assert_eq!(
        world.lines(),
        [&["error 1: the connection was closed"], &DEATH[..]].concat()
    );
    assert!(world.ask(worker, r#""dump""#).is_err());
    assert!(world.host.goodbye(std::time::Duration::ZERO));
    assert!(!world.renew());
    assert!(world.host.connection().is_none());
    world.host.receive();
    assert!(world.lines().is_empty(), "the server hasn't received it");
    world.wire.0.borrow_mut().has_goodbye = true;
    world.host.receive();
    world.host.receive();
    assert_eq!(world.lines(), ["left"], "once");
}

#[test]
fn a_closed_object_replies_until_it_is_released() {
    let mut world = World::linked();
    let worker = world.worker();
    world.lines();
    world.host.close(worker);
    let asked = world.ask(worker, r#""dump""#).unwrap();
    world.answer(asked);
    assert_eq!(world.lines(), [format!("reply {}", asked.0)]);
}
