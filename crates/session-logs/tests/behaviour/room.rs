//! Tests of memory limits: clients that read slowly, are away, or never acknowledge, against the server's
//! end of the logs (`Place`). They sum up the bytes that it keeps and the frames that it sends; a failure
//! means that one bad client exhausts the server's memory, or that a slow one loses an answer.

use crate::support::net::End;
use crate::support::{Network, Sim, TTL};
use protocol::limits::{ANSWERS_BYTES, BACKLOG_BYTES, REPLAY_BYTES};
use protocol::{EntryNumber, Event, Handle, Outcome};
use session_logs::server::{Greeting, Keep, Place, PlaceOutput};
use std::time::{Duration, Instant};
use wire::v1::{ClientFrame, Entries, Epoch, Hello, Resume, ServerFrame, decode, encode};

const KIB: usize = 1024;

/// Overhead that an entry may cost.
const OVERHEAD: usize = KIB;

fn epoch() -> Epoch {
    Epoch("epoch".into())
}

/// Creates a place whose client has connected and has its snapshot.
fn place(now: Instant) -> Place {
    let mut place = Place::new(TTL, now);
    assert_eq!(greet(&mut place, now, 1, None), Greeting::Begun);
    frames(&mut place);
    acknowledge(&mut place, now, 1);
    place
}

fn greet(place: &mut Place, now: Instant, link: u64, received: Option<u64>) -> Greeting {
    let resume = received.map(|received| Resume {
        epoch: epoch(),
        since: 1,
        received,
    });
    let hello = Hello {
        link,
        resume,
        ..Hello::default()
    };
    place.greet(now, &epoch(), &hello, false)
}

fn acknowledge(place: &mut Place, now: Instant, ack: u64) {
    let frame = Entries {
        ack,
        ..Entries::default()
    };
    let frame = encode(&ClientFrame::Entries(frame));
    place.receive(now, &frame).expect("sense");
}

/// Delivers the client's first entry.
fn say(place: &mut Place, now: Instant) {
    let frame = Entries {
        at: 1,
        entries: vec![b"entry".to_vec().into()],
        ..Entries::default()
    };
    let frame = encode(&ClientFrame::Entries(frame));
    place.receive(now, &frame).expect("sense");
}

/// Returns all frames that a link takes now, with a snapshot if the place orders one.
fn frames(place: &mut Place) -> Vec<Entries> {
    let mut frames = Vec::new();
    while let Some(output) = place.poll_output(true) {
        match output {
            PlaceOutput::Snapshot => place.snapshot(vec![b"snapshot".to_vec()]),
            PlaceOutput::Send(bytes) => {
                if let ServerFrame::Entries(frame) = decode(&bytes).expect("a frame") {
                    frames.push(frame);
                }
            }
            other => panic!("{other:?}"),
        }
    }
    frames
}

fn texts(frames: &[Entries]) -> Vec<String> {
    let entries = frames.iter().flat_map(|frame| &frame.entries);
    entries
        .map(|entry| String::from_utf8_lossy(entry).into_owned())
        .collect()
}

#[test]
fn memory_is_bounded_if_a_client_never_reads() {
    for linked in [true, false] {
        let now = Instant::now();
        let mut place = place(now);
        if !linked {
            place.link_down(now);
        }
        for count in 0..100_u8 {
            place.push(now, vec![count; 400 * KIB], Keep::State);
            assert!(place.bytes() <= REPLAY_BYTES, "{}", place.bytes());
            assert!(place.poll_output(false).is_none());
        }
        if !linked {
            assert_eq!(greet(&mut place, now, 2, Some(1)), Greeting::Resumed);
        }
        let frames = frames(&mut place);
        assert_eq!(texts(&frames), ["snapshot"]);
        assert!(frames[0].fresh);
    }
}

#[test]
fn memory_is_bounded_if_a_client_never_acknowledges() {
    let now = Instant::now();
    let mut place = place(now);
    let mut snapshots = 0;
    for _ in 0..1000 {
        place.push(now, vec![0; 100 * KIB], Keep::State);
        let frames = frames(&mut place);
        snapshots += frames.iter().filter(|frame| frame.fresh).count();
        assert!(place.bytes() <= REPLAY_BYTES + OVERHEAD * 10);
    }
    assert_eq!(snapshots, 1000 * 100 * KIB / REPLAY_BYTES);
}

#[test]
fn answers_survive_a_snapshot() {
    let now = Instant::now();
    // Entries of the first three that the client had received when the link broke.
    for (received, rest) in [
        (1, vec!["snapshot", "first", "second", "third", "newer"]),
        (2, vec!["snapshot", "second", "third", "newer"]),
        (3, vec!["snapshot", "second", "third", "newer"]),
        (4, vec!["snapshot", "third", "newer"]),
    ] {
        let mut place = place(now);
        place.push(now, b"first".to_vec(), Keep::Answer);
        place.push(now, b"event".to_vec(), Keep::State);
        place.push(now, b"second".to_vec(), Keep::Answer);
        assert_eq!(texts(&frames(&mut place)).len(), 3);
        place.link_down(now);
        place.push(now, b"third".to_vec(), Keep::Answer);
        place.push(now, vec![0; REPLAY_BYTES], Keep::State);
        assert!(place.bytes() < OVERHEAD);
        assert_eq!(greet(&mut place, now, 2, Some(received)), Greeting::Resumed);
        // The snapshot is only made when the link takes it, and includes everything until then.
        place.push(now, b"in the snapshot".to_vec(), Keep::State);
        assert!(matches!(
            place.poll_output(true),
            Some(PlaceOutput::Send(_))
        ));
        assert!(matches!(
            place.poll_output(true),
            Some(PlaceOutput::Snapshot)
        ));
        place.snapshot(vec![b"snapshot".to_vec()]);
        place.push(now, b"newer".to_vec(), Keep::State);
        let frames = frames(&mut place);
        assert_eq!(texts(&frames), rest, "{received} received");
        assert!(frames[0].fresh && frames[0].at > received);
    }
}

