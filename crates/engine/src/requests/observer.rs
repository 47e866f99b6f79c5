//! Encoder of `addProducer()` and `removeProducer()` of an RtpObserver (ActiveSpeakerObserver or
//! AudioLevelObserver). It checks that the Producer exists, and returns the request to the worker
//! process, or mediasoup's error.

use super::{Ask, Scope};
use crate::pending::Then;
use fbs::request::{Body, Method};
use fbs::rtp_observer::{AddProducerRequest, RemoveProducerRequest};
use protocol::{AddProducer, Error, Event, Kind};

impl Scope<'_> {
    /// `addProducer()` or `removeProducer()`.
    pub(super) fn observe(&mut self, options: &AddProducer, add: bool) -> Result<Ask, Error> {
        let producer_id = js_value::text(options.producer_id.as_ref()).into_owned();
        let producer = self.find(Kind::Producer, &producer_id).ok_or_else(|| {
            Error::not_found(format!("Producer with id \"{producer_id}\" not found"))
        })?;
        let (method, body, event) = if add {
            (
                Method::RtpobserverAddProducer,
                Body::RtpObserverAddProducerRequest(Box::new(AddProducerRequest { producer_id })),
                Event::AddProducer,
            )
        } else {
            (
                Method::RtpobserverRemoveProducer,
                Body::RtpObserverRemoveProducerRequest(Box::new(RemoveProducerRequest {
                    producer_id,
                })),
                Event::RemoveProducer,
            )
        };
        let producer = self.core.model.shown(producer);
        Ok(self.to_self(method, Some(body), Then::Observing(event, producer)))
    }
}
