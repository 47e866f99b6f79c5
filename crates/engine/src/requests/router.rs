//! Encoder of a Router's methods that create Transports and RtpObservers. Each function checks the
//! options as mediasoup does, fills in its defaults, gives the new object an id, and returns the request
//! to the worker process, or mediasoup's error.

use super::{Ask, Scope, check_app_data};
use crate::created::Making;
use crate::encode;
use crate::pending::{New, Then};
use crate::table::{flag, required_text};
use fbs::request::{Body, Method};
use fbs::transport::ListenInfo;
use fbs::{
    active_speaker_observer, audio_level_observer, direct_transport, pipe_transport,
    plain_transport, router, transport, web_rtc_transport,
};
use js_value::{Js, non_null, uint8, uint16, uint32};
use model::Fields;
use protocol::{
    CreateActiveSpeakerObserver, CreateAudioLevelObserver, CreateDirectTransport,
    CreatePipeTransport, CreatePlainTransport, CreateWebRtcTransport, Error, Handle, Kind, Level,
    Listen, Logger, SctpOptions,
};
use serde_json::{Value, json};
use std::borrow::Cow;

const MESSAGE_BYTES: u32 = 262_144;
const SEND_BUFFER_BYTES: u32 = 2_000_000;
const RECEIVE_WINDOW_BYTES: u32 = 5_242_880;
const LOW_THRESHOLD_BYTES: u32 = 1024;
const OUTGOING_BITRATE: u64 = 600_000;
const ICE_CONSENT_SECONDS: u8 = 30;
const MISSING_LISTEN: &str = "missing listenInfo and listenIp (one of them is mandatory)";
const BOTH_LISTEN: &str = "only one of listenInfo and listenIp must be given";

