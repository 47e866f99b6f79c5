//! Vocabulary that all crates share: commands (method calls as data), replies, emissions (events), acts
//! and updates (messages of clients and of servers), errors, limits.
//!
//! Pure data without sockets, worker processes or JavaScript. Names are mediasoup's; their JSON form is
//! camelCase, so that a command reads as the method it is.

pub mod limits;

mod act;
mod command;
mod error;
mod event;
mod handle;
mod item;
mod json;
mod link;
mod numbered;
mod object;
mod update;
mod version;

pub use act::{Act, Call};
pub use command::{
    AddProducer, Command, Connect, Consume, ConsumeData, CreateActiveSpeakerObserver,
    CreateAudioLevelObserver, CreateDirectTransport, CreatePipeTransport, CreatePlainTransport,
    CreateRouter, CreateWebRtcServer, CreateWebRtcTransport, CreateWorker, Listen, Message, Notice,
    PipeToRouter, Produce, ProduceData, Repeated, Returns, SctpOptions, Send, SetPreferredLayers,
    UpdateSettings,
};
pub use error::{Error, ErrorClass};
pub use event::Event;
pub use handle::{Handle, Kind, RequestId};
pub use item::{Emission, Item, Level, LogLine, Logger, Payload, Reply};
pub use json::Json;
pub use link::{LinkEvent, Outcome};
pub use object::{AppDataId, Object, Revision};
pub use update::{AppDataContent, EntryNumber, Snapshot, Update};
pub use version::{AGENT, VERSION};
