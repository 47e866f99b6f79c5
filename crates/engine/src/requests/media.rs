//! Producing and consuming media, and what Consumers are told.

use super::{Ask, Scope, check_app_data};
use crate::born::Making;
use crate::coerce::{self, flag, uint8, uint32};
use crate::encode;
use crate::pending::{New, Then, Update};
use fbs::consumer::{SetPreferredLayersRequest, SetPriorityRequest};
use fbs::request::{Body, Method};
use fbs::rtp_parameters::{MediaKind, Type};
use fbs::transport::{ConsumeRequest, ProduceRequest};
use model::{Document, Fields, State, Text};
use protocol::limits::CONSUMER_MIDS;
use protocol::{Consume, Error, Json, Kind, Produce, SetPreferredLayers};
use serde_json::{Value, json};
use std::sync::Arc;

/// What a Consumer takes over from its Producer.
struct Source {
    id: Box<str>,
    /// The Producer's `kind` and `type`, as JSON text.
    kind: Text,
    type_: Text,
    consumable: Arc<Document>,
}

impl Scope<'_> {
    pub(super) fn produce(&mut self, options: Produce) -> Result<Ask, Error> {
        if coerce::truthy(options.id.as_ref()) {
            let id = coerce::text(options.id.as_ref());
            let model = &self.core.model;
            let same = self
                .find(Kind::Producer, &id)
                .and_then(|same| model.get(same));
            if same.is_some_and(|same| same.parent == self.target) {
                return Err(Error::type_error(format!(
                    "a Producer with same id \"{id}\" already exists"
                )));
            }
        }
        let (kind, media_kind) = media_kind(options.kind.as_ref())?;
        check_app_data(options.app_data.as_ref())?;
        let Some(mut rtp_parameters) = options.rtp_parameters else {
            return Err(Error::type_error("params is not an object"));
        };
        ortc::validate_and_normalize_rtp_parameters(&mut rtp_parameters)?;
        if rtp_parameters["encodings"]
            .as_array()
            .is_none_or(Vec::is_empty)
        {
            rtp_parameters["encodings"] = json!([{}]);
        }
        self.set_cname(&mut rtp_parameters);

        let router_caps = self.router_rtp_capabilities()?;
        let caps = router_caps.value();
        let mapping = ortc::get_producer_rtp_parameters_mapping(
            &mut rtp_parameters,
            caps,
            self.core.random.ssrc(),
        )?;
        let consumable =
            ortc::get_consumable_rtp_parameters(kind, &rtp_parameters, caps, &mapping)?;

        let id = self.id(options.id.as_ref())?;
        let paused = flag(options.paused.as_ref(), false);
        let body = ProduceRequest {
            producer_id: id.to_string(),
            kind: media_kind,
            rtp_parameters: Box::new(encode::rtp_parameters(&rtp_parameters)?),
            rtp_mapping: Box::new(encode::rtp_mapping(&mapping)?),
            paused,
            key_frame_request_delay: uint32(options.key_frame_request_delay.as_ref(), 0),
            enable_mediasoup_packet_id_header_extension: flag(
                options.enable_mediasoup_packet_id_header_extension.as_ref(),
                false,
            ),
        };
        let fields = Fields::default()
            .with("kind", Some(kind_text(media_kind)))
            .with(
                "rtpParameters",
                Some(Json::of(&rtp_parameters).into_string()),
            )
            .with("score", Some("[]"));
        let making = Making::Producer {
            consumable_rtp_parameters: Arc::new(Document::from(consumable)),
            paused: coerce::truthy(options.paused.as_ref()),
        };
        Ok(self.create_media(
            Method::TransportProduce,
            Body::TransportProduceRequest(Box::new(body)),
            New {
                kind: Kind::Producer,
                id,
                parent: self.target,
                fields,
                making,
                app_data_of: options.app_data_of,
            },
        ))
    }

    pub(super) fn consume(&mut self, options: &Consume) -> Result<Ask, Error> {
        let producer_id = producer_id(options.producer_id.as_ref())?;
        check_app_data(options.app_data.as_ref())?;
        let mid = match &options.mid {
            Some(mid) if coerce::truthy(Some(mid)) => match mid {
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
        let pipe = coerce::truthy(options.pipe.as_ref());
        let enable_rtx = match &options.enable_rtx {
            None => source.kind == kind_text(MediaKind::Video),
            given => coerce::truthy(given.as_ref()),
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
            Then::Update(Update::PreferredLayers),
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
            Then::Update(Update::Priority),
        ))
    }

    fn consume_with(
        &mut self,
        source: Source,
        type_: Text,
        rtp_parameters: &Value,
        options: &Consume,
    ) -> Result<Ask, Error> {
        let layers = options.preferred_layers.as_ref();
        let preferred_layers = layers.filter(|_| coerce::truthy(layers)).map(|layers| {
            Box::new(encode::consumer_layers(
                layers.get("spatialLayer"),
                layers.get("temporalLayer"),
            ))
        });
        let id = self.core.random.uuid();
        let consumable = source.consumable.value();
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
            consumable_rtp_encodings: encode::rtp_encodings(&consumable["encodings"])?,
            paused: flag(options.paused.as_ref(), false),
            preferred_layers,
            ignore_dtx: coerce::truthy(options.ignore_dtx.as_ref()),
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

    fn router_rtp_capabilities(&self) -> Result<Arc<Document>, Error> {
        let model = &self.core.model;
        let router = model.get(self.target).and_then(|transport| {
            // A real Router that has closed is forgotten, the logical one isn't.
            let home = model.get(transport.home);
            home.or_else(|| model.get(transport.parent))
        });
        match router.map(|router| &router.state) {
            Some(State::Router { rtp_capabilities }) => Ok(Arc::clone(rtp_capabilities)),
            _ => Err(Error::not_found("the Router is unknown")),
        }
    }

    /// All Producers of a transport share a CNAME, the first that is given or a random one. Those
    /// of a PipeTransport come from many senders: each keeps its own, or gets one of its own,
    /// because the worker takes those of one CNAME to share a clock.
    fn set_cname(&mut self, rtp_parameters: &mut Value) {
        let given = rtp_parameters["rtcp"]["cname"]
            .as_str()
            .filter(|cname| !cname.is_empty())
            .map(Box::<str>::from);
        let random = &mut self.core.random;
        let transport = self.core.model.get_mut(self.target);
        let cname = match transport.map(|transport| &mut transport.state) {
            Some(State::Transport { cname, .. }) if self.kind != Kind::PipeTransport => cname
                .get_or_insert_with(|| given.unwrap_or_else(|| random.cname()))
                .clone(),
            _ => given.unwrap_or_else(|| random.cname()),
        };
        rtp_parameters["rtcp"]["cname"] = Value::String(cname.into());
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

fn media_kind(value: Option<&Value>) -> Result<(&str, MediaKind), Error> {
    match value.and_then(Value::as_str) {
        Some(kind @ "audio") => Ok((kind, MediaKind::Audio)),
        Some(kind @ "video") => Ok((kind, MediaKind::Video)),
        _ => Err(Error::type_error(format!(
            "invalid kind \"{}\"",
            coerce::text(value)
        ))),
    }
}

fn kind_text(kind: MediaKind) -> Text {
    match kind {
        MediaKind::Audio => "\"audio\"".into(),
        MediaKind::Video => "\"video\"".into(),
    }
}
