'use strict';
/**
 * Scenario of the differential test about Consumers: layers, priorities, pausing, trace events, closing
 * (options of `consume()` have a scenario of their own). `record.js` runs it on npm's mediasoup and on this
 * package; a difference between the two recordings fails the test.
 */
const { stateOf } = require('../api.js');
const { consuming } = require('../consuming.js');
const { loopback, videoParameters } = require('../fixtures.js');

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const { worker, router, sink, produce, producers } =
    await consuming(mediasoup);
  const context = { router, sink, producers, recorder, step, cases };

  await layers(context);
  await priorities(context);
  await pausing(context);
  await closing({ ...context, worker, produce });
};

async function layers({ router, sink, producers, cases, step }) {
  for (const kind of ['audio', 'simulcast', 'svc']) {
    const consumer = await sink.consume({
      producerId: producers[kind].id,
      rtpCapabilities: router.rtpCapabilities,
    });

    await cases(
      `setPreferredLayers ${kind}`,
      {
        both: { spatialLayer: 2, temporalLayer: 1 },
        'a spatial layer': { spatialLayer: 1 },
        'layers beyond': { spatialLayer: 9, temporalLayer: 9 },
        'a temporal layer that is null': {
          spatialLayer: 0,
          temporalLayer: null,
        },
        'without arguments': undefined,
        'an empty object': {},
        'a text': 'foo',
        'texts inside': { spatialLayer: '1', temporalLayer: 1 },
        'a temporal layer only': { temporalLayer: 2 },
        'a temporal layer that is a text': {
          spatialLayer: 2,
          temporalLayer: '1',
        },
        'negative layers': { spatialLayer: -1, temporalLayer: -1 },
        fractions: { spatialLayer: 1.7, temporalLayer: 0.5 },
      },
      async (preferred) => {
        await consumer.setPreferredLayers(preferred);

        return consumer.preferredLayers;
      },
    );
    await step(`preferredLayers ${kind} are a copy`, () => {
      if (consumer.preferredLayers) {
        consumer.preferredLayers.spatialLayer = 77;
      }

      consumer.score.score = 77;

      return [consumer.preferredLayers, consumer.score];
    });
    await step(`requestKeyFrame ${kind}`, () => consumer.requestKeyFrame());
    await cases(
      `enableTraceEvent ${kind}`,
      {
        some: ['rtp', 'pli'],
        all: ['rtp', 'keyframe', 'nack', 'pli', 'fir'],
        'one of Producers': ['sr'],
        'an unknown one': ['FOO', 'fir'],
        none: [],
        nothing: undefined,
        'a text': 'rtp',
        'an array with a number': ['rtp', 123],
      },
      async (types) => {
        await consumer.enableTraceEvent(types);

        return (await consumer.dump()).traceEventTypes;
      },
    );
  }
}

async function priorities({ router, sink, producers, cases, step }) {
  const consumer = await sink.consume({
    producerId: producers.simulcast.id,
    rtpCapabilities: router.rtpCapabilities,
  });

  await cases(
    'setPriority',
    {
      2: 2,
      0: 0,
      255: 255,
      256: 256,
      'a fraction': 1.9,
      'a negative number': -1,
      'a text': '2',
      null: null,
      nothing: undefined,
    },
    async (priority) => {
      await consumer.setPriority(priority);

      return consumer.priority;
    },
  );
  await step('unsetPriority()', async () => {
    await consumer.unsetPriority();

    return consumer.priority;
  });
}

async function pausing({ router, sink, producers, recorder, step }) {
  const consumer = await sink.consume({
    producerId: producers.audio.id,
    rtpCapabilities: router.rtpCapabilities,
  });
  const producer = producers.audio;

  for (const [name, action] of [
    ['pause()', () => consumer.pause()],
    ['pause() again', () => consumer.pause()],
    ['the Producer pauses', () => producer.pause()],
    ['resume() while the Producer is paused', () => consumer.resume()],
    ['pause() while the Producer is paused', () => consumer.pause()],
    ['the Producer resumes while paused', () => producer.resume()],
    ['resume()', () => consumer.resume()],
    ['resume() again', () => consumer.resume()],
    ['the Producer pauses alone', () => producer.pause()],
    ['the Producer resumes alone', () => producer.resume()],
    [
      'all at once',
      () =>
        Promise.all([
          consumer.pause(),
          producer.pause(),
          consumer.resume(),
          producer.resume(),
        ]),
    ],
  ]) {
    // What the worker says of the Producer isn't answer to a request of the Consumer, so that
    // which of the two is read first is a matter of chance.
    await step(name, action, {
      ordered: !name.includes('Producer'),
      events: name !== 'all at once',
    });
    await step(`${name}: then`, () => [
      consumer.paused,
      consumer.producerPaused,
    ]);
  }

  await step('paused changes when the answer comes', async () => {
    const seen = [consumer.paused];
    const promise = consumer.pause().then(() => recorder.note('paused'));

    seen.push(consumer.paused);
    await promise;

    return [...seen, consumer.paused];
  });
}

async function closing({ worker, router, sink, producers, produce, step }) {
  const rtpCapabilities = router.rtpCapabilities;
  const calls = {
    'dump()': (consumer) => consumer.dump(),
    'getStats()': (consumer) => consumer.getStats(),
    'pause()': (consumer) => consumer.pause(),
    'resume()': (consumer) => consumer.resume(),
    'setPreferredLayers()': (consumer) =>
      consumer.setPreferredLayers({ spatialLayer: 1 }),
    'setPreferredLayers() with nothing': (consumer) =>
      consumer.setPreferredLayers({}),
    'setPriority()': (consumer) => consumer.setPriority(2),
    'setPriority() with a text': (consumer) => consumer.setPriority('2'),
    'unsetPriority()': (consumer) => consumer.unsetPriority(),
    'requestKeyFrame()': (consumer) => consumer.requestKeyFrame(),
    'enableTraceEvent()': (consumer) => consumer.enableTraceEvent(['rtp']),
    'enableTraceEvent() with a text': (consumer) =>
      consumer.enableTraceEvent('rtp'),
    'what it is like': (consumer) => stateOf(consumer),
    'close()': (consumer) => consumer.close(),
  };
  const extra = await produce('video', videoParameters(22222230));
  const ends = {
    'close()': [producers.audio, (consumer) => consumer.close()],
    'producer.close()': [extra, () => extra.close()],
    'transport.close()': [producers.audio, () => sink.close()],
    'worker.close()': [producers.audio, () => worker.close()],
  };

  for (const [name, [producer, end]] of Object.entries(ends)) {
    const where = sink.closed
      ? await router.createWebRtcTransport({ listenInfos: [loopback()] })
      : sink;
    const consumer = await where.consume({
      producerId: producer.id,
      rtpCapabilities,
    });

    await step(name, () => end(consumer));

    for (const [call, run] of Object.entries(calls)) {
      await step(`after ${name}: ${call}`, () => run(consumer));
    }
  }
}
