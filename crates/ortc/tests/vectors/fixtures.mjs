// The inputs that generate.mjs feeds to mediasoup, good and hostile.

/** What is put where something else belongs. Strings and lists come short and empty. */
export const hostile = [
  null,
  true,
  false,
  0,
  1,
  -1,
  96.5,
  1e21,
  '',
  'x',
  '1',
  [],
  {},
  ['x'],
  [null, [1, 2], { a: 1 }],
  { a: { b: 1 } },
];

const MID = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const ABS_SEND_TIME =
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';
const ABS_CAPTURE_TIME =
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';
const TRANSPORT_CC =
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const ORIENTATION = 'urn:3gpp:video-orientation';

const videoFeedback = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'goog-remb' },
  { type: 'transport-cc' },
];

const opus = {
  kind: 'audio',
  mimeType: 'audio/opus',
  clockRate: 48000,
  channels: 2,
};
const vp8 = { kind: 'video', mimeType: 'video/VP8', clockRate: 90000 };
const vp9 = (profile) => ({
  kind: 'video',
  mimeType: 'video/VP9',
  clockRate: 90000,
  parameters: { 'profile-id': profile },
});
const h264 = (parameters) => ({
  kind: 'video',
  mimeType: 'video/H264',
  clockRate: 90000,
  parameters,
});

export const smallCapabilities = {
  codecs: [
    {
      ...vp8,
      preferredPayloadType: 96,
      parameters: { a: 'b' },
      rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
    },
    {
      kind: 'video',
      mimeType: 'video/rtx',
      preferredPayloadType: 97,
      clockRate: 90000,
      parameters: { apt: 96 },
    },
  ],
  headerExtensions: [
    { kind: 'video', uri: MID, preferredId: 1, preferredEncrypt: false },
  ],
};

export const smallParameters = {
  mid: '0',
  codecs: [
    {
      mimeType: 'video/VP8',
      payloadType: 111,
      clockRate: 90000,
      rtcpFeedback: [{ type: 'nack' }],
    },
    {
      mimeType: 'video/rtx',
      payloadType: 112,
      clockRate: 90000,
      parameters: { apt: 111 },
    },
  ],
  headerExtensions: [
    { uri: MID, id: 3, encrypt: false, parameters: { a: 1 } },
    { uri: ABS_CAPTURE_TIME, id: 4 },
  ],
  encodings: [
    { ssrc: 1, rtx: { ssrc: 2 }, scalabilityMode: 'L1T3', maxBitrate: 100 },
    { rid: 'h', dtx: true },
  ],
  rtcp: { cname: 'me', reducedSize: true },
  msid: 'stream track',
};

export const strangersCapabilities = {
  ...smallCapabilities,
  headerExtensions: [MID, ABS_SEND_TIME, ABS_CAPTURE_TIME].map(
    (uri, index) => ({
      kind: 'video',
      uri,
      preferredId: index + 1,
    }),
  ),
};

export const sctpParameters = {
  streamId: 1,
  ordered: false,
  maxPacketLifeTime: 5000,
};

export const smallMediaCodecs = [
  { ...opus, parameters: { useinbandfec: 1 } },
  { ...vp8, preferredPayloadType: 120 },
];

const capsOf = (codec) => ({ codecs: [codec] });
const paramsOf = (codec) => ({ codecs: [codec] });
const codecOf = (members) => ({
  mimeType: 'video/VP8',
  payloadType: 96,
  clockRate: 90000,
  ...members,
});
const extensionOf = (members) => ({
  headerExtensions: [{ kind: 'audio', uri: MID, preferredId: 1, ...members }],
});
const extensionParametersOf = (members) => ({
  codecs: [],
  headerExtensions: [{ uri: MID, id: 1, ...members }],
});
const encodingOf = (encoding) => ({ codecs: [], encodings: [encoding] });

