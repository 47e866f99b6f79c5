//! Connection of an application to a server: WebSocket, TLS, reconnects, on tokio. The addon
//! (`src/connect.rs`) creates one for each `connect(url)`; the replica (the client's copy of the server's
//! objects) sends commands through it and receives updates.
//!
//! A [`RemoteConnection`] is the end that the application's thread holds. Its task runs on a thread that
//! all connections of the process share, and drives [`session_logs::client::ClientEnd`]:
//!
//! ```text
//! application's thread     the runtime's thread
//! send ─────orders───────► ActEncoder ────► ClientEnd ─► ServerLink ═══ server
//! receive ◄──EventQueue─── UpdateDecoder ◄─ ClientEnd ◄─ ServerLink ═══
//!    ▲ wake ──────┘
//! ```
//!
//! Commands and entries are forwarded without interpretation: that is the replica's task.

mod connection;
mod event_queue;
mod options;
mod pending_calls;
mod runtime;
mod server_link;
mod shared_state;
mod stats;
mod task;
mod tls;

pub use connection::RemoteConnection;
pub use options::ConnectOptions;
pub use stats::{ConnectionStats, LinkState};

use std::io;
use std::path::PathBuf;

/// Reason why a connection can't be started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL is invalid or doesn't name a server.
    #[error("invalid server URL {url:?}: {reason}")]
    Url {
        /// The URL.
        url: String,
        /// The reason.
        reason: String,
    },
    /// The token has characters that an HTTP header can't carry.
    #[error("the token has characters that are not allowed in an HTTP header")]
    Token,
    /// A file of certificates or of a key is invalid.
    #[error("cannot use {path}: {reason}", path = path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// The client's certificate without its key, or the key without its certificate.
    #[error("`cert` and `key` must be given together")]
    HalfIdentity,
    /// The operating system can't start a thread.
    #[error("cannot start the thread for connections: {0}")]
    Thread(#[from] io::Error),
}
