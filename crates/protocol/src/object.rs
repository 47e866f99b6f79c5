//! Objects and appData in the form in which a server describes them to its clients. The server sends an
//! `Object` for each new one and in snapshots, and clients create their copies from it; `AppDataId`
//! and `Revision` identify appData and its changes.

use crate::{Handle, Json, Kind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Complete description of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its handle.
    pub handle: Handle,
    /// Its class.
    pub kind: Kind,
    /// Its id; empty for a Worker.
    pub id: Box<str>,
    /// Its parent; itself for a Worker.
    pub parent: Handle,
    /// JSON texts of its members by their names; those that are absent are `undefined`.
    pub members: BTreeMap<String, Json>,
    /// Its appData; `None` is an empty object.
    pub app_data: Option<AppDataId>,
    /// Of a WebRtcTransport: the WebRtcServer that serves it.
    pub web_rtc_server: Option<Handle>,
    /// The object that closes together with it.
    pub peer: Option<Handle>,
}

/// Identity of one appData object of an application, however many objects share it.
///
/// The client that creates it chooses 53 bits, which JavaScript's numbers hold: the upper 33 are random,
/// drawn once, and the lower 20 are a counter. A client draws again after its counter has overflowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppDataId(pub u64);

/// Revision of an appData. Each client counts its own changes of it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);
