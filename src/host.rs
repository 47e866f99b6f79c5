//! The Workers of this machine, as JavaScript drives them.
//!
//! Free functions over a number rather than methods of a class: Node-API looks up the native side
//! of `this` at every call, which costs more than most of these calls do. One [`Host`] serves one
//! instance of the JavaScript library (jest loads several), and lives as long as its thread.

use crate::packed;
use napi::bindgen_prelude::{BufferSlice, Either, Either3, Env, Result};
use napi_derive::napi;
use protocol::{
    Command, Emission, Error, Event, Handle, Item, Json, Message, Notice, Payload, Reply,
};
use std::cell::RefCell;
use std::os::fd::IntoRawFd;
use std::os::unix::net::UnixStream;

/// All Workers of one instance of the library, and what they hold.
struct Host {
    engine: engine::Host,
    /// What `payload()` hands out: of the item that `next()` told last.
    item: Option<Item>,
    /// Why the last call was refused.
    error: Option<Error>,
}

thread_local! {
    static HOSTS: RefCell<Vec<Host>> = const { RefCell::new(Vec::new()) };
}

/// Calls `with` with a host. None of these functions calls JavaScript, so that none meets another.
fn with<T>(host: u32, with: impl FnOnce(&mut Host) -> T) -> T {
    HOSTS.with_borrow_mut(|hosts| with(&mut hosts[host as usize]))
}

