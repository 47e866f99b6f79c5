//! A host in the addon (the Workers of this machine, or a copy of a server's), with the results that
//! JavaScript has yet to fetch. The functions of `host.rs` call it; a call returns a number at once, and
//! its item or error waits here for the next function, as `payload()` or `error()`.

use crate::packed;
use ::remote::RemoteConnection;
use host::{Host, Request};
use local_host::LocalHost;
use protocol::{Error, Handle, Item, Notice, RequestId};
use replica::RemoteHost;

/// A host, and the results that JavaScript has yet to fetch.
pub(crate) struct Driven {
    pub(crate) host: AnyHost,
    /// The item that `next()` took last: `payload()` returns its payload.
    pub(crate) item: Option<Item>,
    /// The error of the last rejected call, or of the last log line.
    pub(crate) error: Option<Error>,
}

/// A host of either kind. Functions of one kind match on it; all others use [`AnyHost::any`].
pub(crate) enum AnyHost {
    Local(LocalHost),
    Remote(Box<RemoteHost<RemoteConnection>>),
}

impl Driven {
    /// Creates a driven host without results.
    pub(crate) fn new(host: AnyHost) -> Self {
        Self {
            host,
            item: None,
            error: None,
        }
    }

    /// Takes the next item, packed.
    pub(crate) fn next(&mut self) -> f64 {
        let host = self.host.any_mut();
        self.item = host.next_item();
        let more = host.has_more();
        self.item
            .as_ref()
            .map_or(0.0, |item| packed::item(item, more))
    }

    pub(crate) fn request(&mut self, target: u32, request: Request) -> u32 {
        let request = self.host.any_mut().request(Handle(target), request);
        self.accepted(request)
    }

    pub(crate) fn notify(&mut self, target: u32, notice: Notice, data: &[u8]) -> bool {
        let sent = self.host.any_mut().notify(Handle(target), notice, data);
        self.done(sent)
    }

    fn accepted(&mut self, request: Result<RequestId, Error>) -> u32 {
        match request {
            Ok(request) => request.0,
            Err(error) => {
                self.error = Some(error);
                0
            }
        }
    }

    /// Keeps the error of a rejected call.
    pub(crate) fn refuse(&mut self, error: Error) {
        self.error = Some(error);
    }

    pub(crate) fn done(&mut self, result: Result<(), Error>) -> bool {
        self.error = result.err();
        self.error.is_none()
    }
}

impl AnyHost {
    pub(crate) fn any(&self) -> &dyn Host {
        match self {
            Self::Local(local) => local,
            Self::Remote(remote) => &**remote,
        }
    }

    pub(crate) fn any_mut(&mut self) -> &mut dyn Host {
        match self {
            Self::Local(local) => local,
            Self::Remote(remote) => &mut **remote,
        }
    }
}
