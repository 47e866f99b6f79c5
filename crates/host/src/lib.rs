//! Trait [`Host`] of an object that holds mediasoup's objects: commands (method calls as data) go in,
//! items (replies, events, new objects) come out. The addon, which shows JavaScript the objects, and the
//! server's session, which sends them to its clients, drive any implementation.
//!
//! Implementations are the Workers of this machine (`local-host`), the replica of a server's session
//! (`replica`), and a fake for tests (`testkit`, whose module `contract` has a case for each clause
//! below and plays it on every implementation).

mod request;

pub use request::{Form, Request};

use protocol::{Emission, Error, Handle, Item, Json, Notice, RequestId};

/// Holder of objects.
///
/// ```text
/// request | notify | close ->  Host  -> next_item* -> (next_event -> next_item*)* -> ...
/// ```
///
/// # Contract
///
/// - **Order.** Items come in the order in which they happened. A driver takes them until there is none,
///   and then lets one event of a worker through, so that the answers that came with an event go first.
/// - **Reads agree with items.** [`Host::read`] of an object returns what it was when the last item was
///   taken: an item changes the object in the very moment it is taken, or when its event is let through.
/// - **One answer.** Each accepted request is answered by one [`Item::Reply`], whatever happens to the
///   object. A refused one has changed nothing, and nothing was sent.
/// - **Closing is synchronous.** [`Host::close`] returns all emissions of the cascade at once. Nothing else
///   comes for what has closed, but the answers to what was in flight, with the `pause` or `resume` that
///   mediasoup emits with them, and `subprocessclose`.
/// - **Closed objects answer.** Their state stays readable and requests to them are answered with
///   mediasoup's errors, until [`Host::release`].
/// - **Bounds** are those of `protocol::limits`. A request that exceeds one is refused with an error that
///   names it; a packet or a message without an answer is dropped, as in mediasoup.
pub trait Host {
    /// Sends a command to an object, [`Handle::default`] for the module's own. An error is a refusal.
    fn request(&mut self, target: Handle, request: Request) -> Result<RequestId, Error>;

    /// Sends a packet or a message, which has no answer. An error is a refusal.
    fn notify(&mut self, target: Handle, notice: Notice, data: &[u8]) -> Result<(), Error>;

    /// Closes an object and what lives on it. Returns what to emit at once, in order.
    fn close(&mut self, handle: Handle) -> Vec<Emission>;

    /// Takes the next item; `None` until something comes, or an event is let through.
    fn next_item(&mut self) -> Option<Item>;

    /// Returns whether [`Host::next_item`] may have another item.
    fn has_more(&self) -> bool;

    /// Returns how many events of workers wait to be let through.
    fn events(&self) -> usize;

    /// Lets the oldest event of a worker through: the next items are its. `false` where none waits.
    /// The driver takes these items at once: the objects may show the event already.
    fn next_event(&mut self) -> bool;

    /// Returns the JSON text of a readable member; `None` is `undefined`.
    fn read(&self, handle: Handle, member: &str) -> Option<String>;

    /// Forgets a closed object that nobody can ask for any more.
    fn release(&mut self, handle: Handle);

    /// Answers `router.canConsume()`. `Err` is `false` with a line for the log.
    fn can_consume(
        &mut self,
        router: Handle,
        producer_id: &str,
        rtp_capabilities: Option<&Json>,
    ) -> Result<bool, String>;

    /// Does `router.updateMediaCodecs()`. An error is a refusal.
    fn update_media_codecs(
        &mut self,
        router: Handle,
        media_codecs: Option<Json>,
    ) -> Result<(), Error>;
}
