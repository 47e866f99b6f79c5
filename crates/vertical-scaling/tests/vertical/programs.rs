//! Random programs of an application on a logical Worker, with messages to its workers delivered in any
//! order. After each program every Consumer must have exactly one way to its Producer, and nothing may be
//! left over.
//!
//! A failure prints the program and its seed; `PROPTEST_CASES` says how many are tried.

use crate::support::{World, command, pause};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

/// Numbers choose among what there is.
#[derive(Debug, Clone)]
enum Op {
    Router,
    Server,
    Transport(u8),
    TransportOnServer(u8, u8),
    Observer(u8),
    Produce(u8),
    ProduceData(u8),
    Consume(u8, u8),
    ConsumeData(u8, u8),
    Pause(u8, bool),
    PauseData(u8, bool),
    Add(u8, u8),
    Remove(u8, u8),
    CloseRouter(u8),
    CloseServer(u8),
    CloseTransport(u8),
    CloseObserver(u8),
    CloseProducer(u8),
    CloseConsumer(u8),
    Ask(u8),
    Kill(u8),
    FailSpawns(u8),
    FailServers(bool),
    Tick(u8),
    Step(u8),
    Settle,
}

fn op() -> impl Strategy<Value = Op> {
    let n = any::<u8>;
    prop_oneof![
        2 => Just(Op::Router),
        1 => Just(Op::Server),
        8 => n().prop_map(Op::Transport),
        2 => (n(), n()).prop_map(|(r, s)| Op::TransportOnServer(r, s)),
        2 => n().prop_map(Op::Observer),
        8 => n().prop_map(Op::Produce),
        3 => n().prop_map(Op::ProduceData),
        16 => (n(), n()).prop_map(|(t, p)| Op::Consume(t, p)),
        6 => (n(), n()).prop_map(|(t, p)| Op::ConsumeData(t, p)),
        6 => (n(), any::<bool>()).prop_map(|(p, it)| Op::Pause(p, it)),
        2 => (n(), any::<bool>()).prop_map(|(p, it)| Op::PauseData(p, it)),
        4 => (n(), n()).prop_map(|(o, p)| Op::Add(o, p)),
        3 => (n(), n()).prop_map(|(o, p)| Op::Remove(o, p)),
        1 => n().prop_map(Op::CloseRouter),
        1 => n().prop_map(Op::CloseServer),
        3 => n().prop_map(Op::CloseTransport),
        1 => n().prop_map(Op::CloseObserver),
        4 => n().prop_map(Op::CloseProducer),
        8 => n().prop_map(Op::CloseConsumer),
        1 => n().prop_map(Op::Ask),
        2 => n().prop_map(Op::Kill),
        1 => n().prop_map(Op::FailSpawns),
        1 => any::<bool>().prop_map(Op::FailServers),
        4 => n().prop_map(Op::Tick),
        30 => n().prop_map(Op::Step),
        2 => Just(Op::Settle),
    ]
}

