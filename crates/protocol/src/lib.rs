//! The words that every ObjectTree speaks: commands, replies, emissions, errors.
//!
//! Pure data. Nothing here knows a socket, a worker process or JavaScript. Names are
//! mediasoup's; their JSON form is camelCase, so that a command reads as the method it is.

pub mod limits;
pub mod wire;

mod command;
mod error;
mod event;
mod handle;
mod item;
mod json;
mod link;
mod numbered;
mod version;

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
pub use item::{Emission, Item, Level, Log, Logger, Payload, Reply};
pub use json::Json;
pub use link::{LinkEvent, Outcome};
pub use version::{AGENT, VERSION};
