//! Functions of the addon for logical Workers of this machine (one for the application, in several worker
//! processes). `lib/local` calls them to add a logical Worker, and to report the processes that items order
//! it to start or end; `lib/verticalOption.js` has them parse the setting `vertical`.

use crate::hosts::{AnyHost, with};
use crate::local::with_host;
use crate::seam;
use cpu_slots::CpuSlots;
use napi_derive::napi;
use protocol::{Error, Handle, RequestId};
use std::rc::Rc;
use vertical_scaling::{Slots, VerticalOptions, parse_switch};

/// Parses the text of the setting `vertical`, called `name`. Returns JSON with the `result`, a boolean or an
/// object, or with the `error`: the number of its class and its message.
#[napi]
pub fn parse_vertical(name: String, text: String) -> String {
    seam::outcome(parse_switch(&name, &text))
}

/// Adds a worker process as the first of a logical Worker: returns the logical and the real
/// Worker's handles, and the request that is answered when the worker runs. `options` are JSON.
///
/// Returns nothing if they are rejected (see `error()`), or describe a plain Worker.
#[napi]
pub fn add_vertical(host: u32, options: String) -> Vec<u32> {
    with(host, |host| {
        let AnyHost::Local(local) = &mut host.host else {
            return Vec::new();
        };
        let added = options_of(&options).and_then(|options| {
            let added = options.map(|options| local.add_vertical(options, &slots()?));
            added.transpose()
        });
        match added {
            Ok(Some((logical, real, request))) => vec![logical.0, real.0, request.0],
            Ok(None) => Vec::new(),
            Err(error) => {
                host.refuse(error);
                Vec::new()
            }
        }
    })
}

/// Adds a further process of a logical Worker, ordered by an item, and returns its handle, or 0 if
/// it isn't needed any more.
#[napi]
pub fn add_worker_for(host: u32, request: u32) -> u32 {
    with_host(host, |host| {
        let real = host.add_worker_for(RequestId(request));
        real.unwrap_or_default().0
    })
}

/// Reports that a further process of a logical Worker couldn't be started, or exited before its worker ran.
#[napi]
pub fn spawn_failed(host: u32, request: u32, message: String) {
    with_host(host, |host| {
        host.spawn_failed(RequestId(request), Error::plain(message));
    });
}

/// Returns the logical Worker that ends with a real one, or 0.
#[napi]
pub fn last_of(host: u32, real: u32) -> u32 {
    with_host(host, |host| {
        host.last_of(Handle(real)).unwrap_or_default().0
    })
}

/// Returns the logical Worker of a real one, also after its end; 0 for a plain one.
#[napi]
pub fn logical_of(host: u32, real: u32) -> u32 {
    with_host(host, |host| {
        host.logical_of(Handle(real)).unwrap_or_default().0
    })
}

/// Returns true if there is a logical Worker.
#[napi]
pub fn has_logical(host: u32) -> bool {
    with_host(host, |host| host.has_logical())
}

/// Measures loads, about once per second; the time is in milliseconds since any fixed moment.
#[napi]
pub fn tick(host: u32, now_ms: f64) {
    with_host(host, |host| host.tick(now_ms));
}

fn options_of(json: &str) -> Result<Option<VerticalOptions>, Error> {
    let value = serde_json::from_str(json).map_err(|error| Error::type_error(error.to_string()))?;
    VerticalOptions::parse(&value)
}

fn slots() -> Result<Rc<dyn Slots>, Error> {
    let slots = CpuSlots::of_this_machine();
    let slots = slots.map_err(|error| Error::plain(format!("cannot use CPU slots: {error}")))?;
    Ok(Rc::new(slots))
}
