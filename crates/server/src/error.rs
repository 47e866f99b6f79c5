//! Errors of the server's start and of reloads on SIGHUP. `main()` prints them on stderr and exits with 1;
//! a failed reload only logs them. Each names the option, file or address at fault.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// An error for the user of the server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Invalid options, alone or together.
    #[error("{0}")]
    Options(String),

    /// A file that can't be read.
    #[error("cannot read {path}: {source}; {option} must name a readable file", path = path.display())]
    File {
        option: &'static str,
        path: PathBuf,
        source: io::Error,
    },

    /// A file with invalid content.
    #[error("{path} ({option}): {reason}", path = path.display())]
    Content {
        option: &'static str,
        path: PathBuf,
        reason: String,
    },

    /// An address that the server can't listen on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },

    /// An error of the operating system.
    #[error("{what}: {source}")]
    System {
        what: &'static str,
        source: io::Error,
    },
}

impl Error {
    /// Creates an error about the content of a file that an option names.
    pub(crate) fn content(
        option: &'static str,
        path: impl Into<PathBuf>,
        reason: &impl ToString,
    ) -> Self {
        Self::Content {
            option,
            path: path.into(),
            reason: reason.to_string(),
        }
    }

    pub(crate) fn file(
        option: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            option,
            path,
            source,
        }
    }

    pub(crate) fn system(what: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}
