//! Errors for requests to objects without a channel to a worker process: a Worker that has ended, or a
//! logical one (which is spread over several processes). The engine returns them instead of sending the
//! request; they are worded like the errors of mediasoup and its worker.

use crate::channel::constant_name;
use fbs::notification;
use fbs::request::Method;
use model::Model;
use protocol::{Error, Handle};

/// The error of a request on a channel that is closed.
pub(crate) fn request_on_closed(method: Method) -> Error {
    Error::worker_closed(format!(
        "Channel closed, cannot send request [method:{}]",
        constant_name(method)
    ))
}

/// The error of a notification on a channel that is closed.
pub(crate) fn notification_on_closed(event: notification::Event) -> Error {
    Error::worker_closed(format!(
        "Channel closed, cannot send notification [event:{}]",
        constant_name(event)
    ))
}

/// The error of a request to an object that no worker knows.
pub(crate) fn request(model: &Model, target: Handle, method: Method) -> Error {
    let Some(entity) = model.get(target) else {
        return unknown();
    };
    if root(model, target).is_none_or(|root| root == target || model.open(root).is_none()) {
        return request_on_closed(method);
    }
    let id = &entity.id;
    let method = method_name(method).map_or(String::new(), |name| format!(" [method:{name}]"));
    Error::not_found(format!(
        "Channel request handler with ID {id} not found{method}"
    ))
}

/// The error of a notification to an object that no worker knows.
pub(crate) fn notification(model: &Model, target: Handle, event: notification::Event) -> Error {
    match model.get(target) {
        Some(_) => notification_on_closed(event),
        None => unknown(),
    }
}

fn unknown() -> Error {
    Error::not_found("the object is unknown")
}

/// The Worker that the application sees an object in.
fn root(model: &Model, target: Handle) -> Option<Handle> {
    let mut handle = target;
    loop {
        let parent = model.get(handle)?.parent;
        if parent == handle {
            return Some(handle);
        }
        handle = parent;
    }
}

/// Returns the worker's name of a method that logical objects, or pipes between them, have.
fn method_name(method: Method) -> Option<&'static str> {
    Some(match method {
        Method::WebrtcserverDump => "webRtcServer.dump",
        Method::RouterDump => "router.dump",
        Method::RouterCreateWebrtctransport => "router.createWebRtcTransport",
        Method::RouterCreateWebrtctransportWithServer => "router.createWebRtcTransportWithServer",
        Method::RouterCreatePlaintransport => "router.createPlainTransport",
        Method::RouterCreatePipetransport => "router.createPipeTransport",
        Method::RouterCreateDirecttransport => "router.createDirectTransport",
        Method::RouterCreateActivespeakerobserver => "router.createActiveSpeakerObserver",
        Method::RouterCreateAudiolevelobserver => "router.createAudioLevelObserver",
        Method::PipetransportConnect => "pipeTransport.connect",
        _ => return None,
    })
}
