'use strict';
/**
 * Scenario of the differential test about WebRtcTransports: valid and invalid options, `connect()`,
 * `restartIce()`, bitrates, and state after closing. `record.js` runs it on npm's mediasoup and on this
 * package; a difference between the two recordings fails the test.
 */
const { createTransports, stateOf } = require('../api.js');
const { endings } = require('../closed.js');
const { audioSource, loopback, mediaCodecs } = require('../fixtures.js');
const { startRouter, webRtcTransport } = require('../scene.js');

const FINGERPRINT =
  '82:5A:68:3D:36:C3:0A:DE:AF:E7:32:43:D2:88:83:57:AC:2D:65:E5:80:C4:B6:FB:AF:1A:A0:21:9F:6D:0C:AD';

const BITRATES = {
  'a number': 1000000,
  zero: 0,
  'a text of digits': '2000000',
  'another text': 'foo',
  'a fraction': 1.5,
  'a negative number': -1,
  undefined,
  null: null,
  true: true,
  NaN: Number.NaN,
  'a big number': 2 ** 40,
};

module.exports = async ({ mediasoup, step, cases }) => {
  const { worker, router } = await startRouter(mediasoup);

  await creating({ router, cases });
  await connecting({ router, step, cases });
  await limiting({ router, step, cases });
  await closing({ worker, router, step });
};

async function creating({ router, cases }) {
  await createTransports(
    { router, cases },
    'createWebRtcTransport',
    creationCases(),
    () => ({ listenInfos: [loopback()] }),
  );
}

function creationCases() {
  const listenInfos = [loopback()];
  const listenInfo = loopback();
  const on = (changes) => ({ listenInfos: [{ ...listenInfo, ...changes }] });
  const usual = (more) => ({ listenInfos, ...more });

  return {
    'with nothing else': { listenInfos },
    'with everything': {
      listenInfos: [
        { ...listenInfo, announcedAddress: '9.9.9.1' },
        { ...listenInfo, protocol: 'tcp', announcedAddress: 'foo.example' },
        { ...listenInfo, announcedIp: '9.9.9.2', exposeInternalIp: true },
      ],
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: 1000000,
      enableSctp: true,
      maxSendMessageSize: 100000,
      maxReceiveMessageSize: 200000,
      sctpSendBufferSize: 3000000,
      sctpPerStreamSendQueueLimit: 2500000,
      sctpMaxReceiverWindowBufferSize: 4000000,
      sctpDefaultStreamBufferedAmountLowThreshold: 2048,
      iceConsentTimeout: 20,
      appData: { foo: 'bar' },
    },
    'with listenIps as texts': { listenIps: ['127.0.0.1'] },
    'with listenIps as objects': {
      listenIps: [{ ip: '127.0.0.1', announcedIp: '9.9.9.1' }, '127.0.0.1'],
      enableTcp: true,
      preferTcp: true,
    },
    'with listenIps and UDP preferred': {
      listenIps: ['127.0.0.1'],
      enableTcp: true,
      preferUdp: true,
    },
    'with listenIps and TCP only': {
      listenIps: ['127.0.0.1'],
      enableUdp: false,
      enableTcp: true,
    },
    'with listenIps and neither': {
      listenIps: ['127.0.0.1'],
      enableUdp: false,
    },
    'with listenIps and a port': { listenIps: ['127.0.0.1'], port: 2991 },
    'with listenIps and listenInfos': usual({ listenIps: ['127.0.0.1'] }),
    'with nothing': {},
    'with empty listenInfos': { listenInfos: [] },
    'with empty listenIps': { listenIps: [] },
    'with listenInfos that are not an array': { listenInfos: 'foo' },
    'with listenIps that are not an array': { listenIps: 'foo' },
    'with listenIps that are numbers': { listenIps: [123] },
    'with an invalid ip': on({ ip: 'foo' }),
    'with an ip of another host': on({ ip: '8.8.8.8' }),
    'with an ip that is a number': on({ ip: 12 }),
    'with an empty ip': on({ ip: '' }),
    'with an ip that is missing': { listenInfos: [{ protocol: 'udp' }] },
    'with a protocol that is missing': { listenInfos: [{ ip: '127.0.0.1' }] },
    'with an invalid announcedAddress': on({
      announcedAddress: 'not an address',
    }),
    'with an empty announcedAddress': on({ announcedAddress: '' }),
    'with the address of any host': on({ ip: '0.0.0.0' }),
    'with the same port twice': {
      listenInfos: [
        { ...listenInfo, port: 2992 },
        { ...listenInfo, port: 2992 },
      ],
    },
    'with a portRange': on({ portRange: { min: 40001, max: 40999 } }),
    'with a portRange that is odd': on({ portRange: { min: 'a', max: -1 } }),
    'with a portRange that is null': on({ portRange: null }),
    'with flags for IPv6': on({ flags: { ipv6Only: true } }),
    'with buffer sizes that are texts': on({ sendBufferSize: 'foo' }),
    'with a bitrate that is a text': usual({
      initialAvailableOutgoingBitrate: 'foo',
    }),
    'with a bitrate that is null': usual({
      initialAvailableOutgoingBitrate: null,
    }),
    'with a bitrate that is a fraction': usual({
      initialAvailableOutgoingBitrate: 1000.5,
    }),
    'with enableUdp that is a text': usual({ enableUdp: 'yes' }),
    'with enableSctp that is a number': usual({ enableSctp: 1 }),
    'with numSctpStreams, which is obsolete': usual({
      enableSctp: true,
      numSctpStreams: { OS: 10, MIS: 20 },
      maxSctpMessageSize: 123,
    }),
    'with a size that is negative': usual({
      enableSctp: true,
      maxSendMessageSize: -1,
    }),
    'with sizes that are null': usual({
      enableSctp: true,
      maxSendMessageSize: null,
      sctpSendBufferSize: null,
    }),
    'with an iceConsentTimeout of 0': usual({ iceConsentTimeout: 0 }),
    'with an iceConsentTimeout that is a text': usual({
      iceConsentTimeout: 'foo',
    }),
    'with an iceConsentTimeout too big': usual({ iceConsentTimeout: 300 }),
  };
}

