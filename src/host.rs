//! What holds the objects of an instance of the library, as JavaScript drives it: the Workers of this
//! machine ([`local`](crate::local)), or a connection to a server ([`remote`](crate::remote)).
//!
//! Free functions over a number rather than methods of a class: Node-API looks up the native side
//! of `this` at every call, which costs more than most of these calls do. A [`Host`] lives as long
//! as its thread. Each instance of the JavaScript library (jest loads several) has one for this machine,
//! and one for each epoch of each of its connections.

use crate::packed::{self, Told};
use crate::remote::Remote;
use napi::bindgen_prelude::{BufferSlice, Either, Either3, Env, Result};
use napi_derive::napi;
use protocol::wire::AppDataId;
use protocol::{
    Command, Emission, Error, Event, Handle, Item, Json, Message, Notice, Payload, Reply, RequestId,
};
use std::cell::RefCell;

type Refusable<T> = std::result::Result<T, Error>;

/// Objects, and what JavaScript is about to fetch.
pub(crate) struct Host {
    pub(crate) backend: Backend,
    /// What `payload()` hands out: of what `next()` told last.
    told: Option<Told>,
    /// Why the last call was refused.
    error: Option<Error>,
}

/// Where the objects are.
pub(crate) enum Backend {
    Local(::host::Host),
    Remote(Box<Remote>),
}

thread_local! {
    static HOSTS: RefCell<Vec<Host>> = const { RefCell::new(Vec::new()) };
}

/// Calls `with` with a host. None of these functions calls JavaScript, so that none meets another.
pub(crate) fn with<T>(host: u32, with: impl FnOnce(&mut Host) -> T) -> T {
    HOSTS.with_borrow_mut(|hosts| with(&mut hosts[host as usize]))
}

/// Keeps objects from now on; the number of their host.
pub(crate) fn add(backend: Backend) -> u32 {
    HOSTS.with_borrow_mut(|hosts| {
        hosts.push(Host {
            backend,
            told: None,
            error: None,
        });
        u32::try_from(hosts.len() - 1).unwrap_or(u32::MAX)
    })
}

/// The names of all events, in the order of their numbers.
#[napi]
pub fn event_names() -> Vec<&'static str> {
    Event::ALL.iter().map(|event| event.name()).collect()
}

/// Sends a command, given as JSON. The request's id, or 0 where it is refused: see `error()`.
#[napi]
pub fn request(host: u32, target: u32, command: String) -> u32 {
    with(host, |host| {
        let request = match &mut host.backend {
            Backend::Local(local) => {
                parse(&command).and_then(|command| local.request(Handle(target), command))
            }
            Backend::Remote(remote) => remote.request(Handle(target), command, None, None),
        };
        host.accepted(request)
    })
}

/// Sends a command, given as JSON, and its data.
#[napi]
pub fn request_with_data(host: u32, target: u32, command: String, data: &[u8]) -> u32 {
    with(host, |host| {
        let request = match &mut host.backend {
            Backend::Local(local) => parse(&command).and_then(|mut command| {
                if let Command::Send(send) = &mut command {
                    send.data = data.to_vec();
                }
                local.request(Handle(target), command)
            }),
            Backend::Remote(remote) => {
                remote.request(Handle(target), command, Some(data.to_vec()), None)
            }
        };
        host.accepted(request)
    })
}

/// Sends a command, given as JSON, that makes an object with this appData; 0 is none. Nobody but
/// JavaScript needs to know of the appData of what is on this machine.
#[napi]
pub fn request_with_app_data(host: u32, target: u32, command: String, app_data: f64) -> u32 {
    with(host, |host| {
        let request = match &mut host.backend {
            Backend::Local(local) => {
                parse(&command).and_then(|command| local.request(Handle(target), command))
            }
            Backend::Remote(remote) => {
                remote.request(Handle(target), command, None, app_data_id(app_data))
            }
        };
        host.accepted(request)
    })
}

/// Sends a notice, given as JSON, and its data. `false` where it is refused: see `error()`.
#[napi]
pub fn notify(host: u32, target: u32, notice: String, data: &[u8]) -> bool {
    let notice = serde_json::from_str(&notice);
    let notice = notice.map_err(|error| Error::type_error(error.to_string()));
    with(host, |host| {
        let sent = notice.and_then(|notice| host.notify(Handle(target), notice, data));
        host.done(sent)
    })
}

