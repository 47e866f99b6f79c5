'use strict';
/**
 * Scenario of the differential test about Routers: the objects that they create with valid and invalid
 * options, `canConsume()` and `updateMediaCodecs()`. `record.js` runs it on npm's mediasoup and on this
 * package; a difference between the two recordings fails the test.
 */
const { createTransports, stateOf } = require('../api.js');
const { callClosed } = require('../closed.js');
const {
  audioSource,
  deviceCapabilities,
  loopback,
  mediaCodecs,
  simulcastParameters,
  videoSource,
} = require('../fixtures.js');
const { webRtcTransport } = require('../scene.js');

const GARBAGE = { undefined, null: null, text: 'foo', number: 12, array: [] };

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const worker = await mediasoup.createWorker();
  const router = await step('createRouter()', () =>
    worker.createRouter({ mediaCodecs: mediaCodecs(), appData: { foo: 123 } }),
  );

  await step('what it is like', () => stateOf(router));
  await step('rtpCapabilities is a copy', () => {
    router.rtpCapabilities.codecs.length = 0;

    return router.rtpCapabilities.codecs.length;
  });
  await step('mediaCodecs are left as they were', async () => {
    const codecs = mediaCodecs();

    await worker.createRouter({ mediaCodecs: codecs });

    return codecs;
  });
  await step('dump() of an empty Router', () => router.dump());
  await rtpObservers(router, cases);
  await directTransports(router, cases);
  await cases('createPipeTransport', GARBAGE, (options) =>
    router.createPipeTransport(options),
  );
  await cases('createPlainTransport', GARBAGE, (options) =>
    router.createPlainTransport(options),
  );
  await cases('createWebRtcTransport', GARBAGE, (options) =>
    router.createWebRtcTransport(options),
  );
  await cases('pipeToRouter', GARBAGE, (options) =>
    router.pipeToRouter(options),
  );
  await consumability({ router, step, cases });
  await updatingCodecs({ router, step, cases });
  await step('dump() of a full Router', () => router.dump());
  await concurrentCreation({ worker, router, recorder, step });
  await step('close()', () => router.close());
  await step('close() again', () => router.close());
  await callClosed(step, 'when closed', router);
  await step('when closed: pipeToRouter() to another', async () =>
    router.pipeToRouter({
      producerId: 'unknown',
      router: await worker.createRouter(),
    }),
  );
  await step('dump() of the Worker', () => worker.dump());

  const last = await worker.createRouter({ mediaCodecs: mediaCodecs() });

  await last.createDirectTransport();
  await last.createAudioLevelObserver();
  await step('closing the Worker', () => worker.close());
  await callClosed(step, 'when the Worker is closed', last);
};

async function rtpObservers(router, cases) {
  const create = {
    createAudioLevelObserver: {
      nothing: undefined,
      'an empty object': {},
      everything: { maxEntries: 3, threshold: -50, interval: 600, appData: {} },
      'maxEntries of 0': { maxEntries: 0 },
      'negative maxEntries': { maxEntries: -10 },
      'maxEntries that is a text': { maxEntries: '1' },
      'maxEntries of 1.5': { maxEntries: 1.5 },
      'maxEntries that is null': { maxEntries: null },
      'a threshold too low': { threshold: -128 },
      'a positive threshold': { threshold: 1 },
      'a threshold that is a text': { threshold: 'foo' },
      'threshold of 0': { threshold: 0 },
      'an interval that is a text': { interval: 'foo' },
      'a negative interval': { interval: -1 },
      'an interval too short': { interval: 1 },
      'an interval too long': { interval: 1e6 },
      'appData that is not an object': { appData: 'NOT-AN-OBJECT' },
      null: null,
    },
    createActiveSpeakerObserver: {
      nothing: undefined,
      everything: { interval: 500, appData: { foo: 1 } },
      'an interval that is a text': { interval: 'foo' },
      'an interval that is null': { interval: null },
      'a negative interval': { interval: -1 },
      'appData that is not an object': { appData: 'NOT-AN-OBJECT' },
      null: null,
    },
  };

  for (const [method, options] of Object.entries(create)) {
    await cases(method, options, async (option) => {
      const observer = await router[method](option);
      const state = stateOf(observer);

      observer.close();

      return state;
    });
  }
}

async function directTransports(router, cases) {
  await createTransports(
    { router, cases },
    'createDirectTransport',
    {
      nothing: undefined,
      'an empty object': {},
      sizes: { maxSendMessageSize: 1024, maxReceiveMessageSize: 2048 },
      'a size that is a text': { maxSendMessageSize: 'foo' },
      'a negative size': { maxSendMessageSize: -2000 },
      'a size that is a fraction': { maxSendMessageSize: 2000.7 },
      'a size that is too big': { maxSendMessageSize: 2 ** 40 },
      'an obsolete option': { maxMessageSize: 1024 },
      null: null,
      'a text': 'foo',
    },
    () => ({}),
  );
}

