//! RTP parameters of a Consumer: those that a Router offers of a Producer, less what the receiving side
//! can't do. The engine (the port of mediasoup's library) calls it for `consume()`, on a PipeTransport
//! in the variant that keeps all encodings; it returns the Consumer's `rtpParameters`, or mediasoup's
//! error.

use crate::codecs::{is_rtx_codec, match_codecs_strictly};
use crate::header_extensions::{ABS_SEND_TIME, DEPENDENCY_DESCRIPTOR, MID, TRANSPORT_WIDE_CC};
use crate::parts::ConsumableParams;
use crate::scalability::parse_scalability_mode;
use crate::supported::normalized_supported_rtp_capabilities;
use js_value::{Js, JsMut, Result, find, greater_than, object};
use protocol::Error;
use serde_json::{Map, Value, json};

/// The parameters of a Consumer: the consumable ones, less what the remote side can't do.
///
/// The remote capabilities are normalized. There is a single encoding, or all of them if `pipe`.
/// `random` gives the SSRC of the media and, if `pipe`, then that of RTX; those of further encodings
/// follow them.
pub fn get_consumer_rtp_parameters(
    consumable_params: &impl ConsumableParams,
    remote_caps: &Value,
    pipe: bool,
    enable_rtx: bool,
    mut random: impl FnMut() -> u32,
) -> Result<Value> {
    let matched = matched_codecs(consumable_params, remote_caps, enable_rtx)?;
    let rtx_supported = some_rtx(&matched)?;
    let header_extensions = common_header_extensions(consumable_params, remote_caps)?;
    let feedback = Feedback {
        nack: enable_rtx,
        bandwidth_estimation: BandwidthEstimation::of(&header_extensions),
    };
    let mut codecs = Vec::with_capacity(matched.len());
    for (codec, cap_codec) in matched {
        let offered = Some(cap_codec).read("rtcpFeedback")?;
        codecs.push(with_feedback(codec, feedback.filter(offered)?));
    }
    let encodings = if pipe {
        pipe_encodings(consumable_params, rtx_supported, random)?
    } else {
        vec![consumer_encoding(
            consumable_params,
            rtx_supported,
            random(),
        )?]
    };
    Ok(consumer_params(
        consumable_params,
        codecs,
        header_extensions,
        encodings,
    ))
}

/// The parameters of a Consumer that feeds a Router at the other end of a PipeTransport: all
/// encodings, no bandwidth estimation, retransmissions only if `enable_rtx`.
///
/// `random` gives the SSRC of the first encoding's media, then that of its RTX.
pub fn get_pipe_consumer_rtp_parameters(
    consumable_params: &impl ConsumableParams,
    enable_rtx: bool,
    random: impl FnMut() -> u32,
) -> Result<Value> {
    let mut codecs = Vec::new();
    for codec in cloned_list(consumable_params, "codecs", "consumableCodecs")? {
        if !enable_rtx && is_rtx_codec(codec)? {
            continue;
        }
        let offered = Some(codec).read("rtcpFeedback")?;
        codecs.push(with_feedback(codec, pipe_feedback(offered, enable_rtx)?));
    }
    let header_extensions = pipe_header_extensions(consumable_params)?;
    let encodings = pipe_encodings(consumable_params, enable_rtx, random)?;
    Ok(consumer_params(
        consumable_params,
        codecs,
        header_extensions,
        encodings,
    ))
}

fn consumer_params(
    consumable_params: &impl ConsumableParams,
    codecs: Vec<Value>,
    header_extensions: Vec<Value>,
    encodings: Vec<Value>,
) -> Value {
    object([
        ("codecs", Some(codecs.into())),
        ("headerExtensions", Some(header_extensions.into())),
        ("encodings", Some(encodings.into())),
        ("rtcp", consumable_params.get("rtcp").cloned()),
        ("msid", consumable_params.get("msid").cloned()),
    ])
}

/// A codec that is offered, and the remote one that matches it.
type MatchedCodec<'a> = (&'a Value, &'a Value);

/// The codecs that both sides have, RTX only together with what it repeats.
fn matched_codecs<'a>(
    consumable_params: &'a impl ConsumableParams,
    remote_caps: &'a Value,
    enable_rtx: bool,
) -> Result<Vec<MatchedCodec<'a>>> {
    let cap_codecs = Some(remote_caps)
        .read("codecs")?
        .iterate("remoteRtpCapabilities.codecs")?;
    let mut matched: Vec<MatchedCodec> = Vec::new();
    for codec in cloned_list(consumable_params, "codecs", "consumableCodecs")? {
        if !enable_rtx && is_rtx_codec(codec)? {
            continue;
        }
        let cap_codec = find(cap_codecs, |cap_codec| {
            match_codecs_strictly(cap_codec, codec)
        })?;
        matched.extend(cap_codec.map(|cap_codec| (codec, cap_codec)));
    }

    // From the end, since RTX may be associated with RTX that is about to go.
    for index in (0..matched.len()).rev() {
        let (codec, _) = matched[index];
        if is_rtx_codec(codec)? {
            let apt = codec.get("parameters").read("apt")?;
            if !matched
                .iter()
                .any(|(media_codec, _)| media_codec.get("payloadType").equals(apt))
            {
                matched.remove(index);
            }
        }
    }

    match matched.first() {
        Some((codec, _)) if !is_rtx_codec(codec)? => Ok(matched),
        _ => Err(Error::unsupported("no compatible media codecs")),
    }
}

