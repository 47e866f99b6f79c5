//! Records of requests that a worker process hasn't answered yet: the command and the object each
//! belongs to, and the work that its reply completes, such as the creation of an object. `Engine` stores
//! one when it sends a request, and `reply.rs` executes it when the reply arrives.

use crate::created::Making;
use fbs::request::Method;
use model::Fields;
use protocol::{Event, Handle, Kind, RequestId};

/// A request in flight.
#[derive(Debug)]
pub(crate) struct PendingRequest {
    /// The command that the reply answers; `None` is a request of the engine's own.
    pub request: Option<RequestId>,
    pub target: Handle,
    pub method: Method,
    pub then: Then,
    pub making: Audience,
}

/// Visibility of the object that a request makes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Audience {
    /// Hidden: no item announces it.
    Nobody,
    /// Shown, announced as made by this command; `None` is a layer's.
    Application(Option<RequestId>),
}

/// Work that a reply completes.
#[derive(Debug)]
pub(crate) enum Then {
    /// Nothing more.
    Done,
    /// To be decoded and handed on.
    Value,
    /// To make an object.
    Create(Box<New>),
    /// The object is now paused, or not.
    Paused {
        now: bool,
        /// Of RtpObservers: its state at the time of the request, which mediasoup goes by.
        was: Option<bool>,
    },
    /// Members of the object take the values of the reply.
    Update(MemberUpdate),
    /// An RtpObserver now has a Producer, or not: `addproducer` or `removeproducer`.
    Observing(Event, Handle),
}

/// Members that a reply changes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MemberUpdate {
    IceParameters,
    DtlsRole,
    /// Those that the reply has: tuples, SRTP parameters.
    Connected,
    PreferredLayers,
    Priority,
    Subchannels,
}

/// An object on the way: what is known of it before the worker answers.
#[derive(Debug)]
pub(crate) struct New {
    pub kind: Kind,
    pub id: Box<str>,
    pub parent: Handle,
    pub fields: Fields,
    pub making: Making,
    /// The object whose appData it shares.
    pub app_data_of: Option<Handle>,
}
