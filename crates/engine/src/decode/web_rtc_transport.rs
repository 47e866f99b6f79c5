//! Decoder of a worker process's replies about WebRtcTransports: ICE and DTLS parameters, `dump()`,
//! `getStats()`, and the replies to `connect()` and `restartIce()`. `response.rs` uses these types to
//! turn a reply into the JSON that the application's call returns, or that the Transport's state takes
//! over.

use super::{
    optional,
    transport::{BaseDump, BaseStats, Tuple},
};
use crate::names::Named;
use fbs::{transport, web_rtc_transport};
use planus::Error;
use serde::Serialize;

decoded! {
    /// `webRtcTransport.dump()`, and what is known of a new one.
    pub struct WebRtcTransportDump<'a>(dump: web_rtc_transport::DumpResponseRef<'a>) {
        #[serde(flatten)]
        base: BaseDump<'a> = dump.base()?.try_into()?,
        /// Always `controlled`: mediasoup is ICE Lite.
        ice_role: &'static str = "controlled",
        ice_parameters: IceParameters<'a> = dump.ice_parameters()?.try_into()?,
        ice_candidates: Vec<IceCandidate<'a>> = dump.ice_candidates()?.to_vec_result()?,
        ice_state: &'static str = dump.ice_state()?.name(),
        dtls_parameters: DtlsParameters<'a> = dump.dtls_parameters()?.try_into()?,
        dtls_state: &'static str = dump.dtls_state()?.name(),
    }

    /// `IceParameters`
    pub struct IceParameters<'a>(parameters: web_rtc_transport::IceParametersRef<'a>) {
        username_fragment: &'a str,
        password: &'a str,
        ice_lite: bool,
    }
}

/// Result of `webRtcTransport.restartIce()`.
impl<'a> TryFrom<transport::RestartIceResponseRef<'a>> for IceParameters<'a> {
    type Error = Error;

    fn try_from(response: transport::RestartIceResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            username_fragment: response.username_fragment()?,
            password: response.password()?,
            ice_lite: response.ice_lite()?,
        })
    }
}

/// `IceCandidate`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IceCandidate<'a> {
    pub foundation: &'a str,
    pub priority: u32,
    /// The deprecated name of `address`.
    pub ip: &'a str,
    pub address: &'a str,
    pub protocol: &'static str,
    pub port: u16,
    #[serde(rename = "type")]
    pub type_: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp_type: Option<&'static str>,
}

impl<'a> TryFrom<web_rtc_transport::IceCandidateRef<'a>> for IceCandidate<'a> {
    type Error = Error;

    fn try_from(candidate: web_rtc_transport::IceCandidateRef<'a>) -> Result<Self, Error> {
        let address = candidate.address()?;
        Ok(Self {
            foundation: candidate.foundation()?,
            priority: candidate.priority()?,
            ip: address,
            address,
            protocol: candidate.protocol()?.name(),
            port: candidate.port()?,
            type_: candidate.type_()?.name(),
            tcp_type: candidate.tcp_type()?.map(Named::name),
        })
    }
}

decoded! {
    /// `DtlsParameters`
    pub struct DtlsParameters<'a>(parameters: web_rtc_transport::DtlsParametersRef<'a>) {
        fingerprints: Vec<DtlsFingerprint<'a>> = parameters.fingerprints()?.to_vec_result()?,
        role: &'static str = parameters.role()?.name(),
    }

    /// `DtlsFingerprint`
    pub struct DtlsFingerprint<'a>(fingerprint: web_rtc_transport::FingerprintRef<'a>) {
        algorithm: &'static str = fingerprint.algorithm()?.name(),
        value: &'a str,
    }

    /// Reply to `webRtcTransport.connect()`: the DTLS role that the worker takes.
    pub struct WebRtcTransportConnected(response: web_rtc_transport::ConnectResponseRef<'_>) {
        dtls_local_role: &'static str = response.dtls_local_role()?.name(),
    }

    /// The element of `webRtcTransport.getStats()`.
    pub struct WebRtcTransportStats<'a>(stats: web_rtc_transport::GetStatsResponseRef<'a>) {
        #[serde(flatten)]
        base: BaseStats<'a> = stats.base()?.try_into()?,
        #[serde(rename = "type")]
        type_: &'static str = "webrtc-transport",
        ice_role: &'static str = stats.ice_role()?.name(),
        ice_state: &'static str = stats.ice_state()?.name(),
        #[serde(skip_serializing_if = "Option::is_none")]
        ice_selected_tuple: Option<Tuple<'a>> = optional(stats.ice_selected_tuple()?)?,
        dtls_state: &'static str = stats.dtls_state()?.name(),
    }
}
