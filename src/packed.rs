//! What happened, as one number that JavaScript takes apart without allocating.
//!
//! ```text
//! low 32 bits    the object's handle or the request's id; 0 for a log line that is no Worker's
//! bits 32 to 34  what: 1 reply, 2 emission, 3 created, 4 log line, 5 about a worker's process, 6 appData,
//!                7 what happened to the link to a server
//! bits 35 to 40  reply: the error's class or 0; emission: the object's event + 1 or 0;
//!                created: the kind; log line: the logger; appData: 0 what it holds, 1 whose it is;
//!                process: 0 its worker talks nonsense, 1 one more is needed for this logical Worker,
//!                2 it is to be ended
//! bits 41 to 46  emission: the observer's event + 1 or 0; log line: the level
//! bits 47 to 50  which payload is to be fetched
//! bit 51         whether another item may follow
//! ```

use protocol::{Emission, Event, Item, Payload, Reply};

/// Bit 51.
const MORE: f64 = 2_251_799_813_685_248.0;

/// What kind of item a number is.
#[derive(Clone, Copy)]
#[repr(u8)]
enum What {
    Reply = 1,
    Emission = 2,
    Created = 3,
    Log = 4,
    Process = 5,
    AppData = 6,
    Link = 7,
}

/// What `payload()` will return.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Fetch {
    /// Nothing: there is no argument.
    Nothing = 0,
    /// Nothing: the argument is `undefined`.
    Undefined = 1,
    /// JSON text.
    Json = 2,
    /// A Buffer.
    Packet = 3,
    /// A Buffer; `ppid()` has its SCTP payload protocol id.
    Message = 4,
    /// A handle.
    Object = 5,
    /// The handle of the Producer that speaks.
    DominantSpeaker = 6,
    /// JSON text: pairs of a Producer's handle and its volume.
    Volumes = 7,
    /// JSON text of a trace, in which the sizes of packets become BigInts.
    Trace = 8,
}

/// The number of an item, which says whether `more` may follow.
pub(crate) fn item(item: &Item, more: bool) -> f64 {
    let number = match item {
        Item::Reply { request, result } => {
            let (class, fetch) = match result {
                Ok(Reply::Done) => (0, Fetch::Nothing),
                Ok(Reply::Value(_)) => (0, Fetch::Json),
                Ok(Reply::Created(_)) => (0, Fetch::Object),
                // JSON text: the handles of both ends.
                Ok(Reply::Piped { .. }) => (0, Fetch::Volumes),
                Err(error) => (error.class as u8, Fetch::Json),
            };
            pack(request.0, What::Reply, class, 0, fetch)
        }
        Item::Emission(it) => emission(it),
        Item::Created { handle, kind, .. } => {
            pack(handle.0, What::Created, *kind as u8, 0, Fetch::Json)
        }
        Item::Log(log) => pack(
            log.worker.unwrap_or_default().0,
            What::Log,
            log.logger as u8,
            log.level as u8,
            Fetch::Json,
        ),
        Item::Nonsense { worker, .. } => pack(worker.0, What::Process, 0, 0, Fetch::Json),
        Item::Spawn { worker, .. } => pack(worker.0, What::Process, 1, 0, Fetch::Object),
        Item::EndProcess { worker } => pack(worker.0, What::Process, 2, 0, Fetch::Nothing),
        Item::AppData { .. } => pack(0, What::AppData, 0, 0, Fetch::Json),
        Item::SetAppData { target, .. } => pack(target.0, What::AppData, 1, 0, Fetch::Json),
        Item::Link(_) => pack(0, What::Link, 0, 0, Fetch::Json),
    };
    if more { number + MORE } else { number }
}

/// What is emitted at once: each number followed by the handle of the object that it is about, or 0.
pub(crate) fn pairs(emissions: &[Emission]) -> Vec<f64> {
    emissions
        .iter()
        .flat_map(|it| {
            let about = match it.payload {
                Payload::Object(handle) => handle.0,
                _ => 0,
            };
            [emission(it), f64::from(about)]
        })
        .collect()
}

/// The number that says what is emitted.
fn emission(emission: &Emission) -> f64 {
    let fetch = match emission.payload {
        Payload::None => Fetch::Nothing,
        Payload::Undefined => Fetch::Undefined,
        Payload::Json(_) if emission.event == Some(Event::Trace) => Fetch::Trace,
        Payload::Json(_) => Fetch::Json,
        Payload::Packet(_) => Fetch::Packet,
        Payload::Message(..) => Fetch::Message,
        Payload::Object(_) => Fetch::Object,
        Payload::DominantSpeaker(_) => Fetch::DominantSpeaker,
        Payload::Volumes(_) => Fetch::Volumes,
    };
    pack(
        emission.target.0,
        What::Emission,
        number(emission.event),
        number(emission.observer),
        fetch,
    )
}

fn number(event: Option<Event>) -> u8 {
    event.map_or(0, |event| event as u8 + 1)
}

fn pack(low: u32, what: What, first: u8, second: u8, fetch: Fetch) -> f64 {
    let high = u32::from(what as u8)
        | u32::from(first) << 3
        | u32::from(second) << 9
        | u32::from(fetch as u8) << 15;
    pair(high, low)
}

/// Two numbers as one.
pub(crate) fn pair(high: u32, low: u32) -> f64 {
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}
