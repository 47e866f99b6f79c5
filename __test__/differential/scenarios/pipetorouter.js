'use strict';
/**
 * Scenario of the differential test about `pipeToRouter()` within a Worker and between two, and what a pipe
 * passes on: media, messages, pauses, ends. `record.js` runs it on npm's mediasoup and on this package; a
 * difference between the two recordings fails the test.
 */
const { once } = require('node:events');
const { stateOf } = require('../api.js');
const {
  audioParameters,
  consumerOptions,
  loopback,
  mediaCodecs,
  simulcastParameters,
  videoSource,
} = require('../fixtures.js');
const { webRtcTransport } = require('../scene.js');

module.exports = async ({ mediasoup, recorder, step }) => {
  // SCTP between the two ends of a pipe gets along in its own time.
  recorder.mute('sctpstatechange');
  recorder.blur('sctpState', 'sctpNegotiatedCapabilities');

  for (const between of ['Routers of one Worker', 'Workers']) {
    await pipeBetween({ mediasoup, recorder, step, between });
  }
};

async function pipeBetween({ mediasoup, recorder, step, between }) {
  const [worker, otherWorker] = [
    await mediasoup.createWorker(),
    await mediasoup.createWorker(),
  ];
  const home = between === 'Workers' ? otherWorker : worker;
  const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });
  const target = await home.createRouter({ mediaCodecs: mediaCodecs() });
  const source = await webRtcTransport(router, { enableSctp: true });
  // Ids are the Worker's, so that Routers of one Worker can't have Producers of the same id.
  const keepId = between === 'Workers';
  const context = {
    ...{ worker, otherWorker, home, router, target, source },
    recorder,
    pipeFrom: (from, options) => from.pipeToRouter({ keepId, ...options }),
    step: (name, ...rest) => step(`${between}: ${name}`, ...rest),
  };

  await badOptions(context);
  await afterAFailure(context);
  await producers(context);
  await dataProducers(context);
  await propagation(context);
  await closing(context);
}

function produceAudio(transport, ssrc, options) {
  return transport.produce({
    kind: 'audio',
    rtpParameters: { ...audioParameters(ssrc), mid: `MID${ssrc}` },
    ...options,
  });
}

async function badOptions({ home, router, source, step }) {
  const { id: producerId } = await produceAudio(source, 1);
  const cases = {
    'no Producer': {},
    'an unknown Producer': { producerId: 'unknown' },
    'an unknown DataProducer': { dataProducerId: 'unknown' },
    both: { producerId, dataProducerId: 'foo' },
    'no Router': { producerId, router: undefined },
    'itself as Router': { producerId, router },
    'both listens': {
      producerId,
      listenInfo: loopback(),
      listenIp: '127.0.0.1',
    },
    'an invalid ip': {
      producerId,
      listenInfo: { protocol: 'udp', ip: 'foo' },
    },
    'an ip of another host': { producerId, listenIp: '8.8.8.8' },
  };

  for (const [name, options] of Object.entries(cases)) {
    const target = await home.createRouter({ mediaCodecs: mediaCodecs() });

    // Both ends are made at once; which of them is refused first is a matter of chance.
    await step(name, { ordered: false }, () =>
      router.pipeToRouter({ router: target, ...options }),
    );
  }
}

/** On a Router of its own, since npm's never gets over it. */
async function afterAFailure({ worker, home, step }) {
  const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });
  const target = await home.createRouter({ mediaCodecs: mediaCodecs() });
  const transport = await router.createDirectTransport();
  const { id: producerId } = await produceAudio(transport, 2);
  const options = { producerId, router: target, keepId: false };
  const listenInfo = { protocol: 'udp', ip: 'foo' };

  await step('a pipe fails', { ordered: false }, () =>
    router.pipeToRouter({ ...options, listenInfo }),
  );
  await step(
    'piping to a Router that it has failed with',
    { ordered: false },
    async () => {
      try {
        return await router.pipeToRouter(options);
      } finally {
        router.close();
        target.close();
      }
    },
  );
}

