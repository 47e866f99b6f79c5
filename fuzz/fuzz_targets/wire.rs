//! Fuzz target `wire`: a message from the network, decoded as each type that it may be. What can be decoded
//! is encoded and decoded once more, and must stay the same; so must an act or an update that a codec makes
//! of it. `npm run fuzz` runs it; it fails on a panic, a changed value, or memory without limit.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use wire::v1::{
    ActDecoder, ActEncoder, ClientEntry, ClientFrame, Decoded, ServerEntry, ServerFrame,
    UpdateDecoder, UpdateEncoder, decode, decode_from_client, encode,
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(frame) = decode_from_client::<ClientFrame>(bytes) {
        pass(&frame);
    }
    if let Ok(entry) = decode_from_client::<ClientEntry>(bytes) {
        pass(&entry);
    }
    if let Ok(frame) = decode::<ServerFrame>(bytes) {
        pass(&frame);
    }
    if let Ok(entry) = decode::<ServerEntry>(bytes) {
        pass(&entry);
    }
    pass_act(bytes);
    pass_update(bytes);
});

fn pass<T: Serialize + DeserializeOwned + Debug>(value: &T) {
    let again: T = decode(&encode(value)).expect("what we write can be read");
    assert_eq!(format!("{again:?}"), format!("{value:?}"));
}

fn pass_act(bytes: &[u8]) {
    let Ok(Decoded::Act(act)) = ActDecoder::default().decode(bytes) else {
        return;
    };
    let before = format!("{act:?}");
    let mut decoder = ActDecoder::default();
    for entry in ActEncoder::default().encode(act) {
        match decoder
            .decode(&entry)
            .expect("what we encode can be decoded")
        {
            Decoded::Act(again) => assert_eq!(format!("{again:?}"), before),
            Decoded::Definition => {}
            Decoded::Unknown(error) => panic!("{error}"),
        }
    }
}

fn pass_update(bytes: &[u8]) {
    let Ok(Some(update)) = UpdateDecoder::default().decode(bytes) else {
        return;
    };
    let mut decoder = UpdateDecoder::default();
    for entry in UpdateEncoder::default().encode(update.clone()) {
        if let Some(again) = decoder
            .decode(&entry)
            .expect("what we encode can be decoded")
        {
            assert_eq!(again, update);
        }
    }
}