#[test]
fn answers_have_their_own_limit() {
    let now = Instant::now();
    let mut place = place(now);
    say(&mut place, now);
    assert!(matches!(
        place.poll_output(false),
        Some(PlaceOutput::Entry {
            number: EntryNumber(1),
            ..
        })
    ));
    for _ in 0..ANSWERS_BYTES / (KIB * KIB) - 1 {
        place.push(now, vec![0; KIB * KIB], Keep::Answer);
    }
    assert!(place.connected());
    place.push(now, vec![0; KIB * KIB], Keep::Answer);
    assert!(matches!(
        place.poll_output(false),
        Some(PlaceOutput::Disconnect(4003))
    ));
    assert_eq!((place.connected(), place.bytes()), (false, 0));
    place.push(now, b"an answer to a lost call".to_vec(), Keep::Answer);
    assert_eq!(place.bytes(), 0);
    assert_eq!(greet(&mut place, now, 2, Some(1)), Greeting::Begun);
    say(&mut place, now);
    while let Some(output) = place.poll_output(true) {
        if let PlaceOutput::Entry { number, .. } = output {
            assert_eq!(number, EntryNumber(1), "numbers restart");
            return;
        }
    }
    panic!("the entry is executed");
}

fn newest(object: u32) -> Keep {
    Keep::Newest(Handle(object), Event::Score)
}

#[test]
fn only_the_newest_value_is_kept_under_backpressure() {
    let now = Instant::now();
    let mut place = place(now);
    place.push(now, b"a1".to_vec(), newest(1));
    place.push(now, b"a2".to_vec(), newest(1));
    assert_eq!(
        texts(&frames(&mut place)),
        ["a1", "a2"],
        "all are sent while the link is writable"
    );

    place.link_down(now);
    for count in 0..1000 {
        place.push(now, format!("b{count}").into_bytes(), newest(1));
        place.push(now, format!("c{count}").into_bytes(), newest(2));
    }
    assert!(place.backlog() < OVERHEAD, "{}", place.backlog());
    greet(&mut place, now, 2, Some(3));
    assert_eq!(texts(&frames(&mut place)), ["b999", "c999"]);
    acknowledge(&mut place, now, 5);

    for _ in 0..1000 {
        place.push(now, vec![0; 10 * KIB], newest(1));
        place.push(now, vec![0; 10 * KIB], newest(2));
    }
    assert!(place.backlog() <= BACKLOG_BYTES);
    assert!(
        place.backlog() > BACKLOG_BYTES / 2,
        "all are kept below the limit"
    );
}

#[test]
fn a_slow_reader_gets_a_snapshot() {
    let mut sim = Sim::new(1);
    sim.speed.bytes_per_ms = 1000;
    sim.run_for(Duration::from_secs(1));
    for _ in 0..100 {
        sim.event(400 * KIB);
        sim.call();
        sim.run_for(Duration::from_millis(100));
    }
    sim.heal();
    sim.check();
    assert_eq!(sim.app.outcomes, [Outcome::First]);
    assert!(sim.client.stats().resynchronised > 0);
    assert!(sim.session.snapshots < 10, "{}", sim.session.snapshots);
}

#[test]
fn a_place_expires_once() {
    let now = Instant::now();
    let mut place = place(now);
    assert!(place.next_timeout().is_some_and(|at| at < now + TTL));
    place.link_down(now);
    assert_eq!(place.next_timeout(), Some(now + TTL));
    place.handle_timeout(now + TTL);
    assert!(matches!(
        place.poll_output(false),
        Some(PlaceOutput::Expired)
    ));
    assert!(place.poll_output(false).is_none());
    assert_eq!(place.next_timeout(), None);
    assert_eq!(greet(&mut place, now + TTL, 2, Some(1)), Greeting::Begun);
}

#[test]
fn a_link_is_closed_after_everything_is_sent() {
    let mut sim = Sim::new(1);
    sim.run_for(Duration::from_secs(1));
    sim.event(200 * KIB);
    let now = sim.now;
    let place = sim.place.as_mut().expect("a place");
    place.close(now, wire::v1::Close::GoingAway);
    sim.network = Network::Refusing;
    sim.run_for(Duration::from_secs(1));
    assert_eq!(sim.app.state, Some(sim.session.state));
    assert_eq!(sim.app.disconnected > 0, sim.net().is_none());
    sim.heal();
    sim.check();
    let now = sim.now;
    sim.net().expect("a link").cut(now, &End::BOTH);
    sim.heal();
    assert_eq!(
        sim.app.outcomes,
        [Outcome::First, Outcome::Resumed, Outcome::Resumed]
    );
}
