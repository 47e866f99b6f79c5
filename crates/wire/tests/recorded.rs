//! Compatibility tests of the messages between clients and servers with other releases: recorded
//! messages decode, and encode to the same bytes. A failure means that a client or a server can't talk
//! to a peer of that release.
//!
//! `recorded/VERSION.txt` has the WebSocket messages of a server and two clients of that release, one
//! per line: the number of the link, the sender, and the message in Base64. Today's servers and clients
//! must decode all of it to serve an older peer, and must write the same bytes to be understood by it.

use data_encoding::BASE64;
use protocol::Update;
use std::collections::{BTreeMap, HashMap};
use wire::v1::{
    ActDecoder, ActEncoder, ClientFrame, Decoded, Entries, ServerEntry, ServerFrame, UpdateDecoder,
    UpdateEncoder, decode, encode,
};

/// Decoders and encoders of one client's logs, for both sides.
#[derive(Default)]
struct Logs {
    acts: (ActDecoder, ActEncoder),
    updates: (UpdateDecoder, UpdateEncoder),
    /// The number of the next unseen entry of each direction.
    next: [u64; 2],
    /// Entries that are still to be written.
    expected: Vec<Vec<u8>>,
}

#[test]
fn release_3_27_1() {
    let counts = replay(include_str!("recorded/3.27.1.txt"));
    for (kind, least) in [
        ("act", 20),
        ("definition of a client", 3),
        ("definition of a server", 2),
        ("snapshot", 2),
        ("update", 40),
    ] {
        assert!(counts[kind] >= least, "{kind}: {counts:?}");
    }
}

/// Decodes a recording, encodes it again, and counts its messages by kind.
fn replay(recording: &str) -> BTreeMap<&'static str, usize> {
    let mut clients = HashMap::new();
    let mut logs: HashMap<String, Logs> = HashMap::new();
    let mut counts = BTreeMap::new();
    for line in recording.lines() {
        let mut words = line.split(' ');
        let (Some(link), Some(sender), Some(message)) = (words.next(), words.next(), words.next())
        else {
            panic!("not a message: {line}");
        };
        let message = BASE64.decode(message.as_bytes()).expect("Base64");
        if sender == "client" {
            let frame: ClientFrame = decode(&message).expect("a frame");
            assert_eq!(encode(&frame), message, "a client's frame");
            match frame {
                ClientFrame::Hello(hello) => {
                    clients.insert(link.to_owned(), hello.client);
                }
                ClientFrame::Entries(frame) => {
                    let logs = logs.entry(clients[link].clone()).or_default();
                    for entry in logs.unseen(0, frame) {
                        *counts.entry(logs.act(entry)).or_default() += 1;
                    }
                    assert!(logs.expected.is_empty(), "unsent entries");
                }
            }
        } else {
            let frame: ServerFrame = decode(&message).expect("a frame");
            assert_eq!(encode(&frame), message, "a server's frame");
            let logs = logs.entry(clients[link].clone()).or_default();
            match frame {
                ServerFrame::Welcome(welcome) if !welcome.resumed => *logs = Logs::default(),
                ServerFrame::Welcome(_) => {}
                ServerFrame::Entries(frame) => {
                    for entry in logs.unseen(1, frame) {
                        *counts.entry(logs.update(entry)).or_default() += 1;
                    }
                    assert!(logs.expected.is_empty(), "unsent entries");
                }
            }
        }
    }
    counts
}

impl Logs {
    /// Returns the entries of a frame that no earlier link has carried.
    fn unseen(&mut self, direction: usize, frame: Entries) -> Vec<Vec<u8>> {
        let next = &mut self.next[direction];
        let entries = (frame.at..).zip(frame.entries);
        let unseen: Vec<_> = entries.filter(|(number, _)| number >= next).collect();
        if let Some((number, _)) = unseen.last() {
            *next = number + 1;
        }
        unseen
            .into_iter()
            .map(|(_, bytes)| bytes.into_vec())
            .collect()
    }

    /// Checks a client's entry and returns its kind. A definition is written with its act.
    fn act(&mut self, entry: Vec<u8>) -> &'static str {
        let decoded = self.acts.0.decode(&entry).expect("an entry");
        self.expected.push(entry);
        match decoded {
            Decoded::Definition => "definition of a client",
            Decoded::Act(act) => {
                assert_eq!(self.acts.1.encode(act), std::mem::take(&mut self.expected));
                "act"
            }
            Decoded::Unknown(error) => panic!("{error}"),
        }
    }

    /// Checks a server's entry and returns its kind, in the same way.
    fn update(&mut self, entry: Vec<u8>) -> &'static str {
        let is_definition = matches!(
            decode(&entry).expect("an entry"),
            ServerEntry::Define { .. }
        );
        let decoded = self.updates.0.decode(&entry).expect("an entry");
        self.expected.push(entry);
        match decoded {
            None if is_definition => "definition of a server",
            None => panic!("left out"),
            Some(Update::Snapshot(snapshot)) => {
                self.write(|encoder| encoder.snapshot(snapshot));
                "snapshot"
            }
            Some(update) => {
                self.write(|encoder| encoder.encode(update));
                "update"
            }
        }
    }

    fn write(&mut self, encode: impl FnOnce(&mut UpdateEncoder) -> Vec<Vec<u8>>) {
        let written = encode(&mut self.updates.1);
        assert_eq!(written, std::mem::take(&mut self.expected));
    }
}
