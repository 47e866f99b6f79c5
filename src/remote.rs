//! Connections to servers. A [`Remote`] is one epoch of one: the copy of what the session holds, and the
//! connection as long as it serves that session.
//!
//! Where the session is lost and another begins, the copy dies, and its connection waits for
//! JavaScript to take it over ([`renew`]): a handle is never taken for an object of another epoch.

use crate::host::{self, Backend, app_data_id, with};
use crate::packed::Told;
use ::remote::{Client, Incoming, LinkEvent, Options, Outcome, Outgoing, method};
use mirror::Mirror;
use napi::bindgen_prelude::{Function, Result};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;
use protocol::wire::{AppDataId, ServerEntry, Snapshot};
use protocol::{Emission, Error, Handle, Json, Notice, RequestId};
use serde_json::Value;
use std::collections::VecDeque;
use std::time::Duration;

/// Milliseconds that a call waits for a server that can't be reached, unless the application says
/// something else.
const REQUEST_TIMEOUT_MS: u64 = 30_000;

/// What Workers die of whose session was lost.
const LOST: &str = "the session on the server was lost";

/// What Workers die of whose connection the application has closed.
const CLOSED: &str = "the connection was closed";

/// One epoch of a connection.
pub(crate) struct Remote {
    connection: Connection,
    mirror: Mirror,
    /// The last one of the connection. JavaScript keeps its calls by it.
    last_request: u32,
    /// What happened to the link and is to be told after what the mirror has.
    links: VecDeque<LinkEvent>,
    /// A link whose snapshot hasn't come.
    arriving: Option<LinkEvent>,
}

/// What has become of the connection.
enum Connection {
    /// It serves this epoch.
    Here(Client),
    /// It serves another epoch, of which it has said this much.
    Renewed(Client, Vec<Incoming>),
    /// Another host has it, or nobody.
    Gone,
}

/// Connects to a server: options as JSON, and what to call when there is something to `receive()`.
/// The number of the host.
#[napi]
pub fn connect(options: String, wake: Function<'_, (), ()>) -> Result<u32> {
    let options = parse(&options).map_err(napi::Error::from_reason)?;
    // It must not keep a program alive that has nothing else to do.
    let wake = wake
        .build_threadsafe_function::<()>()
        .weak::<true>()
        .build()?;
    let client = Client::connect(options, move || {
        wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
    });
    let client = client.map_err(|error| napi::Error::from_reason(error.to_string()))?;
    let remote = Remote::new(client, 0);
    Ok(host::add(Backend::Remote(Box::new(remote))))
}

/// Takes what came from the server and tells what is to be done first, as `next()` does.
#[napi]
pub fn receive(host: u32) -> f64 {
    with(host, |host| {
        if let Backend::Remote(remote) = &mut host.backend {
            remote.receive();
        }
        host.next()
    })
}

/// What an appData holds.
#[napi]
pub fn app_data(host: u32, id: f64, value: String) {
    if let Some(id) = app_data_id(id) {
        with_remote(host, |remote| remote.send(Outgoing::AppData { id, value }));
    }
}

/// Gives an object another appData; 0 is none.
#[napi]
pub fn set_app_data(host: u32, target: u32, id: f64) {
    with_remote(host, |remote| {
        remote.set_app_data(Handle(target), app_data_id(id));
    });
}

/// Sends what was asked for, all at once: at the end of each turn of the event loop that asks.
#[napi]
pub fn flush(host: u32) {
    with_remote(host, Remote::flush);
}

/// After `connected` with the outcome `renewed`: the number of the host of the new epoch. A number that no
/// host has if there is none.
#[napi]
pub fn renew(host: u32) -> u32 {
    let renewed = with_remote(host, Remote::renew).flatten();
    renewed.map_or(u32::MAX, |remote| {
        host::add(Backend::Remote(Box::new(remote)))
    })
}

/// Says goodbye and closes the connection: blocks until the server has heard it, so many milliseconds
/// at most. Whether it has.
#[napi]
pub fn goodbye(host: u32, timeout_ms: u32) -> bool {
    let within = Duration::from_millis(timeout_ms.into());
    let goodbye = |client: &mut Client| client.goodbye(within);
    with_remote(host, |remote| remote.leave(goodbye)).flatten() == Some(true)
}

/// Says goodbye without waiting for the server to hear it, and closes the connection.
#[napi]
pub fn disconnect(host: u32) {
    with_remote(host, |remote| remote.leave(Client::disconnect));
}