/** Function name -> [title, argument] */
export const validations = {
  validateAndNormalizeRtpCapabilities: [
    ['an empty object gets empty lists', {}],
    ['null is an object that has no members', null],
    ['a number is no object', 5],
    ['a string is no object', 'caps'],
    ['a list is an object', []],
    ['codecs must be a list', { codecs: {} }],
    ['falsy codecs are missing codecs', { codecs: 0, headerExtensions: '' }],
    ['headerExtensions must be a list', { headerExtensions: true }],
    ['unknown members stay', { foo: { bar: null }, codecs: [] }],
    ['a codec must be an object', capsOf(1)],
    ['a codec that is null', capsOf(null)],
    ['a codec that is a list', capsOf([])],
    ['mimeType is mandatory', capsOf({})],
    ['mimeType must not be empty', capsOf(codecOf({ mimeType: '' }))],
    ['mimeType must be a string', capsOf(codecOf({ mimeType: 1 }))],
    ['mimeType must be of a kind', capsOf(codecOf({ mimeType: 'text/VP8' }))],
    ['mimeType needs a subtype', capsOf(codecOf({ mimeType: 'video/' }))],
    ['a subtype on its own line', capsOf(codecOf({ mimeType: 'video/\nVP8' }))],
    ['a subtype after U+2028', capsOf(codecOf({ mimeType: 'video/\u2028x' }))],
    ['the kind begins the mimeType', capsOf(codecOf({ mimeType: ' video/x' }))],
    ['mimeType in capitals', capsOf(codecOf({ mimeType: 'AUDIO/Ö\n' }))],
    ['mimeType beyond ASCII', capsOf(codecOf({ mimeType: 'vidéo/x' }))],
    ['kind is overridden', capsOf(codecOf({ kind: 'audio' }))],
    ['payload types may be 0', capsOf(codecOf({ preferredPayloadType: 0 }))],
    ['... or empty', capsOf(codecOf({ preferredPayloadType: '' }))],
    ['... or a fraction', capsOf(codecOf({ preferredPayloadType: 0.5 }))],
    ['... but no string', capsOf(codecOf({ preferredPayloadType: '96' }))],
    ['clockRate is mandatory', capsOf({ mimeType: 'audio/x' })],
    ['video has no channels', capsOf(codecOf({ channels: 2 }))],
    [
      'audio has one channel by default',
      capsOf(codecOf({ mimeType: 'audio/x', channels: '2' })),
    ],
    ['parameters become an object', capsOf(codecOf({ parameters: 'x' }))],
    ['parameters may be a list', capsOf(codecOf({ parameters: ['x', 1] }))],
    ['a parameter that is true', capsOf(codecOf({ parameters: { a: true } }))],
    ['a parameter that is null', capsOf(codecOf({ parameters: { a: null } }))],
    ['a parameter that is an object', capsOf(codecOf({ parameters: [{}] }))],
    [
      'a parameter that is a list',
      capsOf(codecOf({ parameters: { a: [1, [null, 'b'], {}, false, 1e21] } })),
    ],
    [
      'a parameter that hides toString',
      capsOf(codecOf({ parameters: { a: [{ toString: 1 }] } })),
    ],
    ['apt must be a number', capsOf(codecOf({ parameters: { apt: '96' } }))],
    ['rtcpFeedback becomes a list', capsOf(codecOf({ rtcpFeedback: {} }))],
    ['feedback must be an object', capsOf(codecOf({ rtcpFeedback: ['nack'] }))],
    ['feedback that is null', capsOf(codecOf({ rtcpFeedback: [null] }))],
    ['feedback needs a type', capsOf(codecOf({ rtcpFeedback: [{}] }))],
    ['... a string', capsOf(codecOf({ rtcpFeedback: [{ type: 1 }] }))],
    [
      'a feedback parameter becomes a string',
      capsOf(codecOf({ rtcpFeedback: [{ type: 'nack', parameter: 1 }] })),
    ],
    ['an extension must be an object', { headerExtensions: [1] }],
    ['an extension that is null', { headerExtensions: [null] }],
    ['an extension that is a list', { headerExtensions: [[]] }],
    ['an extension of no kind', extensionOf({ kind: 'AUDIO' })],
    ['an extension without uri', extensionOf({ uri: '' })],
    ['an extension whose uri is a number', extensionOf({ uri: 1 })],
    ['an extension without id', extensionOf({ preferredId: '1' })],
    ['an extension with defaults', extensionOf({})],
    [
      'preferredEncrypt must be a boolean',
      extensionOf({ preferredEncrypt: 1 }),
    ],
    ['direction must be a string', extensionOf({ direction: 1 })],
    ['any direction will do', extensionOf({ direction: 'up' })],
  ],
  validateAndNormalizeRtpParameters: [
    ['codecs are mandatory', {}],
    ['null is an object that has no members', null],
    ['a boolean is no object', false],
    ['a list is an object without codecs', []],
    ['mid must be a string', { mid: 1 }],
    ['mid may be empty', { mid: '', codecs: [] }],
    ['everything else has defaults', { codecs: [] }],
    ['codecs must be a list', { codecs: {} }],
    ['a codec must be an object', paramsOf('x')],
    ['a codec that is null', paramsOf(null)],
    ['mimeType is mandatory', paramsOf({ payloadType: 1 })],
    ['mimeType must be of a kind', paramsOf(codecOf({ mimeType: 'VP8' }))],
    ['payloadType is mandatory', paramsOf(codecOf({ payloadType: '96' }))],
    ['clockRate is mandatory', paramsOf(codecOf({ clockRate: null }))],
    ['a codec keeps its kind', paramsOf(codecOf({ kind: 'audio' }))],
    ['a payload type out of range', paramsOf(codecOf({ payloadType: 4000.5 }))],
    ['a parameter that is false', paramsOf(codecOf({ parameters: [false] }))],
    ['headerExtensions must be a list', { codecs: [], headerExtensions: 1 }],
    ['an extension must be an object', { codecs: [], headerExtensions: [1] }],
    ['an extension without uri', extensionParametersOf({ uri: null })],
    ['an extension without id', extensionParametersOf({ id: true })],
    ['encrypt must be a boolean', extensionParametersOf({ encrypt: 'no' })],
    ['an extension with defaults', extensionParametersOf({})],
    ['extension parameters', extensionParametersOf({ parameters: [1, 'x'] })],
    ['... of other types', extensionParametersOf({ parameters: { a: null } })],
    ['encodings must be a list', { codecs: [], encodings: {} }],
    ['an encoding must be an object', encodingOf(1)],
    ['an encoding that is null', encodingOf(null)],
    ['an encoding that is a list', encodingOf(['x'])],
    ['ssrc must be a number', encodingOf({ ssrc: '1' })],
    ['rid must be a string', encodingOf({ rid: 1 })],
    ['rtx must be an object', encodingOf({ rtx: 1 })],
    ['rtx needs an ssrc', encodingOf({ rtx: {} })],
    ['rtx may be falsy', encodingOf({ rtx: 0, ssrc: null, rid: false })],
    ['dtx becomes a boolean', encodingOf({ dtx: 'yes' })],
    ['scalabilityMode must be a string', encodingOf({ scalabilityMode: 3 })],
    ['rtcp must be an object', { codecs: [], rtcp: 1 }],
    ['rtcp may be a list', { codecs: [], rtcp: [] }],
    [
      'rtcp always has a reduced size',
      { codecs: [], rtcp: { reducedSize: false } },
    ],
    ['cname must be a string', { codecs: [], rtcp: { cname: 1 } }],
    ['msid must be a string', { codecs: [], msid: {} }],
    ['msid comes before cname', { codecs: [], msid: 1, rtcp: { cname: 1 } }],
  ],
  validateAndNormalizeSctpStreamParameters: [
    ['streamId is mandatory', {}],
    ['null is an object that has no members', null],
    ['a string is no object', 'x'],
    ['a list has no streamId', []],
    ['ordered by default', { streamId: 0 }],
    ['unordered when partially reliable', { streamId: 1, maxRetransmits: 2 }],
    [
      'falsy limits are none',
      { streamId: 1, maxRetransmits: 0, maxPacketLifeTime: '' },
    ],
    ['ordered and limited', { streamId: 1, ordered: true, maxRetransmits: 2 }],
    [
      'unordered and limited',
      { streamId: 1, ordered: false, maxRetransmits: 2 },
    ],
    [
      'ordered that is no boolean',
      { streamId: 1, ordered: 1, maxRetransmits: 2 },
    ],
    ['a life time that is no number', { streamId: 1, maxPacketLifeTime: '5' }],
    ['a limit that is no number', { streamId: 1, maxRetransmits: {} }],
    ['two limits', { streamId: 1, maxRetransmits: 1, maxPacketLifeTime: 1 }],
  ],
};

