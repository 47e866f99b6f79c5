//! Commands: the method calls on mediasoup's objects as data, each named as the method that sends it.
//! JavaScript sends them by the addon, a client sends them to a server; the host (the holder of the
//! objects) executes one and replies with a `Reply` or an error.
//!
//! Members are mediasoup's options under their own names. Where mediasoup takes a value loosely (numbers
//! as strings, anything truthy), the member is a [`Value`] and the receiver coerces it as JavaScript
//! would. Absent is `undefined` and means mediasoup's default; `null` is a value.

mod properties;

pub use properties::{Repeated, Returns};

use crate::{Handle, Json};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// A command to one object; the host replies with a [`Reply`](crate::Reply) or an error.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the variants are mediasoup's methods")]
pub enum Command {
    Dump,
    /// Of a Worker: its `stats()`.
    GetStats,
    // The module; an object tree that spawns Workers itself answers it.
    CreateWorker(Box<CreateWorker>),
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

/// A message without a reply; its data travels beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Notice {
    /// `producer.send(rtpPacket)` on a DirectTransport.
    Rtp,
    /// `directTransport.sendRtcp(rtcpPacket)`.
    Rtcp,
    /// `dataProducer.send(message, ...)`.
    Message(Box<Message>),
}

/// Options of the message of `dataProducer.send()`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// SCTP payload protocol id.
    pub ppid: u32,
    /// Subchannels that receive the message; none means all.
    pub subchannels: Option<Value>,
    /// A subchannel that a receiver must have.
    pub required_subchannel: Option<Value>,
    /// A subchannel that a receiver must not have.
    pub ignored_subchannel: Option<Value>,
}

/// `dataConsumer.send()`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Send {
    /// SCTP payload protocol id.
    pub ppid: u32,
    /// The message.
    #[serde(with = "serde_bytes")]
    pub data: Vec<u8>,
}

/// Deserializes a member that is present: `null` is a value of its own, other than `undefined`.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Structs of options. Every member may be absent; `..` includes the members of other structs.
macro_rules! options {
    ($(
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$member_doc:meta])* $member:ident: $type:ty,)*
            $(..$part:ident: $part_type:ty,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        #[expect(missing_docs, reason = "mediasoup's options")]
        pub struct $name {
            $(
                $(#[$member_doc])*
                #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
                pub $member: Option<$type>,
            )*
            $(#[serde(flatten)] pub $part: $part_type,)*
        }
    )*};
}

