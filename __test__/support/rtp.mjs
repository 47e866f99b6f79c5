/** RTP parameters for tests: the codecs of a Router and the options of an audio Producer. */

export const mediaCodecs = [
  { kind: 'audio', mimeType: 'audio/opus', clockRate: 48000, channels: 2 },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
];

/** RTP parameters as of a browser; each source has an SSRC of its own. */
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
