/**
 * What mediasoup's encoders make of values: of those that its own code gave them, and of those
 * that an application could, odd ones above all. A vector has the bytes of a table, or the error.
 */
import { fbs, flatbuffers, load } from './upstream.mjs';

const rtp = load('rtpParametersFbsUtils');
const ortc = load('ortc');
const { serializeSctpStreamParameters } = load('sctpParametersFbsUtils');
const { serializeSrtpParameters } = load('srtpParametersFbsUtils');
const { RouterImpl } = load('Router');
const { WebRtcTransportImpl } = load('WebRtcTransport');
const { ProducerImpl } = load('Producer');
const { ConsumerImpl } = load('Consumer');
const { RtpParameters, RtcpParameters } = fbs('rtp-parameters');

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

const oddRtpParameters = () => [
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

const oddRtpEncodings = () =>
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

const oddRtpMapping = () => [
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

const oddSctpStreamParameters = () => [
  ...each({}, 'streamId', NUMBERS),
  ...each({ streamId: 1 }, 'ordered', FLAGS),
  ...each({ streamId: 1 }, 'maxPacketLifeTime', NUMBERS),
  ...each({ streamId: 1 }, 'maxRetransmits', NUMBERS),
];

const oddSrtpParameters = () => [
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

const oddDtlsParameters = () => [
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

const oddListenInfo = () => [
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

const oddTraceEvents = () => [
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

const oddLayers = () => [
  ...each({}, 'spatialLayer', NUMBERS),
  ...each({ spatialLayer: 1 }, 'temporalLayer', NUMBERS),
];

/** A channel that ends with the request it gets. */
class Sink {
  bufferBuilder;

  constructor(builder) {
    this.bufferBuilder = builder;
  }

  on() {}

  request(_method, _bodyType, body) {
    throw new Sent(body);
  }
}

class Sent extends Error {
  constructor(body) {
    super('sent');
    this.body = body;
  }
}

/** An encoder that is the beginning of a method of a class. */
const method = (Class, call) => (builder, input) => {
  const object = new Class({
    internal: { routerId: 'r' },
    data: {},
    channel: new Sink(builder),
  });
  return call(object, input);
};

/** A vector of encodings is no table; here it goes into one. */
function encodingsTable(builder, encodings) {
  const codecs = RtpParameters.createCodecsVector(builder, []);
  const extensions = RtpParameters.createHeaderExtensionsVector(builder, []);
  const vector = rtp.serializeRtpEncodingParameters(builder, encodings);
  const rtcp = RtcpParameters.createRtcpParameters(builder, 0, true);
  RtpParameters.startRtpParameters(builder);
  RtpParameters.addCodecs(builder, codecs);
  RtpParameters.addHeaderExtensions(builder, extensions);
  RtpParameters.addEncodings(builder, vector);
  RtpParameters.addRtcp(builder, rtcp);
  return RtpParameters.endRtpParameters(builder);
}

/** By kind: what encodes, and what it is given. */
const KINDS = {
  rtpParameters: [rtp.serializeRtpParameters, oddRtpParameters],
  rtpEncodings: [encodingsTable, oddRtpEncodings],
  rtpMapping: [ortc.serializeRtpMapping, oddRtpMapping],
  sctpStreamParameters: [
    serializeSctpStreamParameters,
    oddSctpStreamParameters,
  ],
  srtpParameters: [serializeSrtpParameters, oddSrtpParameters],
  dtlsParameters: [
    method(WebRtcTransportImpl, (transport, dtlsParameters) =>
      transport.connect({ dtlsParameters }),
    ),
    oddDtlsParameters,
  ],
  listenInfo: [
    method(RouterImpl, (router, listenInfo) =>
      router.createPipeTransport({ listenInfo }),
    ),
    oddListenInfo,
  ],
  transportTraceEvents: [
    method(WebRtcTransportImpl, (transport, types) =>
      transport.enableTraceEvent(types),
    ),
    oddTraceEvents,
  ],
  producerTraceEvents: [
    method(ProducerImpl, (producer, types) => producer.enableTraceEvent(types)),
    oddTraceEvents,
  ],
  consumerTraceEvents: [
    method(ConsumerImpl, (consumer, types) => consumer.enableTraceEvent(types)),
    oddTraceEvents,
  ],
  preferredLayers: [
    method(ConsumerImpl, (consumer, layers) =>
      consumer.setPreferredLayers(layers),
    ),
    oddLayers,
  ],
};

async function vectorOf(encode, input) {
  const builder = new flatbuffers.Builder();
  let table;
  try {
    table = await encode(builder, input);
  } catch (error) {
    if (!(error instanceof Sent)) {
      return { input, error: { name: error.name, message: error.message } };
    }
    table = error.body;
  }
  builder.finish(table);
  return { input, bytes: Buffer.from(builder.asUint8Array()).toString('hex') };
}

/** @param {Map<string, any[]>} seen - What mediasoup's own code encoded, by kind. */
export async function encoded(seen) {
  const groups = {};
  for (const [kind, [encode, odd]] of Object.entries(KINDS)) {
    const inputs = [...(seen.get(kind) ?? []), ...odd()];
    groups[kind] = await Promise.all(
      inputs.map((input) => vectorOf(encode, input)),
    );
  }
  return groups;
}
