//! What can be asked of an object. A command is named as the method that sends it.
//!
//! Members are mediasoup's options under their own names. Where mediasoup takes a value loosely
//! (numbers as strings, anything truthy), the member is a [`Value`] and whoever answers coerces it
//! as JavaScript would; absent is `undefined` and means mediasoup's default.

use crate::{Handle, Json};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A command to one object; it is answered by a [`Reply`](crate::Reply) or an error.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the variants are mediasoup's methods")]
pub enum Command {
    Dump,
    GetStats,
    // Worker
    GetResourceUsage,
    UpdateSettings(UpdateSettings),
    CreateWebRtcServer(CreateWebRtcServer),
    CreateRouter(CreateRouter),
    // Router
    CreateWebRtcTransport(Box<CreateWebRtcTransport>),
    CreatePlainTransport(Box<CreatePlainTransport>),
    CreatePipeTransport(Box<CreatePipeTransport>),
    CreateDirectTransport(CreateDirectTransport),
    CreateActiveSpeakerObserver(CreateActiveSpeakerObserver),
    CreateAudioLevelObserver(CreateAudioLevelObserver),
    PipeToRouter(Box<PipeToRouter>),
    // Transport
    Connect(Connect),
    SetMaxIncomingBitrate(Value),
    SetMaxOutgoingBitrate(Value),
    SetMinOutgoingBitrate(Value),
    RestartIce,
    Produce(Produce),
    Consume(Consume),
    ProduceData(ProduceData),
    ConsumeData(ConsumeData),
    /// Also of producers and consumers.
    EnableTraceEvent(Value),
    // Producer, Consumer, DataProducer, DataConsumer, RtpObserver
    Pause,
    Resume,
    // Consumer
    SetPreferredLayers(SetPreferredLayers),
    SetPriority(Value),
    RequestKeyFrame,
    // DataConsumer
    SetBufferedAmountLowThreshold(Value),
    GetBufferedAmount,
    Send(Send),
    SetSubchannels(Value),
    AddSubchannel(Value),
    RemoveSubchannel(Value),
    // RtpObserver
    AddProducer(AddProducer),
    RemoveProducer(AddProducer),
}

/// A message without an answer, its data beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Notice {
    /// `producer.send(rtpPacket)` on a DirectTransport.
    Rtp,
    /// `directTransport.sendRtcp(rtcpPacket)`.
    Rtcp,
    /// `dataProducer.send(message, ...)`.
    #[serde(rename_all = "camelCase")]
    Message {
        /// SCTP payload protocol id.
        ppid: u32,
        /// Subchannels the message goes to; empty means all.
        #[serde(default)]
        subchannels: Vec<u16>,
        /// A subchannel that a receiver must have.
        required_subchannel: Option<u16>,
        /// A subchannel that a receiver must not have.
        ignored_subchannel: Option<u16>,
    },
}

/// Options of the SCTP association, with mediasoup's defaults in bytes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "mediasoup's options")]
pub struct SctpOptions {
    pub enable_sctp: Option<Value>,
    /// 262144
    pub max_send_message_size: Option<Value>,
    /// 262144
    pub max_receive_message_size: Option<Value>,
    /// 2000000
    pub sctp_send_buffer_size: Option<Value>,
    /// 2000000
    pub sctp_per_stream_send_queue_limit: Option<Value>,
    /// 5242880
    pub sctp_max_receiver_window_buffer_size: Option<Value>,
    /// 1024
    pub sctp_default_stream_buffered_amount_low_threshold: Option<Value>,
}

/// Where one socket listens: `listenInfo`, or the deprecated `listenIp` and `port`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "mediasoup's options")]
pub struct Listen {
    pub listen_info: Option<Value>,
    pub listen_ip: Option<Value>,
    pub port: Option<Value>,
}

/// Tells `null` from `undefined`: the member is `Some` wherever it is there.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

