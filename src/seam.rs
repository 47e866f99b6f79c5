//! Table of the numbers that cross between JavaScript and the addon: kinds of items, events, classes of
//! errors, limits. `lib/seam/numbers.js` takes it once, as JSON from `seamTable()`, when it loads the
//! addon, so that every number has one definition: here, or at its enum.
//!
//! An item is one number. Its lower half (32 bits) is the object's handle or the request's id; 0 for a log
//! line without a Worker. Its upper half has these parts, from the lowest bit on:
//!
//! ```text
//! kind      an ItemKind
//! first     reply: the error's class, 0 is success; emission: the object's event, 0 is none;
//!           created: the object's kind; log line: the logger; process: a ProcessTask;
//!           appData: an AppDataChange
//! second    emission: the observer's event, 0 is none; log line: the level
//! payload   a PayloadKind
//! more      1 where another item may follow
//! ```

use napi_derive::napi;
use protocol::{Error, ErrorClass, Event, Kind, Level, Logger, VERSION, limits, numbered};
use replica::FORGOTTEN;
use serde_json::{Value, json};

numbered! {
    /// The kinds of items.
    #[derive(Clone, Copy)]
    pub(crate) enum ItemKind {
        /// A request's result.
        Reply = 1,
        /// An event of an object, of its observer, or of both.
        Emission = 2,
        /// A new object.
        Created = 3,
        /// A line for the log.
        Log = 4,
        /// A [`ProcessTask`].
        Process = 5,
        /// An [`AppDataChange`].
        AppData = 6,
        /// A change of the link to a server.
        Link = 7,
    }
}

numbered! {
    /// Payloads, as `payload()` returns them and as JavaScript shows them.
    #[derive(Clone, Copy)]
    pub(crate) enum PayloadKind {
        /// None: there is no argument.
        Nothing = 0,
        /// None: the argument is `undefined`.
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
        /// JSON text: the handles of a pipe's Consumer and Producer.
        Piped = 9,
    }
}

numbered! {
    /// Tasks that concern a worker's process.
    #[derive(Clone, Copy)]
    pub(crate) enum ProcessTask {
        /// Kill it: it broke the protocol.
        Kill = 0,
        /// Spawn another one for this logical Worker.
        Spawn = 1,
        /// End it.
        End = 2,
    }
}

numbered! {
    /// Changes of appData that another client made.
    #[derive(Clone, Copy)]
    pub(crate) enum AppDataChange {
        /// The content of an appData.
        Content = 0,
        /// The appData of an object.
        Assignment = 1,
    }
}

/// A part of the upper half of a packed number.
#[derive(Clone, Copy)]
pub(crate) struct Bits {
    shift: u32,
    width: u32,
}

/// Bits of the lower half.
const LOW_BITS: u32 = u32::BITS;

/// The lowest bit of the upper half.
const HIGH: f64 = u32::MAX as f64 + 1.0;

pub(crate) const KIND: Bits = Bits::after(None, 3);
pub(crate) const FIRST: Bits = Bits::after(Some(KIND), 6);
pub(crate) const SECOND: Bits = Bits::after(Some(FIRST), 6);
pub(crate) const PAYLOAD: Bits = Bits::after(Some(SECOND), 4);
pub(crate) const MORE: Bits = Bits::after(Some(PAYLOAD), 1);

// A double holds integers of 53 bits.
const _: () = assert!(MORE.end() + LOW_BITS <= 53);
const _: () = assert!(FIRST.holds(ErrorClass::NUMBERS) && FIRST.holds(Kind::NUMBERS));
const _: () = assert!(FIRST.holds(Logger::NUMBERS) && SECOND.holds(Level::NUMBERS));
const _: () = assert!(FIRST.holds(ProcessTask::NUMBERS) && FIRST.holds(AppDataChange::NUMBERS));
const _: () = assert!(KIND.holds(ItemKind::NUMBERS) && PAYLOAD.holds(PayloadKind::NUMBERS));
const _: () = assert!(Event::ALL.len() < 1 << FIRST.width && Event::ALL.len() < 1 << SECOND.width);

impl Bits {
    const fn after(part: Option<Self>, width: u32) -> Self {
        let shift = match part {
            Some(part) => part.end(),
            None => 0,
        };
        Self { shift, width }
    }

    const fn end(self) -> u32 {
        self.shift + self.width
    }

    const fn holds(self, numbers: &[(&str, u8)]) -> bool {
        let mut place = 0;
        while place < numbers.len() {
            if numbers[place].1 as u32 >= 1 << self.width {
                return false;
            }
            place += 1;
        }
        true
    }

    /// Shifts a number to this part's position.
    pub(crate) fn with(self, number: u8) -> u32 {
        u32::from(number) << self.shift
    }

    fn shape(self) -> Value {
        json!({ "shift": self.shift, "mask": (1_u32 << self.width) - 1 })
    }
}

/// Returns an event's number; 0 is none.
pub(crate) fn number_of(event: Option<Event>) -> u8 {
    event.map_or(0, |event| event as u8 + 1)
}

/// Returns the whole table, as JSON: `name: number` for each enum, the names of events by number, the parts of
/// a packed number, the revision after a server has dropped this client's place, limits
/// of appData, and mediasoup's version.
#[napi]
pub fn seam_table() -> String {
    let mut events = vec![Value::Null; Event::ALL.len() + 1];
    for event in Event::ALL {
        events[usize::from(number_of(Some(*event)))] = event.name().into();
    }
    json!({
        "events": events,
        "itemKinds": numbers(ItemKind::NUMBERS),
        "payloadKinds": numbers(PayloadKind::NUMBERS),
        "processTasks": numbers(ProcessTask::NUMBERS),
        "appDataChanges": numbers(AppDataChange::NUMBERS),
        "objectKinds": numbers(Kind::NUMBERS),
        "errorClasses": numbers(ErrorClass::NUMBERS),
        "loggers": numbers(Logger::NUMBERS),
        "levels": numbers(Level::NUMBERS),
        "lowBits": LOW_BITS,
        "high": {
            "kind": KIND.shape(),
            "first": FIRST.shape(),
            "second": SECOND.shape(),
            "payload": PAYLOAD.shape(),
            "more": MORE.shape(),
        },
        "forgotten": FORGOTTEN.0,
        "appDataBytes": limits::APP_DATA_BYTES,
        "appDataDepth": limits::APP_DATA_DEPTH,
        "version": VERSION,
    })
    .to_string()
}

fn numbers(numbers: &[(&str, u8)]) -> Value {
    let numbers = numbers.iter();
    numbers
        .map(|(name, number)| ((*name).to_owned(), Value::from(*number)))
        .collect()
}

/// Converts the result of a call without a host to JSON: `result`, or `error` as class and message.
pub(crate) fn outcome(outcome: Result<Value, Error>) -> String {
    match outcome {
        Ok(result) => json!({ "result": result }),
        Err(error) => json!({ "error": [error.class as u8, error.message] }),
    }
    .to_string()
}

/// Combines two numbers into one: the upper and the lower half.
pub(crate) fn pair(high: u32, low: u32) -> f64 {
    f64::from(high) * HIGH + f64::from(low)
}
