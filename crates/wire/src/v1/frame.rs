//! Frames: the greeting, and numbered entries after it.

use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// A WebSocket message of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClientFrame {
    /// The first on every link.
    Hello(Hello),
    /// All others.
    Entries(Entries),
}

/// A WebSocket message of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ServerFrame {
    /// The answer to a hello.
    Welcome(Welcome),
    /// All others.
    Entries(Entries),
}

/// One life of a session on a server. A session that was lost and begun again has another epoch:
/// its handles name other objects.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Epoch(pub String);

/// Who comes, and what it has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hello {
    /// The client's secret name: 128 random bits in hexadecimal digits, made once per client and
    /// kept through all its links.
    pub client: String,
    /// The session to join. None: a session of its own, which ends with its client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Which of the client's links this is: 1, 2, 3 and so on, those that failed included.
    pub link: u64,
    /// What the client has of the session, unless it was never welcomed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
    /// The client's software, for logs: `remote-mediasoup/3.27.1`.
    pub agent: String,
}

/// Where a client stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The epoch that the client knows.
    pub epoch: Epoch,
    /// The link whose welcome began the logs that the client goes on with: the last that was not
    /// `resumed`. A server that began them again since, in a welcome that was lost, tells by it.
    #[serde(default)]
    pub since: u64,
    /// The number of the last entry it has received.
    pub received: u64,
}

/// Where the server stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Welcome {
    /// The session's epoch.
    pub epoch: Epoch,
    /// Whether both logs go on. If not, both are counted from 1 again, and the server's first entry is
    /// a snapshot.
    pub resumed: bool,
    /// The number of the last entry of this client that the session has taken; 0 unless resumed.
    pub received: u64,
    /// Whether the server takes no new Workers because it is about to leave.
    #[serde(default)]
    pub draining: bool,
    /// The server's software, for logs.
    #[serde(default)]
    pub agent: String,
}

/// Entries in a row, and how far those of the other side have come. Without entries it is a mere
/// acknowledgement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entries {
    /// The number of the first entry; numbers start at 1 and have no gaps.
    pub at: u64,
    /// The number of the last entry that the sender has received.
    pub ack: u64,
    /// Of a server: whether the first entry is a snapshot, which stands for all before it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub fresh: bool,
    /// The entries, each one MessagePack value.
    pub entries: Vec<ByteBuf>,
}

/// Why a WebSocket is closed. Clients come back after all but those that say they shouldn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Close {
    /// The client said goodbye, or the server is done with it.
    Normal = 1000,
    /// The server goes away; it, or another, may be back soon.
    GoingAway = 1001,
    /// What was sent makes no sense. Coming back with the same makes none either.
    ProtocolError = 4000,
    /// The same client came on another link, which goes on instead.
    Replaced = 4001,
    /// A limit of the token: sessions, clients.
    Limit = 4002,
    /// Nothing was heard for too long.
    Silent = 4003,
}

impl Close {
    /// Whether a client is to stay away.
    #[must_use]
    pub fn is_final(code: u16) -> bool {
        [Self::ProtocolError, Self::Replaced, Self::Limit]
            .iter()
            .any(|close| *close as u16 == code)
    }
}