/// Sends a data message to all subchannels: `notify()` for what comes often.
#[napi]
pub fn send_message(host: u32, target: u32, ppid: u32, data: &[u8]) -> bool {
    let message = Message {
        ppid,
        ..Message::default()
    };
    let notice = Notice::Message(Box::new(message));
    with(host, |host| {
        let sent = host.notify(Handle(target), notice, data);
        host.done(sent)
    })
}

/// Why the last call was refused, or what a log line is about: the number of the error's class,
/// then its message.
#[napi]
pub fn error(host: u32) -> Option<String> {
    let error = with(host, |host| host.error.take())?;
    Some(format!("{}{}", error.class as u8, error.message))
}

/// How many events of workers wait for `nextEvent()`.
#[napi]
pub fn events(host: u32) -> u32 {
    with(host, |host| {
        let events = match &host.backend {
            Backend::Local(local) => local.local().events(),
            Backend::Remote(remote) => remote.mirror().events(),
        };
        u32::try_from(events).unwrap_or(u32::MAX)
    })
}

/// Takes one event of a worker and tells what is to be done first, as `next()` does.
#[napi]
pub fn next_event(host: u32) -> f64 {
    with(host, |host| {
        match &mut host.backend {
            Backend::Local(local) => local.local_mut().next_event(),
            Backend::Remote(remote) => remote.mirror_mut().next_event(),
        };
        host.next()
    })
}

/// What is to be done next, packed; 0 when there is nothing.
#[napi]
pub fn next(host: u32) -> f64 {
    with(host, Host::next)
}

/// What belongs to what `next()` told. What a log line is about: see `error()`.
#[napi]
pub fn payload(env: &Env, host: u32) -> Result<Either3<String, BufferSlice<'_>, u32>> {
    with(host, |host| {
        let item = match host.told.take() {
            Some(Told::Item(item)) => item,
            Some(Told::Link(event)) => return Ok(Either3::A(Json::of(&event).into_string())),
            None => return Ok(Either3::C(0)),
        };
        Ok(match item {
            Item::Emission(Emission { payload, .. }) => match payload {
                Payload::Json(json) => Either3::A(json.into_string()),
                Payload::Packet(bytes) | Payload::Message(bytes, _) => {
                    Either3::B(BufferSlice::copy_from(env, &*bytes)?)
                }
                Payload::Object(handle) | Payload::DominantSpeaker(handle) => Either3::C(handle.0),
                Payload::Volumes(volumes) => Either3::A(Json::of(&volumes).into_string()),
                Payload::None | Payload::Undefined => Either3::C(0),
            },
            Item::Reply { result, .. } => match result {
                Ok(Reply::Value(json)) => Either3::A(json.into_string()),
                Ok(Reply::Created(handle)) => Either3::C(handle.0),
                Ok(Reply::Piped { consumer, producer }) => {
                    Either3::A(Json::of(&[consumer, producer]).into_string())
                }
                Ok(Reply::Done) => Either3::C(0),
                Err(error) => Either3::A(error.message),
            },
            Item::Created {
                parent,
                id,
                request,
                app_data_of,
                app_data,
                ..
            } => {
                let about = (parent, request, app_data_of, id, app_data);
                Either3::A(Json::of(&about).into_string())
            }
            Item::AppData {
                id,
                value,
                revision,
            } => Either3::A(Json::of(&(id, value, revision)).into_string()),
            Item::SetAppData { app_data, .. } => Either3::A(Json::of(&app_data).into_string()),
            Item::Log(log) => {
                host.error = log.error;
                Either3::A(log.line)
            }
            Item::Nonsense { reason, .. } => Either3::A(reason),
            Item::Spawn { request, .. } => Either3::C(request.0),
            Item::EndProcess { .. } => Either3::C(0),
        })
    })
}

/// The SCTP payload protocol id of the message that `next()` told; before its `payload()`.
#[napi]
pub fn ppid(host: u32) -> u32 {
    with(host, |host| match &host.told {
        Some(Told::Item(Item::Emission(Emission {
            payload: Payload::Message(_, ppid),
            ..
        }))) => *ppid,
        _ => 0,
    })
}