fn some_rtx(matched: &[MatchedCodec]) -> Result<bool> {
    for (codec, _) in matched {
        if is_rtx_codec(codec)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The header extensions that the remote side knows by the same id.
fn common_header_extensions(
    consumable_params: &impl ConsumableParams,
    remote_caps: &Value,
) -> Result<Vec<Value>> {
    let extensions = consumable_params
        .get("headerExtensions")
        .items("consumableRtpParameters.headerExtensions", "filter")?;
    if extensions.is_empty() {
        return Ok(Vec::new());
    }
    let remote: Vec<_> = remote_caps
        .get("headerExtensions")
        .items("remoteRtpCapabilities.headerExtensions", "some")?
        .iter()
        .map(|extension| ExtensionKey::of(extension, "preferredId"))
        .collect();
    let mut common = Vec::with_capacity(extensions.len());
    for extension in extensions {
        let key = ExtensionKey::of(extension, "id");
        for remote in &remote {
            if remote.matches(&key)? {
                common.push(extension.clone());
                break;
            }
        }
    }
    Ok(common)
}

/// Key of a header extension, looked up once for all comparisons.
struct ExtensionKey<'a> {
    /// An error if the extension is `null`, which is one only if it is compared.
    id: Result<Option<&'a Value>>,
    uri: Option<&'a Value>,
}

impl<'a> ExtensionKey<'a> {
    fn of(extension: &'a Value, id: &str) -> Self {
        Self {
            id: Some(extension).read(id),
            uri: extension.get("uri"),
        }
    }

    fn matches(&self, other: &Self) -> Result<bool> {
        Ok(self.id.clone()?.equals(other.id.clone()?) && self.uri.equals(other.uri))
    }
}

/// Feedback by which the sender estimates the bandwidth.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BandwidthEstimation {
    TransportCc,
    Remb,
    Neither,
}

impl BandwidthEstimation {
    /// Transport-CC if the header extension for it is there, else REMB if it can be had.
    fn of(header_extensions: &[Value]) -> Self {
        let has = |uri| {
            header_extensions
                .iter()
                .any(|extension| extension.get("uri").equals_str(uri))
        };
        if has(TRANSPORT_WIDE_CC) {
            Self::TransportCc
        } else if has(ABS_SEND_TIME) {
            Self::Remb
        } else {
            Self::Neither
        }
    }
}

/// The RTCP feedback that a Consumer is meant to give.
struct Feedback {
    nack: bool,
    bandwidth_estimation: BandwidthEstimation,
}

impl Feedback {
    fn filter(&self, offered: Option<&Value>) -> Result<Vec<Value>> {
        let mut kept = Vec::new();
        for feedback in offered.items("matchedCapCodec.rtcpFeedback", "filter")? {
            if self.includes(feedback)? {
                kept.push(feedback.clone());
            }
        }
        Ok(kept)
    }

    fn includes(&self, feedback: &Value) -> Result<bool> {
        let Some(Value::String(kind)) = Some(feedback).read("type")? else {
            return Ok(true);
        };
        Ok(match kind.as_str() {
            "nack" => self.nack || feedback.get("parameter").truthy(),
            "transport-cc" => self.bandwidth_estimation == BandwidthEstimation::TransportCc,
            "goog-remb" => self.bandwidth_estimation == BandwidthEstimation::Remb,
            _ => true,
        })
    }
}

/// Across a pipe there are requests of key frames, and NACK if there are retransmissions.
fn pipe_feedback(offered: Option<&Value>, enable_rtx: bool) -> Result<Vec<Value>> {
    let mut kept = Vec::new();
    for feedback in offered.items("codec.rtcpFeedback", "filter")? {
        let kind = Some(feedback).read("type")?;
        let parameter = feedback.get("parameter");
        if kind.equals_str("nack") && parameter.equals_str("pli")
            || kind.equals_str("ccm") && parameter.equals_str("fir")
            || kind.equals_str("nack") && enable_rtx && !parameter.truthy()
        {
            kept.push(feedback.clone());
        }
    }
    Ok(kept)
}

/// A copy of the codec with other feedback.
fn with_feedback(codec: &Value, feedback: Vec<Value>) -> Value {
    let members = codec.as_object();
    let mut copy = Map::with_capacity(members.map_or(1, Map::len));
    for (key, member) in members.into_iter().flatten() {
        // What is replaced keeps its place, but isn't copied.
        let member = match key.as_str() {
            "rtcpFeedback" => Value::Null,
            _ => member.clone(),
        };
        copy.insert(key.clone(), member);
    }
    copy.insert("rtcpFeedback".to_owned(), feedback.into());
    copy.into()
}