impl Scope<'_> {
    pub(super) fn create_web_rtc_transport(
        &mut self,
        options: &CreateWebRtcTransport,
    ) -> Result<Ask, Error> {
        let server_id = options.web_rtc_server_id.as_ref();
        let is_list = |value: &Option<Value>| matches!(value, Some(Value::Array(_)));
        if server_id.is_none() && !is_list(&options.listen_infos) && !is_list(&options.listen_ips) {
            return Err(Error::type_error(
                "missing webRtcServer, listenInfos and listenIps (one of them is mandatory)",
            ));
        }
        if server_id.is_some()
            && js_value::truthy(options.listen_infos.as_ref())
            && js_value::truthy(options.listen_ips.as_ref())
        {
            return Err(Error::type_error(
                "only one of webRtcServer, listenInfos and listenIps must be given",
            ));
        }
        check_app_data(options.app_data.as_ref())?;
        let given = |value| non_null(Option::as_ref(value));
        let (yes, with_server) = (Value::Bool(true), Value::Bool(server_id.is_some()));
        let enable_udp = given(&options.enable_udp).unwrap_or(&yes);
        let enable_tcp = given(&options.enable_tcp).unwrap_or(&with_server);
        let listen_infos = web_rtc_listen_infos(options, enable_udp, enable_tcp)?;
        let (listen, method, server) = if server_id.is_some() {
            let id = required_text(server_id, 4)?;
            let server = self.web_rtc_server(&id);
            let listen = web_rtc_transport::ListenServer {
                web_rtc_server_id: id,
            };
            (
                web_rtc_transport::Listen::ListenServer(Box::new(listen)),
                Method::RouterCreateWebrtctransportWithServer,
                server,
            )
        } else {
            let listen = web_rtc_transport::ListenIndividual {
                listen_infos: encode::listen_infos(listen_infos.as_deref())?,
            };
            (
                web_rtc_transport::Listen::ListenIndividual(Box::new(listen)),
                Method::RouterCreateWebrtctransport,
                None,
            )
        };
        let bitrate = match &options.initial_available_outgoing_bitrate {
            None => OUTGOING_BITRATE,
            Some(bitrate) => js_value::big_int(bitrate)?,
        };
        let base = transport::Options {
            initial_available_outgoing_bitrate: Some(bitrate),
            is_data_channel: true,
            ..sctp_options(&options.sctp)
        };
        let id = self.core.random.uuid();
        let body = router::CreateWebRtcTransportRequest {
            transport_id: id.to_string(),
            options: Box::new(web_rtc_transport::WebRtcTransportOptions {
                base: Box::new(base),
                listen,
                enable_udp: flag(Some(enable_udp), true),
                enable_tcp: flag(Some(enable_tcp), true),
                prefer_udp: flag(options.prefer_udp.as_ref(), false),
                prefer_tcp: flag(options.prefer_tcp.as_ref(), false),
                ice_consent_timeout: uint8(
                    options.ice_consent_timeout.as_ref(),
                    ICE_CONSENT_SECONDS,
                ),
            }),
        };
        let body = Body::RouterCreateWebRtcTransportRequest(Box::new(body));
        Ok(self.create_transport(Kind::WebRtcTransport, id, method, body, server))
    }

    pub(super) fn create_plain_transport(
        &mut self,
        options: &CreatePlainTransport,
    ) -> Result<Ask, Error> {
        let listen_info = listen_info(&options.listen, options.app_data.as_ref())?;
        let rtcp_listen_info = match &options.rtcp_listen_info {
            Some(info) if js_value::truthy(Some(info)) => {
                Some(Box::new(encode::listen_info(Some(info))?))
            }
            _ => None,
        };
        let rtcp_mux = options.rtcp_mux.as_ref();
        if rtcp_listen_info.is_some() && (rtcp_mux.is_none() || js_value::truthy(rtcp_mux)) {
            self.core.log(
                Logger::Router,
                Level::Warn,
                "createPlainTransport() | ignoring rtcpMux since rtcpListenInfo is given",
            );
        }
        let id = self.core.random.uuid();
        let srtp_crypto_suite = match &options.srtp_crypto_suite {
            None => fbs::srtp_parameters::SrtpCryptoSuite::AesCm128HmacSha180,
            Some(suite) => encode::srtp_crypto_suite(Some(suite))?,
        };
        let body = router::CreatePlainTransportRequest {
            transport_id: id.to_string(),
            options: Box::new(plain_transport::PlainTransportOptions {
                base: Box::new(sctp_options(&options.sctp)),
                listen_info: Box::new(listen_info),
                // A socket of its own for RTCP is a wish for no multiplexing.
                rtcp_mux: flag(rtcp_mux, true) && rtcp_listen_info.is_none(),
                rtcp_listen_info,
                comedia: flag(options.comedia.as_ref(), false),
                enable_srtp: flag(options.enable_srtp.as_ref(), false),
                srtp_crypto_suite: Some(srtp_crypto_suite),
            }),
        };
        let body = Body::RouterCreatePlainTransportRequest(Box::new(body));
        let method = Method::RouterCreatePlaintransport;
        Ok(self.create_transport(Kind::PlainTransport, id, method, body, None))
    }

    pub(super) fn create_pipe_transport(
        &mut self,
        options: &CreatePipeTransport,
    ) -> Result<Ask, Error> {
        let listen_info = listen_info(&options.listen, options.app_data.as_ref())?;
        let id = self.core.random.uuid();
        let body = router::CreatePipeTransportRequest {
            transport_id: id.to_string(),
            options: Box::new(pipe_transport::PipeTransportOptions {
                base: Box::new(sctp_options(&options.sctp)),
                listen_info: Box::new(listen_info),
                enable_rtx: flag(options.enable_rtx.as_ref(), false),
                enable_srtp: flag(options.enable_srtp.as_ref(), false),
            }),
        };
        let body = Body::RouterCreatePipeTransportRequest(Box::new(body));
        let method = Method::RouterCreatePipetransport;
        Ok(self.create_transport(Kind::PipeTransport, id, method, body, None))
    }

    pub(super) fn create_direct_transport(
        &mut self,
        options: &CreateDirectTransport,
    ) -> Result<Ask, Error> {
        check_app_data(options.app_data.as_ref())?;
        let id = self.core.random.uuid();
        let size = |value: &Option<Value>| uint32(value.as_ref(), MESSAGE_BYTES);
        let base = transport::Options {
            direct: true,
            max_send_message_size: size(&options.max_send_message_size),
            max_receive_message_size: size(&options.max_receive_message_size),
            ..transport::Options::default()
        };
        let body = router::CreateDirectTransportRequest {
            transport_id: id.to_string(),
            options: Box::new(direct_transport::DirectTransportOptions {
                base: Box::new(base),
            }),
        };
        let body = Body::RouterCreateDirectTransportRequest(Box::new(body));
        let method = Method::RouterCreateDirecttransport;
        Ok(self.create_transport(Kind::DirectTransport, id, method, body, None))
    }

    pub(super) fn create_active_speaker_observer(
        &mut self,
        options: &CreateActiveSpeakerObserver,
    ) -> Result<Ask, Error> {
        check_number(
            options.interval.as_ref(),
            "if given, interval must be an number",
        )?;
        check_app_data(options.app_data.as_ref())?;
        let id = self.core.random.uuid();
        let body = router::CreateActiveSpeakerObserverRequest {
            rtp_observer_id: id.to_string(),
            options: Box::new(active_speaker_observer::ActiveSpeakerObserverOptions {
                interval: uint16(options.interval.as_ref(), 300),
            }),
        };
        Ok(self.create_observer(
            Kind::ActiveSpeakerObserver,
            id,
            Method::RouterCreateActivespeakerobserver,
            Body::RouterCreateActiveSpeakerObserverRequest(Box::new(body)),
        ))
    }

    pub(super) fn create_audio_level_observer(
        &mut self,
        options: &CreateAudioLevelObserver,
    ) -> Result<Ask, Error> {
        let within = |value: &Option<Value>, low: f64, high: f64| match value {
            None => true,
            Some(Value::Number(number)) => number.as_f64().is_some_and(|n| n >= low && n <= high),
            Some(_) => false,
        };
        if !within(&options.max_entries, f64::MIN_POSITIVE, f64::MAX) {
            return Err(Error::type_error(
                "if given, maxEntries must be a positive number",
            ));
        }
        if !within(&options.threshold, -127.0, 0.0) {
            return Err(Error::type_error(
                "if given, threshole must be a negative number greater than -127",
            ));
        }
        check_number(
            options.interval.as_ref(),
            "if given, interval must be an number",
        )?;
        check_app_data(options.app_data.as_ref())?;
        let id = self.core.random.uuid();
        let threshold = options.threshold.as_ref();
        let body = router::CreateAudioLevelObserverRequest {
            rtp_observer_id: id.to_string(),
            options: Box::new(audio_level_observer::AudioLevelObserverOptions {
                max_entries: uint16(options.max_entries.as_ref(), 1),
                threshold: threshold.map_or(-80, |value| uint8(Some(value), 0).cast_signed()),
                interval: uint16(options.interval.as_ref(), 1000),
            }),
        };
        Ok(self.create_observer(
            Kind::AudioLevelObserver,
            id,
            Method::RouterCreateAudiolevelobserver,
            Body::RouterCreateAudioLevelObserverRequest(Box::new(body)),
        ))
    }

    /// The WebRtcServer with this id in the Router's Worker. Where there is none, its worker says so.
    fn web_rtc_server(&self, id: &str) -> Option<Handle> {
        let model = &self.core.model;
        let server = model.find(model.get(self.target)?.worker, id)?;
        (model.get(server)?.kind == Kind::WebRtcServer).then(|| model.shown(server))
    }

    fn create_transport(
        &self,
        kind: Kind,
        id: Box<str>,
        method: Method,
        body: Body,
        web_rtc_server: Option<Handle>,
    ) -> Ask {
        let making = Making::Transport { web_rtc_server };
        self.create(kind, id, method, body, making)
    }

    fn create_observer(&self, kind: Kind, id: Box<str>, method: Method, body: Body) -> Ask {
        self.create(kind, id, method, body, Making::RtpObserver)
    }

    fn create(&self, kind: Kind, id: Box<str>, method: Method, body: Body, making: Making) -> Ask {
        let new = New {
            kind,
            id,
            parent: self.target,
            fields: Fields::default(),
            making,
            app_data_of: None,
        };
        self.to_self(method, Some(body), Then::Create(Box::new(new)))
    }
}

