//! Table of the faults that a `Host` may have, with the contract's cases that each must fail. `broken.rs`
//! implements the faults; a new case of the contract needs a fault here that fails it.

/// A deliberate fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Every other reply goes before the one in front of it.
    SwapsReplies,
    /// A reply goes before what belongs to it.
    RepliesFirst,
    /// Events don't wait to be let through.
    LetsEventsThrough,
    /// A turn lets two events through.
    TakesTwoTurns,
    /// Events go before the answers that came with them.
    PrefersEvents,
    DeniesMore,
    AlwaysHasMore,
    MiscountsEvents,
    /// Members stay as they were read first.
    ReadsThePast,
    /// All items change the objects before the first is taken.
    ReadsTheFuture,
    /// Events change the objects when they come.
    AppliesEventsEarly,
    /// A new object can be read only after the reply.
    ReadsNewObjectsLate,
    AlwaysCanConsume,
    IgnoresMediaCodecs,
    AnswersTwice,
    /// Nobody hears of requests that a closed Worker aborts.
    ForgetsRequests,
    /// A Worker that closes takes the answers of others along.
    AbortsEverything,
    ShortensCascades,
    RepeatsCascades,
    ReversesCascades,
    /// `close()` returns nothing; the cascade comes by items.
    ClosesLater,
    IgnoresEndsOfProducers,
    EmitsAfterTheEnd,
    /// Commands to closed objects succeed.
    FindsClosedObjects,
    ForgetsClosedObjects,
    /// Looks at the object before the arguments.
    ChecksArgumentsLast,
    SendsToClosedWorkers,
    NotifiesClosedWorkers,
    KeepsReleasedObjects,
    ReleasesOpenObjects,
    /// Errors have the right class and other words.
    UsesItsOwnWords,
    /// A refused command sends something.
    SendsWhatItRefuses,
    TakesAnyMessage,
    RefusesLargePackets,
    /// A command as text is taken for `dump()`.
    MisreadsText,
}

use Fault::*;

/// Each fault with cases that it breaks, among others.
pub(crate) const FAULTS: &[(Fault, &[&str])] = &[
    (
        SwapsReplies,
        &[
            "replies come in the order of the workers' answers",
            "a Worker that is closed aborts what is in flight, in order",
            "a Worker that dies aborts what is in flight, in order",
        ],
    ),
    (
        RepliesFirst,
        &[
            "an object is announced before the reply that names it",
            "an emission that a command causes comes before its reply",
        ],
    ),
    (
        LetsEventsThrough,
        &["an event of a worker waits until it is let through"],
    ),
    (TakesTwoTurns, &["each turn lets one event through"]),
    (
        PrefersEvents,
        &["an answer goes before an event that came with it"],
    ),
    (
        DeniesMore,
        &["has_more() is true as long as there are items"],
    ),
    (
        AlwaysHasMore,
        &["has_more() is true as long as there are items"],
    ),
    (MiscountsEvents, &["events() counts the events that wait"]),
    (
        ReadsThePast,
        &[
            "a reply changes an object when it is taken, and no earlier",
            "an event changes an object in its turn, and no earlier",
            "updateMediaCodecs() changes the Router at once",
        ],
    ),
    (
        ReadsTheFuture,
        &["a reply changes an object when it is taken, and no earlier"],
    ),
    (
        AppliesEventsEarly,
        &["an event changes an object in its turn, and no earlier"],
    ),
    (
        ReadsNewObjectsLate,
        &["an object can be read once it is announced"],
    ),
    (
        AlwaysCanConsume,
        &[
            "canConsume() says whether a client can receive a Producer",
            "canConsume() of an unknown Producer has a line for the log",
        ],
    ),
    (
        IgnoresMediaCodecs,
        &[
            "updateMediaCodecs() changes the Router at once",
            "a refused updateMediaCodecs() changes nothing",
        ],
    ),
    (
        AnswersTwice,
        &["each request has one answer, whatever closes meanwhile"],
    ),
    (
        ForgetsRequests,
        &[
            "each request has one answer, whatever closes meanwhile",
            "a Worker that is closed aborts what is in flight, in order",
            "a Worker that dies aborts what is in flight, in order",
        ],
    ),
    (
        AbortsEverything,
        &["a Worker that ends leaves requests to others alone"],
    ),
    (ShortensCascades, CASCADES),
    (RepeatsCascades, CASCADES),
    (ReversesCascades, CASCADES),
    (
        ClosesLater,
        &[
            "close() of a Router returns the whole cascade",
            "close() of a Worker returns the whole cascade",
            "close() of a WebRtcServer closes its transports",
            "close() of a transport leaves the others open",
        ],
    ),
    (
        IgnoresEndsOfProducers,
        &["a Consumer closes with the event of its Producer's end"],
    ),
    (
        EmitsAfterTheEnd,
        &[
            "an event on its way emits nothing of an object that has closed",
            "a Consumer closes with the event of its Producer's end",
        ],
    ),
    (
        FindsClosedObjects,
        &[
            "a worker doesn't find a closed object",
            "an object made below a closed one is announced and closed",
        ],
    ),
    (
        ForgetsClosedObjects,
        &[
            "a closed object stays readable",
            "a pause in flight is emitted even if its object has closed",
            "a worker doesn't find a closed object",
            "an answer in flight changes its object even if that has closed",
        ],
    ),
    (
        ChecksArgumentsLast,
        &["bad arguments come first, on closed objects as well"],
    ),
    (
        SendsToClosedWorkers,
        &["no request goes to an object of a closed Worker"],
    ),
    (
        NotifiesClosedWorkers,
        &["no notification goes to an object of a closed Worker"],
    ),
    (KeepsReleasedObjects, &["release() forgets a closed object"]),
    (
        ReleasesOpenObjects,
        &["release() of an open object does nothing"],
    ),
    (
        UsesItsOwnWords,
        &[
            "refusals have mediasoup's class and words",
            "a worker doesn't find a closed object",
            "no request goes to an object of a closed Worker",
            "no notification goes to an object of a closed Worker",
            "bad arguments come first, on closed objects as well",
            "a Worker that is closed aborts what is in flight, in order",
            "a Worker that dies aborts what is in flight, in order",
            "a refused updateMediaCodecs() changes nothing",
        ],
    ),
    (SendsWhatItRefuses, &["a refused command changes nothing"]),
    (
        RefusesLargePackets,
        &["a packet beyond the limit is dropped, as in mediasoup"],
    ),
    (MisreadsText, &["a command may come as JSON text"]),
    (
        TakesAnyMessage,
        &["a message beyond the limit is refused, and the object goes on"],
    ),
];

const CASCADES: &[&str] = &[
    "close() of a Router returns the whole cascade",
    "close() of a Worker returns the whole cascade",
    "close() of a WebRtcServer closes its transports",
    "close() of a transport leaves the others open",
    "the end of a process closes what it held, as close() does",
];