options! {
    /// Options of the SCTP association, with mediasoup's defaults in bytes.
    SctpOptions {
        enable_sctp: Value,
        /// 262144
        max_send_message_size: Value,
        /// 262144
        max_receive_message_size: Value,
        /// 2000000
        sctp_send_buffer_size: Value,
        /// 2000000
        sctp_per_stream_send_queue_limit: Value,
        /// 5242880
        sctp_max_receiver_window_buffer_size: Value,
        /// 1024
        sctp_default_stream_buffered_amount_low_threshold: Value,
    }

    /// Listening address of one socket: `listenInfo`, or the deprecated `listenIp` and `port`.
    Listen {
        listen_info: Value,
        listen_ip: Value,
        port: Value,
    }

    /// `createWorker()`, for a Worker whose process the server runs.
    CreateWorker {
        /// 'error'
        log_level: Value,
        log_tags: Value,
        /// 10000
        rtc_min_port: Value,
        /// 59999
        rtc_max_port: Value,
        dtls_certificate_file: Value,
        dtls_private_key_file: Value,
        /// Content of the certificate file (PEM), if the server runs elsewhere.
        dtls_certificate: Value,
        /// Content of the key file (PEM), if the server runs elsewhere.
        dtls_private_key: Value,
        worker_bin: Value,
        libwebrtc_field_trials: Value,
        /// Vertical scaling: `true`, `false`, or options; absent means the server's default.
        vertical: Value,
        app_data: Value,
    }

    /// `worker.updateSettings()`
    UpdateSettings {
        log_level: Value,
        log_tags: Value,
    }

    /// `worker.createWebRtcServer()`
    CreateWebRtcServer {
        listen_infos: Value,
        app_data: Value,
    }

    /// `worker.createRouter()`
    CreateRouter {
        media_codecs: Json,
        app_data: Value,
    }

    /// `router.createWebRtcTransport()`
    CreateWebRtcTransport {
        /// `webRtcServer.id`; `null` if the given object has none.
        web_rtc_server_id: Value,
        listen_infos: Value,
        listen_ips: Value,
        port: Value,
        enable_udp: Value,
        enable_tcp: Value,
        prefer_udp: Value,
        prefer_tcp: Value,
        /// Bits per second, 600000
        initial_available_outgoing_bitrate: Value,
        /// Seconds, 30
        ice_consent_timeout: Value,
        app_data: Value,
        ..sctp: SctpOptions,
    }

    /// `router.createPlainTransport()`
    CreatePlainTransport {
        rtcp_listen_info: Value,
        /// true
        rtcp_mux: Value,
        comedia: Value,
        enable_srtp: Value,
        /// 'AES_CM_128_HMAC_SHA1_80'
        srtp_crypto_suite: Value,
        app_data: Value,
        ..listen: Listen,
        ..sctp: SctpOptions,
    }

    /// `router.createPipeTransport()`
    CreatePipeTransport {
        enable_rtx: Value,
        enable_srtp: Value,
        app_data: Value,
        ..listen: Listen,
        ..sctp: SctpOptions,
    }

    /// `router.createDirectTransport()`
    CreateDirectTransport {
        /// Bytes, 262144
        max_send_message_size: Value,
        /// Bytes, 262144
        max_receive_message_size: Value,
        app_data: Value,
    }

    /// `router.createActiveSpeakerObserver()`
    CreateActiveSpeakerObserver {
        /// Milliseconds, 300
        interval: Value,
        app_data: Value,
    }

    /// `router.createAudioLevelObserver()`
    CreateAudioLevelObserver {
        /// 1
        max_entries: Value,
        /// dBov, -80
        threshold: Value,
        /// Milliseconds, 1000
        interval: Value,
        app_data: Value,
    }

    /// `router.pipeToRouter()`
    PipeToRouter {
        producer_id: Value,
        data_producer_id: Value,
        /// The destination; 0 if the given object isn't a Router.
        router: Handle,
        /// true
        keep_id: Value,
        enable_rtx: Value,
        enable_srtp: Value,
        ..listen: Listen,
        ..sctp: SctpOptions,
    }

    /// `transport.connect()`: WebRTC takes `dtlsParameters`, plain and pipe take the rest.
    Connect {
        dtls_parameters: Value,
        ip: Value,
        port: Value,
        rtcp_port: Value,
        srtp_parameters: Value,
    }

    /// `transport.produce()`
    Produce {
        id: Value,
        kind: Value,
        rtp_parameters: Json,
        paused: Value,
        /// Milliseconds
        key_frame_request_delay: Value,
        enable_mediasoup_packet_id_header_extension: Value,
        app_data: Value,
        /// The object whose appData the new one shares (its origin, at the far end of a pipe).
        app_data_of: Handle,
    }

    /// `transport.consume()`; a PipeTransport takes `producerId` alone.
    Consume {
        producer_id: Value,
        rtp_capabilities: Json,
        paused: Value,
        mid: Value,
        preferred_layers: Value,
        ignore_dtx: Value,
        enable_rtx: Value,
        pipe: Value,
        app_data: Value,
    }

    /// `transport.produceData()`
    ProduceData {
        id: Value,
        sctp_stream_parameters: Value,
        label: Value,
        protocol: Value,
        paused: Value,
        app_data: Value,
        /// The object whose appData the new one shares (its origin, at the far end of a pipe).
        app_data_of: Handle,
    }

    /// `transport.consumeData()`
    ConsumeData {
        data_producer_id: Value,
        ordered: Value,
        /// Milliseconds
        max_packet_life_time: Value,
        max_retransmits: Value,
        paused: Value,
        subchannels: Value,
        app_data: Value,
    }

    /// `consumer.setPreferredLayers()`
    SetPreferredLayers {
        spatial_layer: Value,
        temporal_layer: Value,
    }

    /// `rtpObserver.addProducer()` and `removeProducer()`
    AddProducer {
        producer_id: Value,
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

    #[test]
    fn null_is_distinguished_from_undefined() {
        let text = r#"{"enableRtx":null,"listenIp":null,"enableSctp":true}"#;
        let options: CreatePipeTransport = serde_json::from_str(text).unwrap();
        assert_eq!(options.enable_rtx, Some(Value::Null));
        assert_eq!(options.listen.listen_ip, Some(Value::Null));
        assert_eq!(options.listen.listen_info, None);
        assert_eq!(options.sctp.enable_sctp, Some(Value::Bool(true)));
        assert_eq!(serde_json::to_string(&options).unwrap(), text);
    }
}
