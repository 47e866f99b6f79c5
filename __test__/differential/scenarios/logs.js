'use strict';
/**
 * Scenario of the differential test about log listeners: the warnings and errors that applications get,
 * without the name of the module in them. `record.js` runs it on npm's mediasoup and on this package; a
 * difference between the two recordings fails the test.
 */
const { audioSource, loopback, mediaCodecs } = require('../fixtures.js');

module.exports = async ({ mediasoup, recorder, step }) => {
  const heard = (level) => (namespace, log, error) =>
    recorder.note(
      `log ${level}`,
      namespace.replace(/^(remote-)?mediasoup/, '<name>'),
      log,
      ...(error === undefined ? [] : [error]),
    );
  const debug = { count: 0, namespaces: new Set() };

  mediasoup.setLogEventListeners({
    ondebug: (namespace, log) => {
      debug.count += Number(typeof log === 'string');
      debug.namespaces.add(namespace.split(':')[0]);
    },
    onwarn: heard('warn'),
    onerror: heard('error'),
  });

  const worker = await step('createWorker()', () =>
    mediasoup.createWorker({ logLevel: 'warn', logTags: ['info'] }),
  );
  const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });
  const transport = await router.createDirectTransport();
  const producer = await transport.produce(audioSource());

  await step('debug logs are texts of one name', () => [
    debug.count > 0,
    debug.namespaces.size,
  ]);
  await step('canConsume() of an unknown Producer', () =>
    router.canConsume({ producerId: 'unknown', rtpCapabilities: {} }),
  );
  await step('canConsume() with invalid capabilities', () =>
    router.canConsume({
      producerId: producer.id,
      rtpCapabilities: { codecs: 1 },
    }),
  );
  await step('a request that the worker refuses', () =>
    transport.produce(audioSource()),
  );
  await step('enableTraceEvent() with an unknown type', () =>
    producer.enableTraceEvent(['foo']),
  );
  await step('rtcpMux that is ignored', () =>
    router.createPlainTransport({
      listenInfo: loopback(),
      rtcpListenInfo: loopback(),
    }),
  );
  await step('sctpStreamParameters that are ignored', () =>
    transport.produceData({ sctpStreamParameters: { streamId: 1 } }),
  );
  await step('options that are ignored', async () => {
    const dataProducer = await transport.produceData();

    return transport.consumeData({
      dataProducerId: dataProducer.id,
      ordered: true,
    });
  });
  await step('a listener that throws', () => {
    producer.observer.on('close', () => {
      throw new Error('of an observer');
    });
    producer.on('transportclose', () => {
      throw new TypeError('of a Producer');
    });
    transport.close();
  });
  await step('a pipe that fails', { ordered: false }, async () => {
    const target = await worker.createRouter();
    const source = await router.createDirectTransport();
    const { id: producerId } = await source.produce(audioSource());

    return router.pipeToRouter({
      producerId,
      router: target,
      listenInfo: { protocol: 'udp', ip: 'foo' },
    });
  });
  await step('a worker that ends early', () =>
    mediasoup.createWorker({ workerBin: '/bin/false' }),
  );
  // What it writes on its standard error and on its channel race each other.
  await step('wrong settings', { ordered: false }, () =>
    mediasoup.createWorker({ logLevel: 'chicken' }),
  );
  await step('a worker that is not there', () =>
    mediasoup.createWorker({ workerBin: '/nope' }),
  );
  await step('a worker that is killed', async () => {
    const died = recorder.event(worker, 'died');

    process.kill(worker.pid, 'SIGKILL');
    await died;
  });

  await step('nothing is heard without listeners', async () => {
    mediasoup.setLogEventListeners();
    debug.count = 0;

    const another = await mediasoup.createWorker();

    await another.createRouter();
    another.close();

    return debug.count;
  });
};
