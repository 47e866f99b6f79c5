//! Logical Workers, Routers and WebRtcServers over real ones.

use crate::{Below, Options, Slots};
use backend::Backend;
use protocol::{Command, Error, Handle, Json, Kind, Reply, RequestId};
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

/// Answers for logical objects; everything else goes to the Backend below as it is.
pub struct Vertical<B> {
    below: Rc<B>,
    slots: Rc<dyn Slots>,
}

impl<B: Below> Vertical<B> {
    /// No logical Worker yet.
    pub fn new(below: Rc<B>, slots: Rc<dyn Slots>) -> Self {
        Self { below, slots }
    }

    /// There is a logical Worker, with its first real one. The latter may be starting still.
    pub fn add(&self, logical: Handle, first: Handle, options: Options) {
        let _ = (logical, first, options, self.slots.count());
    }

    /// Whether a command is to go to [`Vertical::request`]: on a logical object, or one that
    /// concerns more than one real Router. Any other goes to the Backend below.
    pub fn takes(&self, target: Handle, command: &Command) -> bool {
        let _ = (target, command);
        false
    }

    /// Executes a command that this layer takes. `request` is the application's: what it makes is
    /// told as made by it.
    pub async fn request(
        &self,
        request: RequestId,
        target: Handle,
        command: Command,
    ) -> Result<Reply, Error> {
        self.below.call_shown(request, target, command).await
    }

    /// `router.updateMediaCodecs()` of a logical Router: of all real ones, and of those to come.
    pub fn update_media_codecs(
        &self,
        router: Handle,
        media_codecs: Option<&Json>,
    ) -> Result<(), Error> {
        self.below.update_media_codecs(router, media_codecs)
    }

    /// Whether this is a logical Worker.
    pub fn is_logical(&self, worker: Handle) -> bool {
        let _ = worker;
        false
    }

    /// An object closed, hidden or not. To be told at once, before anything else is asked.
    pub fn closed(&self, handle: Handle) {
        let _ = handle;
    }

    /// Time went on: `now` since any fixed moment. Measures loads, ends what is idle. About once a
    /// second; a call while another is on its way does nothing.
    pub async fn tick(&self, now: Duration) {
        let _ = now;
    }

    /// How a logical Worker does.
    pub fn stats(&self, logical: Handle) -> Json {
        let _ = logical;
        Json::default()
    }
}

impl<B: Below> Backend for Vertical<B> {
    async fn call(&self, target: Handle, command: Command) -> Result<Reply, Error> {
        if self.takes(target, &command) {
            self.request(RequestId::default(), target, command).await
        } else {
            self.below
                .call_shown(RequestId::default(), target, command)
                .await
        }
    }

    fn close(&self, handle: Handle) {
        self.below.close(handle);
    }

    fn is_open(&self, handle: Handle) -> bool {
        self.below.is_open(handle)
    }

    fn read(&self, handle: Handle, member: &str) -> Option<Json> {
        self.below.read(handle, member)
    }

    fn log_failure(&self, line: &str, error: &Error) {
        self.below.log_failure(line, error);
    }

    fn find(&self, router: Handle, kind: Kind, id: &str) -> Option<Handle> {
        self.below.find(router, kind, id)
    }

    fn link(&self, one: Handle, other: Handle) {
        self.below.link(one, other);
    }
}

impl<B> fmt::Debug for Vertical<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vertical").finish_non_exhaustive()
    }
}
