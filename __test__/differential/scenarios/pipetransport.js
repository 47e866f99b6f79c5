'use strict';
/**
 * Scenario of the differential test about PipeTransports that an application connects by itself: options,
 * `connect()`, `consume()`, SRTP. `record.js` runs it on npm's mediasoup and on this package; a difference
 * between the two recordings fails the test.
 */
const { createTransports, stateOf } = require('../api.js');
const { endings } = require('../closed.js');
const {
  audioParameters,
  audioSource,
  loopback,
  ridParameters,
  simulcastParameters,
  svcParameters,
  videoSource,
} = require('../fixtures.js');
const { startRouter, webRtcTransport } = require('../scene.js');

module.exports = async ({ mediasoup, step, cases }) => {
  const { worker, router } = await startRouter(mediasoup);

  await createTransports(
    { router, cases },
    'createPipeTransport',
    creationCases(),
    () => ({ listenInfo: loopback() }),
  );
  await connecting({ router, step });
  await consuming({ router, step, cases });
  await producing({ router, step });
  await closing({ worker, router, step });
};

function creationCases() {
  const listenInfo = loopback();
  const usual = (more) => ({ listenInfo, ...more });

  return {
    'with nothing else': { listenInfo },
    'with everything': usual({
      enableSctp: true,
      enableRtx: true,
      enableSrtp: true,
      maxSendMessageSize: 1000,
      maxReceiveMessageSize: 2000,
      appData: { foo: 'bar' },
    }),
    'with a listenIp': { listenIp: '127.0.0.1' },
    'with a listenIp that is an object': {
      listenIp: { ip: '127.0.0.1', announcedIp: '4.4.4.4' },
      port: 2971,
    },
    'with both': usual({ listenIp: '127.0.0.1' }),
    'with neither': {},
    'with TCP': { listenInfo: { ...listenInfo, protocol: 'tcp' } },
    'with an invalid ip': { listenInfo: { ...listenInfo, ip: 'foo' } },
    'with an ip of another host': { listenIp: '8.8.8.8' },
    'with flags of the wrong type': usual({ enableRtx: 'yes', enableSrtp: 1 }),
  };
}

async function connecting({ router, step }) {
  const create = (options) =>
    router.createPipeTransport({ listenInfo: loopback(), ...options });
  const to = { ip: '127.0.0.1', port: 9999 };
  const invalid = {
    'without arguments': undefined,
    'an empty object': {},
    'no port': { ip: '127.0.0.1' },
    'an invalid ip': { ip: 'foo', port: 9999 },
    'SRTP parameters without SRTP': {
      ...to,
      srtpParameters: {
        cryptoSuite: 'AEAD_AES_256_GCM',
        keyBase64: Buffer.alloc(44).toString('base64'),
      },
    },
    'SRTP parameters that are a text': { ...to, srtpParameters: 'foo' },
  };

  for (const [name, options] of Object.entries(invalid)) {
    const transport = await create();

    await step(`connect: ${name}`, () => transport.connect(options));
  }

  const plain = await create();
  const secure = await create({ enableSrtp: true });
  const peer = { ip: '127.0.0.1', port: 9999 };

  await step('connect()', () => plain.connect(peer));
  await step('connect() again', () => plain.connect(peer));
  await step('what it is like then', () => stateOf(plain));
  await step('connect() with SRTP, without parameters', () =>
    secure.connect(peer),
  );
  await step('connect() with SRTP and an unknown suite', () =>
    secure.connect({
      ...peer,
      srtpParameters: { cryptoSuite: 'FOO', keyBase64: 'AAAA' },
    }),
  );
  await step('connect() with SRTP and a short key', () =>
    secure.connect({
      ...peer,
      srtpParameters: { cryptoSuite: 'AEAD_AES_256_GCM', keyBase64: 'AAAA' },
    }),
  );
  await step('connect() with SRTP', () =>
    secure.connect({
      ...peer,
      srtpParameters: {
        cryptoSuite: 'AEAD_AES_256_GCM',
        keyBase64: Buffer.alloc(44, 3).toString('base64'),
      },
    }),
  );
  await step('getStats()', () => secure.getStats());
}

async function consuming({ router, step, cases }) {
  const source = await webRtcTransport(router);
  const kinds = {
    audio: audioSource(),
    simulcast: videoSource(simulcastParameters()),
    svc: videoSource(svcParameters(), { paused: true }),
  };
  const withRids = await webRtcTransport(router);
  const producers = {
    rids: await withRids.produce(videoSource(ridParameters())),
  };

  for (const [name, options] of Object.entries(kinds)) {
    producers[name] = await source.produce(options);
  }

  for (const enableRtx of [false, true]) {
    const transport = await router.createPipeTransport({
      listenInfo: loopback(),
      enableRtx,
    });

    for (const [name, producer] of Object.entries(producers)) {
      const title = `${name}, enableRtx ${enableRtx}`;
      const consumer = await step(`consume() ${title}`, () =>
        transport.consume({ producerId: producer.id, appData: { name } }),
      );

      await step(`Consumer of ${title}`, () => stateOf(consumer));
      await step(`its dump()`, () => consumer.dump());
      await step(`its getStats()`, () => consumer.getStats());
    }

    await step('dump()', () => transport.dump());
    await cases(
      'consume',
      {
        'without arguments': undefined,
        'an empty object': {},
        'an unknown Producer': { producerId: 'unknown' },
        'an id that is a number': { producerId: 123 },
        'appData that is not an object': {
          producerId: producers.audio.id,
          appData: 'foo',
        },
        'options that it ignores': {
          producerId: producers.audio.id,
          paused: true,
          mid: 'foo',
          pipe: false,
          rtpCapabilities: 'foo',
        },
      },
      (options) => transport.consume(options),
    );
  }
}

/** A PipeTransport keeps the CNAME of each Producer, and gives one to a Producer without. */
async function producing({ router, step }) {
  const transport = await router.createPipeTransport({
    listenInfo: loopback(),
  });

  for (const [index, cname] of ['first', 'second', undefined].entries()) {
    const rtpParameters = { ...audioParameters(11111120 + index) };

    delete rtpParameters.mid;
    rtpParameters.rtcp = { cname };

    const producer = await step(`produce() with cname ${cname}`, () =>
      transport.produce({ kind: 'audio', rtpParameters }),
    );

    await step(`rtcp with cname ${cname}`, () => [
      producer.rtpParameters.rtcp,
      producer.consumableRtpParameters.rtcp,
    ]);
  }
}

async function closing({ worker, router, step }) {
  const ends = {
    'close()': (transport) => transport.close(),
    'router.close()': () => router.close(),
  };

  await endings(step, ends, () =>
    router.createPipeTransport({ listenInfo: loopback(), enableSctp: true }),
  );
  worker.close();
}
