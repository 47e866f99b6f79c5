//! Capabilities of Routers: `canConsume()` and `updateMediaCodecs()`, computed from the Model (the tree
//! of objects) without a worker process. The engine on the machine of the workers calls them, and so
//! does a client's replica, where the workers are elsewhere; they return mediasoup's answer or its
//! error.

use crate::{Document, Model, State};
use protocol::{Error, Handle, Json, Kind};
use std::sync::Arc;

impl Model {
    /// `router.canConsume()`: never an error. The `Err` is a line for the log.
    pub fn can_consume(
        &mut self,
        router: Handle,
        producer_id: &str,
        rtp_capabilities: Option<&Json>,
    ) -> Result<bool, String> {
        let producer = self.find_in_router(router, Kind::Producer, producer_id);
        let consumable = match producer.and_then(|it| self.get(it)).map(|it| &it.state) {
            Some(State::Producer {
                consumable_rtp_parameters,
                ..
            }) => Arc::clone(consumable_rtp_parameters),
            _ => {
                return Err(format!(
                    "canConsume() | Producer with id \"{producer_id}\" not found"
                ));
            }
        };
        self.rtp_capabilities(rtp_capabilities)
            .and_then(|caps| ortc::can_consume(consumable.value(), caps.value()))
            .map_err(|error| format!("canConsume() | unexpected error: {error}"))
    }

    /// `router.updateMediaCodecs()`, of those that stand for it, too. An error of ORTC changes nothing.
    pub fn update_media_codecs(
        &mut self,
        router: Handle,
        media_codecs: Option<&Json>,
    ) -> Result<(), Error> {
        let fresh = self.router_rtp_capabilities(media_codecs)?;
        if !self.set_rtp_capabilities(router, &fresh) {
            return Ok(());
        }
        for stand_in in self.stand_ins(router) {
            self.set_rtp_capabilities(stand_in, &fresh);
        }
        self.note(router, "rtpCapabilities", || {
            Some(fresh.text().to_owned().into())
        });
        Ok(())
    }

    /// `false` where it isn't a Router.
    pub(crate) fn set_rtp_capabilities(&mut self, router: Handle, fresh: &Arc<Document>) -> bool {
        let router = self.get_mut(router).map(|router| &mut router.state);
        let Some(State::Router { rtp_capabilities }) = router else {
            return false;
        };
        *rtp_capabilities = Arc::clone(fresh);
        true
    }

    /// A client's capabilities, validated and normalised.
    pub fn rtp_capabilities(&mut self, text: Option<&Json>) -> Result<Arc<Document>, Error> {
        self.parsed.rtp_capabilities(text)
    }

    /// The capabilities of a Router with these codecs.
    pub fn router_rtp_capabilities(
        &mut self,
        media_codecs: Option<&Json>,
    ) -> Result<Arc<Document>, Error> {
        self.parsed.router_rtp_capabilities(media_codecs)
    }
}
