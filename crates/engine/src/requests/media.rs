//! Encoder of `consume()` of a Transport, and of a Consumer's preferred layers and priority. Each
//! function checks the arguments as mediasoup does, computes the Consumer's RTP parameters where it
//! makes one, and returns the request to the worker process, or mediasoup's error.

use super::{Ask, Scope, check_app_data};
use crate::created::Making;
use crate::encode;
use crate::pending::{MemberUpdate, New, Then};
use crate::table::flag;
use fbs::consumer::{SetPreferredLayersRequest, SetPriorityRequest};
use fbs::request::{Body, Method};
use fbs::rtp_parameters::{MediaKind, Type};
use fbs::transport::ConsumeRequest;
use js_value::uint8;
use model::{Document, Fields, MemberText, State};
use ortc::{Consumable, ConsumableParams};
use protocol::limits::CONSUMER_MIDS;
use protocol::{Consume, Error, Json, Kind, SetPreferredLayers};
use serde_json::Value;
use std::sync::Arc;

/// Properties that a Consumer takes over from its Producer.
struct Source {
    id: Box<str>,
    /// The Producer's `kind` and `type`, as JSON text.
    kind: MemberText,
    type_: MemberText,
    consumable: Arc<Document<Consumable>>,
}

impl Scope<'_> {
    pub(super) fn consume(&mut self, options: &Consume) -> Result<Ask, Error> {
        let producer_id = producer_id(options.producer_id.as_ref())?;
        check_app_data(options.app_data.as_ref())?;
        let mid = match &options.mid {
            Some(mid) if js_value::truthy(Some(mid)) => match mid {
                Value::String(mid) => Some(mid.clone()),
                _ => return Err(Error::type_error("if given, mid must be non empty string")),
            },
            _ => None,
        };
        let caps = self
            .core
            .model
            .rtp_capabilities(options.rtp_capabilities.as_ref())?;
        let source = self.source(producer_id)?;
        let pipe = js_value::truthy(options.pipe.as_ref());
        let enable_rtx = match &options.enable_rtx {
            None => source.kind == kind_text(MediaKind::Video),
            given => js_value::truthy(given.as_ref()),
        };
        let random = &mut self.core.random;
        let mut rtp_parameters = ortc::get_consumer_rtp_parameters(
            source.consumable.value(),
            caps.value(),
            pipe,
            enable_rtx,
            || random.ssrc(),
        )?;
        if !pipe {
            let mid = mid.unwrap_or_else(|| self.next_mid().to_string());
            rtp_parameters["mid"] = mid.into();
        }
        let type_ = if pipe {
            "\"pipe\"".into()
        } else {
            source.type_.clone()
        };
        self.consume_with(source, type_, &rtp_parameters, options)
    }

    /// `pipeTransport.consume()`: the Producer's streams as they are.
    pub(super) fn pipe_consume(&mut self, options: &Consume) -> Result<Ask, Error> {
        let producer_id = producer_id(options.producer_id.as_ref())?;
        check_app_data(options.app_data.as_ref())?;
        let source = self.source(producer_id)?;
        let rtx = match self
            .core
            .model
            .get(self.target)
            .map(|transport| &transport.state)
        {
            Some(State::Transport { rtx, .. }) => *rtx,
            _ => false,
        };
        let random = &mut self.core.random;
        let rtp_parameters =
            ortc::get_pipe_consumer_rtp_parameters(source.consumable.value(), rtx, || {
                random.ssrc()
            })?;
        let options = Consume {
            app_data: options.app_data.clone(),
            ..Consume::default()
        };
        self.consume_with(source, "\"pipe\"".into(), &rtp_parameters, &options)
    }

    pub(super) fn set_preferred_layers(
        &mut self,
        layers: &SetPreferredLayers,
    ) -> Result<Ask, Error> {
        let preferred_layers = encode::preferred_layers(
            layers.spatial_layer.as_ref(),
            layers.temporal_layer.as_ref(),
        )?;
        let body = SetPreferredLayersRequest {
            preferred_layers: Box::new(preferred_layers),
        };
        Ok(self.to_self(
            Method::ConsumerSetPreferredLayers,
            Some(Body::ConsumerSetPreferredLayersRequest(Box::new(body))),
            Then::Update(MemberUpdate::PreferredLayers),
        ))
    }

    pub(super) fn set_priority(&mut self, priority: &Value) -> Result<Ask, Error> {
        if !priority.as_f64().is_some_and(|priority| priority >= 0.0) {
            return Err(Error::type_error("priority must be a positive number"));
        }
        let body = SetPriorityRequest {
            priority: uint8(Some(priority), 1),
        };
        Ok(self.to_self(
            Method::ConsumerSetPriority,
            Some(Body::ConsumerSetPriorityRequest(Box::new(body))),
            Then::Update(MemberUpdate::Priority),
        ))
    }

    fn consume_with(
        &mut self,
        source: Source,
        type_: MemberText,
        rtp_parameters: &Value,
        options: &Consume,
    ) -> Result<Ask, Error> {
        let layers = options.preferred_layers.as_ref();
        let preferred_layers = layers.filter(|_| js_value::truthy(layers)).map(|layers| {
            Box::new(encode::consumer_layers(
                layers.get("spatialLayer"),
                layers.get("temporalLayer"),
            ))
        });
        let id = self.core.random.uuid();
        let encodings = source.consumable.value().get("encodings");
        let body = ConsumeRequest {
            consumer_id: id.to_string(),
            producer_id: source.id.to_string(),
            kind: if source.kind == kind_text(MediaKind::Audio) {
                MediaKind::Audio
            } else {
                MediaKind::Video
            },
            rtp_parameters: Box::new(encode::rtp_parameters(rtp_parameters)?),
            type_: match &*type_ {
                "\"simulcast\"" => Type::Simulcast,
                "\"svc\"" => Type::Svc,
                "\"pipe\"" => Type::Pipe,
                _ => Type::Simple,
            },
            consumable_rtp_encodings: encode::rtp_encodings(encodings.unwrap_or(&Value::Null))?,
            paused: flag(options.paused.as_ref(), false),
            preferred_layers,
            ignore_dtx: js_value::truthy(options.ignore_dtx.as_ref()),
        };
        let fields = Fields::default()
            .with("producerId", Some(Json::of(&source.id).into_string()))
            .with("kind", Some(source.kind))
            .with("type", Some(type_))
            .with(
                "rtpParameters",
                Some(Json::of(rtp_parameters).into_string()),
            )
            .with("priority", Some("1"));
        Ok(self.create_media(
            Method::TransportConsume,
            Body::TransportConsumeRequest(Box::new(body)),
            New {
                kind: Kind::Consumer,
                id,
                parent: self.target,
                fields,
                making: Making::Consumer {
                    piped: self.kind == Kind::PipeTransport,
                },
                app_data_of: None,
            },
        ))
    }

    pub(super) fn create_media(&self, method: Method, body: Body, new: New) -> Ask {
        self.to_self(method, Some(body), Then::Create(Box::new(new)))
    }

    fn source(&self, producer_id: &str) -> Result<Source, Error> {
        let missing = || Error::not_found(format!("Producer with id \"{producer_id}\" not found"));
        let handle = self.find(Kind::Producer, producer_id).ok_or_else(missing)?;
        let producer = self.core.model.get(handle).ok_or_else(missing)?;
        let State::Producer {
            consumable_rtp_parameters,
            ..
        } = &producer.state
        else {
            return Err(missing());
        };
        let text = |member| producer.read(member).unwrap_or_default().to_owned().into();
        Ok(Source {
            id: producer.id.clone(),
            kind: match producer.read("kind") {
                Some("\"audio\"") => kind_text(MediaKind::Audio),
                _ => kind_text(MediaKind::Video),
            },
            type_: text("type"),
            consumable: Arc::clone(consumable_rtp_parameters),
        })
    }

    fn next_mid(&mut self) -> u32 {
        let transport = self.core.model.get_mut(self.target);
        let Some(State::Transport { next_mid, .. }) = transport.map(|it| &mut it.state) else {
            return 0;
        };
        let mid = *next_mid;
        *next_mid = (mid + 1) % CONSUMER_MIDS;
        mid
    }
}

fn producer_id(value: Option<&Value>) -> Result<&str, Error> {
    value
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| Error::type_error("missing producerId"))
}

pub(super) fn kind_text(kind: MediaKind) -> MemberText {
    match kind {
        MediaKind::Audio => "\"audio\"".into(),
        MediaKind::Video => "\"video\"".into(),
    }
}
