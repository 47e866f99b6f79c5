'use strict';
/**
 * Scenario of the differential test about Producers: ids, appData, pausing, trace events, sending, closing
 * (parameters of `produce()` have a scenario of their own). `record.js` runs it on npm's mediasoup and on
 * this package; a difference between the two recordings fails the test.
 */
const { stateOf } = require('../api.js');
const { endings } = require('../closed.js');
const {
  appDataCases,
  audioParameters,
  audioSource,
  videoParameters,
  videoSource,
} = require('../fixtures.js');
const { startRouter, webRtcTransport } = require('../scene.js');

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const { worker, router } = await startRouter(mediasoup);
  const create = () => webRtcTransport(router);

  await ids({ create, router, step });
  await cases('produce with appData', appDataCases(), async (appData) => {
    const transport = await create();
    const producer = await transport.produce(
      audioSource(undefined, { appData }),
    );

    return producer.appData;
  });
  await argumentsAreLeftAlone({ create, step });
  await pausing({ create, recorder, step });
  await tracing({ create, step, cases });
  await sending({ create, router, step });
  await closing({ worker, router, create, step });
};

async function ids({ create, router, step }) {
  const transport = await create();
  const other = await create();
  const produce = (where, id, ssrc) =>
    where.produce({
      id,
      kind: 'audio',
      rtpParameters: { ...audioParameters(ssrc), mid: `MID${ssrc}` },
    });

  await step('an id', () => produce(transport, 'some-id', 1));
  await step('the same id on the same transport', () =>
    produce(transport, 'some-id', 2),
  );
  await step('the same id on another transport', () =>
    produce(other, 'some-id', 3),
  );
  await step('the same SSRC', () => produce(transport, 'other-id', 1));
  await step('the same MID', () =>
    transport.produce({
      kind: 'audio',
      rtpParameters: { ...audioParameters(4), mid: 'MID1' },
    }),
  );
  await step('an empty id', () => produce(transport, '', 5));
  await step('an id that is null', () => produce(transport, null, 6));
  await step('an id that is a number', () => produce(transport, 12, 7));
  await step('an id with odd characters', () => produce(other, 'ä "\n{}', 8));
  await step('the same id twice at once', () =>
    Promise.allSettled([
      produce(transport, 'at-once', 9),
      produce(transport, 'at-once', 10),
    ]),
  );
  await step('dump() of the Router', async () => {
    const { mapProducerIdConsumerIds } = await router.dump();

    return mapProducerIdConsumerIds.length;
  });
  await step('an id again after its Producer has been closed', async () => {
    (await produce(other, 'again', 11)).close();

    return produce(other, 'again', 12);
  });
}

async function argumentsAreLeftAlone({ create, step }) {
  await step('rtpParameters are left as they were', async () => {
    const rtpParameters = { ...videoParameters(), encodings: [] };

    delete rtpParameters.headerExtensions;
    delete rtpParameters.rtcp;

    await (await create()).produce({ kind: 'video', rtpParameters });

    return rtpParameters;
  });
  await step('frozen rtpParameters', async () =>
    (await create()).produce(
      Object.freeze({
        kind: 'audio',
        rtpParameters: Object.freeze(audioParameters()),
      }),
    ),
  );
  await step('rtpParameters of a Producer are a copy', async () => {
    const producer = await (await create()).produce(audioSource());

    producer.rtpParameters.codecs.length = 0;
    producer.consumableRtpParameters.codecs.length = 0;
    producer.score.push('foo');

    return stateOf(producer);
  });
  await step(
    'the CNAME of the first Producer is that of the next',
    async () => {
      const transport = await create();
      const first = await transport.produce({
        kind: 'audio',
        rtpParameters: { ...audioParameters(), rtcp: { cname: 'mine' } },
      });
      const second = await transport.produce({
        kind: 'video',
        rtpParameters: { ...videoParameters(), rtcp: { cname: 'other' } },
      });

      return [first.rtpParameters.rtcp, second.rtpParameters.rtcp];
    },
  );
}

async function pausing({ create, recorder, step }) {
  const producer = await (await create()).produce(audioSource());

  await step('pause()', () => producer.pause());
  await step('pause() again', () => producer.pause());
  await step('dump() when paused', () => producer.dump());
  await step('resume()', () => producer.resume());
  await step('resume() again', () => producer.resume());
  await step('pause() and resume() at once', () =>
    Promise.all([producer.pause(), producer.resume(), producer.pause()]),
  );
  await step('paused changes when the answer comes', async () => {
    const seen = [producer.paused];
    const promise = producer.resume().then(() => recorder.note('resumed'));

    seen.push(producer.paused);
    await promise;

    return [...seen, producer.paused];
  });
}

async function tracing({ create, step, cases }) {
  const producer = await (await create()).produce(videoSource());

  await cases(
    'enableTraceEvent',
    {
      some: ['rtp', 'pli'],
      all: ['rtp', 'keyframe', 'nack', 'pli', 'fir', 'sr'],
      'an unknown one': ['FOO', 'fir'],
      none: [],
      nothing: undefined,
      'a text': 'rtp',
      'an array with a number': ['rtp', 123],
      null: null,
    },
    async (types) => {
      await producer.enableTraceEvent(types);

      return (await producer.dump()).traceEventTypes;
    },
  );
  await step('getStats()', () => producer.getStats());
}

async function sending({ create, router, step }) {
  const producer = await (await create()).produce(audioSource());

  for (const packet of [undefined, null, 'foo', new Uint8Array(12), {}]) {
    await step(`send(${packet?.constructor.name})`, () =>
      producer.send(packet),
    );
  }

  await step('send() on a transport that is not direct', () =>
    producer.send(Buffer.alloc(12)),
  );
  await step('the Router is well', async () => (await router.dump()).id);
}

async function closing({ worker, router, create, step }) {
  const transport = await create();
  const ends = {
    'close()': (producer) => producer.close(),
    'transport.close()': () => transport.close(),
    'worker.close()': () => worker.close(),
  };

  await endings(step, ends, async (name) => {
    await step(`before ${name}: dump() of the Router`, async () => {
      const { mapProducerIdConsumerIds } = await router.dump();

      return mapProducerIdConsumerIds.length;
    });

    const where = transport.closed ? await create() : transport;

    return where.produce(audioSource());
  });
}