fn apply(world: &mut World, op: &Op) -> Option<()> {
    let empty = || json!({});
    match *op {
        Op::Router => world.send(world.worker, command("createRouter", &empty()), &[]),
        Op::Server => {
            let options = json!({ "listenInfos": [{ "port": 4000 }] });
            world.send(world.worker, command("createWebRtcServer", &options), &[]);
        }
        Op::Transport(r) => {
            let router = world.pick(r, |it| &it.routers)?;
            world.send(router, command("createPlainTransport", &empty()), &[]);
        }
        Op::TransportOnServer(r, s) => {
            let router = world.pick(r, |it| &it.routers)?;
            let server = world.pick(s, |it| &it.servers)?;
            let options = json!({ "webRtcServerId": world.id(server) });
            let create = command("createWebRtcTransport", &options);
            world.send(router, create, &[server]);
        }
        Op::Observer(r) => {
            let router = world.pick(r, |it| &it.routers)?;
            world.send(router, command("createAudioLevelObserver", &empty()), &[]);
        }
        Op::Produce(t) => {
            let transport = world.pick(t, |it| &it.transports)?;
            world.send(transport, command("produce", &empty()), &[]);
        }
        Op::ProduceData(t) => {
            let transport = world.pick(t, |it| &it.transports)?;
            world.send(transport, command("produceData", &empty()), &[]);
        }
        Op::Consume(t, p) => {
            let transport = world.pick(t, |it| &it.transports)?;
            let producer = world.pick(p, |it| &it.producers)?;
            if same_router(world, transport, producer) {
                let options = json!({ "producerId": world.id(producer) });
                world.send(transport, command("consume", &options), &[producer]);
            }
        }
        Op::ConsumeData(t, p) => {
            let transport = world.pick(t, |it| &it.transports)?;
            let producer = world.pick(p, |it| &it.data_producers)?;
            if same_router(world, transport, producer) {
                let options = json!({ "dataProducerId": world.id(producer) });
                world.send(transport, command("consumeData", &options), &[producer]);
            }
        }
        Op::Pause(p, paused) => {
            let producer = world.pick(p, |it| &it.producers)?;
            world.send(producer, pause(paused), &[]);
        }
        Op::PauseData(p, paused) => {
            let producer = world.pick(p, |it| &it.data_producers)?;
            world.send(producer, pause(paused), &[]);
        }
        Op::Add(o, p) => observe(world, "addProducer", o, p)?,
        Op::Remove(o, p) => observe(world, "removeProducer", o, p)?,
        Op::CloseRouter(at) => close(world, at, |it| &it.routers)?,
        Op::CloseServer(at) => close(world, at, |it| &it.servers)?,
        Op::CloseTransport(at) => close(world, at, |it| &it.transports)?,
        Op::CloseObserver(at) => close(world, at, |it| &it.observers)?,
        Op::CloseProducer(at) => close(world, at, |it| &it.producers)?,
        Op::CloseConsumer(at) => {
            let (consumer, _) = world.pick(at, |it| &it.consumers)?;
            world.close(consumer);
        }
        Op::Ask(at) => {
            let router = world.pick(at, |it| &it.routers)?;
            world.send(router, protocol::Command::Dump, &[]);
            world.send(world.worker, protocol::Command::Dump, &[]);
            world.send(world.worker, protocol::Command::GetResourceUsage, &[]);
            world.send(world.worker, protocol::Command::GetStats, &[]);
            let settings = json!({ "logLevel": "warn" });
            world.send(world.worker, command("updateSettings", &settings), &[]);
        }
        Op::Kill(at) => world.kill(at),
        Op::FailSpawns(count) => world.fake.fail_spawns(usize::from(count % 4)),
        Op::FailServers(fail) => world.fake.fail_servers(fail),
        Op::Tick(seconds) => world.tick(Duration::from_secs(u64::from(seconds % 20))),
        Op::Step(count) => (0..count % 32).for_each(|_| world.step()),
        Op::Settle => {
            world.settle();
            world.check();
        }
    }
    Some(())
}

fn observe(world: &mut World, name: &str, observer: u8, producer: u8) -> Option<()> {
    let observer = world.pick(observer, |it| &it.observers)?;
    let producer = world.pick(producer, |it| &it.producers)?;
    if same_router(world, observer, producer) {
        let options = json!({ "producerId": world.id(producer) });
        world.send(observer, command(name, &options), &[producer]);
    }
    Some(())
}

fn close(
    world: &mut World,
    at: u8,
    of: impl FnOnce(&crate::support::Made) -> &Vec<protocol::Handle>,
) -> Option<()> {
    let handle = world.pick(at, of)?;
    world.close(handle);
    Some(())
}

/// True if the application sees both below the same Router: elsewhere a Producer isn't found.
fn same_router(world: &World, resident: protocol::Handle, producer: protocol::Handle) -> bool {
    let parent = |handle| world.fake.entity(handle).map(|it| it.parent);
    parent(producer).and_then(parent) == parent(resident)
}

fn options() -> impl Strategy<Value = Value> {
    (1..6_u32, any::<bool>(), 1..4_u32, any::<bool>()).prop_map(|(max, spread, min, haste)| {
        json!({
            "maxWorkers": max,
            "minWorkers": min.min(max),
            "placement": if spread { "spread" } else { "fill" },
            // The fake's streams cost little; so that it is reached, the mark is low.
            "watermark": 2,
            "idleTimeout": if haste { 0 } else { 15 },
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PROPTEST_CASES").ok().and_then(|it| it.parse().ok()).unwrap_or(60),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_consumer_has_one_way_to_its_producer(
        options in options(),
        seed: u64,
        program in prop::collection::vec(op(), 1..150),
    ) {
        let mut world = World::new(&options, 64, seed);
        apply(&mut world, &Op::Router);
        world.settle();
        for op in &program {
            // What there is nothing for is left out.
            let _ = apply(&mut world, op);
        }
        world.settle();
        world.check();
        world.check_events();
        world.close(world.worker);
        world.settle();
        assert!(world.fake.all_open().is_empty(), "it all closes with the Worker");
    }
}
