//! Decoder of a worker process's replies about WebRtcTransports: ICE and DTLS parameters, `dump()`,
//! `getStats()`, and the replies to `connect()` and `restartIce()`. `response.rs` uses these types to
//! turn a reply into the JSON that the application's call returns, or that the Transport's state takes
//! over.

use super::transport::{BaseDump, BaseStats, Tuple};
use crate::names::Named;
use fbs::{transport, web_rtc_transport};
use planus::Error;
use serde::Serialize;

/// `webRtcTransport.dump()`, and what is known of a new one.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebRtcTransportDump<'a> {
    #[serde(flatten)]
    pub base: BaseDump<'a>,
    /// Always `controlled`: mediasoup is ICE Lite.
    pub ice_role: &'static str,
    pub ice_parameters: IceParameters<'a>,
    pub ice_candidates: Vec<IceCandidate<'a>>,
    pub ice_state: &'static str,
    pub dtls_parameters: DtlsParameters<'a>,
    pub dtls_state: &'static str,
}

impl<'a> TryFrom<web_rtc_transport::DumpResponseRef<'a>> for WebRtcTransportDump<'a> {
    type Error = Error;

    fn try_from(dump: web_rtc_transport::DumpResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            base: dump.base()?.try_into()?,
            ice_role: "controlled",
            ice_parameters: dump.ice_parameters()?.try_into()?,
            ice_candidates: dump.ice_candidates()?.to_vec_result()?,
            ice_state: dump.ice_state()?.name(),
            dtls_parameters: dump.dtls_parameters()?.try_into()?,
            dtls_state: dump.dtls_state()?.name(),
        })
    }
}

/// `IceParameters`
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IceParameters<'a> {
    pub username_fragment: &'a str,
    pub password: &'a str,
    pub ice_lite: bool,
}

impl<'a> TryFrom<web_rtc_transport::IceParametersRef<'a>> for IceParameters<'a> {
    type Error = Error;

    fn try_from(parameters: web_rtc_transport::IceParametersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            username_fragment: parameters.username_fragment()?,
            password: parameters.password()?,
            ice_lite: parameters.ice_lite()?,
        })
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

/// `DtlsParameters`
#[derive(Debug, Serialize)]
pub struct DtlsParameters<'a> {
    pub fingerprints: Vec<DtlsFingerprint<'a>>,
    pub role: &'static str,
}

impl<'a> TryFrom<web_rtc_transport::DtlsParametersRef<'a>> for DtlsParameters<'a> {
    type Error = Error;

    fn try_from(parameters: web_rtc_transport::DtlsParametersRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            fingerprints: parameters.fingerprints()?.to_vec_result()?,
            role: parameters.role()?.name(),
        })
    }
}

/// `DtlsFingerprint`
#[derive(Debug, Serialize)]
pub struct DtlsFingerprint<'a> {
    pub algorithm: &'static str,
    pub value: &'a str,
}

impl<'a> TryFrom<web_rtc_transport::FingerprintRef<'a>> for DtlsFingerprint<'a> {
    type Error = Error;

    fn try_from(fingerprint: web_rtc_transport::FingerprintRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            algorithm: fingerprint.algorithm()?.name(),
            value: fingerprint.value()?,
        })
    }
}

/// Reply to `webRtcTransport.connect()`: the DTLS role that the worker takes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebRtcTransportConnected {
    pub dtls_local_role: &'static str,
}

impl TryFrom<web_rtc_transport::ConnectResponseRef<'_>> for WebRtcTransportConnected {
    type Error = Error;

    fn try_from(response: web_rtc_transport::ConnectResponseRef<'_>) -> Result<Self, Error> {
        Ok(Self {
            dtls_local_role: response.dtls_local_role()?.name(),
        })
    }
}

/// The element of `webRtcTransport.getStats()`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebRtcTransportStats<'a> {
    #[serde(flatten)]
    pub base: BaseStats<'a>,
    #[serde(rename = "type")]
    pub type_: &'static str,
    pub ice_role: &'static str,
    pub ice_state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ice_selected_tuple: Option<Tuple<'a>>,
    pub dtls_state: &'static str,
}

impl<'a> TryFrom<web_rtc_transport::GetStatsResponseRef<'a>> for WebRtcTransportStats<'a> {
    type Error = Error;

    fn try_from(stats: web_rtc_transport::GetStatsResponseRef<'a>) -> Result<Self, Error> {
        Ok(Self {
            base: stats.base()?.try_into()?,
            type_: "webrtc-transport",
            ice_role: stats.ice_role()?.name(),
            ice_state: stats.ice_state()?.name(),
            ice_selected_tuple: stats
                .ice_selected_tuple()?
                .map(TryInto::try_into)
                .transpose()?,
            dtls_state: stats.dtls_state()?.name(),
        })
    }
}