export const scalabilityModes = [
  'L1T1',
  'L3T3_KEY',
  'S3T3',
  'L12T34_KEY_SHIFT',
  'L0T1',
  'L100T1',
  'L1T100',
  'nonsense',
  '',
];

const many = (count, codec) => Array.from({ length: count }, () => codec);

/** [title, mediaCodecs] */
export const mediaCodecs = [
  ['no codecs', []],
  ['an object is no list', {}],
  ['a number is no list', 5],
  ['a codec that is null', [null]],
  ['a codec without mimeType', [{}]],
  ['an unknown codec', [{ ...opus, mimeType: 'audio/chicken' }]],
  ['a codec with other channels', [{ ...opus, channels: 1 }]],
  ['a codec at another clock rate', [{ ...vp8, clockRate: 48000 }]],
  ['names in any case', [{ ...vp8, mimeType: 'VIDEO/vp8', kind: 'audio' }]],
  [
    'a name with a Kelvin sign',
    [{ mimeType: 'audio/SIL\u212a', clockRate: 8000 }],
  ],
  ['RTX is not asked for', [{ ...vp8, mimeType: 'video/rtx' }]],
  [
    'a common meeting',
    [opus, vp8, vp9(0), vp9(2), h264({ 'packetization-mode': 1 })],
  ],
  ['payload types given', [{ ...opus, preferredPayloadType: 100 }, vp8]],
  [
    'a payload type that is taken',
    [vp8, { ...opus, preferredPayloadType: 101 }],
  ],
  ['a payload type out of range', [{ ...vp8, preferredPayloadType: 1e6 }]],
  ['a payload type of 0', [{ ...opus, preferredPayloadType: 0 }]],
  [
    'a static payload type',
    [{ mimeType: 'audio/PCMU', clockRate: 8000 }, opus],
  ],
  [
    'the same static one twice',
    many(2, { mimeType: 'audio/PCMU', clockRate: 8000 }),
  ],
  ['one that is falsy', [{ ...opus, preferredPayloadType: '' }]],
  ['the same codec twice', many(2, vp8)],
  ['too many audio codecs', many(33, opus)],
  ['too many video codecs', many(17, vp8)],
  ['as many as there is room for', many(16, vp8)],
  ['no room for the last RTX', [...many(31, opus), vp8]],
  [
    'parameters replace defaults',
    [h264({ 'level-asymmetry-allowed': 0, x: 'y' })],
  ],
  ['parameters in a list', [{ ...opus, parameters: ['a', 'b'] }]],
  ['an invalid parameter', [{ ...opus, parameters: { a: null } }]],
  [
    'multiopus of six channels',
    [
      {
        mimeType: 'audio/multiopus',
        clockRate: 48000,
        channels: 6,
        parameters: { num_streams: 4, coupled_streams: 2 },
      },
    ],
  ],
  [
    'multiopus with wrong streams',
    [
      {
        mimeType: 'audio/multiopus',
        clockRate: 48000,
        channels: 6,
        parameters: { num_streams: 4, coupled_streams: 3 },
      },
    ],
  ],
  [
    'multiopus without parameters',
    [{ ...opus, mimeType: 'audio/multiopus', channels: 4 }],
  ],
];

