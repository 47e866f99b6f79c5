'use strict';
/**
 * Scenario of the differential test about Consumers: layers, priorities, pausing, trace events, closing
 * (options of `consume()` have a scenario of their own). `record.js` runs it on npm's mediasoup and on this
 * package; a difference between the two recordings fails the test.
 */
const { endings } = require('../closed.js');
const {
  consumerOptions,
  videoParameters,
  videoSource,
} = require('../fixtures.js');
const { consuming, webRtcTransport } = require('../scene.js');

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const { worker, router, source, sink, producers } =
    await consuming(mediasoup);
  const context = { router, sink, producers, recorder, step, cases };

  await layers(context);
  await priorities(context);
  await pausing(context);
  await closing({ ...context, worker, source });
};

async function layers({ router, sink, producers, cases, step }) {
  for (const kind of ['audio', 'simulcast', 'svc']) {
    const consumer = await sink.consume(
      consumerOptions(producers[kind], router),
    );

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
  const consumer = await sink.consume(
    consumerOptions(producers.simulcast, router),
  );

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
  const consumer = await sink.consume(consumerOptions(producers.audio, router));
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
    const ordered = !name.includes('Producer');
    const events = name !== 'all at once';

    await step(name, { ordered, events }, action);
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

async function closing({ worker, router, source, sink, producers, step }) {
  const extra = await source.produce(videoSource(videoParameters(22222230)));
  const ends = {
    'close()': (consumer) => consumer.close(),
    'producer.close()': () => extra.close(),
    'transport.close()': () => sink.close(),
    'worker.close()': () => worker.close(),
  };

  await endings(step, ends, async (name) => {
    const where = sink.closed ? await webRtcTransport(router) : sink;
    const producer = name === 'producer.close()' ? extra : producers.audio;

    return where.consume(consumerOptions(producer, router));
  });
}
