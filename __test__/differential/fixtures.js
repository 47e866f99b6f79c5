'use strict';
/**
 * RTP and transport parameters that scenarios of the differential test share. Each is a function that returns
 * a new object, so that no scenario sees changes that another one, or the module under test, made to it.
 */

const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const RID = 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
const AUDIO_LEVEL = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
const VIDEO_ORIENTATION = 'urn:3gpp:video-orientation';
const ABS_SEND_TIME =
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';

const loopback = () => ({ protocol: 'udp', ip: '127.0.0.1' });

const mediaCodecs = () => [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48000,
    channels: 2,
    parameters: { useinbandfec: 1, foo: 'bar' },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90000,
    parameters: {
      'level-asymmetry-allowed': 1,
      'packetization-mode': 1,
      'profile-level-id': '4d0032',
    },
    rtcpFeedback: [],
  },
  {
    kind: 'video',
    mimeType: 'video/VP9',
    clockRate: 90000,
    parameters: { 'profile-id': 2 },
  },
];

const audioParameters = (ssrc = 11111111) => ({
  mid: 'AUDIO',
  codecs: [
    {
      mimeType: 'audio/opus',
      payloadType: 111,
      clockRate: 48000,
      channels: 2,
      parameters: { useinbandfec: 1, usedtx: 1, text: 'abc', float: 1.5 },
      rtcpFeedback: [{ type: 'transport-cc' }],
    },
  ],
  headerExtensions: [
    { uri: MID, id: 10 },
    { uri: AUDIO_LEVEL, id: 12 },
  ],
  encodings: [{ ssrc, dtx: true }],
  rtcp: { cname: 'audio-cname', reducedSize: true },
});

const videoParameters = (ssrc = 22222222) => ({
  mid: 'VIDEO',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 101,
      clockRate: 90000,
      rtcpFeedback: [
        { type: 'nack' },
        { type: 'nack', parameter: 'pli' },
        { type: 'ccm', parameter: 'fir' },
        { type: 'goog-remb' },
      ],
    },
    {
      mimeType: 'video/rtx',
      payloadType: 102,
      clockRate: 90000,
      parameters: { apt: 101 },
    },
  ],
  headerExtensions: [
    { uri: MID, id: 10 },
    { uri: VIDEO_ORIENTATION, id: 13 },
  ],
  encodings: [{ ssrc, rtx: { ssrc: ssrc + 1 }, maxBitrate: 500000 }],
  rtcp: { cname: 'video-cname' },
});

const simulcastParameters = (ssrc = 33333331) => ({
  ...videoParameters(),
  mid: 'SIMULCAST',
  encodings: [0, 1, 2].map((index) => ({
    ssrc: ssrc + 2 * index,
    rtx: { ssrc: ssrc + 2 * index + 1 },
    scalabilityMode: 'L1T3',
    maxBitrate: 100000 * (index + 1),
  })),
});

const ridParameters = () => ({
  ...videoParameters(),
  mid: 'RIDS',
  headerExtensions: [
    { uri: MID, id: 10 },
    { uri: RID, id: 11 },
  ],
  encodings: ['q', 'h', 'f'].map((rid) => ({ rid })),
});

const h264Parameters = (ssrc = 44444441) => ({
  mid: 'H264',
  codecs: [
    {
      mimeType: 'video/h264',
      payloadType: 112,
      clockRate: 90000,
      parameters: {
        'packetization-mode': 1,
        'profile-level-id': '4d0032',
      },
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
    },
    {
      mimeType: 'video/rtx',
      payloadType: 113,
      clockRate: 90000,
      parameters: { apt: 112 },
    },
  ],
  headerExtensions: [{ uri: ABS_SEND_TIME, id: 4 }],
  encodings: [{ ssrc, rtx: { ssrc: ssrc + 1 } }],
});

const svcParameters = (ssrc = 55555551) => ({
  mid: 'SVC',
  codecs: [
    {
      mimeType: 'video/VP9',
      payloadType: 120,
      clockRate: 90000,
      parameters: { 'profile-id': 2 },
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
    },
  ],
  encodings: [{ ssrc, scalabilityMode: 'L3T3_KEY' }],
});

/** Options of `produce()`. */
const audioSource = (ssrc, more) => ({
  kind: 'audio',
  rtpParameters: audioParameters(ssrc),
  ...more,
});

const videoSource = (rtpParameters = videoParameters(), more) => ({
  kind: 'video',
  rtpParameters,
  ...more,
});

/** Options of `consume()` for a Producer by all that its Router can do. */
const consumerOptions = ({ id: producerId }, { rtpCapabilities }) => ({
  producerId,
  rtpCapabilities,
});

const deviceCapabilities = () => ({
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48000,
      channels: 2,
      rtcpFeedback: [{ type: 'nack' }, { type: 'transport-cc' }],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 101,
      clockRate: 90000,
      rtcpFeedback: [
        { type: 'nack' },
        { type: 'ccm', parameter: 'fir' },
        { type: 'goog-remb' },
      ],
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 102,
      clockRate: 90000,
      parameters: { apt: 101 },
    },
  ],
  headerExtensions: [
    {
      kind: 'audio',
      uri: MID,
      preferredId: 1,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: MID,
      preferredId: 1,
      preferredEncrypt: false,
      direction: 'sendrecv',
    },
    {
      kind: 'video',
      uri: ABS_SEND_TIME,
      preferredId: 4,
      preferredEncrypt: false,
    },
  ],
});

/** Values that `appData` refuses, and odd ones that it takes. */
const appDataCases = () => ({
  'a string': 'not an object',
  'a number': 1234,
  true: true,
  null: null,
  zero: 0,
  'an empty string': '',
  'an array': [1, 2],
  'a function': () => {},
  'a bigint': 1n,
});

/** An object that refers to itself and holds what JSON can't. */
function circularAppData() {
  const appData = { text: 'foo', map: new Map([['a', 1]]), call() {} };

  appData.self = appData;

  return appData;
}

module.exports = {
  ABS_SEND_TIME,
  AUDIO_LEVEL,
  MID,
  RID,
  VIDEO_ORIENTATION,
  appDataCases,
  audioParameters,
  audioSource,
  circularAppData,
  consumerOptions,
  deviceCapabilities,
  h264Parameters,
  loopback,
  mediaCodecs,
  ridParameters,
  simulcastParameters,
  svcParameters,
  videoParameters,
  videoSource,
};
