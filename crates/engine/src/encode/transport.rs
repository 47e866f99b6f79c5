//! Encoder of a Transport's options: listening addresses, DTLS, SRTP and SCTP parameters. The engine
//! calls it for the methods that create or connect a Transport or produce data; it returns the
//! FlatBuffers tables that the worker reads, or mediasoup's error.

use super::named;
use crate::table::{flag, optional_text, required_text};
use fbs::{
    sctp_parameters::SctpStreamParameters,
    srtp_parameters::{SrtpCryptoSuite, SrtpParameters},
    transport::{ListenInfo, PortRange, Protocol, SocketFlags},
    web_rtc_transport::{DtlsParameters, DtlsRole, Fingerprint, FingerprintAlgorithm},
};
use js_value::{Js, items, non_null, truthy, uint16, uint32};
use protocol::Error;
use serde_json::Value;

/// `TransportListenInfo[]`
pub fn listen_infos(infos: Option<&Value>) -> Result<Vec<ListenInfo>, Error> {
    items(infos, "listenInfos")?
        .iter()
        .map(|info| listen_info(Some(info)))
        .collect()
}

/// `TransportListenInfo`
pub fn listen_info(info: Option<&Value>) -> Result<ListenInfo, Error> {
    let protocol = info.read("protocol")?;
    let get = |name| info.and_then(|info| info.get(name));
    let announced_address = non_null(get("announcedAddress")).or_else(|| get("announcedIp"));
    Ok(ListenInfo {
        protocol: if protocol.is_some_and(|protocol| protocol == "udp") {
            Protocol::Udp
        } else {
            Protocol::Tcp
        },
        announced_address: optional_text(announced_address),
        expose_internal_ip: truthy(get("exposeInternalIp")),
        port: uint16(get("port"), 0),
        port_range: Box::new(port_range(get("portRange"))?),
        flags: Box::new(socket_flags(get("flags"))?),
        send_buffer_size: uint32(get("sendBufferSize"), 0),
        recv_buffer_size: uint32(get("recvBufferSize"), 0),
        ip: required_text(get("ip"), 6)?,
    })
}

/// `TransportPortRange`; 0 to 0 means the Worker's.
pub fn port_range(range: Option<&Value>) -> Result<PortRange, Error> {
    if range.is_none() {
        return Ok(PortRange::default());
    }
    Ok(PortRange {
        min: uint16(range.read("min")?, 0),
        max: uint16(range.read("max")?, 0),
    })
}

/// `TransportSocketFlags`
pub fn socket_flags(flags: Option<&Value>) -> Result<SocketFlags, Error> {
    if flags.is_none() {
        return Ok(SocketFlags::default());
    }
    Ok(SocketFlags {
        ipv6_only: truthy(flags.read("ipv6Only")?),
        udp_reuse_port: truthy(flags.read("udpReusePort")?),
    })
}

/// `DtlsParameters` of the remote endpoint.
pub fn dtls_parameters(parameters: Option<&Value>) -> Result<DtlsParameters, Error> {
    let fingerprints = parameters.read("fingerprints")?;
    let fingerprints = items(fingerprints, "dtlsParameters.fingerprints")?
        .iter()
        .map(fingerprint)
        .collect::<Result<_, _>>()?;
    let role = match parameters.read("role")? {
        None => DtlsRole::Auto,
        role => named(role, "DtlsRole")?,
    };
    Ok(DtlsParameters { fingerprints, role })
}

fn fingerprint(fingerprint: &Value) -> Result<Fingerprint, Error> {
    let algorithm = Some(fingerprint).read("algorithm")?;
    Ok(Fingerprint {
        algorithm: named::<FingerprintAlgorithm>(algorithm, "FingerprintAlgorithm")?,
        value: required_text(fingerprint.get("value"), 6)?,
    })
}

/// `SrtpParameters`
pub fn srtp_parameters(parameters: Option<&Value>) -> Result<SrtpParameters, Error> {
    let key_base64 = parameters.read("keyBase64")?;
    Ok(SrtpParameters {
        crypto_suite: srtp_crypto_suite(parameters.read("cryptoSuite")?)?,
        key_base64: required_text(key_base64, 6)?,
    })
}

/// `SrtpCryptoSuite`
pub fn srtp_crypto_suite(suite: Option<&Value>) -> Result<SrtpCryptoSuite, Error> {
    named(suite, "SrtpCryptoSuite")
}

/// `SctpStreamParameters`
pub fn sctp_stream_parameters(parameters: &Value) -> Result<SctpStreamParameters, Error> {
    let stream_id = Some(parameters).read("streamId")?;
    let number = |name| {
        let value = parameters.get(name).filter(|value| value.is_number());
        value.map(|value| uint16(Some(value), 0))
    };
    Ok(SctpStreamParameters {
        stream_id: uint16(stream_id, 0),
        ordered: match parameters.get("ordered") {
            Some(Value::Null) => None,
            ordered => Some(flag(ordered, false)),
        },
        max_packet_life_time: number("maxPacketLifeTime"),
        max_retransmits: number("maxRetransmits"),
    })
}
