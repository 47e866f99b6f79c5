'use strict';
/**
 * Scenario of the differential test about PlainTransports: options, `connect()`, comedia (the address taken
 * from the first packet), and SRTP with real packets. `record.js` runs it on npm's mediasoup and on this
 * package; a difference between the two recordings fails the test.
 */
const { once } = require('node:events');
const { createTransports, stateOf } = require('../api.js');
const { endings } = require('../closed.js');
const { audioSource, loopback } = require('../fixtures.js');
const { startRouter } = require('../scene.js');
const { UdpPeer, audioPacket, senderReport } = require('../media.js');

const SSRC = 11111111;
const AES_KEY = 'ZnQ3eWJraDg0d3ZoYzM5cXN1Y2pnaHU5NWxrZTVv';

const SRTP_SUITES = {
  AEAD_AES_256_GCM: 44,
  AEAD_AES_128_GCM: 28,
  AES_CM_128_HMAC_SHA1_80: 30,
  AES_CM_128_HMAC_SHA1_32: 30,
};

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const { worker, router } = await startRouter(mediasoup);

  await createTransports(
    { router, cases },
    'createPlainTransport',
    creationCases(),
    () => ({ listenInfo: loopback() }),
  );
  await connecting({ router, step, cases });
  await connectingSrtp({ router, step });
  await receiving({ router, recorder, step });
  await closing({ worker, router, step });
};

function creationCases() {
  const listenInfo = loopback();
  const usual = (more) => ({ listenInfo, ...more });

  return {
    'with nothing else': { listenInfo },
    'with everything': {
      listenInfo: { ...listenInfo, announcedAddress: '9.9.9.1' },
      rtcpListenInfo: { ...listenInfo, announcedAddress: '9.9.9.2' },
      rtcpMux: false,
      comedia: true,
      enableSctp: true,
      maxSendMessageSize: 1000,
      maxReceiveMessageSize: 2000,
      sctpSendBufferSize: 3000,
      enableSrtp: true,
      srtpCryptoSuite: 'AEAD_AES_256_GCM',
      appData: { foo: 'bar' },
    },
    'without rtcpMux': usual({ rtcpMux: false }),
    'with rtcpMux and rtcpListenInfo': usual({ rtcpListenInfo: listenInfo }),
    'with a listenIp': { listenIp: '127.0.0.1' },
    'with a listenIp that is an object': {
      listenIp: { ip: '127.0.0.1', announcedIp: '4.4.4.4' },
      port: 2981,
    },
    'with TCP': { listenInfo: { ...listenInfo, protocol: 'tcp' } },
    'with both': usual({ listenIp: '127.0.0.1' }),
    'with neither': {},
    'with a listenInfo that is a text': { listenInfo: 'foo' },
    'with an empty listenInfo': { listenInfo: {} },
    'with a listenIp that is a number': { listenIp: 123 },
    'with an invalid ip': { listenIp: 'foo' },
    'with an ip of another host': { listenIp: '8.8.8.8' },
    'with an unknown SRTP suite': usual({
      enableSrtp: true,
      srtpCryptoSuite: 'FOO',
    }),
    'with an SRTP suite of the wrong type': usual({
      enableSrtp: true,
      srtpCryptoSuite: 123,
    }),
    'with an SRTP suite and no SRTP': usual({
      srtpCryptoSuite: 'AEAD_AES_128_GCM',
    }),
    'with enableSrtp that is a text': usual({ enableSrtp: 'yes' }),
  };
}

