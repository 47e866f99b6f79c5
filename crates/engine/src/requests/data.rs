//! Encoder of `produceData()` and `consumeData()` of a Transport, and of the methods of a DataConsumer
//! (`send()`, subchannels, threshold). Each function checks the arguments as mediasoup does and returns
//! the request to the worker process, or mediasoup's error.

use super::{Ask, Scope, check_app_data};
use crate::created::Making;
use crate::encode;
use crate::pending::{MemberUpdate, New, Then};
use crate::table::{flag, optional_text};
use fbs::data_consumer::{
    AddSubchannelRequest, RemoveSubchannelRequest, SendRequest,
    SetBufferedAmountLowThresholdRequest, SetSubchannelsRequest,
};
use fbs::request::{Body, Method};
use fbs::transport::{ConsumeDataRequest, ProduceDataRequest};
use fbs::{data_consumer, data_producer};
use js_value::{Js, uint16, uint32};
use model::{Fields, State};
use protocol::{ConsumeData, Error, Kind, Level, Logger, ProduceData, Send};
use serde_json::{Value, json};

impl Scope<'_> {
    pub(super) fn produce_data(&mut self, options: ProduceData) -> Result<Ask, Error> {
        self.check_id(Kind::DataProducer, options.id.as_ref())?;
        check_app_data(options.app_data.as_ref())?;
        let (type_, sctp_stream_parameters) = if self.kind == Kind::DirectTransport {
            if js_value::truthy(options.sctp_stream_parameters.as_ref()) {
                self.warn(
                    "produceData() | sctpStreamParameters are ignored when producing data on a \
                     DirectTransport",
                );
            }
            (data_producer::Type::Direct, None)
        } else {
            let Some(mut parameters) = options.sctp_stream_parameters else {
                return Err(Error::type_error("params is not an object"));
            };
            ortc::validate_and_normalize_sctp_stream_parameters(&mut parameters)?;
            let parameters = encode::sctp_stream_parameters(&parameters)?;
            (data_producer::Type::Sctp, Some(Box::new(parameters)))
        };
        let id = self.id(options.id.as_ref())?;
        let body = ProduceDataRequest {
            data_producer_id: id.to_string(),
            type_,
            sctp_stream_parameters,
            label: text_or_empty(options.label.as_ref()),
            protocol: text_or_empty(options.protocol.as_ref()),
            paused: flag(options.paused.as_ref(), false),
        };
        Ok(self.create_media(
            Method::TransportProduceData,
            Body::TransportProduceDataRequest(Box::new(body)),
            New {
                kind: Kind::DataProducer,
                id,
                parent: self.target,
                fields: Fields::default(),
                making: Making::DataProducer {
                    paused: js_value::truthy(options.paused.as_ref()),
                },
                app_data_of: options.app_data_of,
            },
        ))
    }

    pub(super) fn consume_data(&mut self, options: &ConsumeData) -> Result<Ask, Error> {
        let data_producer_id = options
            .data_producer_id
            .as_ref()
            .and_then(Value::as_str)
            .filter(|id| !id.is_empty())
            .ok_or_else(|| Error::type_error("missing dataProducerId"))?;
        check_app_data(options.app_data.as_ref())?;
        let model = &self.core.model;
        let producer = self
            .find(Kind::DataProducer, data_producer_id)
            .and_then(|handle| model.get(handle))
            .ok_or_else(|| {
                Error::not_found(format!(
                    "DataProducer with id \"{data_producer_id}\" not found"
                ))
            })?;
        let member = |name| {
            let text = producer.read(name)?;
            serde_json::from_str::<Value>(text).ok()
        };
        let label = member("label");
        let protocol = member("protocol");
        let of_producer = member("sctpStreamParameters");

        let (type_, stream_id, sctp_stream_parameters) = if self.kind == Kind::DirectTransport {
            let ignored = [
                &options.ordered,
                &options.max_packet_life_time,
                &options.max_retransmits,
            ];
            if ignored.into_iter().any(Option::is_some) {
                self.warn(
                    "consumeData() | ordered, maxPacketLifeTime and maxRetransmits are ignored \
                     when consuming data on a DirectTransport",
                );
            }
            (data_consumer::Type::Direct, None, None)
        } else {
            let stream_id = self.allocate_stream()?;
            let parameters = stream_parameters(of_producer, stream_id, options);
            let parameters = encode::sctp_stream_parameters(&parameters)?;
            (
                data_consumer::Type::Sctp,
                Some(stream_id),
                Some(Box::new(parameters)),
            )
        };
        let subchannels = uint16s(options.subchannels.as_ref())?;
        let id = self.core.random.uuid();
        let body = ConsumeDataRequest {
            data_consumer_id: id.to_string(),
            data_producer_id: data_producer_id.to_owned(),
            type_,
            sctp_stream_parameters,
            label: text_or_empty(label.as_ref()),
            protocol: text_or_empty(protocol.as_ref()),
            paused: flag(options.paused.as_ref(), false),
            subchannels: Some(subchannels),
        };
        Ok(self.create_media(
            Method::TransportConsumeData,
            Body::TransportConsumeDataRequest(Box::new(body)),
            New {
                kind: Kind::DataConsumer,
                id,
                parent: self.target,
                fields: Fields::default(),
                making: Making::DataConsumer { stream_id },
                app_data_of: None,
            },
        ))
    }

    pub(super) fn set_buffered_amount_low_threshold(&mut self, threshold: &Value) -> Ask {
        let body = SetBufferedAmountLowThresholdRequest {
            threshold: uint32(Some(threshold), 0),
        };
        self.to_self(
            Method::DataconsumerSetBufferedAmountLowThreshold,
            Some(Body::DataConsumerSetBufferedAmountLowThresholdRequest(
                Box::new(body),
            )),
            Then::Done,
        )
    }

    pub(super) fn send(&mut self, message: Send) -> Ask {
        let body = SendRequest {
            ppid: message.ppid,
            data: message.data,
        };
        self.to_self(
            Method::DataconsumerSend,
            Some(Body::DataConsumerSendRequest(Box::new(body))),
            Then::Value,
        )
    }

    pub(super) fn set_subchannels(&mut self, subchannels: &Value) -> Result<Ask, Error> {
        let body = SetSubchannelsRequest {
            subchannels: uint16s(Some(subchannels))?,
        };
        Ok(self.to_self(
            Method::DataconsumerSetSubchannels,
            Some(Body::DataConsumerSetSubchannelsRequest(Box::new(body))),
            Then::Update(MemberUpdate::Subchannels),
        ))
    }

    pub(super) fn add_subchannel(&mut self, subchannel: &Value) -> Ask {
        let body = AddSubchannelRequest {
            subchannel: uint16(Some(subchannel), 0),
        };
        self.to_self(
            Method::DataconsumerAddSubchannel,
            Some(Body::DataConsumerAddSubchannelRequest(Box::new(body))),
            Then::Update(MemberUpdate::Subchannels),
        )
    }

    pub(super) fn remove_subchannel(&mut self, subchannel: &Value) -> Ask {
        let body = RemoveSubchannelRequest {
            subchannel: uint16(Some(subchannel), 0),
        };
        self.to_self(
            Method::DataconsumerRemoveSubchannel,
            Some(Body::DataConsumerRemoveSubchannelRequest(Box::new(body))),
            Then::Update(MemberUpdate::Subchannels),
        )
    }

    fn warn(&mut self, line: &str) {
        self.core.log(Logger::Transport, Level::Warn, line);
    }

    fn allocate_stream(&mut self) -> Result<u16, Error> {
        let transport = self.core.model.get_mut(self.target);
        match transport.map(|transport| &mut transport.state) {
            Some(State::Transport { sctp_streams, .. }) => sctp_streams.allocate(),
            _ => None,
        }
        .ok_or_else(|| Error::plain("no sctpStreamId available"))
    }
}

