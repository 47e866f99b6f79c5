//! Commands of [`FakeHost`](crate::FakeHost), checked as mediasoup checks them. `FakeHost::request` calls
//! `task` for each; it returns the work that is left to the fake worker (an in-process stand-in for
//! mediasoup's), such as a new object, or the error of the refused command.

use model::{Fields, Model, SctpStreams, State};
use protocol::limits::MESSAGE_BYTES;
use protocol::{
    Command, ConsumeData, CreateWebRtcTransport, Error, Handle, Json, Kind, Produce, ProduceData,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Work of a worker.
#[derive(Debug)]
pub(super) enum Task {
    Value(Json),
    Pause { now: bool, before: bool },
    Set(&'static str, String),
    Make(Box<New>),
}

/// An object that a worker is to make.
#[derive(Debug)]
pub(super) struct New {
    pub(super) kind: Kind,
    pub(super) id: Box<str>,
    pub(super) fields: Fields,
    pub(super) state: State,
    /// The WebRtcServer of a transport.
    pub(super) server: Option<Handle>,
}

/// Work that a command amounts to. `number` makes the id of a new object. An error is a refusal.
pub(super) fn task(
    model: &mut Model,
    target: Handle,
    number: u32,
    command: Command,
) -> Result<Task, Error> {
    let before = model.read(target, "paused") == Some("true");
    Ok(match command {
        Command::Dump => {
            let id = model.get(target).map(|it| it.id.to_string());
            Task::Value(Json::of(&json!({ "id": id })))
        }
        Command::Pause => Task::Pause { now: true, before },
        Command::Resume => Task::Pause { now: false, before },
        Command::SetPriority(priority) => {
            if !priority.as_f64().is_some_and(|priority| priority >= 0.0) {
                return Err(Error::type_error("priority must be a positive number"));
            }
            Task::Set("priority", priority.to_string())
        }
        Command::Send(send) if send.data.len() > MESSAGE_BYTES => {
            return Err(Error::plain("request too big [method:DATACONSUMER_SEND]"));
        }
        // The buffered amount.
        Command::Send(_) => Task::Value(Json::of(&0)),
        command => {
            let mut new = new(model, target, command)?;
            if new.id.is_empty() {
                new.id = format!("{number:08x}").into();
            }
            Task::Make(Box::new(new))
        }
    })
}

fn new(model: &mut Model, target: Handle, command: Command) -> Result<New, Error> {
    let bare = |kind, state| New {
        kind,
        id: "".into(),
        fields: Fields::default(),
        state,
        server: None,
    };
    match command {
        Command::CreateRouter(options) => {
            let rtp_capabilities = model.router_rtp_capabilities(options.media_codecs.as_ref())?;
            Ok(bare(Kind::Router, State::Router { rtp_capabilities }))
        }
        Command::CreateWebRtcServer(_) => {
            let transports = BTreeSet::new();
            Ok(bare(Kind::WebRtcServer, State::WebRtcServer { transports }))
        }
        Command::CreateDirectTransport(_) => Ok(bare(Kind::DirectTransport, transport(None))),
        Command::CreateWebRtcTransport(options) => {
            let server = server(model, target, &options)?;
            Ok(New {
                server: Some(server),
                ..bare(Kind::WebRtcTransport, transport(Some(server)))
            })
        }
        Command::CreateAudioLevelObserver(_) => Ok(bare(
            Kind::AudioLevelObserver,
            State::RtpObserver { paused: false },
        )),
        Command::Produce(options) => produce(model, target, options),
        Command::ProduceData(options) => produce_data(model, target, options),
        Command::Consume(options) => {
            let id = options.producer_id.as_ref().and_then(Value::as_str);
            let id = id.ok_or_else(|| Error::type_error("missing producerId"))?;
            let source = find(model, target, Kind::Producer, id)?;
            let kind = model.read(source, "kind").unwrap_or_default().to_owned();
            let state = State::Consumer {
                paused: options.paused == Some(Value::Bool(true)),
                producer_paused: model.read(source, "paused") == Some("true"),
            };
            let fields = Fields::default()
                .with("producerId", Some(json!(id).to_string()))
                .with("kind", Some(kind))
                .with("type", Some("\"simple\""))
                .with("priority", Some("1"))
                .with(
                    "score",
                    Some(r#"{"score":0,"producerScore":0,"producerScores":[]}"#),
                );
            Ok(New {
                fields,
                ..bare(Kind::Consumer, state)
            })
        }
        Command::ConsumeData(options) => consume_data(model, target, &options),
        other => Err(Error::unsupported(format!(
            "the fake has no such command: {other:?}"
        ))),
    }
}

fn produce(model: &mut Model, target: Handle, options: Produce) -> Result<New, Error> {
    let id = free_id(model, target, Kind::Producer, options.id.as_ref())?;
    let kind = options.kind.unwrap_or_default();
    let Some(kind @ ("audio" | "video")) = kind.as_str() else {
        let kind = kind.as_str().unwrap_or("undefined");
        return Err(Error::type_error(format!("invalid kind \"{kind}\"")));
    };
    let parameters = options.rtp_parameters.unwrap_or_default();
    let mut parameters: Value = serde_json::from_str(parameters.as_str())
        .map_err(|error| Error::type_error(error.to_string()))?;
    let router = model.router_of(target).unwrap_or_default();
    let Some(State::Router { rtp_capabilities }) = model.get(router).map(|it| &it.state) else {
        return Err(Error::not_found("the Router is unknown"));
    };
    let caps = Arc::clone(rtp_capabilities);
    let mapping = ortc::get_producer_rtp_parameters_mapping(&mut parameters, caps.value(), 1)?;
    let consumable =
        ortc::get_consumable_rtp_parameters(kind, &parameters, caps.value(), &mapping)?;
    Ok(New {
        kind: Kind::Producer,
        id,
        fields: Fields::default()
            .with("kind", Some(json!(kind).to_string()))
            .with("type", Some("\"simple\""))
            .with("rtpParameters", Some(parameters.to_string()))
            .with("score", Some("[]")),
        state: State::Producer {
            consumable_rtp_parameters: Arc::new(Json::of(&consumable).into()),
            paused: options.paused == Some(Value::Bool(true)),
        },
        server: None,
    })
}

fn produce_data(model: &Model, target: Handle, options: ProduceData) -> Result<New, Error> {
    let label = options.label.unwrap_or_else(|| json!(""));
    Ok(New {
        kind: Kind::DataProducer,
        id: free_id(model, target, Kind::DataProducer, options.id.as_ref())?,
        fields: Fields::default()
            .with("type", Some("\"direct\""))
            .with("label", Some(label.to_string())),
        state: State::DataProducer { paused: false },
        server: None,
    })
}

fn consume_data(model: &Model, target: Handle, options: &ConsumeData) -> Result<New, Error> {
    let id = options.data_producer_id.as_ref().and_then(Value::as_str);
    let id = id.ok_or_else(|| Error::type_error("missing dataProducerId"))?;
    let source = find(model, target, Kind::DataProducer, id)?;
    let label = model.read(source, "label").unwrap_or_default().to_owned();
    Ok(New {
        kind: Kind::DataConsumer,
        id: "".into(),
        fields: Fields::default()
            .with("dataProducerId", Some(json!(id).to_string()))
            .with("label", Some(label)),
        state: State::DataConsumer {
            paused: false,
            producer_paused: model.read(source, "paused") == Some("true"),
            stream_id: None,
        },
        server: None,
    })
}

fn transport(web_rtc_server: Option<Handle>) -> State {
    State::Transport {
        web_rtc_server,
        rtx: false,
        cname: None,
        next_mid: 0,
        sctp_streams: SctpStreams::default(),
    }
}

/// The id that a new (data) producer is given; empty if none was.
fn free_id(
    model: &Model,
    target: Handle,
    kind: Kind,
    given: Option<&Value>,
) -> Result<Box<str>, Error> {
    let given = given.and_then(Value::as_str).unwrap_or_default();
    match find(model, target, kind, given) {
        Ok(_) => Err(Error::type_error(format!(
            "a {kind:?} with same id \"{given}\" already exists"
        ))),
        Err(_) => Ok(given.into()),
    }
}

fn find(model: &Model, transport: Handle, kind: Kind, id: &str) -> Result<Handle, Error> {
    let router = model.router_of(transport);
    let found = router.and_then(|router| model.find_in_router(router, kind, id));
    found.ok_or_else(|| Error::not_found(format!("{kind:?} with id \"{id}\" not found")))
}

fn server(model: &Model, router: Handle, options: &CreateWebRtcTransport) -> Result<Handle, Error> {
    let id = options.web_rtc_server_id.as_ref().and_then(Value::as_str);
    let worker = model.get(router).map(|it| it.worker).unwrap_or_default();
    let found = id.and_then(|id| model.find(worker, id));
    found.ok_or_else(|| Error::type_error("the fake makes WebRtcTransports with a WebRtcServer"))
}
