//! The Workers of this machine, as JavaScript drives them.

use crate::packed;
use napi::bindgen_prelude::{BufferSlice, Either, Either3, Env, Result};
use napi_derive::napi;
use protocol::{Command, Emission, Error, Event, Handle, Item, Json, Notice, Payload, Reply};
use std::os::fd::IntoRawFd;
use std::os::unix::net::UnixStream;

/// All Workers of this program and what they hold.
#[napi]
pub struct Host {
    inner: engine::Host,
    /// What `payload()` hands out: of the item that `next()` told last.
    item: Option<Item>,
    /// Why the last call was refused.
    error: Option<Error>,
}

#[napi]
impl Host {
    #[napi(constructor)]
    #[expect(clippy::new_without_default, reason = "a constructor of JavaScript")]
    pub fn new() -> Self {
        let local = engine::Local::new(|bytes| {
            getrandom::fill(bytes).expect("the operating system has random numbers");
        });
        Self {
            inner: engine::Host::new(local),
            item: None,
            error: None,
        }
    }

    /// The names of all events, in the order of their numbers.
    #[napi]
    pub fn event_names() -> Vec<&'static str> {
        Event::ALL.iter().map(|event| event.name()).collect()
    }

    /// Announces a worker process: the Worker's handle and the request that is answered when its
    /// worker runs.
    #[napi]
    pub fn add_worker(&mut self) -> Vec<u32> {
        let (worker, request) = self.inner.local_mut().add_worker();
        vec![worker.0, request.0]
    }

    /// Sends a command, given as JSON, with its data if it has any. The request's id, or 0 where
    /// it is refused: see `error()`.
    #[napi]
    pub fn request(&mut self, target: u32, command: String, data: Option<&[u8]>) -> u32 {
        let sent = parse(&command).and_then(|mut command| {
            if let (Command::Send(send), Some(data)) = (&mut command, data) {
                send.data = data.to_vec();
            }
            self.inner.request(Handle(target), command)
        });
        match sent {
            Ok(request) => request.0,
            Err(error) => {
                self.error = Some(error);
                0
            }
        }
    }

    /// Sends a notice, given as JSON, and its data. `false` where it is refused: see `error()`.
    #[napi]
    pub fn notify(&mut self, target: u32, notice: String, data: &[u8]) -> bool {
        let sent = serde_json::from_str::<Notice>(&notice)
            .map_err(|error| Error::type_error(error.to_string()))
            .and_then(|notice| self.inner.local_mut().notify(Handle(target), &notice, data));
        self.error = sent.err();
        self.error.is_none()
    }

    /// Why the last call was refused: the number of the error's class, then its message.
    #[napi]
    pub fn error(&mut self) -> Option<String> {
        let error = self.error.take()?;
        Some(format!("{}{}", error.class as u8, error.message))
    }

    /// Hands over what was read from a worker. What is wrong with it, if it makes no sense.
    #[napi]
    pub fn input(&mut self, worker: u32, bytes: &[u8]) -> Option<String> {
        let result = self.inner.local_mut().input(Handle(worker), bytes);
        self.inner.run();
        result.err().map(|error| error.to_string())
    }

    /// The next Worker that has something to be written, or 0.
    #[napi]
    pub fn next_output(&mut self) -> u32 {
        let next = self.inner.local_mut().next_output();
        next.map_or(0, |worker| worker.0)
    }

    /// Takes what is to be written to a worker.
    #[napi]
    pub fn output<'env>(&mut self, env: &'env Env, worker: u32) -> Result<BufferSlice<'env>> {
        let mut local = self.inner.local_mut();
        let bytes = BufferSlice::copy_from(env, local.output(Handle(worker)))?;
        local.written(Handle(worker));
        Ok(bytes)
    }

    /// What is to be done next, packed; 0 when there is nothing.
    #[napi]
    pub fn next(&mut self) -> f64 {
        self.item = self.inner.local_mut().next_item();
        self.item.as_ref().map_or(0.0, packed::item)
    }

    /// How many events of workers wait for `nextEvent()`.
    #[napi]
    pub fn events(&self) -> u32 {
        u32::try_from(self.inner.local().events()).unwrap_or(u32::MAX)
    }

    /// Takes one event of a worker; `next()` then says what it means. What is wrong with it, if it
    /// makes no sense: the Worker's handle, a space, and why.
    #[napi]
    pub fn next_event(&mut self) -> Option<String> {
        let result = self.inner.local_mut().next_event();
        self.inner.run();
        let (worker, error) = result.err()?;
        Some(format!("{} {error}", worker.0))
    }

    /// What belongs to the item that `next()` told.
    #[napi]
    pub fn payload<'env>(
        &mut self,
        env: &'env Env,
    ) -> Result<Either3<String, BufferSlice<'env>, u32>> {
        Ok(match self.item.as_ref() {
            Some(Item::Emission(Emission { payload, .. })) => match payload {
                Payload::Json(json) => Either3::A(json.as_str().to_owned()),
                Payload::Packet(bytes) | Payload::Message(bytes, _) => {
                    Either3::B(BufferSlice::copy_from(env, bytes)?)
                }
                Payload::Object(handle) | Payload::DominantSpeaker(handle) => Either3::C(handle.0),
                Payload::Volumes(volumes) => Either3::A(Json::of(volumes).into_string()),
                Payload::None | Payload::Undefined => Either3::C(0),
            },
            Some(Item::Reply { result, .. }) => match result {
                Ok(Reply::Value(json)) => Either3::A(json.as_str().to_owned()),
                Ok(Reply::Created(handle)) => Either3::C(handle.0),
                Ok(Reply::Piped { consumer, producer }) => {
                    Either3::A(Json::of(&[consumer, producer]).into_string())
                }
                Ok(Reply::Done) => Either3::C(0),
                Err(error) => Either3::A(error.message.clone()),
            },
            Some(Item::Created {
                parent,
                id,
                request,
                app_data_of,
                ..
            }) => Either3::A(Json::of(&(parent, request, app_data_of, id)).into_string()),
            Some(Item::Log { line, .. }) => Either3::A(line.clone()),
            None => Either3::C(0),
        })
    }

    /// The SCTP payload protocol id of the message that `next()` told.
    #[napi]
    pub fn ppid(&self) -> u32 {
        match &self.item {
            Some(Item::Emission(Emission {
                payload: Payload::Message(_, ppid),
                ..
            })) => *ppid,
            _ => 0,
        }
    }

    /// Closes an object: what is to be emitted, packed, each followed by the handle of the object
    /// that it is about, or 0.
    #[napi]
    pub fn close(&mut self, handle: u32) -> Vec<f64> {
        let emissions = self.inner.local_mut().close(Handle(handle));
        self.inner.run();
        pairs(&emissions)
    }

    /// A worker process is gone: what is to be emitted, as for `close()`.
    #[napi]
    pub fn worker_died(&mut self, worker: u32) -> Vec<f64> {
        let emissions = self.inner.local_mut().worker_died(Handle(worker));
        self.inner.run();
        pairs(&emissions)
    }

    /// Nobody can ask for this object any more.
    #[napi]
    pub fn release(&mut self, handle: u32) {
        self.inner.local_mut().release(Handle(handle));
    }

    /// The JSON text of a member, or `undefined`.
    #[napi]
    pub fn read(&self, handle: u32, member: String) -> Option<String> {
        let local = self.inner.local();
        local.read(Handle(handle), &member).map(str::to_owned)
    }

    /// `router.canConsume()`: the answer, or a line for the log.
    #[napi]
    pub fn can_consume(
        &mut self,
        router: u32,
        producer_id: String,
        rtp_capabilities: Option<String>,
    ) -> Either<bool, String> {
        let caps = rtp_capabilities.map(Json::from_text);
        let mut local = self.inner.local_mut();
        match local.can_consume(Handle(router), &producer_id, caps.as_ref()) {
            Ok(answer) => Either::A(answer),
            Err(line) => Either::B(line),
        }
    }

    /// `router.updateMediaCodecs()`. `false` where it is refused: see `error()`.
    #[napi]
    pub fn update_media_codecs(&mut self, router: u32, media_codecs: Option<String>) -> bool {
        let codecs = media_codecs.map(Json::from_text);
        let mut local = self.inner.local_mut();
        self.error = local
            .update_media_codecs(Handle(router), codecs.as_ref())
            .err();
        self.error.is_none()
    }
}

/// Two connected sockets for one direction of a worker's channel: ours, and the worker's.
#[napi]
pub fn socket_pair() -> Result<Vec<i32>> {
    let (ours, theirs) = UnixStream::pair()?;
    Ok(vec![ours.into_raw_fd(), theirs.into_raw_fd()])
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