export const meetingMediaCodecs = [
  opus,
  {
    mimeType: 'audio/multiopus',
    clockRate: 48000,
    channels: 6,
    parameters: { num_streams: 4, coupled_streams: 2 },
  },
  vp8,
  vp9(2),
  h264({ 'packetization-mode': 1, 'profile-level-id': '42e01f' }),
  h264({ 'packetization-mode': 0, 'profile-level-id': '4d0032' }),
  { mimeType: 'video/AV1', clockRate: 90000 },
];

const codecFor = (mimeType, payloadType, parameters = {}) => ({
  mimeType,
  payloadType,
  clockRate: mimeType.startsWith('audio') ? 48000 : 90000,
  ...(mimeType === 'audio/opus' && { channels: 2 }),
  parameters,
  rtcpFeedback: mimeType.startsWith('video') ? videoFeedback : [],
});
const rtxFor = (apt, payloadType) =>
  codecFor('video/rtx', payloadType, { apt });

const producer = (codecs, encodings = [{ ssrc: 1111 }], members = {}) => ({
  codecs,
  headerExtensions: [{ uri: ORIENTATION, id: 4 }],
  encodings,
  rtcp: { cname: 'someone' },
  ...members,
});

const vp8AndRtx = [codecFor('video/VP8', 120), rtxFor(120, 121)];
const threeLayers = [
  { rid: 'r0', maxBitrate: 100000, scalabilityMode: 'L1T3' },
  { rid: 'r1', maxBitrate: 300000, scalabilityMode: 'L1T3' },
  { rid: 'r2', maxBitrate: 900000, scalabilityMode: 'L1T3' },
];
const h264Producer = (id, parameters = { 'packetization-mode': 1 }) =>
  producer([
    codecFor('video/h264', 97, {
      ...parameters,
      ...(id !== undefined && { 'profile-level-id': id }),
    }),
  ]);

