//! Encoder of `produce()` of a Transport. It validates the RTP parameters, matches them with the
//! Router's codecs, and returns the request to the worker process, or mediasoup's error.
//!
//! The parameters of a Producer are two things here: an [`Offer`](crate::offers::Offer) (codecs and
//! header extensions), which many Producers share, and its streams, which are its own.

use super::media::kind_text;
use super::{Ask, Scope, check_app_data};
use crate::created::Making;
use crate::encode;
use crate::offers::{Asked, Parts};
use crate::pending::New;
use crate::table::flag;
use fbs::request::{Body, Method};
use fbs::rtp_parameters::{MediaKind, RtpMapping, RtpParameters};
use fbs::transport::ProduceRequest;
use js_value::uint32;
use model::{Document, Fields, State};
use ortc::Consumable;
use protocol::{Error, Json, Kind, Produce};
use serde_json::{Value, json};
use std::sync::Arc;

/// Parameters that the Router has agreed to.
struct Negotiated {
    /// As the application reads them.
    text: Json,
    /// As the worker reads them.
    parameters: RtpParameters,
    mapping: RtpMapping,
    consumable: Consumable,
}

impl Scope<'_> {
    pub(super) fn produce(&mut self, options: &Produce) -> Result<Ask, Error> {
        self.check_id(Kind::Producer, options.id.as_ref())?;
        let (kind, media_kind) = media_kind(options.kind.as_ref())?;
        check_app_data(options.app_data.as_ref())?;
        let Some(parameters) = &options.rtp_parameters else {
            return Err(Error::type_error("params is not an object"));
        };
        let Negotiated {
            text,
            parameters,
            mapping,
            consumable,
        } = match self.negotiate(kind, parameters) {
            Ok(negotiated) => negotiated,
            Err(error) => return Err(self.refusal(kind, parameters, options).unwrap_or(error)),
        };
        let id = self.id(options.id.as_ref())?;
        let body = ProduceRequest {
            producer_id: id.to_string(),
            kind: media_kind,
            rtp_parameters: Box::new(parameters),
            rtp_mapping: Box::new(mapping),
            paused: flag(options.paused.as_ref(), false),
            key_frame_request_delay: uint32(options.key_frame_request_delay.as_ref(), 0),
            enable_mediasoup_packet_id_header_extension: flag(
                options.enable_mediasoup_packet_id_header_extension.as_ref(),
                false,
            ),
        };
        let fields = Fields::default()
            .with("kind", Some(kind_text(media_kind)))
            .with("rtpParameters", Some(text.into_string()))
            .with("score", Some("[]"));
        let making = Making::Producer {
            consumable_rtp_parameters: Arc::new(Document::from(consumable)),
            paused: js_value::truthy(options.paused.as_ref()),
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

    fn negotiate(&mut self, kind: &str, parameters: &Json) -> Result<Negotiated, Error> {
        let parts: Parts<'_> = serde_json::from_str(parameters.as_str())
            .map_err(|error| Error::type_error(error.to_string()))?;
        let offer = self.core.offers.get(&Asked {
            kind,
            codecs: parts.codecs,
            header_extensions: parts.header_extensions,
            router_caps: &self.router_rtp_capabilities()?,
        })?;
        let mut streams = parts.streams;
        self.complete(&mut streams)?;
        let mapping = self.mapping(&mut streams, &Value::Null)?;
        let consumable = ortc::consumable_streams(&streams, &mapping)?;
        Ok(Negotiated {
            text: offer.with(&streams),
            parameters: RtpParameters {
                codecs: offer.encoded_codecs.clone(),
                header_extensions: offer.encoded_header_extensions.clone(),
                ..encode::rtp_parameters(&streams)?
            },
            mapping: RtpMapping {
                codecs: offer.mapping.clone(),
                ..encode::rtp_mapping(&mapping)?
            },
            consumable: Consumable::new(Arc::clone(&offer.consumable), consumable),
        })
    }

    /// Returns the error of refused parameters. Of several it is mediasoup's first, found by checking
    /// the parameters as a whole, in its order.
    fn refusal(&mut self, kind: &str, parameters: &Json, options: &Produce) -> Option<Error> {
        let mut params = serde_json::from_str(parameters.as_str()).unwrap_or_default();
        let mut look = || {
            self.complete(&mut params)?;
            let router_caps = self.router_rtp_capabilities()?;
            let mapping = self.mapping(&mut params, router_caps.value())?;
            ortc::get_consumable_rtp_parameters(kind, &params, router_caps.value(), &mapping)?;
            self.id(options.id.as_ref())?;
            encode::rtp_parameters(&params)?;
            encode::rtp_mapping(&mapping)
        };
        look().err()
    }

    /// Validates parameters and fills in what mediasoup does.
    fn complete(&mut self, params: &mut Value) -> Result<(), Error> {
        ortc::validate_and_normalize_rtp_parameters(params)?;
        if params["encodings"].as_array().is_none_or(Vec::is_empty) {
            params["encodings"] = json!([{}]);
        }
        self.set_cname(params);
        Ok(())
    }

    fn mapping(&mut self, params: &mut Value, caps: &Value) -> Result<Value, Error> {
        ortc::get_producer_rtp_parameters_mapping(params, caps, self.core.random.ssrc())
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
}

fn media_kind(value: Option<&Value>) -> Result<(&str, MediaKind), Error> {
    match value.and_then(Value::as_str) {
        Some(kind @ "audio") => Ok((kind, MediaKind::Audio)),
        Some(kind @ "video") => Ok((kind, MediaKind::Video)),
        _ => Err(Error::type_error(format!(
            "invalid kind \"{}\"",
            js_value::text(value)
        ))),
    }
}
