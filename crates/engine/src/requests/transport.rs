//! Encoder of a Transport's own methods: `connect()`, the bitrate limits, `restartIce()`. Each function
//! checks the arguments as mediasoup does and returns the request to the worker process, or mediasoup's
//! error.

use super::{Ask, Scope};
use crate::encode;
use crate::pending::{MemberUpdate, Then};
use fbs::request::{Body, Method};
use fbs::{pipe_transport, plain_transport, transport, web_rtc_transport};
use js_value::uint16;
use protocol::{Connect, Error, Kind};
use serde_json::Value;

impl Scope<'_> {
    pub(super) fn connect(&mut self, options: &Connect) -> Result<Ask, Error> {
        match self.kind {
            Kind::WebRtcTransport => {
                let dtls_parameters = encode::dtls_parameters(options.dtls_parameters.as_ref())?;
                let body = web_rtc_transport::ConnectRequest {
                    dtls_parameters: Box::new(dtls_parameters),
                };
                Ok(self.to_self(
                    Method::WebrtctransportConnect,
                    Some(Body::WebRtcTransportConnectRequest(Box::new(body))),
                    Then::Update(MemberUpdate::DtlsRole),
                ))
            }
            Kind::PlainTransport => {
                let body = plain_transport::ConnectRequest {
                    ip: ip(options),
                    port: port(options.port.as_ref()),
                    rtcp_port: port(options.rtcp_port.as_ref()),
                    srtp_parameters: srtp_parameters(options)?,
                };
                Ok(self.to_self(
                    Method::PlaintransportConnect,
                    Some(Body::PlainTransportConnectRequest(Box::new(body))),
                    Then::Update(MemberUpdate::Connected),
                ))
            }
            _ => {
                let srtp_parameters = srtp_parameters(options)?;
                let body = pipe_transport::ConnectRequest {
                    ip: ip(options)
                        .ok_or_else(|| Error::type_error("FlatBuffers: field 4 must be set"))?,
                    port: port(options.port.as_ref()),
                    srtp_parameters,
                };
                Ok(self.to_self(
                    Method::PipetransportConnect,
                    Some(Body::PipeTransportConnectRequest(Box::new(body))),
                    Then::Update(MemberUpdate::Connected),
                ))
            }
        }
    }

    pub(super) fn set_bitrate(&mut self, method: Method, bitrate: &Value) -> Result<Ask, Error> {
        let bitrate = js_value::big_int(bitrate)?;
        let body = match method {
            Method::TransportSetMaxIncomingBitrate => Body::TransportSetMaxIncomingBitrateRequest(
                Box::new(transport::SetMaxIncomingBitrateRequest {
                    max_incoming_bitrate: bitrate,
                }),
            ),
            Method::TransportSetMaxOutgoingBitrate => Body::TransportSetMaxOutgoingBitrateRequest(
                Box::new(transport::SetMaxOutgoingBitrateRequest {
                    max_outgoing_bitrate: bitrate,
                }),
            ),
            _ => Body::TransportSetMinOutgoingBitrateRequest(Box::new(
                transport::SetMinOutgoingBitrateRequest {
                    min_outgoing_bitrate: bitrate,
                },
            )),
        };
        Ok(self.to_self(method, Some(body), Then::Done))
    }

    pub(super) fn restart_ice(&mut self) -> Ask {
        let then = Then::Update(MemberUpdate::IceParameters);
        self.plain(Method::TransportRestartIce, then)
    }
}

fn ip(options: &Connect) -> Option<String> {
    let ip = options.ip.as_ref();
    js_value::truthy(ip).then(|| js_value::text(ip).into_owned())
}

/// Only what is a number counts as a port.
fn port(value: Option<&Value>) -> Option<u16> {
    value
        .filter(|value| value.is_number())
        .map(|value| uint16(Some(value), 0))
}

fn srtp_parameters(
    options: &Connect,
) -> Result<Option<Box<fbs::srtp_parameters::SrtpParameters>>, Error> {
    let given = options.srtp_parameters.as_ref();
    js_value::truthy(given)
        .then(|| encode::srtp_parameters(given).map(Box::new))
        .transpose()
}
