'use strict';
/**
 * RTP parameters for the measurements, as a browser sends them: codecs, header extensions, three simulcast
 * layers of video.
 */

const mediaCodecs = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48000,
    channels: 2,
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
];

const listenInfos = [{ protocol: 'udp', ip: '127.0.0.1' }];

/** SSRCs and MIDs must differ within a transport. */
let ssrc = 1_000_000;

const audioSource = () => ({
  kind: 'audio',
  rtpParameters: {
    mid: String(++ssrc),
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: 111,
        clockRate: 48000,
        channels: 2,
        parameters: { useinbandfec: 1 },
        rtcpFeedback: [{ type: 'transport-cc' }],
      },
    ],
    headerExtensions: [
      { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 },
      { uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: 10 },
    ],
    encodings: [{ ssrc }],
    rtcp: { cname: 'bench' },
  },
});

const videoSource = () => ({
  kind: 'video',
  rtpParameters: {
    mid: String(++ssrc),
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 96,
        clockRate: 90000,
        rtcpFeedback: [
          { type: 'nack' },
          { type: 'nack', parameter: 'pli' },
          { type: 'ccm', parameter: 'fir' },
          { type: 'transport-cc' },
        ],
      },
      {
        mimeType: 'video/rtx',
        payloadType: 97,
        clockRate: 90000,
        parameters: { apt: 96 },
      },
    ],
    headerExtensions: [
      { uri: 'urn:ietf:params:rtp-hdrext:sdes:mid', id: 1 },
      {
        uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
        id: 4,
      },
      {
        uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
        id: 5,
      },
    ],
    encodings: [0, 1, 2].map(() => ({
      ssrc: ++ssrc,
      rtx: { ssrc: ++ssrc },
      scalabilityMode: 'L1T3',
      maxBitrate: 500_000,
    })),
    rtcp: { cname: 'bench' },
  },
});

module.exports = { audioSource, listenInfos, mediaCodecs, videoSource };