/// Listening address of a plain or pipe transport.
fn listen_info(listen: &Listen, app_data: Option<&Value>) -> Result<ListenInfo, Error> {
    let given = |value: &Option<Value>| js_value::truthy(value.as_ref());
    match (given(&listen.listen_info), given(&listen.listen_ip)) {
        (false, false) => return Err(Error::type_error(MISSING_LISTEN)),
        (true, true) => return Err(Error::type_error(BOTH_LISTEN)),
        _ => {}
    }
    check_app_data(app_data)?;
    match &listen.listen_ip {
        Some(listen_ip) if given(&listen.listen_ip) => {
            let info = from_listen_ip(listen_ip, "udp", listen.port.as_ref())?;
            encode::listen_info(Some(&info))
        }
        _ => encode::listen_info(listen.listen_info.as_ref()),
    }
}

/// `listenInfos`, or what the deprecated `listenIps` mean.
fn web_rtc_listen_infos<'a>(
    options: &'a CreateWebRtcTransport,
    enable_udp: &Value,
    enable_tcp: &Value,
) -> Result<Option<Cow<'a, Value>>, Error> {
    let listen_ips = match &options.listen_ips {
        Some(Value::Array(listen_ips)) => listen_ips,
        Some(other) if js_value::truthy(Some(other)) => {
            return Err(Error::type_error("listenIps.map is not a function"));
        }
        _ => return Ok(options.listen_infos.as_ref().map(Cow::Borrowed)),
    };
    let truthy = |value| js_value::truthy(Some(value));
    let prefer_udp = js_value::truthy(options.prefer_udp.as_ref());
    let prefer_tcp = js_value::truthy(options.prefer_tcp.as_ref());
    let protocols: &[&str] = match (truthy(enable_udp), truthy(enable_tcp)) {
        (true, true) if prefer_udp || !prefer_tcp => &["udp", "tcp"],
        (true, true) => &["tcp", "udp"],
        (true, false) => &["udp"],
        (false, true) => &["tcp"],
        (false, false) => &[],
    };
    listen_ips
        .iter()
        .flat_map(|listen_ip| protocols.iter().map(move |protocol| (listen_ip, protocol)))
        .map(|(listen_ip, protocol)| from_listen_ip(listen_ip, protocol, options.port.as_ref()))
        .collect::<Result<Vec<Value>, Error>>()
        .map(|listen_infos| Some(Cow::Owned(listen_infos.into())))
}

