//! Check that a server's answer is of the kind that its command returns, such as a new Router for
//! `createRouter()`. The replica (the client's copy of the server's objects) calls it for each answer;
//! one of another kind rejects the call and never reaches the application.

use protocol::{Handle, Kind, Reply, Returns};

/// Returns true if a reply is of the kind that a command returns. `kind_of` gives the kind of a known object.
pub(crate) fn is(
    returns: Returns,
    reply: &Reply,
    kind_of: impl Fn(Handle) -> Option<Kind>,
) -> bool {
    match (returns, reply) {
        (Returns::Nothing, Reply::Done) | (Returns::Value, Reply::Value(_)) => true,
        (Returns::Object(kind), Reply::Created(handle)) => kind_of(*handle) == Some(kind),
        (Returns::Pipe, Reply::Piped { consumer, producer }) => matches!(
            (kind_of(*consumer), kind_of(*producer)),
            (Some(Kind::Consumer), Some(Kind::Producer))
                | (Some(Kind::DataConsumer), Some(Kind::DataProducer))
        ),
        _ => false,
    }
}
