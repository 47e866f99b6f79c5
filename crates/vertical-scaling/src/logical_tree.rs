//! Trait of the object tree that [`Vertical`](crate::Vertical) (this crate's entry) works on: the objects
//! in worker processes, and the logical ones that the application sees in their place. `Shared` in
//! `crates/local-host` implements it with workers, `Fake` in `crates/testkit` without.

use pipes::ObjectTree;
use protocol::{Command, Error, Handle, Json, Kind, Reply, RequestId};

/// An object tree that knows logical objects and the real ones that stand for them.
///
/// [`ObjectTree::call`] makes hidden objects: in a real Worker or Router. On a logical Worker,
/// `CreateWorker` makes a further real one, which stands for it. [`ObjectTree::close`] closes hidden and
/// shown objects alike. [`ObjectTree::find`] finds, in a logical Router, what is shown anywhere below it,
/// and in a real one what lives there, hidden or not.
#[expect(
    async_fn_in_trait,
    reason = "the tree of this machine lives on one thread, so that its futures needn't be Send"
)]
pub trait LogicalTree: ObjectTree {
    /// Like [`ObjectTree::call`], but what is made in a real Router is shown below the logical one.
    /// `request` is the application's, whose appData it takes; `None` is a layer's.
    async fn call_shown(
        &self,
        request: Option<RequestId>,
        target: Handle,
        command: Command,
    ) -> Result<Reply, Error>;

    /// Makes the logical object that a hidden one stands for, with its id and members, and announces it as
    /// created below `parent`.
    fn show(&self, request: Option<RequestId>, real: Handle, parent: Handle) -> Handle;

    /// Records that a further hidden object stands for a shown one: a Router or WebRtcServer for a logical
    /// one, a piped Producer for its origin.
    fn stand_for(&self, real: Handle, shown: Handle);

    /// The real Router in which a Transport, or what is on it, or an RtpObserver lives.
    fn home(&self, handle: Handle) -> Option<Handle>;

    /// The real Worker in which an object lives; `None` of logical ones.
    fn worker(&self, handle: Handle) -> Option<Handle>;

    /// Its class.
    fn kind(&self, handle: Handle) -> Option<Kind>;

    /// Its id. Workers have none.
    fn id(&self, handle: Handle) -> Option<String>;

    /// Open objects shown below it, in the order of their creation.
    fn children(&self, handle: Handle) -> Vec<Handle>;

    /// Changes a readable member, as `pid` of a logical Worker.
    fn set_member(&self, handle: Handle, member: &'static str, json: Option<Json>);

    /// `router.updateMediaCodecs()` of one Router, logical or real.
    fn update_media_codecs(&self, router: Handle, media_codecs: Option<&Json>)
    -> Result<(), Error>;
}