async function producers({ router, target, source, pipeFrom, step }) {
  const audio = await produceAudio(source, 11, { appData: { foo: 1 } });
  const video = await source.produce(
    videoSource(simulcastParameters(), { paused: true }),
  );

  for (const producer of [audio, video]) {
    const { pipeConsumer, pipeProducer } = await step(
      `pipe ${producer.kind}`,
      { ordered: false },
      () => pipeFrom(router, { producerId: producer.id, router: target }),
    );

    await step(`pipe ${producer.kind}: what they are like`, () => [
      pipeProducer.id === producer.id,
      stateOf(pipeConsumer),
      stateOf(pipeProducer),
      pipeProducer.appData === producer.appData,
    ]);
    await step(`pipe ${producer.kind}: dump() of both`, async () => [
      await pipeConsumer.dump(),
      await pipeProducer.dump(),
    ]);
    await step(`pipe ${producer.kind} again`, () =>
      pipeFrom(router, { producerId: producer.id, router: target }),
    );
    for (const keepId of [false, true]) {
      await step(`pipe ${producer.kind} again with keepId ${keepId}`, () =>
        pipeFrom(router, { producerId: producer.id, router: target, keepId }),
      );
    }
  }

  await step('dump() of the Routers', async () => [
    await router.dump(),
    await target.dump(),
  ]);
  await step('canConsume() of the other Router', () =>
    target.canConsume(consumerOptions(audio, target)),
  );
  await step('pipe back', async () => {
    const other = await webRtcTransport(target);
    const producer = await produceAudio(other, 12);

    return pipeFrom(target, { producerId: producer.id, router });
  });
}

async function dataProducers({ router, target, source, pipeFrom, step }) {
  const direct = await router.createDirectTransport();
  const kinds = {
    sctp: await source.produceData({
      sctpStreamParameters: { streamId: 5, maxRetransmits: 2 },
      label: 'foo',
      protocol: 'bar',
    }),
    direct: await direct.produceData({ label: 'baz', paused: true }),
  };

  for (const [name, { id: dataProducerId }] of Object.entries(kinds)) {
    const pair = await step(`pipe data of ${name}`, () =>
      pipeFrom(router, { dataProducerId, router: target }),
    );

    await step(`pipe data of ${name}: what they are like`, () => [
      stateOf(pair.pipeDataConsumer),
      stateOf(pair.pipeDataProducer),
    ]);
    await step(`pipe data of ${name} again`, () =>
      pipeFrom(router, { dataProducerId, router: target }),
    );
  }

  await step('closing a DataProducer', { ordered: false }, async () => {
    const { pipeDataProducer } = await pipeFrom(router, {
      dataProducerId: kinds.sctp.id,
      router: target,
      keepId: false,
    });
    const closed = once(pipeDataProducer.observer, 'close');

    kinds.sctp.close();
    await closed;
  });
}

async function propagation(context) {
  const { router, target, source, pipeFrom, recorder, step } = context;
  const producer = await produceAudio(source, 21);
  const { pipeConsumer, pipeProducer } = await pipeFrom(router, {
    producerId: producer.id,
    router: target,
  });
  const sink = await webRtcTransport(target);
  const consumer = await sink.consume(consumerOptions(pipeProducer, target));

  for (const [name, method, event] of [
    ['pause() reaches the Consumer', 'pause', 'producerpause'],
    ['resume() reaches the Consumer', 'resume', 'producerresume'],
  ]) {
    await step(name, { ordered: false }, async () => {
      const reached = once(consumer, event);

      await producer[method]();
      await reached;

      await recorder.settle();

      return [pipeConsumer, pipeProducer, consumer].map(stateOf);
    });
  }

  await step('close() reaches the Consumer', { ordered: false }, async () => {
    const reached = once(consumer, 'producerclose');

    producer.close();
    await reached;
  });

  const another = await produceAudio(source, 22);
  const pair = await pipeFrom(router, {
    producerId: another.id,
    router: target,
  });

  await step('closing the pipe Producer closes the pipe Consumer', () =>
    pair.pipeProducer.close(),
  );
  await step('the Producer itself is open', () => another.closed);
}

async function closing(context) {
  const { worker, otherWorker, home, router, source, pipeFrom, step } = context;
  const producer = await produceAudio(source, 41);
  const pipe = async () => {
    const target = await home.createRouter({ mediaCodecs: mediaCodecs() });
    const transports = [];

    for (const [end, { observer }] of [router, target].entries()) {
      observer.once('newtransport', (transport) => {
        transports[end] = transport;
      });
    }

    const pair = await pipeFrom(router, {
      producerId: producer.id,
      router: target,
      keepId: false,
    });

    return { ...pair, target, transports };
  };
  const unordered = { ordered: false };

  for (const end of [0, 1]) {
    const { transports, target } = await pipe();

    await step(`closing one of the PipeTransports: ${end}`, unordered, () => {
      transports[end].close();

      return transports.map(({ closed }) => closed);
    });
    await step(`piping again then: ${end}`, unordered, () =>
      pipeFrom(router, {
        producerId: producer.id,
        router: target,
        keepId: false,
      }),
    );
  }

  const { target } = await pipe();

  await step('closing the other Router', unordered, () => target.close());

  const { pipeProducer } = await pipe();

  await step('closing the transport', unordered, () => source.close());
  await step('the pipe Producer then', () => pipeProducer.closed);
  await step('closing this Worker', unordered, () => worker.close());
  await step('closing the other Worker', unordered, () => otherWorker.close());
}
