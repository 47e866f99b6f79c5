/** The module under test as programs of remote Workers use it. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { modules } = require('./reference.js');

export const mediasoup = require(modules.ours);

/** `connect(url, options)`: a module of its own, with its Workers on a server. */
export const { connect } = mediasoup;

export const mediaCodecs = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
];

export const listenInfos = [{ protocol: 'udp', ip: '127.0.0.1' }];

/** What a browser would send; each with an SSRC of its own. */
export function audioSource(ssrc = 1111, more = {}) {
  return {
    kind: 'audio',
    rtpParameters: {
      mid: String(ssrc),
      codecs: [
        {
          mimeType: 'audio/opus',
          payloadType: 111,
          clockRate: 48000,
          channels: 2,
        },
      ],
      encodings: [{ ssrc }],
    },
    ...more,
  };
}

/** An event's arguments, once. */
export function next(emitter, event) {
  return new Promise((resolve) =>
    emitter.once(event, (...args) => resolve(args)),
  );
}
