//! Fuzz target `session_client`: a server that sends arbitrary frames to a client's end of the logs
//! (`ClientEnd`), on links that come and go; three bytes per operation. `npm run fuzz` runs it; it fails on
//! a panic, an entry twice or out of order, or a call that ends twice or never.
//!
//! The frames are well-formed; target `wire` has the bytes that aren't.

#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::{EntryNumber, Outcome, RequestId};
use session_logs::client::{ClientEnd, ClientEvent, ClientOptions, ClientOutput};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use wire::v1::{ClientFrame, Entries, Epoch, ServerFrame, Welcome, decode, encode};

struct Run {
    now: Instant,
    client: ClientEnd,
    requests: u32,
    /// Pending calls.
    open: BTreeSet<u32>,
    /// The number of the last received entry.
    taken: u64,
    /// The number of the last sent entry, and the highest ever in these logs.
    sent: u64,
    greatest: u64,
    over: bool,
}

fuzz_target!(|program: &[u8]| {
    let now = Instant::now();
    let config = ClientOptions {
        key: "client".into(),
        session: None,
        agent: "fuzzer".into(),
        request_timeout: Duration::from_secs(30),
        seed: program.len() as u64,
    };
    let mut run = Run {
        now,
        client: ClientEnd::new(config),
        requests: 0,
        open: BTreeSet::new(),
        taken: 0,
        sent: 0,
        greatest: 0,
        over: false,
    };
    run.client.open(now);
    let (ops, _) = program.as_chunks::<3>();
    for op in ops {
        run.step(*op);
        assert_eq!(run.client.stats().calls, run.open.len());
    }
    // Without a link, all pending calls expire.
    run.client.link_down(run.now, "the end");
    run.poll(false);
    run.client
        .handle_timeout(run.now + Duration::from_secs(3600));
    run.poll(false);
    assert!(run.open.is_empty(), "every call has ended");
});

impl Run {
    fn step(&mut self, [code, a, b]: [u8; 3]) {
        let (number, more) = (u64::from(a), u64::from(b));
        match code % 14 {
            0..2 => self.receive(&ServerFrame::Entries(Entries {
                at: number,
                ack: more,
                fresh: code >= 128,
                entries: vec![vec![0; 3].into(); usize::from(code >> 4)],
            })),
            // Frames that a server would send.
            2..5 => self.receive(&ServerFrame::Entries(Entries {
                at: self.taken + 1 + more % 2,
                ack: self.greatest.saturating_sub(number % 4),
                fresh: more % 2 == 1,
                entries: vec![vec![0; 3].into(); usize::from(a % 8)],
            })),
            5..7 => self.welcome(a, self.greatest.saturating_sub(more % 4)),
            7 => self.welcome(a, more),
            8 => self.client.link_up(self.now),
            9 => self.client.link_down(self.now, "cut"),
            10 => self.wait(Duration::from_millis(number << (b % 10))),
            11 => self.push(true),
            12 => self.push(false),
            _ => self.rarely(a, more),
        }
        self.poll(code >= 64);
    }

    fn rarely(&mut self, what: u8, number: u64) {
        match what {
            0..8 => self.client.leave(self.now),
            8..16 => self.client.refused(self.now, "refused"),
            16..128 => self.client.sign_of_life(self.now),
            _ => {
                if let Some(request) = self.client.answered(EntryNumber(number)) {
                    assert!(self.open.remove(&request.0), "no answer twice");
                }
            }
        }
    }

    fn welcome(&mut self, kind: u8, received: u64) {
        let epoch = Epoch(format!("{}", kind >> 6));
        self.receive(&ServerFrame::Welcome(Welcome {
            epoch,
            resumed: kind % 4 != 0,
            received,
            draining: false,
            agent: String::new(),
        }));
    }

    fn receive(&mut self, frame: &ServerFrame) {
        self.client.receive(self.now, &encode(frame));
    }

    fn push(&mut self, call: bool) {
        self.requests += 1;
        let request = call.then_some(RequestId(self.requests));
        let taken = self.client.push(self.now, vec![0; 9], request).is_ok();
        if taken && call {
            self.open.insert(self.requests);
        }
    }

    fn wait(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(at) = self.client.next_timeout().filter(|at| *at <= end) {
            self.now = at.max(self.now);
            self.client.handle_timeout(self.now);
            let next = self.client.next_timeout();
            assert!(next.is_none_or(|next| next > self.now), "time goes on");
            self.poll(true);
        }
        self.now = end;
    }

    fn poll(&mut self, writable: bool) {
        while let Some(output) = self.client.poll_output(writable) {
            assert!(!self.over, "nothing comes after the end");
            match output {
                ClientOutput::Send(bytes) => self.carry(&bytes),
                ClientOutput::Event(event) => self.hear(event),
                ClientOutput::Connect | ClientOutput::Ping | ClientOutput::Disconnect(_) => {}
            }
        }
    }

    fn hear(&mut self, event: ClientEvent) {
        match event {
            ClientEvent::Connected { outcome, welcome } => {
                if outcome == Outcome::Resumed {
                    self.sent = welcome.received;
                } else {
                    (self.taken, self.sent, self.greatest) = (0, 0, 0);
                }
            }
            ClientEvent::Entry {
                number: EntryNumber(number),
                ..
            } => {
                assert!(number > self.taken, "each once and in order");
                self.taken = number;
            }
            ClientEvent::Unanswered { request, .. } => {
                assert!(self.open.remove(&request.0), "no call ends twice");
            }
            ClientEvent::Refused { .. } | ClientEvent::Left => self.over = true,
            ClientEvent::Disconnected { .. } => {}
        }
    }

    fn carry(&mut self, bytes: &[u8]) {
        let ClientFrame::Entries(frame) = decode(bytes).expect("a frame") else {
            return;
        };
        assert_eq!(frame.ack, self.taken);
        if !frame.entries.is_empty() {
            assert_eq!(frame.at, self.sent + 1, "none is skipped");
            self.sent += frame.entries.len() as u64;
            self.greatest = self.greatest.max(self.sent);
        }
    }
}
