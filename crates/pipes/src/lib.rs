//! `pipeToRouter()`, written once over the trait [`ObjectTree`], which sends commands and reads objects.
//! The Workers of this machine (`local-host`) and vertical scaling, which spreads one Worker over
//! several processes, call it by `Pipes` and get the reply for the application.
//!
//! Its code is `async` and names no runtime: the owner of the tree polls it when an answer is there.

mod pipe;

pub use pipe::Pipes;

use protocol::{Command, Error, Handle, Json, Kind, Reply};

/// Tree of objects that answers commands about them.
///
/// Its driver hands on what happens beside the answers (objects created, emissions), in one ordered
/// stream; code over the trait sees answers alone.
#[expect(
    async_fn_in_trait,
    reason = "the tree of this machine lives on one thread, so that its futures needn't be Send"
)]
pub trait ObjectTree {
    /// Sends a command and waits for its answer. Dropping the future forgets the answer; the
    /// command is executed all the same.
    async fn call(&self, target: Handle, command: Command) -> Result<Reply, Error>;

    /// Closes an object and what lives on it.
    fn close(&self, handle: Handle);

    /// True if an object is there and open.
    fn is_open(&self, handle: Handle) -> bool;

    /// A readable member of an object, `None` for `undefined`.
    fn read(&self, handle: Handle, member: &str) -> Option<Json>;

    /// Logs what a Router failed in.
    fn log_failure(&self, line: &str, error: &Error);

    /// The open object of this kind with this id in a Router.
    fn find(&self, router: Handle, kind: Kind, id: &str) -> Option<Handle>;

    /// Makes two objects close together, and a Producer be paused with the Consumer that feeds it.
    fn link(&self, one: Handle, other: Handle);
}