/** [title, kind, rtpParameters] */
export const producers = [
  [
    'opus',
    'audio',
    producer([codecFor('audio/opus', 111, { useinbandfec: 1 })]),
  ],
  [
    'opus of any case',
    'audio',
    producer(
      [codecFor('audio/opus', 111)].map((codec) => ({
        ...codec,
        mimeType: 'AUDIO/OPUS',
      })),
    ),
  ],
  [
    'opus of one channel',
    'audio',
    producer([{ ...codecFor('audio/opus', 111), channels: 1 }]),
  ],
  ['opus as video', 'video', producer([codecFor('audio/opus', 111)])],
  [
    'multiopus',
    'audio',
    producer([
      {
        ...codecFor('audio/multiopus', 111, {
          num_streams: 4,
          coupled_streams: 2,
        }),
        channels: 6,
      },
    ]),
  ],
  ['VP8 in three layers', 'video', producer(vp8AndRtx, threeLayers)],
  [
    'VP8 with capture times',
    'video',
    producer(vp8AndRtx, [{ ssrc: 1, rtx: { ssrc: 2 } }], {
      mid: '1',
      msid: 'a b',
      headerExtensions: [{ uri: ABS_CAPTURE_TIME, id: 9, encrypt: true }],
    }),
  ],
  ['VP8 without encodings', 'video', producer(vp8AndRtx, [])],
  [
    'VP8 with a hidden payload type',
    'video',
    producer(vp8AndRtx, [{ codecPayloadType: 120, dtx: true, foo: [] }]),
  ],
  [
    'VP8 with bitrates in strings',
    'video',
    producer(vp8AndRtx, [
      { maxBitrate: '500' },
      { maxBitrate: '1e3' },
      { maxBitrate: 700 },
    ]),
  ],
  [
    'VP8 with odd bitrates',
    'video',
    producer(vp8AndRtx, [
      { maxBitrate: true },
      { maxBitrate: ['7'] },
      { maxBitrate: {} },
      { maxBitrate: null },
      { maxBitrate: -1 },
    ]),
  ],
  ['VP8 with an encoding in a list', 'video', producer(vp8AndRtx, [['x']])],
  [
    'VP8 with other feedback',
    'video',
    producer([{ ...vp8AndRtx[0], rtcpFeedback: [{ type: 'foo' }] }]),
  ],
  [
    'VP8 with falsy streams',
    'video',
    producer(vp8AndRtx, [{ ssrc: null, rid: '' }], { msid: 0 }),
  ],
  [
    'VP8 of a strange payload type',
    'video',
    producer([codecFor('video/VP8', 4000.5)]),
  ],
  [
    'unknown codec of a strange payload type',
    'video',
    producer([codecFor('video/VP10', -1e-7)]),
  ],
  [
    'RTX of nothing',
    'video',
    producer([codecFor('video/VP8', 120), codecFor('video/rtx', 121)]),
  ],
  [
    'RTX of itself',
    'video',
    producer([codecFor('video/VP8', 120), rtxFor(121, 121)]),
  ],
  [
    'RTX of a later RTX',
    'video',
    producer([codecFor('video/VP8', 120), rtxFor(122, 121), rtxFor(120, 122)]),
  ],
  ['RTX of an RTX', 'video', producer([...vp8AndRtx, rtxFor(121, 122)])],
  ['RTX first', 'video', producer([...vp8AndRtx].reverse())],
  [
    'RTX in capitals',
    'video',
    producer([
      codecFor('video/VP8', 120),
      { ...rtxFor(120, 121), mimeType: 'VIDEO/RTX' },
    ]),
  ],
  [
    'RTX for audio',
    'audio',
    producer([
      codecFor('audio/opus', 111),
      { ...codecFor('audio/rtx', 112, { apt: 111 }) },
    ]),
  ],
  [
    'two codecs of one payload type',
    'video',
    producer([codecFor('video/VP8', 120), codecFor('video/AV1', 120)]),
  ],
  [
    'VP9 of profile 2',
    'video',
    producer(
      [codecFor('video/VP9', 98, { 'profile-id': 2 })],
      [{ scalabilityMode: 'L3T3_KEY' }],
    ),
  ],
  [
    'VP9 of a profile in a string',
    'video',
    producer([codecFor('video/VP9', 98, { 'profile-id': '2' })]),
  ],
  ['VP9 of profile 0', 'video', producer([codecFor('video/VP9', 98)])],
  ['H264 of the same level', 'video', h264Producer('42e01f')],
  ['H264 of a higher level', 'video', h264Producer('42e034')],
  ['H264 of a lower level', 'video', h264Producer('42E00A')],
  ['H264 of level 1b', 'video', h264Producer('42f00b')],
  [
    'H264 with asymmetry',
    'video',
    h264Producer('42e034', {
      'packetization-mode': 1,
      'level-asymmetry-allowed': 1,
    }),
  ],
  [
    'H264 with asymmetry in a string',
    'video',
    h264Producer('42e034', {
      'packetization-mode': 1,
      'level-asymmetry-allowed': '1',
    }),
  ],
  ['H264 without a level', 'video', h264Producer(undefined)],
  ['H264 of an empty level', 'video', h264Producer('')],
  ['H264 of a level in a number', 'video', h264Producer(420010)],
  ['H264 of no known level', 'video', h264Producer('42e0ff')],
  ['H264 of no known profile', 'video', h264Producer('ffe01f')],
  ['H264 of a level that is too long', 'video', h264Producer('42e01f0')],
  [
    'H264 in a packetization mode in a string',
    'video',
    h264Producer('42e01f', { 'packetization-mode': '1' }),
  ],
  [
    'H264 main in the mode that is default',
    'video',
    h264Producer('4d001f', {}),
  ],
  [
    'H264 with parameters in a list',
    'video',
    producer([{ ...codecFor('video/H264', 97), parameters: [] }]),
  ],
  [
    'AV1 and VP8',
    'video',
    producer([codecFor('video/AV1', 45), rtxFor(45, 46), ...vp8AndRtx]),
  ],
];

