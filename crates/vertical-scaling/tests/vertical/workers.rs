//! Tests of the worker processes of a logical Worker: their number, starts and ends, and their settings, on
//! fake workers (in-process stand-ins for mediasoup's). A failure means that too many or too few processes
//! run, or that one has other settings than the rest.

use crate::support::{World, command};
use protocol::{Command, Handle};
use serde_json::json;
use std::time::Duration;

/// A logical Worker with a Router.
fn world(options: &serde_json::Value, slots: usize) -> (World, Handle) {
    let mut world = World::new(options, slots, 7);
    world.send(world.worker, command("createRouter", &json!({})), &[]);
    world.settle();
    let router = world.made.borrow().routers[0];
    (world, router)
}

fn transports(world: &mut World, router: Handle, count: usize) {
    for _ in 0..count {
        world.send(router, command("createPlainTransport", &json!({})), &[]);
    }
    world.settle();
    world.check();
}

/// Makes a `WebRtcServer` on port 4000: the command that makes a Transport of it.
fn create_on_port_4000(world: &mut World) -> Command {
    let listen = json!({ "listenInfos": [{ "ip": "127.0.0.1", "port": 4000 }] });
    world.send(world.worker, command("createWebRtcServer", &listen), &[]);
    world.settle();
    let server = world.made.borrow().servers[0];
    let options = json!({ "webRtcServerId": world.id(server) });
    command("createWebRtcTransport", &options)
}

#[test]
fn many_real_workers_answer_as_one() {
    let (mut world, router) = world(&json!({ "maxWorkers": 64, "placement": "spread" }), 1);
    transports(&mut world, router, 64);
    assert_eq!(world.real().len(), 64);
    // What is driven without wakers mustn't wait for any.
    world.tick(Duration::from_secs(1));
    world.send(world.worker, Command::Dump, &[]);
    world.send(router, Command::Dump, &[]);
    world.settle();
    world.check();
}

#[test]
fn there_are_as_many_as_slots_unless_more_are_asked_for() {
    let (mut world, router) = world(&json!({ "placement": "spread" }), 3);
    transports(&mut world, router, 10);
    assert_eq!(world.real().len(), 3);
}

#[test]
fn an_opening_is_shared() {
    // The first one is full at once, so that all that come next want another.
    let options = json!({ "maxWorkers": 9, "watermark": 0.9 });
    let (mut world, router) = world(&options, 1);
    transports(&mut world, router, 2);
    assert_eq!(world.real().len(), 2);
}

#[test]
fn where_none_can_be_spawned_the_others_do_it() {
    let (mut world, router) = world(&json!({ "maxWorkers": 4, "placement": "spread" }), 1);
    world.fake.fail_spawns(100);
    transports(&mut world, router, 5);
    assert_eq!(world.made.borrow().transports.len(), 5);
    assert_eq!(world.real().len(), 1);
}

#[test]
fn the_empty_end_and_the_first_stays() {
    let options = json!({ "maxWorkers": 4, "placement": "spread", "idleTimeout": 30 });
    let (mut world, router) = world(&options, 1);
    let first = world.real();
    transports(&mut world, router, 4);
    assert_eq!(world.real().len(), 4);
    let all = world.made.borrow().transports.clone();
    for transport in all {
        world.close(transport);
    }
    for (seconds, left) in [(1, 4), (29, 4), (1, 1), (60, 1)] {
        world.tick(Duration::from_secs(seconds));
        world.settle();
        assert_eq!(world.real().len(), left, "after {seconds} seconds more");
    }
    assert_eq!(world.real(), first);
    world.check();
}

#[test]
fn the_last_that_runs_stays_while_another_starts() {
    let options = json!({ "maxWorkers": 2, "watermark": 0.9, "idleTimeout": 30 });
    let (mut world, router) = world(&options, 1);
    transports(&mut world, router, 1);
    world.send(router, command("createPlainTransport", &json!({})), &[]);
    let first = world.made.borrow().transports[0];
    world.close(first);
    world.tick(Duration::from_secs(1));
    world.tick(Duration::from_secs(60));
    world.fake.fail_spawns(1);
    world.settle();
    world.check();
    assert_eq!(world.real().len(), 1);
    assert_eq!(world.made.borrow().transports.len(), 2);
}

