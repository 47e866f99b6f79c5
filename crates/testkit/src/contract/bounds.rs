//! Contract cases: limits of `protocol::limits` that a caller can reach, as the size of a message. The
//! suite runs them on every implementation of the trait `Host` (this machine's Workers, a server's, a
//! fake); a host that fails one accepts too much or refuses in other words.

use super::objects::Objects;
use super::{Case, Stage};
use protocol::limits::MESSAGE_BYTES;
use protocol::{Error, Reply};
use serde_json::json;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a message beyond the limit is refused, and the object goes on",
        play: message,
    },
    Case {
        name: "a packet beyond the limit is dropped, as in mediasoup",
        play: packet,
    },
];

fn message(stage: &mut Stage<'_>) {
    let objects = Objects::new(stage);
    let consumer = objects.data_consumer;
    let refused = stage.send(consumer, vec![0; MESSAGE_BYTES + 1]);
    let words = "request too big [method:DATACONSUMER_SEND]";
    assert_eq!(refused, Err(Error::plain(words)));
    assert_eq!(stage.all_items(), []);
    let sent = stage.send(consumer, vec![0; 1000]);
    assert!(matches!(sent, Ok(Reply::Value(_))), "{sent:?}");
}

fn packet(stage: &mut Stage<'_>) {
    let Objects { producer, .. } = Objects::new(stage);
    assert_eq!(stage.notify(producer, &vec![0; MESSAGE_BYTES]), Ok(()));
    assert_eq!(stage.all_items(), []);
    assert!(stage.call(producer, json!("dump")).is_ok());
}