/// All header extensions but those that each PipeTransport sees to itself, and the dependency
/// descriptor. The latter is needed to select layers behind the pipe, and isn't among the consumable
/// ones because a Router only receives it from endpoints.
fn pipe_header_extensions(consumable_params: &impl ConsumableParams) -> Result<Vec<Value>> {
    let offered = consumable_params
        .get("headerExtensions")
        .items("consumableRtpParameters.headerExtensions", "filter")?;
    let mut extensions = Vec::with_capacity(offered.len() + 1);
    for extension in offered {
        let uri = Some(extension).read("uri")?;
        if ![MID, ABS_SEND_TIME, TRANSPORT_WIDE_CC]
            .iter()
            .any(|dropped| uri.equals_str(dropped))
        {
            extensions.push(extension.clone());
        }
    }
    extensions.extend(dependency_descriptor());
    extensions.sort_by(|a, b| id(a).total_cmp(&id(b)));
    Ok(extensions)
}

fn dependency_descriptor() -> Option<Value> {
    let supported = normalized_supported_rtp_capabilities().get("headerExtensions")?;
    let extension = supported
        .as_array()?
        .iter()
        .find(|extension| extension.get("uri").equals_str(DEPENDENCY_DESCRIPTOR))?;
    Some(object([
        ("uri", extension.get("uri").cloned()),
        ("id", extension.get("preferredId").cloned()),
        ("encrypt", extension.get("preferredEncrypt").cloned()),
        ("parameters", Some(json!({}))),
    ]))
}

fn id(extension: &Value) -> f64 {
    // A Router's ids are numbers. Where others come in JavaScript is up to its sort algorithm.
    let id = extension.get("id").and_then(Value::as_f64);
    id.unwrap_or(f64::INFINITY)
}

/// The one stream of a Consumer, with as many layers as the Producer sends in all.
fn consumer_encoding(
    consumable_params: &impl ConsumableParams,
    rtx: bool,
    ssrc: u32,
) -> Result<Value> {
    let encodings = consumable_params
        .get("encodings")
        .items("consumableRtpParameters.encodings", "find")?;

    // Where several have one, they have the same.
    let mut scalability_mode = find(encodings, |encoding| {
        Ok(Some(encoding).read("scalabilityMode")?.truthy())
    })?
    .and_then(|encoding| encoding.get("scalabilityMode"))
    .cloned();
    if encodings.len() > 1 {
        let of_each = match &scalability_mode {
            None => parse_scalability_mode(""),
            mode => parse_scalability_mode(&mode.as_ref().display()?),
        };
        let layers = format!("L{}T{}", encodings.len(), of_each.temporal_layers);
        scalability_mode = Some(layers.into());
    }

    let zero = json!(0);
    let mut max_bitrate = &zero;
    for encoding in encodings {
        let bitrate = Some(encoding).read("maxBitrate")?;
        if let Some(bitrate) = bitrate.filter(|bitrate| Some(*bitrate).truthy())
            && greater_than(bitrate, max_bitrate)?
        {
            max_bitrate = bitrate;
        }
    }

    Ok(object([
        ("ssrc", Some(json!(ssrc))),
        (
            "rtx",
            rtx.then(|| object([("ssrc", Some(json!(u64::from(ssrc) + 1)))])),
        ),
        ("scalabilityMode", scalability_mode),
        (
            "maxBitrate",
            Some(max_bitrate.clone()).filter(|bitrate| Some(bitrate).truthy()),
        ),
    ]))
}

/// The encodings of the Producer, in streams of their own.
fn pipe_encodings(
    consumable_params: &impl ConsumableParams,
    rtx: bool,
    mut random: impl FnMut() -> u32,
) -> Result<Vec<Value>> {
    let Some(Value::Array(encodings)) = consumable_params.get("encodings") else {
        return Ok(Vec::new());
    };
    let ssrcs = u64::from(random())..;
    let rtx_ssrcs = u64::from(random())..;
    let mut copies = Vec::with_capacity(encodings.len());
    for ((encoding, ssrc), rtx_ssrc) in encodings.iter().zip(ssrcs).zip(rtx_ssrcs) {
        let mut copy = encoding.clone();
        copy.set("ssrc", ssrc)?;
        if rtx {
            copy.set("rtx", object([("ssrc", Some(json!(rtx_ssrc)))]))?;
        } else {
            copy.delete("rtx")?;
        }
        copies.push(copy);
    }
    Ok(copies)
}

/// A list that mediasoup copies first, into a variable of the given name. A missing one is empty.
fn cloned_list<'a>(
    params: &'a impl ConsumableParams,
    key: &str,
    name: &str,
) -> Result<&'a [Value]> {
    match params.read(key)? {
        None | Some(Value::Null) => Ok(&[]),
        list => list.iterate(name),
    }
}