/// A new host, by its number.
#[napi]
pub fn create_host() -> u32 {
    let local = engine::Local::new(|bytes| {
        getrandom::fill(bytes).expect("the operating system has random numbers");
    });
    HOSTS.with_borrow_mut(|hosts| {
        hosts.push(Host {
            engine: engine::Host::new(local),
            item: None,
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

/// Announces a worker process: the Worker's handle, and the request that is answered when its
/// worker runs.
#[napi]
pub fn add_worker(host: u32) -> Vec<u32> {
    with(host, |host| {
        let (worker, request) = host.engine.local_mut().add_worker();
        vec![worker.0, request.0]
    })
}

/// Sends a command, given as JSON. The request's id, or 0 where it is refused: see `error()`.
#[napi]
pub fn request(host: u32, target: u32, command: String) -> u32 {
    with(host, |host| host.request(target, parse(&command)))
}

/// Sends a command, given as JSON, and its data.
#[napi]
pub fn request_with_data(host: u32, target: u32, command: String, data: &[u8]) -> u32 {
    let command = parse(&command).map(|mut command| {
        if let Command::Send(send) = &mut command {
            send.data = data.to_vec();
        }
        command
    });
    with(host, |host| host.request(target, command))
}

/// Sends a notice, given as JSON, and its data. `false` where it is refused: see `error()`.
#[napi]
pub fn notify(host: u32, target: u32, notice: String, data: &[u8]) -> bool {
    with(host, |host| match serde_json::from_str(&notice) {
        Ok(notice) => host.notify(target, &notice, data),
        Err(error) => {
            host.error = Some(Error::type_error(error.to_string()));
            false
        }
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
    with(host, |host| host.notify(target, &notice, data))
}

/// Why the last call was refused, or what a log line is about: the number of the error's class,
/// then its message.
#[napi]
pub fn error(host: u32) -> Option<String> {
    let error = with(host, |host| host.error.take())?;
    Some(format!("{}{}", error.class as u8, error.message))
}

/// Hands over what was read from a worker, the first `length` bytes of a buffer, and tells what is to
/// be done first, as `next()` does.
#[napi]
pub fn input(host: u32, worker: u32, buffer: &[u8], length: u32) -> f64 {
    with(host, |host| {
        let bytes = buffer.get(..length as usize).unwrap_or(buffer);
        host.engine.local_mut().input(Handle(worker), bytes);
        host.next()
    })
}

/// How many events of workers wait for `nextEvent()`.
#[napi]
pub fn events(host: u32) -> u32 {
    with(host, |host| {
        u32::try_from(host.engine.local().events()).unwrap_or(u32::MAX)
    })
}

/// Takes one event of a worker and tells what is to be done first, as `next()` does.
#[napi]
pub fn next_event(host: u32) -> f64 {
    with(host, |host| {
        host.engine.local_mut().next_event();
        host.next()
    })
}

/// Takes what is to be written to one worker into a buffer: the Worker's handle in the low 32 bits,
/// the number of bytes above them; 0 when there is nothing. What is more than the buffer holds is
/// left to `largeOutput()`, and its number is one more than that.
#[napi]
pub fn output(host: u32, mut buffer: BufferSlice) -> f64 {
    with(host, |host| {
        let mut local = host.engine.local_mut();
        let Some(worker) = local.next_output() else {
            return 0.0;
        };
        let bytes = local.output(worker);
        // One more than the buffer holds stands for however much it is: a length of any size
        // would push the handle out of what a double can say.
        let length = bytes.len().min(buffer.len() + 1);
        if let Some(buffer) = buffer.get_mut(..length) {
            buffer.copy_from_slice(bytes);
            local.written(worker);
        }
        packed::pair(u32::try_from(length).unwrap_or(u32::MAX), worker.0)
    })
}

/// Takes what is to be written to a worker, however much it is.
#[napi]
pub fn large_output(env: &Env, host: u32, worker: u32) -> Result<BufferSlice<'_>> {
    with(host, |host| {
        let mut local = host.engine.local_mut();
        let bytes = local.output(Handle(worker)).to_vec();
        local.written(Handle(worker));
        BufferSlice::from_data(env, bytes)
    })
}

/// What is to be done next, packed; 0 when there is nothing.
#[napi]
pub fn next(host: u32) -> f64 {
    with(host, Host::next)
}

/// What belongs to the item that `next()` told. What a log line is about: see `error()`.
#[napi]
pub fn payload(env: &Env, host: u32) -> Result<Either3<String, BufferSlice<'_>, u32>> {
    with(host, |host| {
        Ok(match host.item.take() {
            Some(Item::Emission(Emission { payload, .. })) => match payload {
                Payload::Json(json) => Either3::A(json.into_string()),
                Payload::Packet(bytes) | Payload::Message(bytes, _) => {
                    Either3::B(BufferSlice::copy_from(env, &*bytes)?)
                }
                Payload::Object(handle) | Payload::DominantSpeaker(handle) => Either3::C(handle.0),
                Payload::Volumes(volumes) => Either3::A(Json::of(&volumes).into_string()),
                Payload::None | Payload::Undefined => Either3::C(0),
            },
            Some(Item::Reply { result, .. }) => match result {
                Ok(Reply::Value(json)) => Either3::A(json.into_string()),
                Ok(Reply::Created(handle)) => Either3::C(handle.0),
                Ok(Reply::Piped { consumer, producer }) => {
                    Either3::A(Json::of(&[consumer, producer]).into_string())
                }
                Ok(Reply::Done) => Either3::C(0),
                Err(error) => Either3::A(error.message),
            },
            Some(Item::Created {
                parent,
                id,
                request,
                app_data_of,
                app_data,
                ..
            }) => {
                let about = (parent, request, app_data_of, id, app_data);
                Either3::A(Json::of(&about).into_string())
            }
            Some(Item::AppData { id, value }) => Either3::A(Json::of(&(id, value)).into_string()),
            Some(Item::SetAppData { app_data, .. }) => {
                Either3::A(Json::of(&app_data).into_string())
            }
            Some(Item::Log(log)) => {
                host.error = log.error;
                Either3::A(log.line)
            }
            Some(Item::Nonsense { reason, .. }) => Either3::A(reason),
            None => Either3::C(0),
        })
    })
}

/// The SCTP payload protocol id of the message that `next()` told; before its `payload()`.
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

/// Closes an object: what is to be emitted, packed, each followed by the handle of the object
/// that it is about, or 0.
#[napi]
pub fn close(host: u32, handle: u32) -> Vec<f64> {
    with(host, |host| {
        let emissions = host.engine.local_mut().close(Handle(handle));
        pairs(&emissions)
    })
}

/// A worker process is gone: what is to be emitted, as for `close()`.
#[napi]
pub fn worker_died(host: u32, worker: u32) -> Vec<f64> {
    with(host, |host| {
        let emissions = host.engine.local_mut().worker_died(Handle(worker));
        pairs(&emissions)
    })
}

/// Nobody can ask for this object any more.
#[napi]
pub fn release(host: u32, handle: u32) {
    with(host, |host| host.engine.local_mut().release(Handle(handle)));
}

/// The JSON text of a member, or `null` for `undefined`.
#[napi]
pub fn read(host: u32, handle: u32, member: String) -> Option<String> {
    with(host, |host| {
        let local = host.engine.local();
        local.read(Handle(handle), &member).map(str::to_owned)
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
    let caps = rtp_capabilities.map(Json::from_text);
    with(host, |host| {
        let mut local = host.engine.local_mut();
        match local.can_consume(Handle(router), &producer_id, caps.as_ref()) {
            Ok(answer) => Either::A(answer),
            Err(line) => Either::B(line),
        }
    })
}

/// `router.updateMediaCodecs()`. `false` where it is refused: see `error()`.
#[napi]
pub fn update_media_codecs(host: u32, router: u32, media_codecs: Option<String>) -> bool {
    let codecs = media_codecs.map(Json::from_text);
    with(host, |host| {
        let mut local = host.engine.local_mut();
        let updated = local.update_media_codecs(Handle(router), codecs.as_ref());
        host.error = updated.err();
        host.error.is_none()
    })
}

/// Two connected sockets for one direction of a worker's channel: ours, and the worker's.
#[napi]
pub fn socket_pair() -> Result<Vec<i32>> {
    let (ours, theirs) = UnixStream::pair()?;
    Ok(vec![ours.into_raw_fd(), theirs.into_raw_fd()])
}

impl Host {
    fn request(&mut self, target: u32, command: std::result::Result<Command, Error>) -> u32 {
        match command.and_then(|command| self.engine.request(Handle(target), command)) {
            Ok(request) => request.0,
            Err(error) => {
                self.error = Some(error);
                0
            }
        }
    }

    fn notify(&mut self, target: u32, notice: &Notice, data: &[u8]) -> bool {
        let mut local = self.engine.local_mut();
        self.error = local.notify(Handle(target), notice, data).err();
        self.error.is_none()
    }

    fn next(&mut self) -> f64 {
        self.item = self.engine.next_item();
        let more = self.engine.has_more();
        self.item
            .as_ref()
            .map_or(0.0, |item| packed::item(item, more))
    }
}

fn parse(command: &str) -> std::result::Result<Command, Error> {
    serde_json::from_str(command).map_err(|error| Error::type_error(error.to_string()))
}

fn pairs(emissions: &[Emission]) -> Vec<f64> {
    emissions
        .iter()
        .flat_map(|emission| {
            let about = match emission.payload {
                Payload::Object(handle) => handle.0,
                _ => 0,
            };
            [packed::emission(emission), f64::from(about)]
        })
        .collect()
}
