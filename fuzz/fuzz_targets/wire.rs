//! A message from the network, taken for each of the types that it may be: what can be read says the
//! same again when it is written and read once more.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wire::v1::{
    ClientEntry, ClientFrame, ServerEntry, ServerFrame, decode, decode_from_client, encode,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

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
});

fn pass<T: Serialize + DeserializeOwned + Debug>(value: &T) {
    let again: T = decode(&encode(value)).expect("what we say can be read");
    assert_eq!(format!("{again:?}"), format!("{value:?}"));
}
