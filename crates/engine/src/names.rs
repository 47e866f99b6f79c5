//! Names in mediasoup's JavaScript of the values of the C++ worker's FlatBuffers enums, such as
//! `"connected"` for a state of DTLS. The decoders call `name()` for the JSON that applications read,
//! the encoders `from_name()` for options that applications give.

use fbs::{
    common::TraceDirection,
    consumer, data_consumer, data_producer, producer,
    rtp_parameters::{MediaKind, RtpHeaderExtensionUri, Type},
    sctp_association::SctpState,
    srtp_parameters::SrtpCryptoSuite,
    transport::{self, BweType, Protocol},
    web_rtc_transport::{
        DtlsRole, DtlsState, FingerprintAlgorithm, IceCandidateTcpType, IceCandidateType, IceRole,
        IceState,
    },
};

/// An enum whose values have names in JavaScript.
pub(crate) trait Named: Sized {
    /// The name that JavaScript sees.
    fn name(self) -> &'static str;

    /// The value of that name.
    fn from_name(name: &str) -> Option<Self>;
}

macro_rules! named {
    ($($enum:ty { $($variant:ident = $name:literal),+ $(,)? })+) => {$(
        impl Named for $enum {
            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    )+};
}

named! {
    MediaKind { Audio = "audio", Video = "video" }
    Type { Simple = "simple", Simulcast = "simulcast", Svc = "svc", Pipe = "pipe" }
    data_producer::Type { Sctp = "sctp", Direct = "direct" }
    data_consumer::Type { Sctp = "sctp", Direct = "direct" }
    Protocol { Udp = "udp", Tcp = "tcp" }
    SctpState {
        New = "new",
        Connecting = "connecting",
        Connected = "connected",
        Failed = "failed",
        Closed = "closed",
    }
    SrtpCryptoSuite {
        AeadAes256Gcm = "AEAD_AES_256_GCM",
        AeadAes128Gcm = "AEAD_AES_128_GCM",
        AesCm128HmacSha180 = "AES_CM_128_HMAC_SHA1_80",
        AesCm128HmacSha132 = "AES_CM_128_HMAC_SHA1_32",
    }
    IceRole { Controlled = "controlled", Controlling = "controlling" }
    IceState {
        New = "new",
        Connected = "connected",
        Completed = "completed",
        Disconnected = "disconnected",
    }
    IceCandidateType { Host = "host" }
    IceCandidateTcpType { Passive = "passive" }
    DtlsRole { Auto = "auto", Client = "client", Server = "server" }
    DtlsState {
        New = "new",
        Connecting = "connecting",
        Connected = "connected",
        Failed = "failed",
        Closed = "closed",
    }
    FingerprintAlgorithm {
        Sha1 = "sha-1",
        Sha224 = "sha-224",
        Sha256 = "sha-256",
        Sha384 = "sha-384",
        Sha512 = "sha-512",
    }
    TraceDirection { DirectionIn = "in", DirectionOut = "out" }
    BweType { TransportCc = "transport-cc", Remb = "remb" }
    transport::TraceEventType { Probation = "probation", Bwe = "bwe" }
    producer::TraceEventType {
        Keyframe = "keyframe",
        Fir = "fir",
        Nack = "nack",
        Pli = "pli",
        Rtp = "rtp",
        Sr = "sr",
    }
    consumer::TraceEventType {
        Keyframe = "keyframe",
        Fir = "fir",
        Nack = "nack",
        Pli = "pli",
        Rtp = "rtp",
    }
    RtpHeaderExtensionUri {
        Mid = "urn:ietf:params:rtp-hdrext:sdes:mid",
        RtpStreamId = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        RepairRtpStreamId = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        AbsSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        TransportWideCcDraft01 = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
        SsrcAudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        DependencyDescriptor = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
        VideoOrientation = "urn:3gpp:video-orientation",
        TimeOffset = "urn:ietf:params:rtp-hdrext:toffset",
        AbsCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
        PlayoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
        MediasoupPacketId = "urn:mediasoup:params:rtp-hdrext:packet-id",
    }
}
