//! Tests of the decoders with malicious messages: claims of enormous lengths, too many values, deep
//! nesting, cut bytes. Each must be an error; a failure means that a peer could exhaust the memory or
//! the stack of this process.

use protocol::limits::{DEPTH, VALUES};
use protocol::{Command, Error, Handle};
use serde_bytes::ByteBuf;
use wire::v1::{
    Answer, ClientEntry, ClientFrame, DecodeError, Entries, ServerEntry, Values, WireCall, decode,
    decode_from_client, encode,
};

/// The head of a frame of entries whose array, or whose first entry, claims four billion.
fn claims(marker: u8) -> Vec<u8> {
    let mut bytes = vec![0x81, 0xa7];
    bytes.extend(b"entries");
    bytes.extend([0x81, 0xa7]);
    bytes.extend(b"entries");
    if marker != 0xdd {
        bytes.push(0x91);
    }
    bytes.push(marker);
    bytes.extend([0xff; 4]);
    bytes
}

/// Allocating as much as a message claims would exhaust the memory and end the test.
#[test]
fn memory_is_allocated_for_received_bytes_only() {
    for marker in [0xdd, 0xc6, 0xdb, 0xdf] {
        let bytes = claims(marker);
        assert!(decode::<ClientFrame>(&bytes).is_err());
        assert!(decode_from_client::<ClientFrame>(&bytes).is_err());
        assert!(decode::<ClientEntry>(&bytes).is_err());
        assert!(decode::<ServerEntry>(&bytes).is_err());
    }
}

#[test]
fn messages_of_a_client_have_a_limit_of_values() {
    let many = ClientFrame::Entries(Entries {
        entries: vec![ByteBuf::new(); VALUES],
        ..Entries::default()
    });
    let result = decode_from_client::<ClientFrame>(&encode(&many));
    assert!(matches!(result, Err(DecodeError::TooMany)));

    let deep = (0..DEPTH).fold(serde_json::json!(1), |inner, _| serde_json::json!([inner]));
    let call = ClientEntry::Call(Box::new(WireCall {
        target: Handle(1),
        command: Command::SetPriority(deep),
        values: Values::default(),
        app_data: None,
    }));
    let result = decode_from_client::<ClientEntry>(&encode(&call));
    assert!(matches!(result, Err(DecodeError::TooDeep)));
}

/// A nesting deeper than the stack permits.
#[test]
fn deep_nesting_is_rejected() {
    let call = b"\x81\xa4call\x82\xa6target\x01\xa7command\x81\xabsetPriority";
    let bytes = [&call[..], &vec![0x91; 1 << 20]].concat();
    assert!(decode::<ClientEntry>(&bytes).is_err());
    assert!(decode_from_client::<ClientEntry>(&bytes).is_err());
}

#[test]
fn truncated_messages_are_rejected() {
    let bytes = encode(&ServerEntry::Answer(Answer {
        call: 300,
        result: Err(Error::plain("an error")),
    }));
    for length in 0..bytes.len() {
        assert!(decode::<ServerEntry>(&bytes[..length]).is_err(), "{length}");
    }
}
