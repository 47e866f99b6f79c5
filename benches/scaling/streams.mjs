/** Streams of one size and pace, as of a browser's microphone or camera. */
export const mediaCodecs = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    preferredPayloadType: 111,
    clockRate: 48000,
    channels: 2,
  },
  {
    kind: 'video',
    mimeType: 'video/VP8',
    preferredPayloadType: 101,
    clockRate: 90000,
  },
];

/**
 * Bytes are of an RTP packet. Every packet is a key frame's start to mediasoup, so that a Consumer
 * begins with the packet that it first sees.
 */
export const STREAMS = {
  video: { kind: 'video', bytes: 1100, perSecond: 100 },
  audio: { kind: 'audio', bytes: 172, perSecond: 50 },
};

/** Options of `produce()`. */
export function produceOptions({ kind }, ssrc) {
  const { mimeType, clockRate, channels, preferredPayloadType } = codecOf(kind);

  return {
    kind,
    rtpParameters: {
      codecs: [
        { mimeType, clockRate, channels, payloadType: preferredPayloadType },
      ],
      encodings: [{ ssrc }],
      rtcp: { cname: 'scaling' },
    },
  };
}

/** A source of the load generator that feeds such a Producer. */
export function sourceOf({ kind, bytes, perSecond }, { ssrc, port, srtpKey }) {
  const { clockRate, preferredPayloadType } = codecOf(kind);

  return {
    port,
    ssrc,
    payloadType: preferredPayloadType,
    clockRate,
    bytes,
    perSecond,
    srtpKey,
  };
}

function codecOf(kind) {
  return mediaCodecs.find((codec) => codec.kind === kind);
}