/// The deprecated `listenIp`, a string or `{ ip, announcedIp }`, as a `listenInfo`.
fn from_listen_ip(listen_ip: &Value, protocol: &str, port: Option<&Value>) -> Result<Value, Error> {
    let (ip, announced) = match listen_ip {
        Value::String(_) => (Some(listen_ip), None),
        other => (Some(other).read("ip")?, other.get("announcedIp")),
    };
    let mut info = json!({ "protocol": protocol });
    for (name, value) in [("ip", ip), ("announcedAddress", announced), ("port", port)] {
        if let Some(value) = value {
            info[name] = value.clone();
        }
    }
    Ok(info)
}

fn sctp_options(options: &SctpOptions) -> transport::Options {
    let size = |value: &Option<Value>, default| uint32(value.as_ref(), default);
    transport::Options {
        enable_sctp: flag(options.enable_sctp.as_ref(), false),
        max_send_message_size: size(&options.max_send_message_size, MESSAGE_BYTES),
        max_receive_message_size: size(&options.max_receive_message_size, MESSAGE_BYTES),
        sctp_send_buffer_size: size(&options.sctp_send_buffer_size, SEND_BUFFER_BYTES),
        sctp_per_stream_send_queue_limit: size(
            &options.sctp_per_stream_send_queue_limit,
            SEND_BUFFER_BYTES,
        ),
        sctp_max_receiver_window_buffer_size: size(
            &options.sctp_max_receiver_window_buffer_size,
            RECEIVE_WINDOW_BYTES,
        ),
        sctp_default_stream_buffered_amount_low_threshold: size(
            &options.sctp_default_stream_buffered_amount_low_threshold,
            LOW_THRESHOLD_BYTES,
        ),
        ..transport::Options::default()
    }
}

fn check_number(value: Option<&Value>, message: &str) -> Result<(), Error> {
    match value {
        None | Some(Value::Number(_)) => Ok(()),
        Some(_) => Err(Error::type_error(message)),
    }
}
