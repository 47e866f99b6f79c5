/**
 * Inputs of mediasoup's encoders that an application could give, odd ones above all: each member as each
 * of the values that JavaScript makes something of.
 */

/** Values that become integers, each in its own way. */
const NUMBERS = [
  undefined,
  null,
  true,
  0,
  96.7,
  -1,
  300,
  65536,
  4294967301,
  1e20,
  -1e20,
  '96',
  ' 0x60 ',
  '1e2',
  '',
  'abc',
  'Infinity',
  '1.5',
  [],
  [5],
  [5, 6],
  {},
];

const TEXTS = [
  undefined,
  null,
  '',
  'ünïcödé',
  5,
  -0.5,
  1e21,
  1.5e-7,
  false,
  [1, null, 'a'],
  {},
];

const FLAGS = [
  undefined,
  null,
  true,
  false,
  0,
  1,
  2,
  256,
  0.5,
  '',
  '1',
  'x',
  {},
  [],
];

const NO_LISTS = [null, 5, true, {}, '', 'a'];

/** One input per value, the value being the member `name` of `base`. */
const each = (base, name, values) =>
  values.map((value) => ({ ...base, [name]: value }));

const CODEC = {
  mimeType: 'video/VP8',
  payloadType: 96,
  clockRate: 90000,
  parameters: {},
};

const EXTENSION = {
  uri: 'urn:3gpp:video-orientation',
  id: 4,
  encrypt: false,
  parameters: {},
};

const PARAMETERS = [
  { a: 1, b: 1.5, c: 'x', d: '', e: 2147483648, f: -2147483649, g: 1e300 },
  { 10: 'ten', 9: 'nine', ten: 10 },
  { a: null },
  { a: { b: 1 } },
  [7, 'x'],
  5,
  null,
  undefined,
];

const withCodecs = (codecs) => codecs.map((codec) => ({ codecs: [codec] }));

const withExtensions = (extensions) =>
  extensions.map((extension) => ({
    codecs: [],
    headerExtensions: [extension],
  }));

const URIS = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'urn:mediasoup:params:rtp-hdrext:packet-id',
];

export const oddRtpParameters = () => [
  {},
  { codecs: {} },
  { codecs: [null] },
  ...withCodecs([
    ...each(CODEC, 'mimeType', TEXTS),
    ...each(CODEC, 'payloadType', NUMBERS),
    ...each(CODEC, 'clockRate', NUMBERS),
    ...each(CODEC, 'channels', NUMBERS),
    ...each(CODEC, 'parameters', PARAMETERS),
    ...each(CODEC, 'rtcpFeedback', [
      ...NO_LISTS,
      [],
      [{}],
      [{ type: 'nack' }, { type: '', parameter: 5 }],
    ]),
  ]),
  ...withExtensions([
    ...each(EXTENSION, 'uri', URIS),
    ...each(EXTENSION, 'uri', ['foo', undefined, null, 5, {}]),
    ...each(EXTENSION, 'id', NUMBERS),
    ...each(EXTENSION, 'encrypt', FLAGS),
    ...each(EXTENSION, 'parameters', PARAMETERS),
  ]),
  ...each({ codecs: [] }, 'headerExtensions', NO_LISTS),
  ...each({ codecs: [] }, 'encodings', [...NO_LISTS, [], [{}]]),
  ...each({ codecs: [] }, 'mid', TEXTS),
  ...each({ codecs: [] }, 'msid', TEXTS),
  ...each({ codecs: [] }, 'rtcp', [
    null,
    {},
    { cname: 5, reducedSize: 'false' },
    { cname: '', reducedSize: true },
    ...each({}, 'reducedSize', FLAGS),
  ]),
];

const BITRATES = [
  undefined,
  null,
  true,
  0,
  -1,
  1e21,
  1.5,
  9007199254740992,
  '123',
  ' -5 ',
  '',
  'abc',
  [7],
  [],
  {},
];

export const oddRtpEncodings = () =>
  [
    {},
    ...each({}, 'ssrc', NUMBERS),
    ...each({}, 'rid', TEXTS),
    ...each({}, 'codecPayloadType', NUMBERS),
    ...each({}, 'rtx', [null, true, 5, {}, { ssrc: '7' }, { ssrc: -1 }]),
    ...each({}, 'dtx', FLAGS),
    ...each({}, 'scalabilityMode', TEXTS),
    ...each({}, 'maxBitrate', BITRATES),
  ].map((encoding) => [encoding]);

