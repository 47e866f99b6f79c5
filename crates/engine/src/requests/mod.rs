//! Encoder of commands (method calls of the application, as data) into requests to the worker process.
//! `Local` calls `ask` for each command: it checks the arguments in mediasoup's order and with its
//! words, and returns the request with the work that its reply completes, or the error with which the
//! call rejects.

mod data;
mod media;
mod object;
mod observer;
mod produce;
mod router;
mod transport;
mod worker;

pub(crate) use object::{close, handler_id, notice};

use crate::core::Core;
use crate::pending::Then;
use crate::table::optional_text;
use fbs::request::{Body, Method};
use protocol::{Command, Error, Handle, Kind};
use serde_json::Value;

/// A request ready to be sent.
#[derive(Debug)]
pub(crate) struct Ask {
    pub method: Method,
    pub handler_id: Box<str>,
    pub body: Option<Body>,
    pub then: Then,
}

/// Turns a command to `target` into the request that says it to the worker.
pub(crate) fn ask(core: &mut Core, target: Handle, command: Command) -> Result<Ask, Error> {
    let kind = core
        .model
        .get(target)
        .map(|entity| entity.kind)
        .ok_or_else(|| Error::not_found("the object is unknown"))?;
    let mut scope = Scope { core, target, kind };
    match command {
        Command::Dump
        | Command::GetStats
        | Command::Pause
        | Command::Resume
        | Command::EnableTraceEvent(_) => scope.common(command),

        Command::GetResourceUsage => Ok(scope.plain(Method::WorkerGetResourceUsage, Then::Value)),
        Command::UpdateSettings(options) => scope.update_settings(&options),
        Command::CreateWebRtcServer(options) => scope.create_web_rtc_server(&options),
        Command::CreateRouter(options) => scope.create_router(&options),

        Command::CreateWebRtcTransport(options) => scope.create_web_rtc_transport(&options),
        Command::CreatePlainTransport(options) => scope.create_plain_transport(&options),
        Command::CreatePipeTransport(options) => scope.create_pipe_transport(&options),
        Command::CreateDirectTransport(options) => scope.create_direct_transport(&options),
        Command::CreateActiveSpeakerObserver(options) => {
            scope.create_active_speaker_observer(&options)
        }
        Command::CreateAudioLevelObserver(options) => scope.create_audio_level_observer(&options),

        Command::Connect(options) => scope.connect(&options),
        Command::SetMaxIncomingBitrate(bitrate) => {
            scope.set_bitrate(Method::TransportSetMaxIncomingBitrate, &bitrate)
        }
        Command::SetMaxOutgoingBitrate(bitrate) => {
            scope.set_bitrate(Method::TransportSetMaxOutgoingBitrate, &bitrate)
        }
        Command::SetMinOutgoingBitrate(bitrate) => {
            scope.set_bitrate(Method::TransportSetMinOutgoingBitrate, &bitrate)
        }
        Command::RestartIce => Ok(scope.restart_ice()),
        Command::Produce(options) => scope.produce(&options),
        Command::Consume(options) if kind == Kind::PipeTransport => scope.pipe_consume(&options),
        Command::Consume(options) => scope.consume(&options),
        Command::ProduceData(options) => scope.produce_data(options),
        Command::ConsumeData(options) => scope.consume_data(&options),

        Command::SetPreferredLayers(layers) => scope.set_preferred_layers(&layers),
        Command::SetPriority(priority) => scope.set_priority(&priority),
        Command::RequestKeyFrame => Ok(scope.plain(Method::ConsumerRequestKeyFrame, Then::Done)),

        Command::SetBufferedAmountLowThreshold(threshold) => {
            Ok(scope.set_buffered_amount_low_threshold(&threshold))
        }
        Command::GetBufferedAmount => {
            Ok(scope.plain(Method::DataconsumerGetBufferedAmount, Then::Value))
        }
        Command::Send(message) => Ok(scope.send(message)),
        Command::SetSubchannels(subchannels) => scope.set_subchannels(&subchannels),
        Command::AddSubchannel(subchannel) => Ok(scope.add_subchannel(&subchannel)),
        Command::RemoveSubchannel(subchannel) => Ok(scope.remove_subchannel(&subchannel)),

        Command::AddProducer(options) => scope.observe(&options, true),
        Command::RemoveProducer(options) => scope.observe(&options, false),

        Command::CreateWorker(_) | Command::PipeToRouter(_) => Err(Error::unsupported(
            "createWorker() and pipeToRouter() are not commands of a single worker",
        )),
    }
}

/// The object that a command is for, and what surrounds it.
struct Scope<'a> {
    core: &'a mut Core,
    target: Handle,
    kind: Kind,
}

impl Scope<'_> {
    /// A request to the object itself.
    fn to_self(&self, method: Method, body: Option<Body>, then: Then) -> Ask {
        Ask {
            method,
            handler_id: handler_id(self.core, self.target),
            body,
            then,
        }
    }

    /// A request to the object itself that carries nothing.
    fn plain(&self, method: Method, then: Then) -> Ask {
        self.to_self(method, None, then)
    }

    /// Checks the id of a Producer or DataProducer as mediasoup does: no other one of its transport may
    /// have it.
    fn check_id(&self, kind: Kind, given: Option<&Value>) -> Result<(), Error> {
        if !js_value::truthy(given) {
            return Ok(());
        }
        let id = js_value::text(given);
        let same = self.find(kind, &id);
        let same = same.and_then(|same| self.core.model.get(same));
        if same.is_some_and(|same| same.parent == self.target) {
            return Err(Error::type_error(format!(
                "a {kind:?} with same id \"{id}\" already exists"
            )));
        }
        Ok(())
    }

    /// The id that the application gave, or a new one. A worker refuses an id that it has already;
    /// one that another real Worker of the same logical one has is refused here, in its words.
    fn id(&mut self, given: Option<&Value>) -> Result<Box<str>, Error> {
        match optional_text(given) {
            None => Ok(self.core.random.uuid()),
            Some(id) if self.core.model.is_taken_elsewhere(self.target, &id) => Err(Error::plain(
                format!("Channel request handler with ID {id} already exists"),
            )),
            Some(id) => Ok(id.into()),
        }
    }

    /// The open object of this kind with this id in the target's Router.
    fn find(&self, kind: Kind, id: &str) -> Option<Handle> {
        let model = &self.core.model;
        model.find_in_router(model.router_of(self.target)?, kind, id)
    }
}

/// Checks an object's appData as mediasoup does.
fn check_app_data(app_data: Option<&Value>) -> Result<(), Error> {
    match app_data {
        Some(value) if js_value::truthy(Some(value)) && !value.is_object() && !value.is_array() => {
            Err(Error::type_error("if given, appData must be an object"))
        }
        _ => Ok(()),
    }
}
