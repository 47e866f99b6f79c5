/**
 * Streams that the load generator sends in `npm run bench:scaling` and `bench:media`, with codecs and RTP
 * parameters for mediasoup: of one size and pace, as of a browser's microphone or camera, or recorded.
 */
import { readRecording } from '../media/recordings.mjs';

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

/** The highest layer of a recorded camera: frames of several packets, as browsers send them. */
export function recordedStream(name) {
  const { packets, periodUs } = readRecording(name);

  return {
    kind: 'video',
    bytes: 0,
    perSecond: Math.round((packets.length * 1e6) / periodUs),
    recording: { periodUs, packets },
  };
}

/** A stream by its name. */
export function streamOf(name) {
  return STREAMS[name] ?? recordedStream(name);
}

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
export function sourceOf(
  { kind, bytes, perSecond, recording },
  { ssrc, port, srtpKey },
) {
  const { clockRate, preferredPayloadType } = codecOf(kind);

  return {
    port,
    ssrc,
    payloadType: preferredPayloadType,
    clockRate,
    bytes,
    perSecond,
    recording,
    srtpKey,
  };
}

function codecOf(kind) {
  return mediaCodecs.find((codec) => codec.kind === kind);
}