export const oddRtpMapping = () => [
  { codecs: [], encodings: [] },
  ...each({}, 'payloadType', NUMBERS).map((codec) => ({
    codecs: [codec],
    encodings: [],
  })),
  ...[
    ...each({}, 'ssrc', NUMBERS),
    ...each({}, 'rid', TEXTS),
    ...each({ rid: 'r0' }, 'mappedSsrc', NUMBERS),
  ].map((encoding) => ({ codecs: [], encodings: [encoding] })),
];

export const oddSctpStreamParameters = () => [
  ...each({}, 'streamId', NUMBERS),
  ...each({ streamId: 1 }, 'ordered', FLAGS),
  ...each({ streamId: 1 }, 'maxPacketLifeTime', NUMBERS),
  ...each({ streamId: 1 }, 'maxRetransmits', NUMBERS),
];

export const oddSrtpParameters = () => [
  ...[
    'AEAD_AES_256_GCM',
    'AEAD_AES_128_GCM',
    'AES_CM_128_HMAC_SHA1_80',
    'AES_CM_128_HMAC_SHA1_32',
    'FOO',
    undefined,
    null,
    {},
  ].map((cryptoSuite) => ({ cryptoSuite, keyBase64: 'a2V5' })),
  ...each({ cryptoSuite: 'AEAD_AES_256_GCM' }, 'keyBase64', TEXTS),
];

const FINGERPRINT = { algorithm: 'sha-256', value: 'AA:BB' };

export const oddDtlsParameters = () => [
  null,
  {},
  ...each({}, 'fingerprints', [null, 5, {}, '', 'ab', [], [null], [5]]),
  ...each({ fingerprints: [FINGERPRINT] }, 'role', [
    'auto',
    'client',
    'server',
    'chicken',
    undefined,
    null,
    7,
  ]),
  ...[
    ...each(FINGERPRINT, 'algorithm', [
      'sha-1',
      'sha-224',
      'sha-384',
      'sha-512',
      'SHA-256',
      undefined,
      null,
    ]),
    ...each(FINGERPRINT, 'value', TEXTS),
  ].map((fingerprint) => ({ fingerprints: [fingerprint] })),
];

const LISTEN_INFO = { protocol: 'udp', ip: '127.0.0.1' };

export const oddListenInfo = () => [
  ...each(LISTEN_INFO, 'protocol', ['udp', 'tcp', 'UDP', undefined, null]),
  ...each(LISTEN_INFO, 'ip', TEXTS),
  ...each(LISTEN_INFO, 'announcedAddress', TEXTS),
  ...each({ ...LISTEN_INFO, announcedIp: '1.1.1.1' }, 'announcedAddress', [
    null,
    '',
    'a.example',
  ]),
  ...each(LISTEN_INFO, 'announcedIp', TEXTS),
  ...each(LISTEN_INFO, 'exposeInternalIp', FLAGS),
  ...each(LISTEN_INFO, 'port', NUMBERS),
  ...each(LISTEN_INFO, 'portRange', [
    undefined,
    null,
    5,
    {},
    { min: 1000, max: 2000 },
    { min: '1000', max: null },
  ]),
  ...each(LISTEN_INFO, 'flags', [
    undefined,
    null,
    5,
    {},
    { ipv6Only: true, udpReusePort: true },
    { ipv6Only: 'false', udpReusePort: 0 },
  ]),
  ...each(LISTEN_INFO, 'sendBufferSize', NUMBERS),
  ...each(LISTEN_INFO, 'recvBufferSize', NUMBERS),
];

export const oddTraceEvents = () => [
  [],
  ['probation', 'bwe'],
  ['keyframe', 'fir', 'nack', 'pli', 'rtp', 'sr'],
  ['foo', 'bwe', 'rtp', ''],
  ['rtp', 5],
  [null],
  [0, 'rtp'],
  null,
  'rtp',
  {},
];

export const oddLayers = () => [
  ...each({}, 'spatialLayer', NUMBERS),
  ...each({ spatialLayer: 1 }, 'temporalLayer', NUMBERS),
];
