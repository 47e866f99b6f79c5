//! The link to a server: WebSocket, TLS, and the session over them, on tokio.
//!
//! A [`RemoteConnection`] is the end that the application's thread holds. Its task runs on a thread that
//! all connections of the process share, and drives [`session_logs::client::ClientEnd`]:
//!
//! ```text
//! application's thread     the runtime's thread
//! send ─────orders───────► ActEncoder ────► ClientEnd ─► Link ═══ server
//! receive ◄──inbox──────── UpdateDecoder ◄─ ClientEnd ◄─ Link ═══
//!    ▲ wake ──────┘
//! ```
//!
//! Nothing here knows what commands and entries mean beyond their names: that is the replica's.

mod calls;
mod connection;
mod inbox;
mod link;
mod options;
mod runtime;
mod shared;
mod stats;
mod task;
mod tls;

pub use connection::RemoteConnection;
pub use options::ConnectOptions;
pub use stats::{ConnectionStats, LinkState};

use std::io;
use std::path::PathBuf;

/// NoAnswer there is no connection to begin with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The URL is none, or not one of a server.
    #[error("{url:?} is no URL of a server: {reason}")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The token has characters that can't be sent.
    #[error("the token has characters that no token has")]
    Token,
    /// A file of certificates or of a key can't be used.
    #[error("{path} can't be used: {reason}", path = path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A certificate of the client's own without its key, or a key without its certificate.
    #[error("`cert` and `key` are given together or not at all")]
    HalfIdentity,
    /// The operating system gives no thread.
    #[error("the thread for connections can't be started: {0}")]
    Thread(#[from] io::Error),
}
