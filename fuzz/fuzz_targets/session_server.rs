//! Fuzz target `session_server`: a client that sends arbitrary frames to the server's end of the logs
//! (`Place`), on links that come and go; three bytes per operation. `npm run fuzz` runs it; it fails on a
//! panic, an entry twice or out of order, or memory without limit.
//!
//! The frames are well-formed; target `wire` has the bytes that aren't.

#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::limits::{ANSWERS_BYTES, REPLAY_BYTES};
use protocol::{EntryNumber, Event, Handle};
use session_logs::server::{Greeting, Keep, Place, PlaceOutput};
use std::time::{Duration, Instant};
use wire::v1::{ClientFrame, Entries, Epoch, Hello, Resume, ServerFrame, decode, encode};

const TTL: Duration = Duration::from_secs(60);

struct Run {
    now: Instant,
    place: Place,
    /// The number of the last executed entry.
    executed: u64,
    /// The number of the last entry that this link carried, or that the client claims to have.
    carried: Option<u64>,
}

fuzz_target!(|program: &[u8]| {
    let now = Instant::now();
    let mut run = Run {
        now,
        place: Place::new(TTL, now),
        executed: 0,
        carried: None,
    };
    let (ops, _) = program.as_chunks::<3>();
    for op in ops {
        run.step(*op);
        let bound = REPLAY_BYTES + ANSWERS_BYTES + (1 << 20);
        assert!(run.place.bytes() <= bound);
    }
});

impl Run {
    fn step(&mut self, [code, a, b]: [u8; 3]) {
        let (number, more) = (u64::from(a), u64::from(b));
        match code % 12 {
            0..3 => self.receive(Entries {
                at: number,
                ack: more,
                fresh: code >= 128,
                entries: vec![vec![0; 3].into(); usize::from(code >> 4)],
            }),
            // Frames that a client would send.
            3..5 => self.receive(Entries {
                at: self.executed + 1,
                ack: self.carried.unwrap_or(0),
                fresh: false,
                entries: vec![vec![0; 3].into(); usize::from(a % 8)],
            }),
            5 => self.greet(number, more, code >= 128),
            6 => {
                self.place.link_down(self.now);
                self.carried = None;
            }
            7 => self.wait(Duration::from_millis(number << (b % 10))),
            8 => self.push(usize::from(a) << (b % 14), Keep::State),
            9 => self.push(usize::from(a) << (b % 14), Keep::Answer),
            10 => self.push(usize::from(a), Keep::Newest(Handle(b.into()), Event::Score)),
            _ => self.poll(a % 2 == 0),
        }
        self.poll(code >= 64);
    }

    fn greet(&mut self, since: u64, received: u64, resumes: bool) {
        let epoch = Epoch("epoch".into());
        let resume = resumes.then(|| Resume {
            epoch: epoch.clone(),
            since: since % 4,
            received,
        });
        let hello = Hello {
            link: since % 4,
            resume,
            ..Hello::default()
        };
        match self.place.greet(self.now, &epoch, &hello, false) {
            Greeting::Resumed => self.carried = Some(received),
            Greeting::Begun => {
                self.executed = 0;
                self.carried = Some(0);
            }
        }
    }

    fn receive(&mut self, entries: Entries) {
        let linked = self.place.connected();
        let frame = encode(&ClientFrame::Entries(entries));
        if self.place.receive(self.now, &frame).is_err() {
            assert!(
                linked && !self.place.connected(),
                "a protocol error ends a link"
            );
        }
    }

    fn push(&mut self, size: usize, keep: Keep) {
        self.place.push(self.now, vec![0; size], keep);
    }

    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.place.next_timeout().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.place.handle_timeout(self.now);
            let next = self.place.next_timeout();
            assert!(next.is_none_or(|next| next > self.now), "time goes on");
            self.poll(true);
        }
        self.now = end;
    }

    fn poll(&mut self, writable: bool) {
        while let Some(output) = self.place.poll_output(writable) {
            match output {
                PlaceOutput::Entry {
                    number: EntryNumber(number),
                    ..
                } => {
                    assert_eq!(number, self.executed + 1, "each once and in order");
                    self.executed = number;
                }
                PlaceOutput::Snapshot => self.place.snapshot(vec![vec![0; 9], vec![0; 9]]),
                PlaceOutput::Send(bytes) => self.carry(&bytes),
                PlaceOutput::Disconnect(_) => self.carried = None,
                PlaceOutput::Ping | PlaceOutput::Expired => {}
            }
        }
    }

    fn carry(&mut self, bytes: &[u8]) {
        let ServerFrame::Entries(frame) = decode(bytes).expect("a frame") else {
            return;
        };
        assert_eq!(frame.ack, self.executed);
        let count = frame.entries.len() as u64;
        let carried = self.carried.as_mut().expect("a link");
        if count > 0 {
            let next = frame.at == *carried + 1 || (frame.fresh && frame.at > *carried);
            assert!(next, "{} after {carried}", frame.at);
            *carried = frame.at + count - 1;
        }
    }
}
