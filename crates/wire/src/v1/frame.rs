//! Types of frames, the WebSocket messages between client and server: the handshake (hello, welcome),
//! then frames of numbered entries with acknowledgements, and the codes of a close. The crate
//! `session-logs`, which keeps each end's numbered entries, builds and reads them.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// A WebSocket message of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClientFrame {
    /// The first frame of every link.
    Hello(Hello),
    /// All other frames.
    Entries(Entries),
}

/// A WebSocket message of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ServerFrame {
    /// The reply to a hello.
    Welcome(Welcome),
    /// All other frames.
    Entries(Entries),
}

/// One life of a session on a server. A session that was lost and created again has another epoch:
/// its handles name other objects.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub String);

/// The client's identity and the position of its logs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hello {
    /// The client's secret name: 128 random bits in hexadecimal digits, made once per client and
    /// kept through all its links.
    pub client: String,
    /// The session to join. `None`: a session of its own, which ends with its client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The number of the link of this client: 1, 2, 3 and so on, failed ones included.
    pub link: u64,
    /// The client's position in the session, unless it was never welcomed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
    /// The client's software, for logs: `remote-mediasoup/3.27.1`.
    pub agent: String,
}

/// Position of a client's logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The last epoch of the client.
    pub epoch: Epoch,
    /// The link whose welcome began the client's logs: the last that was not `resumed`. A server that
    /// restarted them later, in a welcome that was lost, detects it by this number.
    #[serde(default)]
    pub since: u64,
    /// The number of the last received entry.
    pub received: u64,
}

/// Position of the server's logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// The session's epoch.
    pub epoch: Epoch,
    /// True if both logs resume. If false, both restart at 1, and the server's first entry is
    /// a snapshot.
    pub resumed: bool,
    /// The number of the last entry of this client that the session has received; 0 unless resumed.
    pub received: u64,
    /// True if the server is about to exit and takes no new Workers.
    #[serde(default)]
    pub draining: bool,
    /// The server's software, for logs.
    #[serde(default)]
    pub agent: String,
}

/// Consecutive entries, and an acknowledgement of the other side's entries. Without entries it is an
/// acknowledgement only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entries {
    /// The number of the first entry; numbers start at 1 and have no gaps.
    pub at: u64,
    /// The number of the last entry that the sender has received.
    pub ack: u64,
    /// Of a server: true if the first entry is a snapshot, which replaces all before it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fresh: bool,
    /// The entries, each one MessagePack value.
    pub entries: Vec<ByteBuf>,
}

/// Reason of a closed WebSocket, by its close code. Clients reconnect unless it is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Close {
    /// The client has said goodbye, or the server has removed it.
    Normal = 1000,
    /// The server exits; it, or another, may be back soon.
    GoingAway = 1001,
    /// The peer violated the protocol. A reconnect would fail again.
    ProtocolError = 4000,
    /// The same client has another link, which replaces this one.
    Replaced = 4001,
    /// A limit of the token: sessions, clients.
    Limit = 4002,
    /// The peer was silent for too long.
    Silent = 4003,
}

impl Close {
    /// Returns true if the client must not reconnect.
    #[must_use]
    pub fn is_final(code: u16) -> bool {
        [Self::ProtocolError, Self::Replaced, Self::Limit]
            .iter()
            .any(|close| *close as u16 == code)
    }
}
