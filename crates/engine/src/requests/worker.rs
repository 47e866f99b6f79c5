//! Encoder of a Worker's methods: `updateSettings()`, `createWebRtcServer()`, `createRouter()`. Each
//! function checks the options as mediasoup does and returns the request to the worker process, or
//! mediasoup's error.

use super::{Ask, Scope, check_app_data};
use crate::created::Making;
use crate::encode;
use crate::pending::{New, Then};
use crate::table::optional_text;
use fbs::request::{Body, Method};
use fbs::worker::{CreateRouterRequest, CreateWebRtcServerRequest, UpdateSettingsRequest};
use model::Fields;
use protocol::{CreateRouter, CreateWebRtcServer, Error, Kind, UpdateSettings};
use serde_json::Value;

impl Scope<'_> {
    pub(super) fn update_settings(&mut self, options: &UpdateSettings) -> Result<Ask, Error> {
        let log_tags = match &options.log_tags {
            Some(Value::Array(tags)) => tags
                .iter()
                .map(|tag| js_value::text(Some(tag)).into_owned())
                .collect(),
            None => Vec::new(),
            Some(_) => return Err(Error::type_error("logTags must be an array")),
        };
        let body = UpdateSettingsRequest {
            log_level: optional_text(options.log_level.as_ref()),
            log_tags: Some(log_tags),
        };
        Ok(self.to_self(
            Method::WorkerUpdateSettings,
            Some(Body::WorkerUpdateSettingsRequest(Box::new(body))),
            Then::Done,
        ))
    }

    pub(super) fn create_web_rtc_server(
        &mut self,
        options: &CreateWebRtcServer,
    ) -> Result<Ask, Error> {
        check_app_data(options.app_data.as_ref())?;
        let listen_infos = encode::listen_infos(options.listen_infos.as_ref())?;
        let id = self.core.random.uuid();
        let body = CreateWebRtcServerRequest {
            web_rtc_server_id: id.to_string(),
            listen_infos: Some(listen_infos),
        };
        Ok(self.to_self(
            Method::WorkerCreateWebrtcserver,
            Some(Body::WorkerCreateWebRtcServerRequest(Box::new(body))),
            Then::Create(Box::new(New {
                kind: Kind::WebRtcServer,
                id,
                parent: self.target,
                fields: Fields::default(),
                making: Making::WebRtcServer,
                app_data_of: None,
            })),
        ))
    }

    pub(super) fn create_router(&mut self, options: &CreateRouter) -> Result<Ask, Error> {
        check_app_data(options.app_data.as_ref())?;
        let rtp_capabilities = self
            .core
            .model
            .router_rtp_capabilities(options.media_codecs.as_ref())?;
        let id = self.core.random.uuid();
        let body = CreateRouterRequest {
            router_id: id.to_string(),
        };
        Ok(self.to_self(
            Method::WorkerCreateRouter,
            Some(Body::WorkerCreateRouterRequest(Box::new(body))),
            Then::Create(Box::new(New {
                kind: Kind::Router,
                id,
                parent: self.target,
                fields: Fields::default(),
                making: Making::Router { rtp_capabilities },
                app_data_of: None,
            })),
        ))
    }
}