const extensions = (...uris) =>
  uris.map(([uri, preferredId]) => ({ kind: 'video', uri, preferredId }));

/** [title, rtpCapabilities] */
export const remoteCapabilities = [
  ['someone without capabilities', {}],
  ['someone with a list', []],
  [
    'a browser with REMB',
    {
      codecs: [
        { ...opus, preferredPayloadType: 111 },
        { ...vp8, preferredPayloadType: 96, rtcpFeedback: videoFeedback },
        {
          ...rtxFor(96, 0),
          kind: 'video',
          payloadType: undefined,
          preferredPayloadType: 97,
        },
        h264({ 'packetization-mode': 1, 'profile-level-id': '42001f' }),
        h264({ 'packetization-mode': 1, 'profile-level-id': '42e01f' }),
      ],
      headerExtensions: extensions(
        [MID, 1],
        [ABS_SEND_TIME, 4],
        [ORIENTATION, 9],
      ),
    },
  ],
  [
    'a browser with other ids',
    {
      codecs: [
        { ...vp8, rtcpFeedback: [{ type: 'nack' }, { type: 'x' }] },
        { ...opus, mimeType: 'audio/OPUS' },
        vp9('2'),
        vp9(2),
      ],
      headerExtensions: extensions([TRANSPORT_CC, 4], [ORIENTATION, 8.0]),
    },
  ],
  ['RTX alone', { codecs: [{ mimeType: 'video/rtx', clockRate: 90000 }] }],
];

