/**
 * ORTC's vocabulary: what can be received (capabilities) and what is sent (parameters).
 * @packageDocumentation
 */

export type MediaKind = 'audio' | 'video';

/** RTP capabilities of a Router or an endpoint: the streams that it can receive. */
export type RtpCapabilities = {
  /** Media codecs, and RTX codecs that repair them. */
  codecs?: RtpCodecCapability[];
  headerExtensions?: RtpHeaderExtension[];
};

/** Capabilities whose codecs needn't have a payload type yet. */
export type RouterRtpCapabilities = Omit<RtpCapabilities, 'codecs'> & {
  codecs?: RouterRtpCodecCapability[];
};

/**
 * A codec in one variant: what differs in a parameter that decides about compatibility (H264's
 * `packetization-mode` and `profile-level-id`, VP9's `profile-id`) is an entry of its own.
 */
export type RtpCodecCapability = {
  kind: MediaKind;
  /** `audio/opus`, `video/VP8`... in any case. */
  mimeType: string;
  /** 96 to 127 in a Router. */
  preferredPayloadType: number;
  /** Hertz. */
  clockRate: number;
  /** Audio only. Default 1. */
  channels?: number;
  /** Format parameters (SDP's `fmtp`), strings or numbers. */
  parameters?: Record<string, unknown>;
  rtcpFeedback?: RtcpFeedback[];
};

/** A codec in `mediaCodecs`: without a payload type, the Router picks one. */
export type RouterRtpCodecCapability = Omit<
  RtpCodecCapability,
  'preferredPayloadType'
> & {
  preferredPayloadType?: number;
};

/** Seen from the worker: `recvonly` is what it understands and doesn't send. */
export type RtpHeaderExtensionDirection =
  'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** A header extension that can be negotiated. */
export type RtpHeaderExtension = {
  kind: MediaKind;
  uri: RtpHeaderExtensionUri;
  /** The id in RTP packets, unless told otherwise. */
  preferredId: number;
  /** Ask for encryption (RFC 6904), which the worker doesn't do. Default false. */
  preferredEncrypt?: boolean;
  /** Only a Router's is looked at, an endpoint's is ignored. */
  direction?: RtpHeaderExtensionDirection;
};

/**
 * RTP parameters of a stream that a Producer receives or a Consumer sends.
 *
 * A Producer has one encoding, or several (simulcast), each told apart by `ssrc` or `rid`. A
 * Consumer has one, with an `ssrc` of its own, however many its Producer has; only a pipe
 * Consumer forwards them all.
 */
export type RtpParameters = {
  /** MID header extension's value. A Producer's must be unique within its Transport. */
  mid?: string;
  /** Media and RTX codecs in use. */
  codecs: RtpCodecParameters[];
  headerExtensions?: RtpHeaderExtensionParameters[];
  encodings?: RtpEncodingParameters[];
  rtcp?: RtcpParameters;
  /** The media stream that the track belongs to (RFC 8830). */
  msid?: string;
};

/** A codec in use. */
export type RtpCodecParameters = {
  /** `audio/opus`, `video/VP8`... in any case. */
  mimeType: string;
  /** 0 to 127, unique among the codecs. */
  payloadType: number;
  /** Hertz. */
  clockRate: number;
  /** Audio only. Default 1. */
  channels?: number;
  /** Format parameters (SDP's `fmtp`), strings or numbers. */
  parameters?: Record<string, unknown>;
  rtcpFeedback?: RtcpFeedback[];
};

/** `{ type: 'nack', parameter: 'pli' }` and its like. */
export type RtcpFeedback = {
  type: string;
  /** Default ''. */
  parameter?: string;
};

/** One RTP stream, and the RTX stream that repairs it. */
export type RtpEncodingParameters = {
  ssrc?: number;
  /** RID header extension's value, where there is no `ssrc`. Unique. */
  rid?: string;
  /** The codec of this stream. Default: the first one. */
  codecPayloadType?: number;
  rtx?: { ssrc: number };
  /** The sender goes quiet at times, so silence doesn't count as a dead stream. Default false. */
  dtx?: boolean;
  /** Layers within the stream, such as `L1T3`. Default: one of each. */
  scalabilityMode?: string;
  /** Bits per second. */
  maxBitrate?: number;
};

export type RtpHeaderExtensionUri =
  | 'urn:ietf:params:rtp-hdrext:sdes:mid'
  | 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id'
  | 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id'
  | 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'
  | 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'
  | 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'
  | 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension'
  | 'urn:3gpp:video-orientation'
  | 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time'
  | 'urn:ietf:params:rtp-hdrext:toffset'
  | 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay'
  | 'urn:mediasoup:params:rtp-hdrext:packet-id';

/** A header extension in use. */
export type RtpHeaderExtensionParameters = {
  uri: RtpHeaderExtensionUri;
  /** The id in RTP packets, unique. */
  id: number;
  /** True if it is encrypted (RFC 6904). Default false. */
  encrypt?: boolean;
  parameters?: Record<string, unknown>;
};

export type RtcpParameters = {
  /** CNAME in RTCP SDES. A Transport makes one up for Producers that have none. */
  cname?: string;
  /** RFC 5506's short packets. Default true, and always so in what the worker sends. */
  reducedSize?: boolean;
};