async function consumability({ router, step, cases }) {
  const transport = await webRtcTransport(router);
  const audio = await transport.produce(audioSource());
  const video = await transport.produce(videoSource(simulcastParameters()));
  const audioOnly = deviceCapabilities();

  audioOnly.codecs.length = 1;

  for (const producer of [audio, video]) {
    await cases(
      `canConsume ${producer.kind}`,
      {
        'with all': deviceCapabilities(),
        'with audio only': audioOnly,
        'with those of the Router': router.rtpCapabilities,
        'with no codecs': { codecs: [] },
        'with RTX only': { codecs: deviceCapabilities().codecs.slice(2) },
        'with nothing': undefined,
        'with null': null,
        'with an empty object': {},
        'with a text': 'foo',
        'with codecs that are not an array': { codecs: 'foo' },
        'with a codec that is a number': { codecs: [12] },
        'with a codec without clockRate': {
          codecs: [{ mimeType: 'audio/opus', preferredPayloadType: 100 }],
        },
        'with extensions that are not an array': { headerExtensions: 'foo' },
        'with an odd extension': {
          ...deviceCapabilities(),
          headerExtensions: [{ kind: 'video', uri: '', preferredId: 1 }],
        },
      },
      (rtpCapabilities) =>
        router.canConsume({ producerId: producer.id, rtpCapabilities }),
    );
  }

  await cases(
    'canConsume',
    {
      'an unknown Producer': {
        producerId: 'unknown',
        rtpCapabilities: deviceCapabilities(),
      },
      'a Producer id that is not a text': { producerId: {} },
      'no Producer': {},
      ...GARBAGE,
    },
    (options) => router.canConsume(options),
  );
  await step('canConsume leaves its argument alone', () => {
    const rtpCapabilities = { codecs: [{ ...deviceCapabilities().codecs[0] }] };

    delete rtpCapabilities.codecs[0].kind;
    router.canConsume({ producerId: audio.id, rtpCapabilities });

    return rtpCapabilities;
  });
  video.close();
  await step('canConsume a closed Producer', () =>
    router.canConsume({
      producerId: video.id,
      rtpCapabilities: deviceCapabilities(),
    }),
  );
}

async function updatingCodecs({ router, step, cases }) {
  await cases(
    'updateMediaCodecs',
    {
      'fewer codecs': mediaCodecs().slice(1),
      'an unsupported codec': [{ mimeType: 'audio/foo', clockRate: 8000 }],
      'no array': 'foo',
      null: null,
      undefined,
      'all codecs again': mediaCodecs(),
    },
    (codecs) => {
      const result = router.updateMediaCodecs(codecs);

      return [result, router.rtpCapabilities.codecs];
    },
  );
  await step('rtpCapabilities after a failed update', () =>
    router.rtpCapabilities.codecs.map(({ mimeType }) => mimeType),
  );
  await step('updateMediaCodecs leaves its argument alone', () => {
    const codecs = mediaCodecs();

    router.updateMediaCodecs(codecs);

    return codecs;
  });

  const transport = await router.createDirectTransport();

  router.updateMediaCodecs(mediaCodecs().slice(0, 1));
  await step('a Producer with a codec that was removed', () =>
    transport.produce(videoSource(simulcastParameters())),
  );
  router.updateMediaCodecs(mediaCodecs());
  await step('a Producer with a codec that came back', () =>
    transport.produce(videoSource(simulcastParameters())),
  );
}

async function concurrentCreation({ worker, router, recorder, step }) {
  const another = await worker.createRouter();

  await step('things created at once come in order', async () => {
    const created = await Promise.all([
      router.createDirectTransport(),
      router.createAudioLevelObserver(),
      router.createPlainTransport({ listenInfo: loopback() }),
      webRtcTransport(router),
      router.createActiveSpeakerObserver(),
    ]);

    recorder.note('all are there');

    return created;
  });
  await step('promises settle in the order of the calls', async () => {
    const order = [];
    const calls = {
      'a bad argument': () => router.createAudioLevelObserver({ interval: '' }),
      dump: () => router.dump(),
      'an unknown Producer': () =>
        router.pipeToRouter({ producerId: 'unknown', router: another }),
      transport: () => router.createDirectTransport(),
      'dump again': () => router.dump(),
    };

    await Promise.allSettled(
      Object.entries(calls).map(([name, call]) =>
        call().then(
          () => order.push(`${name} resolved`),
          () => order.push(`${name} rejected`),
        ),
      ),
    );

    return order;
  });
}