async function connecting({ router, step, cases }) {
  const create = (options) =>
    router.createPlainTransport({ listenInfo: loopback(), ...options });
  const to = { ip: '127.0.0.1', port: 9999 };
  const invalid = {
    'without arguments': undefined,
    'an empty object': {},
    'no port': { ip: '127.0.0.1' },
    'no ip': { port: 9999 },
    'an ip that is a number': { ip: 127, port: 9999 },
    'an invalid ip': { ip: '::::1234', port: 9999 },
    'a port that is a text': { ip: '127.0.0.1', port: 'foo' },
    'a negative port': { ip: '127.0.0.1', port: -1 },
    'a port too high': { ip: '127.0.0.1', port: 70000 },
    'an rtcpPort with rtcpMux': { ip: '127.0.0.1', port: 9998, rtcpPort: 9999 },
    'SRTP parameters without SRTP': {
      ...to,
      srtpParameters: {
        cryptoSuite: 'AES_CM_128_HMAC_SHA1_80',
        keyBase64: AES_KEY,
      },
    },
  };

  for (const [name, options] of Object.entries(invalid)) {
    const transport = await create();

    await step(`connect: ${name}`, () => transport.connect(options));
    await step(`connect: ${name}: tuple`, () => transport.tuple);
  }

  const transport = await create();

  await step('connect()', () =>
    transport.connect({ ip: '1.2.3.4', port: 1234 }),
  );
  await step('what it is like then', () => stateOf(transport));
  await step('connect() again', () =>
    transport.connect({ ip: '1.2.3.4', port: 1234 }),
  );

  const withoutMux = await create({ rtcpMux: false });

  await step('connect() without rtcpPort', () =>
    withoutMux.connect({ ip: '127.0.0.1', port: 9998 }),
  );
  await step('connect() with rtcpPort', () =>
    withoutMux.connect({ ip: '127.0.0.1', port: 9998, rtcpPort: 9999 }),
  );
  await step('tuples then', () => [withoutMux.tuple, withoutMux.rtcpTuple]);
  await step('getStats()', () => withoutMux.getStats());

  const comedia = await create({ comedia: true });

  await step('connect() with comedia and an ip', () =>
    comedia.connect({ ip: '127.0.0.1', port: 9998 }),
  );
  await cases('bitrates', { some: 100000, 'a text': 'foo' }, async (bitrate) =>
    Promise.allSettled([
      comedia.setMaxIncomingBitrate(bitrate),
      comedia.setMaxOutgoingBitrate(bitrate),
      comedia.setMinOutgoingBitrate(bitrate),
    ]),
  );
}

async function connectingSrtp({ router, step }) {
  for (const [cryptoSuite, length] of Object.entries(SRTP_SUITES)) {
    const create = () =>
      router.createPlainTransport({
        listenInfo: loopback(),
        enableSrtp: true,
        srtpCryptoSuite: cryptoSuite,
      });
    const connect = (transport, srtpParameters) =>
      transport.connect({ ip: '127.0.0.1', port: 9999, srtpParameters });
    const keyBase64 = Buffer.alloc(length, 7).toString('base64');
    const bad = await create();

    await step(`${cryptoSuite}: srtpParameters`, () => bad.srtpParameters);
    await step(`${cryptoSuite}: connect() without srtpParameters`, () =>
      connect(bad),
    );
    await step(`${cryptoSuite}: srtpParameters that are a text`, () =>
      connect(bad, 'foo'),
    );
    await step(`${cryptoSuite}: an unknown suite`, () =>
      connect(bad, { cryptoSuite: 'FOO', keyBase64 }),
    );
    await step(`${cryptoSuite}: no suite`, () => connect(bad, { keyBase64 }));
    await step(`${cryptoSuite}: no key`, () => connect(bad, { cryptoSuite }));
    await step(`${cryptoSuite}: a short key`, () =>
      connect(bad, { cryptoSuite, keyBase64: 'AAAA' }),
    );

    const good = await create();

    await step(`${cryptoSuite}: connect()`, async () => {
      const before = good.srtpParameters;

      await connect(good, { cryptoSuite, keyBase64 });

      return before.keyBase64 === good.srtpParameters.keyBase64;
    });
  }
}

async function receiving({ router, recorder, step }) {
  const transport = await router.createPlainTransport({
    listenInfo: loopback(),
    rtcpMux: false,
    comedia: true,
  });
  const producer = await transport.produce(audioSource(SSRC));
  const peer = await UdpPeer.open();

  await step('the first packet tells the tuple', async () => {
    const tuple = once(transport, 'tuple');
    const score = once(producer, 'score');

    peer.send(audioPacket(1), transport.tuple.localPort);
    await Promise.all([tuple, score]);

    return [transport.tuple, transport.tuple.remotePort === peer.port];
  });
  await step('score', () => producer.score);
  await step('the first RTCP packet tells the RTCP tuple', async () => {
    const tuple = once(transport, 'rtcptuple');

    peer.send(senderReport({ ssrc: SSRC }), transport.rtcpTuple.localPort);
    await tuple;

    return transport.rtcpTuple;
  });
  await step('another packet changes nothing', async () => {
    await producer.enableTraceEvent(['rtp']);

    const trace = recorder.event(producer, 'trace');

    peer.send(audioPacket(2), transport.tuple.localPort);
    await trace;
  });
  await step('getStats() of the transport', async () => {
    const [stats] = await transport.getStats();

    return [stats.type, stats.tuple, stats.bytesReceived, stats.rtcpTuple];
  });
  await step('getStats() of the Producer', () => producer.getStats());
  await step('dump() of the Producer', () => producer.dump());
  await step('dump() of the transport', () => transport.dump());
  peer.close();
}

async function closing({ worker, router, step }) {
  const ends = {
    'close()': (transport) => transport.close(),
    'router.close()': () => router.close(),
  };

  await endings(step, ends, () =>
    router.createPlainTransport({ listenInfo: loopback(), enableSctp: true }),
  );
  worker.close();
}
