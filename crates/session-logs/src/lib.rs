//! Two logs, one in each direction between a client and a server, that survive the WebSocket between them:
//! entries are numbered, kept until acknowledged, and sent again after a reconnect. `crates/remote` drives
//! the client's end, `crates/server` the server's. Pure.
//!
//! A [`ClientEnd`](client::ClientEnd) has a [`Place`](server::Place) in a session on a server. Each side pushes entries
//! into its own log; the other receives each once and in order.
//!
//! The machines have no socket, clock or random source. Time and bytes are arguments of methods; orders come
//! out of `poll_output`. Both sides work alike, and one run loop drives either:
//!
//! 1. Give the machine one input: a pushed entry, a received message, a change of the link, or `handle_timeout`
//!    when the time of `next_timeout` has come. Call it with the current time: `now` must never go back between
//!    calls.
//! 2. Call `poll_output(writable)` and follow its orders until it returns `None`. `writable` is true if the link
//!    accepts a message at once. While it is false, no message is made, so that pending entries stay in the log,
//!    where they can be withdrawn and conflated, and where their size is limited. A message holds a batch of
//!    entries, 64 KiB or the last of them; a driver that writes one message at a time, and passes `true` after
//!    it has been flushed, never holds more than that.
//! 3. When the link becomes writable again, go to 2 without an input.
//!
//! Orders about a link (`Send`, `Ping`, `Disconnect`) concern the last link that was requested or greeted;
//! ignore them if it is gone.
//!
//! ```
//! use wire::v1::{ClientFrame, Epoch, decode};
//! use protocol::{EntryNumber, RequestId};
//! use session_logs::client::{self, ClientEnd, ClientEvent, ClientOptions};
//! use session_logs::server::{self, Keep, Place};
//! use std::time::{Duration, Instant};
//!
//! /// A link, as a driver sees it. This one is perfect.
//! #[derive(Default)]
//! struct Link(Vec<Vec<u8>>);
//! impl Link {
//!     fn writable(&self) -> bool { self.0.is_empty() }
//!     fn send(&mut self, message: Vec<u8>) { self.0.push(message); }
//!     fn take(&mut self) -> Vec<Vec<u8>> { std::mem::take(&mut self.0) }
//! }
//!
//! fn drive_client(client: &mut ClientEnd, link: &mut Link, now: Instant, seen: &mut Vec<String>) {
//!     while let Some(output) = client.poll_output(link.writable()) {
//!         match output {
//!             client::ClientOutput::Connect => client.link_up(now),
//!             client::ClientOutput::Send(message) => link.send(message),
//!             client::ClientOutput::Ping => {}
//!             client::ClientOutput::Disconnect(_code) => {}
//!             client::ClientOutput::Event(ClientEvent::Entry { bytes, .. }) => {
//!                 // If it answers call n: `client.answered(n)` returns its request, once.
//!                 seen.push(String::from_utf8(bytes).unwrap());
//!             }
//!             client::ClientOutput::Event(event) => println!("{event:?}"),
//!         }
//!     }
//! }
//!
//! fn drive_place(place: &mut Place, link: &mut Link, now: Instant) {
//!     while let Some(output) = place.poll_output(link.writable()) {
//!         match output {
//!             server::PlaceOutput::Send(message) => link.send(message),
//!             server::PlaceOutput::Ping => {}
//!             server::PlaceOutput::Disconnect(_code) => {}
//!             server::PlaceOutput::Entry { number, .. } => {
//!                 place.push(now, format!("answer to {}", number.0).into(), Keep::Answer);
//!             }
//!             server::PlaceOutput::Snapshot => place.snapshot(vec![b"snapshot".to_vec()]),
//!             server::PlaceOutput::Expired => unreachable!("the client is here"),
//!         }
//!     }
//! }
//!
//! let now = Instant::now();
//! let epoch = Epoch("one".into());
//! let mut client = ClientEnd::new(ClientOptions {
//!     key: "secret".into(),
//!     session: None,
//!     agent: "example".into(),
//!     request_timeout: Duration::from_secs(30),
//!     seed: 1,
//! });
//! let mut place = Place::new(Duration::from_secs(60), now);
//! let (mut up, mut down, mut seen) = (Link::default(), Link::default(), Vec::new());
//!
//! client.open(now);
//! client.push(now, b"call".to_vec(), Some(RequestId(1)))?;
//! while seen.len() < 2 {
//!     drive_client(&mut client, &mut up, now, &mut seen);
//!     for message in up.take() {
//!         match decode(&message)? {
//!             ClientFrame::Hello(hello) => { let _ = place.greet(now, &epoch, &hello, false); }
//!             ClientFrame::Entries(_) => place.receive(now, &message)?,
//!         }
//!     }
//!     drive_place(&mut place, &mut down, now);
//!     for message in down.take() {
//!         client.receive(now, &message);
//!     }
//!     drive_client(&mut client, &mut up, now, &mut seen);
//! }
//! assert_eq!(seen, ["snapshot", "answer to 1"]);
//! assert_eq!(client.answered(EntryNumber(1)), Some(RequestId(1)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod client;
pub mod server;

mod backoff;
mod incoming_log;
mod outgoing_log;
mod protocol_error;
mod timers;

pub use protocol_error::ProtocolError;