/// The DataProducer's own parameters on another stream, unless the options say otherwise.
fn stream_parameters(of_producer: Option<Value>, stream_id: u16, options: &ConsumeData) -> Value {
    let mut parameters = of_producer.unwrap_or_else(|| json!({ "ordered": true }));
    parameters["streamId"] = stream_id.into();
    let ordered = js_value::truthy(options.ordered.as_ref());
    if let Some(value) = &options.ordered {
        parameters["ordered"] = value.clone();
    }
    for (name, value) in [
        ("maxPacketLifeTime", &options.max_packet_life_time),
        ("maxRetransmits", &options.max_retransmits),
    ] {
        if ordered {
            parameters[name] = Value::Null;
        } else if let Some(value) = value {
            parameters["ordered"] = false.into();
            parameters[name] = value.clone();
        }
    }
    parameters
}

/// A string whose default is empty.
fn text_or_empty(value: Option<&Value>) -> Option<String> {
    match value {
        None => Some(String::new()),
        value => optional_text(value),
    }
}

/// The elements by index, as far as `length` says. Of what has no length there are none.
pub(super) fn uint16s(value: Option<&Value>) -> Result<Vec<u16>, Error> {
    let Some(value) = value else {
        return Ok(Vec::new());
    };
    Some(value).read("length")?;
    let items = js_value::items(Some(value), "").unwrap_or_default();
    Ok(items.iter().map(|item| uint16(Some(item), 0)).collect())
}
