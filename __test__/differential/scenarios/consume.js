'use strict';
/**
 * Scenario of the differential test about `transport.consume()` with valid and invalid options, and the
 * Consumers that it creates. `record.js` runs it on npm's mediasoup and on this package; a difference between
 * the two recordings fails the test.
 */
const { stateOf } = require('../api.js');
const {
  appDataCases,
  deviceCapabilities,
  h264Parameters,
  videoSource,
} = require('../fixtures.js');
const { consuming } = require('../scene.js');

module.exports = async ({ mediasoup, step, cases }) => {
  const { router, source, sink, producers } = await consuming(mediasoup);

  producers.h264 = await source.produce(videoSource(h264Parameters()));

  await goodOptions({ router, sink, producers, step });
  await badOptions({ router, sink, producers, cases });
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
  const usual = (more) => ({ producerId, rtpCapabilities, ...more });
  const from = (capabilities) => usual({ rtpCapabilities: capabilities });
  const layers = (preferredLayers) => usual({ preferredLayers });

  video.codecs.splice(0, 1);

  await cases(
    'consume',
    {
      'without arguments': undefined,
      'an empty object': {},
      'an unknown Producer': { producerId: 'unknown', rtpCapabilities },
      'a producerId that is a number': { producerId: 12, rtpCapabilities },
      'no rtpCapabilities': { producerId },
      'rtpCapabilities that are null': from(null),
      'rtpCapabilities that are a text': from('foo'),
      'rtpCapabilities that are empty': from({}),
      'codecs that are not an array': from({ codecs: 'foo' }),
      'a codec without mimeType': from({ codecs: [{ clockRate: 1 }] }),
      'a codec without payload type': from({
        codecs: [{ mimeType: 'video/VP8', clockRate: 1 }],
      }),
      'an extension without kind': from({
        ...video,
        headerExtensions: [{ uri: 'foo' }],
      }),
      'an extension with an odd kind': from({
        ...video,
        headerExtensions: [{ kind: 'chicken', uri: 'foo', preferredId: 1 }],
      }),
      'an extension with an odd direction': from({
        ...video,
        headerExtensions: [
          { kind: 'video', uri: 'foo', preferredId: 1, direction: 'chicken' },
        ],
      }),
      'no matching codec': {
        producerId: producers.audio.id,
        rtpCapabilities: video,
      },
      'RTX that is not matched': from({
        ...video,
        codecs: [video.codecs[0]],
      }),
      'a mid that is a number': usual({ mid: 12 }),
      'a mid that is empty': usual({ mid: '' }),
      'a mid that is long': usual({ mid: 'foo'.repeat(9) }),
      'a mid that is in use': usual({ mid: 'my-mid' }),
      'appData that is not an object': usual({ appData: 'foo' }),
      'layers that are a text': layers('foo'),
      'layers that are empty': layers({}),
      'layers that are texts': layers({
        spatialLayer: 'a',
        temporalLayer: 'b',
      }),
      'layers that are negative': layers({
        spatialLayer: -1,
        temporalLayer: -1,
      }),
      'a temporal layer that is null': layers({
        spatialLayer: 1,
        temporalLayer: null,
      }),
      'paused that is a text': usual({ paused: 'yes' }),
      'pipe that is a text': usual({ pipe: 'yes' }),
      'enableRtx that is null': usual({ enableRtx: null }),
    },
    async (options) => stateOf(await sink.consume(options)),
  );
  await cases('consume with appData', appDataCases(), async (appData) => {
    const consumer = await sink.consume(usual({ appData }));

    return consumer.appData;
  });
}