/** [title, function, ...arguments] */
export const strangers = [
  ['nothing to map', 'getProducerRtpParametersMapping', {}, {}],
  ['null to map', 'getProducerRtpParametersMapping', null, {}],
  [
    'no capabilities',
    'getProducerRtpParametersMapping',
    { codecs: [{ mimeType: 'video/VP8' }] },
    {},
  ],
  [
    'null for capabilities',
    'getProducerRtpParametersMapping',
    { codecs: [{ mimeType: 'video/VP8' }] },
    null,
  ],
  [
    'capabilities in an object',
    'getProducerRtpParametersMapping',
    { codecs: [{ mimeType: 'a' }] },
    { codecs: {} },
  ],
  [
    'no encodings to map',
    'getProducerRtpParametersMapping',
    { codecs: [] },
    {},
  ],
  [
    'RTX without parameters',
    'getProducerRtpParametersMapping',
    { codecs: [{ mimeType: 'a/rtx' }] },
    {},
  ],
  [
    'a mimeType that is no string',
    'getProducerRtpParametersMapping',
    { codecs: [{ mimeType: 1 }] },
    { codecs: [{}] },
  ],
  [
    'a mimeType of another codec',
    'getProducerRtpParametersMapping',
    { codecs: [{ mimeType: 'a' }] },
    { codecs: [{ mimeType: 1 }] },
  ],
  [
    'a codec without parameters',
    'canConsume',
    { codecs: [{ mimeType: 'video/VP9', clockRate: 1 }] },
    { codecs: [{ mimeType: 'video/VP9', clockRate: 1 }] },
  ],
  ['nothing to consume', 'canConsume', {}, {}],
  ['only codecs of others', 'canConsume', { codecs: [] }, {}],
  ['invalid capabilities', 'canConsume', { codecs: [] }, 1],
  [
    'a mapping of other codecs',
    'getConsumableRtpParameters',
    'video',
    { codecs: [{ mimeType: 'a' }] },
    {},
    { codecs: [] },
  ],
  [
    'a mapping without encodings',
    'getConsumableRtpParameters',
    'video',
    { codecs: [], encodings: [{}] },
    { headerExtensions: [] },
    { encodings: [] },
  ],
  [
    'an encoding of null',
    'getConsumableRtpParameters',
    'video',
    { codecs: [], encodings: [null] },
    { headerExtensions: [] },
    { encodings: [{}] },
  ],
  [
    'an encoding of a number',
    'getConsumableRtpParameters',
    'video',
    { codecs: [], encodings: [1] },
    { headerExtensions: [] },
    { encodings: [{ mappedSsrc: 1 }] },
  ],
  [
    'no RTCP',
    'getConsumableRtpParameters',
    'video',
    { codecs: [] },
    { headerExtensions: [] },
    {},
  ],
  [
    'nothing to consume',
    'getConsumerRtpParameters',
    {},
    { codecs: [] },
    false,
    true,
  ],
  ['nothing to pipe', 'getPipeConsumerRtpParameters', {}, true],
  [
    'hardly anything to pipe',
    'getPipeConsumerRtpParameters',
    { headerExtensions: [] },
    true,
  ],
  [
    'encodings of null to pipe',
    'getPipeConsumerRtpParameters',
    { headerExtensions: [], encodings: [null] },
    true,
  ],
  [
    'encodings of numbers to pipe',
    'getPipeConsumerRtpParameters',
    { headerExtensions: [], encodings: [5.5] },
    false,
  ],
  [
    'encodings of booleans to pipe',
    'getPipeConsumerRtpParameters',
    { headerExtensions: [], encodings: [true] },
    false,
  ],
  [
    'encodings of text to pipe',
    'getPipeConsumerRtpParameters',
    { headerExtensions: [], encodings: ['x'] },
    false,
  ],
];
