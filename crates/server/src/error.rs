//! Why the server doesn't start, or doesn't take what it was to read again.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// An error to be shown to whoever runs the server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Options that make no sense, or none together.
    #[error("{0}")]
    Options(String),

    /// A file that can't be read.
    #[error("{path}: {source}", path = path.display())]
    File { path: PathBuf, source: io::Error },

    /// A file whose content isn't what it has to be.
    #[error("{path}: {reason}", path = path.display())]
    Content { path: PathBuf, reason: String },

    /// An address that can't be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },

    /// What the operating system refuses.
    #[error("{what}: {source}")]
    System {
        what: &'static str,
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn content(path: impl Into<PathBuf>, reason: &impl ToString) -> Self {
        Self::Content {
            path: path.into(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        |source| Self::File { path, source }
    }

    pub(crate) fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}