/// How the connection fares, as JSON; `null` where there is none.
#[napi]
pub fn link_stats(host: u32) -> Option<String> {
    let stats = with_remote(host, |remote| remote.client().map(Client::stats));
    Some(Json::of(&stats.flatten()?).into_string())
}

/// Calls `with` with what a server has. There is nothing to be done on this machine.
fn with_remote<T>(host: u32, with_remote: impl FnOnce(&mut Remote) -> T) -> Option<T> {
    with(host, |host| match &mut host.backend {
        Backend::Local(_) => None,
        Backend::Remote(remote) => Some(with_remote(remote)),
    })
}

fn parse(options: &str) -> std::result::Result<Options, String> {
    let options: Value = serde_json::from_str(options).map_err(|error| error.to_string())?;
    let text = |name| options[name].as_str().map(str::to_owned);
    let timeout = options["requestTimeoutMs"].as_u64();
    Ok(Options {
        url: text("url").unwrap_or_default(),
        token: text("token"),
        session: text("session"),
        request_timeout: Duration::from_millis(timeout.unwrap_or(REQUEST_TIMEOUT_MS)),
        ca: text("ca").map(Into::into),
        cert: text("cert").map(Into::into),
        key: text("key").map(Into::into),
    })
}

impl Remote {
    fn new(client: Client, last_request: u32) -> Self {
        Self {
            connection: Connection::Here(client),
            mirror: Mirror::new(),
            last_request,
            links: VecDeque::new(),
            arriving: None,
        }
    }

    pub(crate) fn mirror(&self) -> &Mirror {
        &self.mirror
    }

    pub(crate) fn mirror_mut(&mut self) -> &mut Mirror {
        &mut self.mirror
    }

    pub(crate) fn request(
        &mut self,
        target: Handle,
        command: String,
        data: Option<Vec<u8>>,
        app_data: Option<AppDataId>,
    ) -> std::result::Result<RequestId, Error> {
        let request = self.next_request();
        match &mut self.connection {
            Connection::Here(client) => client.send(Outgoing::Call {
                request,
                target,
                command,
                data,
                app_data,
            })?,
            // It needs nothing of the lost session: JavaScript asks the next one for it.
            Connection::Renewed(..) if target == Handle::default() => {}
            Connection::Renewed(..) | Connection::Gone => {
                let method = method(&command);
                return Err(Error::worker_closed(format!(
                    "Channel closed, cannot send request [method:{method}]"
                )));
            }
        }
        Ok(request)
    }

    pub(crate) fn notify(
        &mut self,
        target: Handle,
        notice: Notice,
        data: &[u8],
    ) -> std::result::Result<(), Error> {
        self.mirror.sendable(target)?;
        let data = data.to_vec();
        match &mut self.connection {
            Connection::Here(client) => client.send(Outgoing::Notice {
                target,
                notice,
                data,
            }),
            Connection::Renewed(..) | Connection::Gone => Err(Error::worker_closed(
                "Channel closed, cannot send notification",
            )),
        }
    }

    pub(crate) fn close(&mut self, target: Handle) -> Vec<Emission> {
        let emissions = self.mirror.close(target);
        self.send(Outgoing::Close { target });
        emissions
    }

    pub(crate) fn update_media_codecs(
        &mut self,
        target: Handle,
        media_codecs: Option<Json>,
    ) -> std::result::Result<(), Error> {
        self.mirror
            .update_media_codecs(target, media_codecs.as_ref())?;
        self.send(Outgoing::UpdateMediaCodecs {
            target,
            media_codecs: media_codecs.map(Json::into_string),
        });
        Ok(())
    }

    fn set_app_data(&mut self, target: Handle, app_data: Option<AppDataId>) {
        self.mirror.set_app_data(target, app_data);
        self.send(Outgoing::SetAppData { target, app_data });
    }

    /// What is to be told next.
    pub(crate) fn next_told(&mut self) -> Option<Told> {
        if let Some(item) = self.mirror.next_item() {
            return Some(Told::Item(item));
        }
        if !self.is_link_due() {
            return None;
        }
        self.links.pop_front().map(Told::Link)
    }

    /// Whether there may be more to tell.
    pub(crate) fn has_more(&self) -> bool {
        self.mirror.has_more() || self.is_link_due()
    }

    /// Whether something of the link is to be told once the mirror has nothing. A session that begins
    /// or ends waits for the events of workers before it, too.
    fn is_link_due(&self) -> bool {
        match self.links.front() {
            None => false,
            Some(LinkEvent::Connected { outcome, .. }) if *outcome != Outcome::Resumed => {
                self.mirror.events() == 0
            }
            Some(_) => true,
        }
    }

