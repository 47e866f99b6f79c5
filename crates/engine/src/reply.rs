//! Effect of the replies to requests that the C++ worker accepted. The engine calls `apply` with the
//! pending request and the reply: it creates or changes the object in the Model (the tree of objects),
//! leaves events as items, and returns the value with which the application's call resolves.

use crate::channel::ChannelError;
use crate::core::Core;
use crate::created;
use crate::decode;
use crate::pending::{Audience, MemberUpdate, New, PendingRequest, Then};
use fbs::request::Method;
use fbs::response::BodyRef;
use model::State;
use protocol::{Emission, Event, Handle, Item, Json, Payload, Reply};
use serde_json::Value;

/// Applies an accepted reply to the Model.
pub(crate) fn apply(
    core: &mut Core,
    pending: PendingRequest,
    body: Option<BodyRef<'_>>,
) -> Result<Reply, ChannelError> {
    let target = pending.target;
    match pending.then {
        Then::Done => {}
        Then::Value => {
            let text = decode::value(pending.method, required(body)?)?;
            return match core.model.read(target, "pid") {
                Some(pid) if pending.method == Method::WorkerDump => with_pid(&text, pid),
                _ => Ok(Reply::Value(Json::from_text(text))),
            };
        }
        Then::Create(new) => return create(core, pending.making, *new, body),
        Then::Paused { now, was } => {
            if let Some(emission) = core.model.paused(target, now, was) {
                core.emit(emission);
            }
        }
        Then::Update(update) => return self::update(core, target, pending.method, update, body),
        Then::Observing(event, producer) => {
            let emission = Emission::observer(target, event, Payload::Object(producer));
            core.push(Item::Emission(emission));
        }
    }
    Ok(Reply::Done)
}

fn create(
    core: &mut Core,
    making: Audience,
    new: New,
    body: Option<BodyRef<'_>>,
) -> Result<Reply, ChannelError> {
    let (kind, parent) = (new.kind, new.parent);
    let (fields, state) = created::state(new.making, new.fields, body)?;
    let server = match &state {
        State::Transport { web_rtc_server, .. } => *web_rtc_server,
        _ => None,
    };
    let model = &mut core.model;
    let Audience::Application(request) = making else {
        let handle = model.insert_hidden(kind, new.id, parent, fields, state);
        return Ok(Reply::Created(handle));
    };
    let handle = model.insert(kind, new.id.clone(), parent, fields, state);
    let parent = model.get(handle).map_or(parent, |it| it.parent);
    core.push(Item::Created {
        handle,
        kind,
        parent,
        id: new.id,
        request,
        app_data_of: new.app_data_of,
        app_data: None,
    });
    if let Some(server) = server {
        core.model.serve(server, handle);
        core.push(Item::Emission(Emission::observer(
            server,
            Event::WebRtcTransportHandled,
            Payload::Object(handle),
        )));
    }
    Ok(Reply::Created(handle))
}

fn update(
    core: &mut Core,
    target: Handle,
    method: Method,
    update: MemberUpdate,
    body: Option<BodyRef<'_>>,
) -> Result<Reply, ChannelError> {
    let Some(body) = body else {
        // The layers of a Consumer that has none: `setPreferredLayers()` took them away.
        if let MemberUpdate::PreferredLayers = update {
            core.model.set(target, "preferredLayers", None::<&str>);
        }
        return Ok(Reply::Done);
    };
    let text = decode::value(method, body)?;
    let model = &mut core.model;
    match update {
        MemberUpdate::IceParameters => {
            model.set(target, "iceParameters", Some(text.clone()));
            return Ok(Reply::Value(Json::from_text(text)));
        }
        MemberUpdate::PreferredLayers => {
            let layers = Some(text).filter(|text| text != "null");
            model.set(target, "preferredLayers", layers);
        }
        MemberUpdate::Priority => model.set(target, "priority", Some(text)),
        MemberUpdate::Subchannels => model.set(target, "subchannels", Some(text)),
        MemberUpdate::DtlsRole => {
            let role = parse(&text)?["dtlsLocalRole"].take();
            let parameters = model.read(target, "dtlsParameters");
            let mut parameters = parse(parameters.unwrap_or("{}"))?;
            parameters["role"] = role;
            model.set(target, "dtlsParameters", Some(parameters.to_string()));
        }
        MemberUpdate::Connected => {
            let changed = parse(&text)?;
            for name in ["tuple", "rtcpTuple", "srtpParameters"] {
                if let Some(value) = changed.get(name) {
                    model.set(target, name, Some(value.to_string()));
                }
            }
        }
    }
    Ok(Reply::Done)
}

/// A Worker's dump, where clients know its process by another number than its own.
fn with_pid(dump: &str, pid: &str) -> Result<Reply, ChannelError> {
    let mut dump = parse(dump)?;
    dump["pid"] = parse(pid)?;
    Ok(Reply::Value(Json::of(&dump)))
}

fn parse(text: &str) -> Result<Value, ChannelError> {
    serde_json::from_str(text).map_err(|error| ChannelError::Invalid(error.to_string()))
}

fn required(body: Option<BodyRef<'_>>) -> Result<BodyRef<'_>, ChannelError> {
    body.ok_or_else(|| ChannelError::Invalid("a reply without its body".into()))
}