async function connecting({ router, step, cases }) {
  const transport = await webRtcTransport(router, { enableSctp: true });
  const fingerprints = [{ algorithm: 'sha-256', value: FINGERPRINT }];

  await step('getStats()', () => transport.getStats());
  await step('restartIce()', () => transport.restartIce());
  await step('restartIce() changes iceParameters', async () => {
    const before = transport.iceParameters;
    const returned = await transport.restartIce();

    return [
      before === transport.iceParameters,
      returned === transport.iceParameters,
      before.password === returned.password,
    ];
  });
  await cases(
    'connect',
    {
      'without arguments': undefined,
      'without dtlsParameters': {},
      'dtlsParameters that are a text': { dtlsParameters: '...' },
      'dtlsParameters that are null': { dtlsParameters: null },
      'no fingerprints': { dtlsParameters: { role: 'client' } },
      'fingerprints that are not an array': {
        dtlsParameters: { fingerprints: 'foo' },
      },
      'empty fingerprints': { dtlsParameters: { fingerprints: [] } },
      'an unknown algorithm': {
        dtlsParameters: {
          fingerprints: [{ algorithm: 'sha-256000', value: FINGERPRINT }],
        },
      },
      'an unknown role': { dtlsParameters: { role: 'chicken', fingerprints } },
      'a value that is missing': {
        dtlsParameters: { fingerprints: [{ algorithm: 'sha-256' }] },
      },
    },
    (options) => transport.connect(options),
  );
  await step('dtlsParameters then', () => transport.dtlsParameters.role);
  await step('connect()', () =>
    transport.connect({ dtlsParameters: { role: 'client', fingerprints } }),
  );
  await step('what it is like then', () => stateOf(transport));
  await step('connect() again', () =>
    transport.connect({ dtlsParameters: { role: 'client', fingerprints } }),
  );

  for (const role of ['server', 'auto', undefined]) {
    const another = await webRtcTransport(router);

    await step(`connect() as ${role}`, async () => {
      await another.connect({ dtlsParameters: { role, fingerprints } });

      return another.dtlsParameters.role;
    });
  }
}

async function limiting({ router, step, cases }) {
  const transport = await webRtcTransport(router);

  for (const method of [
    'setMaxIncomingBitrate',
    'setMaxOutgoingBitrate',
    'setMinOutgoingBitrate',
  ]) {
    await cases(method, BITRATES, (bitrate) => transport[method](bitrate));
    await transport[method](0);
  }

  await step('a maximum below the minimum', async () => {
    await transport.setMinOutgoingBitrate(3000000);
    await transport.setMaxOutgoingBitrate(2000000);
  });
  await step('a minimum above the maximum', async () => {
    await transport.setMinOutgoingBitrate(0);
    await transport.setMaxOutgoingBitrate(2000000);
    await transport.setMinOutgoingBitrate(3000000);
  });
  await step('getStats() with limits', async () => {
    await transport.setMaxIncomingBitrate(100000);

    return transport.getStats();
  });
  await cases('enableTraceEvent', traceCases(), async (types) => {
    await transport.enableTraceEvent(types);

    return (await transport.dump()).traceEventTypes;
  });
}

function traceCases() {
  return {
    some: ['probation'],
    all: ['probation', 'bwe'],
    'an unknown one': ['bwe', 'chicken'],
    none: [],
    nothing: undefined,
    'a text': 'foo',
    'an array with a number': ['bwe', 123],
    'an array with an empty text': [''],
    null: null,
    'one twice': ['bwe', 'bwe'],
  };
}

async function closing({ worker, router, step }) {
  const ends = {
    'close()': (transport) => transport.close(),
    'router.close()': () => router.close(),
    'worker.close()': () => worker.close(),
  };

  await endings(step, ends, async () => {
    const where = router.closed
      ? await worker.createRouter({ mediaCodecs: mediaCodecs() })
      : router;
    const transport = await webRtcTransport(where, { enableSctp: true });

    await transport.produce(audioSource());

    return transport;
  });
}
