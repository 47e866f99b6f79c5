'use strict';
/** Consumers: consume() with good and bad options, and everything a Consumer does. */
const { stateOf } = require('../api.js');
const {
  appDataCases,
  audioParameters,
  deviceCapabilities,
  h264Parameters,
  loopback,
  mediaCodecs,
  simulcastParameters,
  svcParameters,
  videoParameters,
} = require('../fixtures.js');

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });
  const source = await router.createWebRtcTransport({
    listenInfos: [loopback()],
  });
  const sink = await router.createWebRtcTransport({
    listenInfos: [loopback()],
  });
  const produce = (kind, rtpParameters, options) =>
    source.produce({ kind, rtpParameters, ...options });
  const producers = {
    audio: await produce('audio', audioParameters()),
    simulcast: await produce('video', simulcastParameters()),
    svc: await produce('video', svcParameters(), { paused: true }),
    h264: await produce('video', h264Parameters()),
  };
  const context = { router, sink, producers, recorder, step, cases };

  await goodOptions(context);
  await badOptions(context);
  await layers(context);
  await priorities(context);
  await pausing(context);
  await closing({ ...context, worker, produce });
};

async function goodOptions({ router, sink, producers, step }) {
  const { rtpCapabilities } = router;
  const options = {
    'with nothing else': { rtpCapabilities },
    'with the capabilities of a device': {
      rtpCapabilities: deviceCapabilities(),
    },
    'with everything': {
      rtpCapabilities,
      paused: true,
      mid: 'my-mid',
      preferredLayers: { spatialLayer: 1, temporalLayer: 1 },
      enableRtx: false,
      ignoreDtx: true,
      appData: { foo: 'bar' },
    },
    'as a pipe': { rtpCapabilities, pipe: true, enableRtx: true },
    'with layers beyond': {
      rtpCapabilities,
      preferredLayers: { spatialLayer: 12, temporalLayer: 12 },
    },
    'with a spatial layer only': {
      rtpCapabilities,
      preferredLayers: { spatialLayer: 1 },
    },
  };

  for (const [kind, producer] of Object.entries(producers)) {
    for (const [name, option] of Object.entries(options)) {
      const title = `consume ${kind} ${name}`;
      const consumer = await step(title, () =>
        sink.consume({ producerId: producer.id, ...option }),
      );

      if (consumer) {
        await step(`${title}: what it is like`, () => stateOf(consumer));
        await step(`${title}: dump()`, () => consumer.dump());
        await step(`${title}: getStats()`, () => consumer.getStats());
      }
    }
  }

  await step('dump() of the transport', () => sink.dump());
  await step('dump() of the Router', () => router.dump());
}

async function badOptions({ router, sink, producers, cases }) {
  const { id: producerId } = producers.simulcast;
  const { rtpCapabilities } = router;
  const video = deviceCapabilities();

  video.codecs.splice(0, 1);

  await cases(
    'consume',
    {
      'without arguments': undefined,
      'an empty object': {},
      'an unknown Producer': { producerId: 'unknown', rtpCapabilities },
      'a producerId that is a number': { producerId: 12, rtpCapabilities },
      'no rtpCapabilities': { producerId },
      'rtpCapabilities that are null': { producerId, rtpCapabilities: null },
      'rtpCapabilities that are a text': { producerId, rtpCapabilities: 'foo' },
      'rtpCapabilities that are empty': { producerId, rtpCapabilities: {} },
      'codecs that are no array': {
        producerId,
        rtpCapabilities: { codecs: 'foo' },
      },
      'a codec without mimeType': {
        producerId,
        rtpCapabilities: { codecs: [{ clockRate: 1 }] },
      },
      'a codec without payload type': {
        producerId,
        rtpCapabilities: { codecs: [{ mimeType: 'video/VP8', clockRate: 1 }] },
      },
      'an extension without kind': {
        producerId,
        rtpCapabilities: { ...video, headerExtensions: [{ uri: 'foo' }] },
      },
      'an extension with an odd kind': {
        producerId,
        rtpCapabilities: {
          ...video,
          headerExtensions: [{ kind: 'chicken', uri: 'foo', preferredId: 1 }],
        },
      },
      'an extension with an odd direction': {
        producerId,
        rtpCapabilities: {
          ...video,
          headerExtensions: [
            { kind: 'video', uri: 'foo', preferredId: 1, direction: 'chicken' },
          ],
        },
      },
      'no matching codec': {
        producerId: producers.audio.id,
        rtpCapabilities: video,
      },
      'RTX that is not matched': {
        producerId,
        rtpCapabilities: {
          ...video,
          codecs: [video.codecs[0]],
        },
      },
      'a mid that is a number': { producerId, rtpCapabilities, mid: 12 },
      'a mid that is empty': { producerId, rtpCapabilities, mid: '' },
      'a mid that is long': {
        producerId,
        rtpCapabilities,
        mid: 'foo'.repeat(9),
      },
      'a mid that is in use': { producerId, rtpCapabilities, mid: 'my-mid' },
      'appData that is no object': {
        producerId,
        rtpCapabilities,
        appData: 'foo',
      },
      'layers that are a text': {
        producerId,
        rtpCapabilities,
        preferredLayers: 'foo',
      },
      'layers that are empty': {
        producerId,
        rtpCapabilities,
        preferredLayers: {},
      },
      'layers that are texts': {
        producerId,
        rtpCapabilities,
        preferredLayers: { spatialLayer: 'a', temporalLayer: 'b' },
      },
      'layers that are negative': {
        producerId,
        rtpCapabilities,
        preferredLayers: { spatialLayer: -1, temporalLayer: -1 },
      },
      'a temporal layer that is null': {
        producerId,
        rtpCapabilities,
        preferredLayers: { spatialLayer: 1, temporalLayer: null },
      },
      'paused that is a text': { producerId, rtpCapabilities, paused: 'yes' },
      'pipe that is a text': { producerId, rtpCapabilities, pipe: 'yes' },
      'enableRtx that is null': {
        producerId,
        rtpCapabilities,
        enableRtx: null,
      },
    },
    async (options) => stateOf(await sink.consume(options)),
  );
  await cases('consume with appData', appDataCases(), async (appData) => {
    const consumer = await sink.consume({
      producerId,
      rtpCapabilities,
      appData,
    });

    return consumer.appData;
  });
}

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