    fn receive(&mut self) {
        if let Connection::Here(client) = &mut self.connection {
            let incoming = client.receive();
            self.take(incoming);
        }
    }

    /// Takes what came, up to where the session is another.
    fn take(&mut self, incoming: Vec<Incoming>) {
        let mut incoming = incoming.into_iter();
        while let Some(came) = incoming.next() {
            match came {
                Incoming::Entry(entry) => self.apply(*entry),
                Incoming::Unanswered { request, error } => self.mirror.answer(request, Err(error)),
                Incoming::Link(event) => {
                    if self.link(event) == Some(Outcome::Renewed) {
                        self.hand_over(incoming.collect());
                        return;
                    }
                }
            }
        }
    }

    fn apply(&mut self, entry: ServerEntry) {
        let ServerEntry::Snapshot(snapshot) = &entry else {
            return self.mirror.apply(entry);
        };
        let closed = match self.arriving {
            Some(LinkEvent::Connected {
                outcome: Outcome::Rejoined,
                ..
            }) => self.closed_here(snapshot),
            _ => Vec::new(),
        };
        self.mirror.apply(entry);
        self.links.extend(self.arriving.take());
        for target in closed {
            self.send(Outgoing::Close { target });
        }
        self.flush();
    }

    /// What the application has closed and the server still has, although it has forgotten this client
    /// and whatever was on its way: the outermost of it.
    fn closed_here(&self, snapshot: &Snapshot) -> Vec<Handle> {
        let model = self.mirror.model();
        let is_closed = |handle| model.get(handle).is_some() && model.open(handle).is_none();
        let closed = snapshot.objects.iter().filter(|object| {
            is_closed(object.handle)
                && (object.parent == object.handle || !is_closed(object.parent))
        });
        closed.map(|object| object.handle).collect()
    }

    /// Notes what is to be told of the link; what a new one found.
    fn link(&mut self, event: LinkEvent) -> Option<Outcome> {
        self.links.extend(self.arriving.take());
        let outcome = match &event {
            LinkEvent::Connected { outcome, .. } => Some(*outcome),
            _ => None,
        };
        match outcome {
            Some(Outcome::First | Outcome::Rejoined) => self.arriving = Some(event),
            Some(Outcome::Renewed) => {
                self.mirror.die(LOST);
                self.links.push_back(event);
            }
            Some(Outcome::Resumed) | None => self.links.push_back(event),
        }
        outcome
    }

    fn hand_over(&mut self, incoming: Vec<Incoming>) {
        self.connection = match std::mem::replace(&mut self.connection, Connection::Gone) {
            Connection::Here(client) => Connection::Renewed(client, incoming),
            other => other,
        };
    }

    fn renew(&mut self) -> Option<Self> {
        match std::mem::replace(&mut self.connection, Connection::Gone) {
            Connection::Renewed(client, incoming) => {
                let mut renewed = Self::new(client, self.last_request);
                renewed.take(incoming);
                Some(renewed)
            }
            other => {
                self.connection = other;
                None
            }
        }
    }

    /// Closes the connection by `leave`: all calls are rejected, and all Workers die.
    fn leave<T>(&mut self, leave: impl FnOnce(&mut Client) -> T) -> Option<T> {
        let mut client = match std::mem::replace(&mut self.connection, Connection::Gone) {
            Connection::Here(client) | Connection::Renewed(client, _) => client,
            Connection::Gone => return None,
        };
        let left = leave(&mut client);
        for came in client.receive() {
            if let Incoming::Unanswered { request, error } = came {
                self.mirror.answer(request, Err(error));
            }
        }
        self.mirror.die(CLOSED);
        Some(left)
    }

    fn client(&self) -> Option<&Client> {
        match &self.connection {
            Connection::Here(client) | Connection::Renewed(client, _) => Some(client),
            Connection::Gone => None,
        }
    }

    /// Sends what can't be refused. What concerns a session that is gone needn't be sent.
    fn send(&mut self, outgoing: Outgoing) {
        if let Connection::Here(client) = &mut self.connection {
            let _ = client.send(outgoing);
        }
    }

    fn flush(&mut self) {
        if let Connection::Here(client) = &mut self.connection {
            client.flush();
        }
    }

    fn next_request(&mut self) -> RequestId {
        self.last_request = self.last_request.checked_add(1).unwrap_or(1);
        RequestId(self.last_request)
    }
}
