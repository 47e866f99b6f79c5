//! Objects and appData as the clients of a session know them.

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
    /// Its appData; `None` is one that holds nothing.
    pub app_data: Option<AppDataId>,
    /// Of a WebRtcTransport: the WebRtcServer that serves it.
    pub web_rtc_server: Option<Handle>,
    /// The object that closes together with it.
    pub peer: Option<Handle>,
}

/// Identity of one appData object of an application, however many objects share it.
///
/// The client that brings it in names it with 53 bits, which JavaScript's numbers hold: it draws the upper
/// 33 at random once and counts the lower 20. A client that has counted to the end draws again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AppDataId(pub u64);

/// Number of a change of an appData. Each client counts its own changes of it, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(pub u64);
