//! Interim
#![allow(missing_docs)]
use crate::coerce::{flag, number, text, truthy, uint8, uint16, uint32};
use crate::names::Named;
use fbs::rtp_parameters as rtp;
use protocol::Error;
use serde_json::Value;

pub fn listen_infos(v: Option<&Value>) -> Result<Vec<fbs::transport::ListenInfo>, Error> {
    match v {
        Some(Value::Array(a)) => a.iter().map(|i| listen_info(Some(i))).collect(),
        _ => Err(Error::type_error("listenInfos is not iterable")),
    }
}
fn string(v: Option<&Value>) -> Option<String> {
    match v {
        None | Some(Value::Null) => None,
        v => Some(text(v)),
    }
}
pub fn listen_info(v: Option<&Value>) -> Result<fbs::transport::ListenInfo, Error> {
    let null = Value::Null;
    let v = v.unwrap_or(&null);
    let g = |k: &str| v.get(k);
    Ok(fbs::transport::ListenInfo {
        protocol: if g("protocol").and_then(Value::as_str) == Some("udp") {
            fbs::transport::Protocol::Udp
        } else {
            fbs::transport::Protocol::Tcp
        },
        ip: string(g("ip")).ok_or_else(|| Error::type_error("FlatBuffers: field 6 must be set"))?,
        announced_address: string(g("announcedAddress")).or_else(|| string(g("announcedIp"))),
        expose_internal_ip: truthy(g("exposeInternalIp")),
        port: uint16(g("port"), 0),
        port_range: Box::new(fbs::transport::PortRange {
            min: uint16(g("portRange").and_then(|r| r.get("min")), 0),
            max: uint16(g("portRange").and_then(|r| r.get("max")), 0),
        }),
        flags: Box::new(fbs::transport::SocketFlags {
            ipv6_only: truthy(g("flags").and_then(|r| r.get("ipv6Only"))),
            udp_reuse_port: truthy(g("flags").and_then(|r| r.get("udpReusePort"))),
        }),
        send_buffer_size: uint32(g("sendBufferSize"), 0),
        recv_buffer_size: uint32(g("recvBufferSize"), 0),
    })
}
pub fn big_int(v: &Value) -> Result<u64, Error> {
    Ok(number(v) as i64 as u64)
}
pub fn srtp_crypto_suite(
    v: Option<&Value>,
) -> Result<fbs::srtp_parameters::SrtpCryptoSuite, Error> {
    Named::from_name(&text(v))
        .ok_or_else(|| Error::type_error(format!("invalid SrtpCryptoSuite: {}", text(v))))
}
pub fn dtls_parameters(v: Option<&Value>) -> Result<fbs::web_rtc_transport::DtlsParameters, Error> {
    let null = Value::Null;
    let v = v.unwrap_or(&null);
    let Some(Value::Array(f)) = v.get("fingerprints") else {
        return Err(Error::type_error(
            "dtlsParameters.fingerprints is not iterable",
        ));
    };
    let fingerprints = f
        .iter()
        .map(|f| {
            Ok(fbs::web_rtc_transport::Fingerprint {
                algorithm: Named::from_name(&text(f.get("algorithm"))).ok_or_else(|| {
                    Error::type_error(format!(
                        "invalid FingerprintAlgorithm: {}",
                        text(f.get("algorithm"))
                    ))
                })?,
                value: text(f.get("value")),
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(fbs::web_rtc_transport::DtlsParameters {
        fingerprints,
        role: match v.get("role") {
            None => fbs::web_rtc_transport::DtlsRole::Auto,
            r => Named::from_name(&text(r))
                .ok_or_else(|| Error::type_error(format!("invalid DtlsRole: {}", text(r))))?,
        },
    })
}
pub fn srtp_parameters(v: Option<&Value>) -> Result<fbs::srtp_parameters::SrtpParameters, Error> {
    let null = Value::Null;
    let v = v.unwrap_or(&null);
    Ok(fbs::srtp_parameters::SrtpParameters {
        crypto_suite: srtp_crypto_suite(v.get("cryptoSuite"))?,
        key_base64: text(v.get("keyBase64")),
    })
}
fn list<'a>(v: &'a Value, k: &str) -> impl Iterator<Item = &'a Value> {
    v.get(k).and_then(Value::as_array).into_iter().flatten()
}
fn parameters(v: Option<&Value>) -> Result<Option<Vec<rtp::Parameter>>, Error> {
    let mut out = vec![];
    if let Some(Value::Object(m)) = v {
        for (k, v) in m {
            out.push(rtp::Parameter {
                name: k.clone(),
                value: match v {
                    Value::Bool(b) => rtp::Value::Boolean(Box::new(rtp::Boolean {
                        value: u8::from(*b),
                    })),
                    Value::Number(n) => {
                        let f = n.as_f64().unwrap_or(0.0);
                        if f.fract() == 0.0 {
                            rtp::Value::Integer32(Box::new(rtp::Integer32 {
                                value: uint32(Some(v), 0) as i32,
                            }))
                        } else {
                            rtp::Value::Double(Box::new(rtp::Double { value: f }))
                        }
                    }
                    Value::String(s) => rtp::Value::String(Box::new(rtp::String {
                        value: Some(s.clone()).unwrap(),
                    })),
                    _ => {
                        return Err(Error::plain(format!(
                            "invalid parameter type [key:'{k}', value:{}]",
                            text(Some(v))
                        )));
                    }
                },
            })
        }
    }
    Ok(Some(out))
}
pub fn rtp_parameters(v: &Value) -> Result<rtp::RtpParameters, Error> {
    Ok(rtp::RtpParameters {
        mid: string(v.get("mid")),
        msid: string(v.get("msid")),
        codecs: list(v, "codecs")
            .map(|c| {
                Ok(rtp::RtpCodecParameters {
                    mime_type: text(c.get("mimeType")),
                    payload_type: uint8(c.get("payloadType"), 0),
                    clock_rate: uint32(c.get("clockRate"), 0),
                    channels: Some(uint8(c.get("channels"), 0)),
                    parameters: parameters(c.get("parameters"))?,
                    rtcp_feedback: Some(
                        list(c, "rtcpFeedback")
                            .map(|f| rtp::RtcpFeedback {
                                type_: text(f.get("type")),
                                parameter: string(f.get("parameter")),
                            })
                            .collect(),
                    ),
                })
            })
            .collect::<Result<_, Error>>()?,
        header_extensions: list(v, "headerExtensions")
            .map(|e| {
                Ok(rtp::RtpHeaderExtensionParameters {
                    uri: Named::from_name(&text(e.get("uri"))).ok_or_else(|| {
                        Error::type_error(format!(
                            "invalid RtpHeaderExtensionUri: {}",
                            text(e.get("uri"))
                        ))
                    })?,
                    id: uint8(e.get("id"), 0),
                    encrypt: truthy(e.get("encrypt")),
                    parameters: parameters(e.get("parameters"))?,
                })
            })
            .collect::<Result<_, Error>>()?,
        encodings: rtp_encodings(v.get("encodings").unwrap_or(&Value::Null))?,
        rtcp: Box::new(rtp::RtcpParameters {
            cname: string(v["rtcp"].get("cname")),
            reduced_size: truthy(v["rtcp"].get("reducedSize")),
        }),
    })
}
pub fn rtp_mapping(v: &Value) -> Result<rtp::RtpMapping, Error> {
    Ok(rtp::RtpMapping {
        codecs: list(v, "codecs")
            .map(|c| rtp::CodecMapping {
                payload_type: uint8(c.get("payloadType"), 0),
                mapped_payload_type: uint8(c.get("mappedPayloadType"), 0),
            })
            .collect(),
        encodings: list(v, "encodings")
            .map(|e| rtp::EncodingMapping {
                rid: string(e.get("rid")),
                ssrc: e.get("ssrc").map(|s| uint32(Some(s), 0)),
                mapped_ssrc: uint32(e.get("mappedSsrc"), 0),
            })
            .collect(),
    })
}
pub fn rtp_encodings(v: &Value) -> Result<Vec<rtp::RtpEncodingParameters>, Error> {
    let Value::Array(a) = v else {
        return Ok(vec![]);
    };
    Ok(a.iter()
        .map(|e| {
            let t = |k: &str| e.get(k).filter(|v| truthy(Some(v)));
            rtp::RtpEncodingParameters {
                ssrc: t("ssrc").map(|v| uint32(Some(v), 0)),
                rid: string(e.get("rid")),
                codec_payload_type: t("codecPayloadType").map(|v| uint8(Some(v), 0)),
                rtx: t("rtx").map(|r| {
                    Box::new(rtp::Rtx {
                        ssrc: uint32(r.get("ssrc"), 0),
                    })
                }),
                dtx: flag(e.get("dtx"), false),
                scalability_mode: t("scalabilityMode").map(|v| text(Some(v))),
                max_bitrate: e.get("maxBitrate").map(|v| number(v) as u64),
            }
        })
        .collect())
}
pub fn sctp_stream_parameters(
    v: &Value,
) -> Result<fbs::sctp_parameters::SctpStreamParameters, Error> {
    let n = |k: &str| {
        v.get(k)
            .filter(|v| v.is_number())
            .map(|v| uint16(Some(v), 0))
    };
    Ok(fbs::sctp_parameters::SctpStreamParameters {
        stream_id: uint16(v.get("streamId"), 0),
        ordered: v.get("ordered").map(|o| flag(Some(o), false)),
        max_packet_life_time: n("maxPacketLifeTime"),
        max_retransmits: n("maxRetransmits"),
    })
}
pub fn producer_trace_types(v: &[&str]) -> Vec<fbs::producer::TraceEventType> {
    v.iter().filter_map(|n| Named::from_name(n)).collect()
}
pub fn consumer_trace_types(v: &[&str]) -> Vec<fbs::consumer::TraceEventType> {
    v.iter().filter_map(|n| Named::from_name(n)).collect()
}
pub fn transport_trace_types(v: &[&str]) -> Vec<fbs::transport::TraceEventType> {
    v.iter().filter_map(|n| Named::from_name(n)).collect()
}