#[test]
fn as_many_as_are_wanted_are_kept_warm() {
    let (mut world, _) = world(&json!({ "maxWorkers": 4, "minWorkers": 3 }), 1);
    world.tick(Duration::from_secs(1));
    world.settle();
    assert_eq!(world.real().len(), 3);
    world.tick(Duration::from_secs(100));
    world.settle();
    assert_eq!(world.real().len(), 3);
}

#[test]
fn what_waits_for_a_worker_that_dies_goes_to_another() {
    let (mut world, router) = world(&json!({ "maxWorkers": 2, "placement": "spread" }), 1);
    transports(&mut world, router, 2);
    let [_, second] = world.real()[..] else {
        panic!("two real Workers");
    };
    for _ in 0..4 {
        world.send(router, command("createPlainTransport", &json!({})), &[]);
    }
    world.fake.kill(second);
    world.settle();
    world.check();
    let made = world.made.borrow().transports.clone();
    assert_eq!(made.iter().filter(|it| world.is_open(**it)).count(), 5);
}

#[test]
fn a_transport_goes_where_its_server_can_listen() {
    let (mut world, router) = world(&json!({ "maxWorkers": 3, "placement": "spread" }), 1);
    let create = create_on_port_4000(&mut world);
    world.fake.fail_servers(true);
    for _ in 0..3 {
        world.send(router, create.clone(), &[]);
    }
    world.settle();
    let homes = |world: &World| {
        let made = world.made.borrow();
        let homes = made
            .transports
            .iter()
            .filter_map(|it| world.fake.entity(*it));
        homes
            .map(|it| it.worker)
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(world.made.borrow().transports.len(), 3);
    assert_eq!(homes(&world).len(), 1, "only port 4000 was to be had");
    world.fake.fail_servers(false);
    for _ in 0..3 {
        world.send(router, create.clone(), &[]);
    }
    world.settle();
    world.check();
    assert!(homes(&world).len() > 1, "the next ports are, now");
}

#[test]
fn where_the_first_server_is_gone_another_takes_its_port() {
    let (mut world, router) = world(&json!({ "maxWorkers": 2, "placement": "spread" }), 2);
    let create = create_on_port_4000(&mut world);
    world.fake.fail_servers(true);
    world.send(router, create.clone(), &[]);
    world.send(router, command("createPlainTransport", &json!({})), &[]);
    world.send(router, create.clone(), &[]);
    world.settle();
    let home = |world: &World, at: usize| {
        let transport = world.made.borrow().transports[at];
        world.fake.entity(transport).map(|it| it.worker)
    };
    let first = home(&world, 0).expect("it is there");
    world.fake.kill(first);
    world.settle();
    world.send(router, create, &[]);
    world.settle();
    world.check();
    let last = world.made.borrow().transports.len() - 1;
    assert!(home(&world, last).is_some_and(|it| it != first));
}

#[test]
fn pipe_transports_end_when_nothing_has_been_piped_for_a_while() {
    let options = json!({ "maxWorkers": 2, "placement": "spread", "idleTimeout": 10 });
    let (mut world, router) = world(&options, 2);
    for _ in 0..2 {
        world.send(router, command("createPlainTransport", &json!({})), &[]);
    }
    world.settle();
    let transports = world.made.borrow().transports.clone();
    world.send(transports[0], command("produce", &json!({})), &[]);
    world.settle();
    let producer = world.made.borrow().producers[0];
    let consume = command("consume", &json!({ "producerId": world.id(producer) }));
    let pipe_transports = |world: &World| {
        let open = world.fake.all_open();
        let mut all = open.iter();
        let is_pipe = |it: &&(_, testkit::FakeObject)| it.1.kind == protocol::Kind::PipeTransport;
        let first = all.clone().find(is_pipe).map(|(handle, _)| *handle);
        (all.by_ref().filter(is_pipe).count(), first)
    };
    let mut known = Vec::new();
    for _ in 0..2 {
        world.send(transports[1], consume.clone(), &[producer]);
        world.settle();
        for seconds in [9, 9, 9] {
            world.tick(Duration::from_secs(seconds));
            world.settle();
        }
        let (count, first) = pipe_transports(&world);
        assert_eq!(count, 2, "they are used");
        known.push(first);
        let (consumer, _) = *world.made.borrow().consumers.last().expect("a Consumer");
        world.close(consumer);
        for (seconds, left) in [(1, 2), (9, 2), (2, 0)] {
            world.tick(Duration::from_secs(seconds));
            world.settle();
            assert_eq!(pipe_transports(&world).0, left);
        }
        world.check();
    }
    assert_ne!(known[0], known[1], "made anew");
}
