//! Functions of the addon for connections to servers, besides those for any host. `lib/remote` calls them:
//! `connect()` returns the number of a new host (a copy of the server's objects); the others send appData,
//! flush commands, read statistics and disconnect.

use crate::host::app_data_id;
use crate::hosts::{self, AnyHost, with};
use ::remote::{ConnectOptions, RemoteConnection};
use napi::bindgen_prelude::{Function, Result};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;
use protocol::{Handle, Json, Revision};
use replica::{Outgoing, RemoteHost};
use serde_json::Value;
use std::time::Duration;

/// Connects to a server: options as JSON, and the function to call when there is something to `receive()`.
/// Returns the number of the host.
#[napi]
pub fn connect(options: String, wake: Function<'_, (), ()>) -> Result<u32> {
    let options = parse(&options).map_err(napi::Error::from_reason)?;
    // It must not keep an otherwise finished program alive.
    let wake = wake
        .build_threadsafe_function::<()>()
        .weak::<true>()
        .build()?;
    let client = RemoteConnection::connect(options, move || {
        wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    });
    let client = client.map_err(|error| napi::Error::from_reason(error.to_string()))?;
    let remote = RemoteHost::new(client, 0);
    Ok(hosts::add(AnyHost::Remote(Box::new(remote))))
}

/// Takes the server's input and returns the first item, as `next()` does.
#[napi]
pub fn receive(host: u32) -> f64 {
    with(host, |host| {
        if let AnyHost::Remote(remote) = &mut host.host {
            remote.receive();
        }
        host.next()
    })
}

/// Sends the content of an appData, with its revision.
#[napi]
pub fn app_data(host: u32, id: f64, value: String, revision: u32) {
    if let Some(id) = app_data_id(id) {
        let revision = Some(Revision(revision.into()));
        let value = Json::from_text(value);
        with_remote(host, |remote| {
            remote.send(Outgoing::AppData {
                id,
                value,
                revision,
            });
        });
    }
}

/// Assigns another appData to an object; 0 is none.
#[napi]
pub fn set_app_data(host: u32, target: u32, id: f64) {
    with_remote(host, |remote| {
        remote.set_app_data(Handle(target), app_data_id(id));
    });
}

/// Sends the queued actions together, at the end of each turn of the event loop.
#[napi]
pub fn flush(host: u32) {
    with_remote(host, RemoteHost::flush);
}

/// After `connected` with the outcome `renewed`: returns the number of the host of the new epoch, or a number
/// without a host if there is none.
#[napi]
pub fn renew(host: u32) -> u32 {
    let renewed = with_remote(host, RemoteHost::renew).flatten();
    renewed.map_or(u32::MAX, |remote| {
        hosts::add(AnyHost::Remote(Box::new(remote)))
    })
}

/// Says goodbye and closes the connection: blocks until the server has received it, for `timeoutMs` at most.
/// Returns true if it has. After `disconnect()` it waits for that goodbye.
#[napi]
pub fn goodbye(host: u32, timeout_ms: u32) -> bool {
    let within = Duration::from_millis(timeout_ms.into());
    with_remote(host, |remote| remote.goodbye(within)) == Some(true)
}

/// Says goodbye without waiting for the server to receive it, and closes the connection.
#[napi]
pub fn disconnect(host: u32) {
    with_remote(host, RemoteHost::leave);
}

/// Returns the measurements of the connection as JSON; `null` without a connection.
#[napi]
pub fn link_stats(host: u32) -> Option<String> {
    let stats = with_remote(host, |remote| {
        remote.connection().map(RemoteConnection::stats)
    });
    Some(Json::of(&stats.flatten()?).into_string())
}

/// Calls `with` with the host of a server. No-op for hosts of this machine.
fn with_remote<T>(
    host: u32,
    with_remote: impl FnOnce(&mut RemoteHost<RemoteConnection>) -> T,
) -> Option<T> {
    with(host, |host| match &mut host.host {
        AnyHost::Local(_) => None,
        AnyHost::Remote(remote) => Some(with_remote(remote)),
    })
}

fn parse(options: &str) -> std::result::Result<ConnectOptions, String> {
    let options: Value = serde_json::from_str(options).map_err(|error| error.to_string())?;
    let text = |name| options[name].as_str().map(str::to_owned);
    let timeout = options["requestTimeoutMs"].as_u64();
    let timeout = timeout.ok_or("requestTimeoutMs must be a number of milliseconds")?;
    Ok(ConnectOptions {
        url: text("url").unwrap_or_default(),
        token: text("token"),
        session: text("session"),
        request_timeout: Duration::from_millis(timeout),
        ca: text("ca").map(Into::into),
        cert: text("cert").map(Into::into),
        key: text("key").map(Into::into),
    })
}
