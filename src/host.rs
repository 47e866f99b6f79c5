//! Functions of the addon for hosts of either kind: the Workers of this machine ([`local`](crate::local)),
//! and the copies of servers' objects ([`connect`](crate::connect)). `lib/seam/Host.js` calls them to send
//! commands and to fetch what happened (items), one number each.
//!
//! Free functions over a number rather than methods of a class: Node-API looks up the native side
//! of `this` at every call, which costs more than most of these calls do. Each instance of the
//! JavaScript library (jest loads several) has a host for this machine, and one for each epoch of each of its
//! connections: see [`hosts`](crate::hosts).

use crate::hosts::{Driven, with};
use crate::packed;
use ::host::Request;
use napi::bindgen_prelude::{BufferSlice, Either, Either3, Env, Result};
use napi_derive::napi;
use protocol::{AppDataId, Emission, Error, Handle, Item, Json, Message, Notice, Payload, Reply};

/// Sends a command, given as JSON. Returns the request's id, or 0 if it is rejected: see `error()`.
#[napi]
pub fn request(host: u32, target: u32, command: String) -> u32 {
    with(host, |host| host.request(target, Request::text(command)))
}

/// Sends a command, given as JSON, and its data.
#[napi]
pub fn request_with_data(host: u32, target: u32, command: String, data: &[u8]) -> u32 {
    let request = Request {
        data: Some(data.to_vec()),
        ..Request::text(command)
    };
    with(host, |host| host.request(target, request))
}

/// Sends a command, given as JSON, that creates an object with this appData; 0 is none.
#[napi]
pub fn request_with_app_data(host: u32, target: u32, command: String, app_data: f64) -> u32 {
    let request = Request {
        app_data: app_data_id(app_data),
        ..Request::text(command)
    };
    with(host, |host| host.request(target, request))
}

/// Sends a notice, given as JSON, and its data. Returns false if it is rejected: see `error()`.
#[napi]
pub fn notify(host: u32, target: u32, notice: String, data: &[u8]) -> bool {
    let notice = serde_json::from_str(&notice);
    let notice = notice.map_err(|error| Error::type_error(error.to_string()));
    with(host, |host| match notice {
        Ok(notice) => host.notify(target, notice, data),
        Err(error) => host.done(Err(error)),
    })
}

/// Sends a data message to all subchannels: a fast form of `notify()`.
#[napi]
pub fn send_message(host: u32, target: u32, ppid: u32, data: &[u8]) -> bool {
    let message = Message {
        ppid,
        ..Message::default()
    };
    let notice = Notice::Message(Box::new(message));
    with(host, |host| host.notify(target, notice, data))
}

/// Returns the error of the last rejected call, or of the last log line: the number of its
/// class, and its message.
#[napi]
pub fn error(host: u32) -> Option<(u8, String)> {
    let error = with(host, |host| host.error.take())?;
    Some((error.class as u8, error.message))
}

/// Returns the number of worker events that wait for `nextEvent()`.
#[napi]
pub fn events(host: u32) -> u32 {
    let events = with(host, |host| host.host.any().events());
    u32::try_from(events).unwrap_or(u32::MAX)
}

/// Takes one event of a worker and returns the first of its items, as `next()` does.
#[napi]
pub fn next_event(host: u32) -> f64 {
    with(host, |host| {
        host.host.any_mut().next_event();
        host.next()
    })
}

/// Returns the next item, packed; 0 if there is none.
#[napi]
pub fn next(host: u32) -> f64 {
    with(host, Driven::next)
}

/// Returns the payload of the item that `next()` returned. For the error of a log line see `error()`.
#[napi]
pub fn payload(env: &Env, host: u32) -> Result<Either3<String, BufferSlice<'_>, u32>> {
    with(host, |host| {
        let Some(item) = host.item.take() else {
            return Ok(Either3::C(0));
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
                let request = request.unwrap_or_default();
                let about = (parent, request, app_data_of, id, app_data);
                Either3::A(Json::of(&about).into_string())
            }
            Item::AppData(content) => {
                let revision = content.revision.map_or(0, |revision| revision.0);
                Either3::A(Json::of(&(content.id, content.value, revision)).into_string())
            }
            Item::SetAppData { app_data, .. } => Either3::A(Json::of(&app_data).into_string()),
            Item::Log(log) => {
                host.error = log.error;
                Either3::A(log.line)
            }
            Item::ProtocolError { reason, .. } => Either3::A(reason),
            Item::Link(event) => Either3::A(Json::of(&event).into_string()),
            Item::Spawn { request, .. } => Either3::C(request.0),
            Item::EndProcess { .. } => Either3::C(0),
        })
    })
}

/// Returns the SCTP payload protocol id of the message that `next()` returned; call it before `payload()`.
#[napi]
pub fn ppid(host: u32) -> u32 {
    with(host, |host| match &host.item {
        Some(Item::Emission(Emission {
            payload: Payload::Message(_, ppid),
            ..
        })) => *ppid,
        _ => 0,
    })
}

/// Closes an object and returns the emissions, packed, each followed by the handle of the object
/// in its payload, or 0.
#[napi]
pub fn close(host: u32, handle: u32) -> Vec<f64> {
    let emissions = with(host, |host| host.host.any_mut().close(Handle(handle)));
    packed::pairs(&emissions)
}

/// Releases an object that JavaScript can't reach any more.
#[napi]
pub fn release(host: u32, handle: u32) {
    with(host, |host| host.host.any_mut().release(Handle(handle)));
}

/// Returns the JSON text of a member, or `null` for `undefined`.
#[napi]
pub fn read(host: u32, handle: u32, member: String) -> Option<String> {
    with(host, |host| host.host.any().read(Handle(handle), &member))
}

/// `router.canConsume()`: returns the answer, or a line for the log.
#[napi]
pub fn can_consume(
    host: u32,
    router: u32,
    producer_id: String,
    rtp_capabilities: Option<String>,
) -> Either<bool, String> {
    let caps = rtp_capabilities.map(Json::from_text);
    let answer = with(host, |host| {
        let host = host.host.any_mut();
        host.can_consume(Handle(router), &producer_id, caps.as_ref())
    });
    match answer {
        Ok(answer) => Either::A(answer),
        Err(line) => Either::B(line),
    }
}

/// `router.updateMediaCodecs()`. Returns false if it is rejected: see `error()`.
#[napi]
pub fn update_media_codecs(host: u32, router: u32, media_codecs: Option<String>) -> bool {
    let codecs = media_codecs.map(Json::from_text);
    with(host, |host| {
        let updated = host
            .host
            .any_mut()
            .update_media_codecs(Handle(router), codecs);
        host.done(updated)
    })
}

/// Converts an appData's id, which is a number in JavaScript; 0 is none.
pub(crate) fn app_data_id(number: f64) -> Option<AppDataId> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "ids are whole numbers of 53 bits"
    )]
    let id = number as u64;
    (id != 0).then_some(AppDataId(id))
}