macro_rules! options {
    ($($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $member:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        #[expect(missing_docs, reason = "mediasoup's options")]
        pub struct $name { $($(#[$attribute])* pub $member: $type,)* }
    )*};
}

options! {
    /// `worker.updateSettings()`
    UpdateSettings {
        log_level: Option<Value>,
        log_tags: Option<Value>,
    }

    /// `worker.createWebRtcServer()`
    CreateWebRtcServer {
        listen_infos: Option<Value>,
        app_data: Option<Value>,
    }

    /// `worker.createRouter()`
    CreateRouter {
        #[serde(deserialize_with = "present")]
        media_codecs: Option<Json>,
        app_data: Option<Value>,
    }

    /// `router.createWebRtcTransport()`
    CreateWebRtcTransport {
        web_rtc_server: Option<Handle>,
        listen_infos: Option<Value>,
        listen_ips: Option<Value>,
        port: Option<Value>,
        enable_udp: Option<Value>,
        enable_tcp: Option<Value>,
        prefer_udp: Option<Value>,
        prefer_tcp: Option<Value>,
        /// Bits per second, 600000
        initial_available_outgoing_bitrate: Option<Value>,
        /// Seconds, 30
        ice_consent_timeout: Option<Value>,
        #[serde(flatten)] sctp: SctpOptions,
        app_data: Option<Value>,
    }

    /// `router.createPlainTransport()`
    CreatePlainTransport {
        #[serde(flatten)] listen: Listen,
        rtcp_listen_info: Option<Value>,
        /// true
        rtcp_mux: Option<Value>,
        comedia: Option<Value>,
        #[serde(flatten)] sctp: SctpOptions,
        enable_srtp: Option<Value>,
        /// 'AES_CM_128_HMAC_SHA1_80'
        srtp_crypto_suite: Option<Value>,
        app_data: Option<Value>,
    }

    /// `router.createPipeTransport()`
    CreatePipeTransport {
        #[serde(flatten)] listen: Listen,
        #[serde(flatten)] sctp: SctpOptions,
        enable_rtx: Option<Value>,
        enable_srtp: Option<Value>,
        app_data: Option<Value>,
    }

    /// `router.createDirectTransport()`
    CreateDirectTransport {
        /// Bytes, 262144
        max_send_message_size: Option<Value>,
        /// Bytes, 262144
        max_receive_message_size: Option<Value>,
        app_data: Option<Value>,
    }

    /// `router.createActiveSpeakerObserver()`
    CreateActiveSpeakerObserver {
        /// Milliseconds, 300
        interval: Option<Value>,
        app_data: Option<Value>,
    }

    /// `router.createAudioLevelObserver()`
    CreateAudioLevelObserver {
        /// 1
        max_entries: Option<Value>,
        /// dBov, -80
        threshold: Option<Value>,
        /// Milliseconds, 1000
        interval: Option<Value>,
        app_data: Option<Value>,
    }

    /// `router.pipeToRouter()`
    PipeToRouter {
        producer_id: Option<Value>,
        data_producer_id: Option<Value>,
        router: Option<Handle>,
        /// true
        keep_id: Option<Value>,
        #[serde(flatten)] listen: Listen,
        #[serde(flatten)] sctp: SctpOptions,
        enable_rtx: Option<Value>,
        enable_srtp: Option<Value>,
    }

    /// `transport.connect()`: WebRTC takes `dtlsParameters`, plain and pipe take the rest.
    Connect {
        dtls_parameters: Option<Value>,
        ip: Option<Value>,
        port: Option<Value>,
        rtcp_port: Option<Value>,
        srtp_parameters: Option<Value>,
    }

    /// `transport.produce()`
    Produce {
        id: Option<Value>,
        kind: Option<Value>,
        #[serde(deserialize_with = "present")]
        rtp_parameters: Option<Value>,
        paused: Option<Value>,
        /// Milliseconds
        key_frame_request_delay: Option<Value>,
        enable_mediasoup_packet_id_header_extension: Option<Value>,
        app_data: Option<Value>,
        /// The object whose appData the new one shares (its origin, at the far end of a pipe).
        app_data_of: Option<Handle>,
    }

    /// `transport.consume()`; a PipeTransport takes `producerId` alone.
    Consume {
        producer_id: Option<Value>,
        #[serde(deserialize_with = "present")]
        rtp_capabilities: Option<Json>,
        paused: Option<Value>,
        mid: Option<Value>,
        preferred_layers: Option<Value>,
        ignore_dtx: Option<Value>,
        enable_rtx: Option<Value>,
        pipe: Option<Value>,
        app_data: Option<Value>,
    }

    /// `transport.produceData()`
    ProduceData {
        id: Option<Value>,
        sctp_stream_parameters: Option<Value>,
        label: Option<Value>,
        protocol: Option<Value>,
        paused: Option<Value>,
        app_data: Option<Value>,
        /// The object whose appData the new one shares (its origin, at the far end of a pipe).
        app_data_of: Option<Handle>,
    }

    /// `transport.consumeData()`
    ConsumeData {
        data_producer_id: Option<Value>,
        ordered: Option<Value>,
        /// Milliseconds
        max_packet_life_time: Option<Value>,
        max_retransmits: Option<Value>,
        paused: Option<Value>,
        subchannels: Option<Value>,
        app_data: Option<Value>,
    }

    /// `consumer.setPreferredLayers()`
    SetPreferredLayers {
        spatial_layer: Option<Value>,
        temporal_layer: Option<Value>,
    }

    /// `dataConsumer.send()`
    Send {
        /// SCTP payload protocol id.
        ppid: u32,
        data: Vec<u8>,
    }

    /// `rtpObserver.addProducer()` and `removeProducer()`
    AddProducer {
        producer_id: Option<Value>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_the_method_it_is() {
        assert!(matches!(
            serde_json::from_str(r#""requestKeyFrame""#).unwrap(),
            Command::RequestKeyFrame
        ));
        let command =
            r#"{"consume":{"producerId":"p","rtpCapabilities":{"codecs":[]},"paused":true}}"#;
        let Command::Consume(consume) = serde_json::from_str(command).unwrap() else {
            panic!("not a consume");
        };
        assert_eq!(consume.producer_id, Some("p".into()));
        assert_eq!(
            consume.rtp_capabilities,
            Some(Json::from_text(r#"{"codecs":[]}"#))
        );
        assert_eq!(consume.mid, None);
    }
}