/// Closes an object: what is to be emitted, packed, each followed by the handle of the object
/// that it is about, or 0.
#[napi]
pub fn close(host: u32, handle: u32) -> Vec<f64> {
    with(host, |host| {
        let emissions = match &mut host.backend {
            Backend::Local(local) => local.close(Handle(handle)),
            Backend::Remote(remote) => remote.close(Handle(handle)),
        };
        packed::pairs(&emissions)
    })
}

/// Nobody can ask for this object any more.
#[napi]
pub fn release(host: u32, handle: u32) {
    with(host, |host| match &mut host.backend {
        Backend::Local(local) => local.release(Handle(handle)),
        Backend::Remote(remote) => remote.mirror_mut().release(Handle(handle)),
    });
}

/// The JSON text of a member, or `null` for `undefined`.
#[napi]
pub fn read(host: u32, handle: u32, member: String) -> Option<String> {
    with(host, |host| match &host.backend {
        Backend::Local(local) => {
            let local = local.local();
            local.read(Handle(handle), &member).map(str::to_owned)
        }
        Backend::Remote(remote) => {
            let text = remote.mirror().read(Handle(handle), &member);
            text.map(str::to_owned)
        }
    })
}

/// `router.canConsume()`: the answer, or a line for the log.
#[napi]
pub fn can_consume(
    host: u32,
    router: u32,
    producer_id: String,
    rtp_capabilities: Option<String>,
) -> Either<bool, String> {
    let router = Handle(router);
    let caps = rtp_capabilities.map(Json::from_text);
    let answer = with(host, |host| match &mut host.backend {
        Backend::Local(local) => local.can_consume(router, &producer_id, caps.as_ref()),
        Backend::Remote(remote) => {
            let mirror = remote.mirror_mut();
            mirror.can_consume(router, &producer_id, caps.as_ref())
        }
    });
    match answer {
        Ok(answer) => Either::A(answer),
        Err(line) => Either::B(line),
    }
}

/// `router.updateMediaCodecs()`. `false` where it is refused: see `error()`.
#[napi]
pub fn update_media_codecs(host: u32, router: u32, media_codecs: Option<String>) -> bool {
    let router = Handle(router);
    let codecs = media_codecs.map(Json::from_text);
    with(host, |host| {
        let updated = match &mut host.backend {
            Backend::Local(local) => local.update_media_codecs(router, codecs.as_ref()),
            Backend::Remote(remote) => remote.update_media_codecs(router, codecs),
        };
        host.done(updated)
    })
}

/// An appData's id, which JavaScript has as a number; 0 is none.
pub(crate) fn app_data_id(number: f64) -> Option<AppDataId> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ids are whole numbers of 53 bits"
    )]
    let id = number as u64;
    (id != 0).then_some(AppDataId(id))
}

impl Host {
    /// Tells what is to be done next, packed.
    pub(crate) fn next(&mut self) -> f64 {
        let more;
        (self.told, more) = match &mut self.backend {
            Backend::Local(local) => (local.next_item().map(Told::Item), local.has_more()),
            Backend::Remote(remote) => (remote.next_told(), remote.has_more()),
        };
        self.told
            .as_ref()
            .map_or(0.0, |told| packed::told(told, more))
    }

    fn notify(&mut self, target: Handle, notice: Notice, data: &[u8]) -> Refusable<()> {
        match &mut self.backend {
            Backend::Local(local) => local.local_mut().notify(target, &notice, data),
            Backend::Remote(remote) => remote.notify(target, notice, data),
        }
    }

    fn accepted(&mut self, request: Refusable<RequestId>) -> u32 {
        match request {
            Ok(request) => request.0,
            Err(error) => {
                self.error = Some(error);
                0
            }
        }
    }

    /// Keeps why something was refused.
    pub(crate) fn refuse(&mut self, error: Error) {
        self.error = Some(error);
    }

    fn done(&mut self, result: Refusable<()>) -> bool {
        self.error = result.err();
        self.error.is_none()
    }
}

fn parse(command: &str) -> Refusable<Command> {
    serde_json::from_str(command).map_err(|error| Error::type_error(error.to_string()))
}
