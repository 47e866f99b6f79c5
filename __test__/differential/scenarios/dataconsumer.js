'use strict';
/**
 * Scenario of the differential test about DataConsumers: parameters, subchannels, and the amount of buffered
 * data. `record.js` runs it on npm's mediasoup and on this package; a difference between the two recordings
 * fails the test.
 */
const { stateOf } = require('../api.js');
const { webRtcTransport } = require('../scene.js');

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter();
  const direct = await router.createDirectTransport({
    maxSendMessageSize: 4096,
  });
  const webRtc = () => webRtcTransport(router, { enableSctp: true });
  const context = { direct, webRtc, recorder, step, cases };

  await consuming(context);
  await subchannels(context);
  await buffers(context);
};

async function consuming({ direct, webRtc, step, cases }) {
  const source = await webRtc();
  const sctp = await source.produceData({
    sctpStreamParameters: { streamId: 3, maxRetransmits: 4 },
    label: 'of sctp',
    protocol: 'some',
  });
  const ofDirect = await direct.produceData({ label: 'of direct' });
  const sink = await webRtc();

  for (const [name, { id: dataProducerId }] of Object.entries({
    sctp,
    direct: ofDirect,
  })) {
    const usual = (more) => ({ dataProducerId, ...more });

    for (const [type, transport] of Object.entries({ sctp: sink, direct })) {
      await cases(
        `consumeData ${name} on ${type}`,
        {
          'nothing else': { dataProducerId },
          everything: usual({
            ordered: false,
            maxPacketLifeTime: 2000,
            paused: true,
            subchannels: [0, 1, 2, 65535, 65536, 100],
            appData: { foo: 1 },
          }),
          'ordered and a limit': usual({ ordered: true, maxRetransmits: 1 }),
          'both limits': usual({ maxPacketLifeTime: 1, maxRetransmits: 1 }),
          'retransmits of 0': usual({ maxRetransmits: 0 }),
          'a limit that is a text': usual({ maxPacketLifeTime: 'foo' }),
          'ordered that is a text': usual({ ordered: 'yes' }),
          'no subchannels': usual({ subchannels: [] }),
          'a subchannel twice': usual({ subchannels: [5, 5] }),
          'subchannels that are texts': usual({ subchannels: ['5', 'x'] }),
          'subchannels that are null': usual({ subchannels: null }),
          'paused that is a text': usual({ paused: 'yes' }),
        },
        async (options) => {
          const dataConsumer = await transport.consumeData(options);
          const result = [
            sorted(stateOf(dataConsumer)),
            sorted(await dataConsumer.dump()),
            await dataConsumer.getStats(),
          ];

          dataConsumer.close();

          return result;
        },
      );
    }
  }

  await cases(
    'consumeData',
    {
      nothing: undefined,
      'an empty object': {},
      'an unknown DataProducer': { dataProducerId: 'unknown' },
      'an id that is a number': { dataProducerId: 12 },
      'appData that is not an object': {
        dataProducerId: sctp.id,
        appData: 'foo',
      },
    },
    (options) => sink.consumeData(options),
  );
  await step('stream ids are the lowest that come next', async () => {
    const transport = await webRtc();
    const consume = async () =>
      transport.consumeData({ dataProducerId: sctp.id });
    const [first, second] = [await consume(), await consume()];

    first.close();

    const third = await consume();

    second.close();

    return [first, second, third, await consume()].map(
      ({ sctpStreamParameters }) => sctpStreamParameters.streamId,
    );
  });
  await step('dump() of the transport', () => sink.dump());
}

async function subchannels({ direct, recorder, step, cases }) {
  const dataProducer = await direct.produceData();
  const consume = (list) =>
    direct.consumeData({ dataProducerId: dataProducer.id, subchannels: list });
  const [none, one, two] = [
    await consume(),
    await consume([1]),
    await consume([1, 2]),
  ];
  const last = await direct.consumeData({ dataProducerId: dataProducer.id });

  for (const [name, values] of Object.entries({
    'to all': [],
    'to subchannel 1': [[1]],
    'to subchannel 2': [[2]],
    'to subchannels 2 and 3': [[2, 3]],
    'to none': [[]],
    'to 1 with 2 required': [[1], 2],
    'with 1 required': [undefined, 1],
    'to 1 with 2 ignored': [[1], undefined, 2],
    'with 1 ignored': [undefined, undefined, 1],
  })) {
    await step(`send ${name}`, async () => {
      dataProducer.send('text', undefined, ...values);

      // A message without subchannels reaches everyone, so what comes ahead of it has come.
      const end = recorder.event(last, 'message');

      dataProducer.send('end');
      await end;
    });
  }

  for (const [name, dataConsumer] of Object.entries({ none, one, two })) {
    await cases(
      `setSubchannels of ${name}`,
      {
        some: [4, 5],
        'some twice': [9, 9, 8],
        none: [],
        'out of range': [65536, -1],
        texts: ['7', 'x'],
      },
      async (list) => {
        await dataConsumer.setSubchannels(list);

        return dataConsumer.subchannels.sort();
      },
    );
  }

  await cases(
    'addSubchannel',
    { 5: 5, '5 again': 5, 65536: 65536, 'a text': 'x', nothing: undefined },
    async (subchannel) => {
      await two.addSubchannel(subchannel);

      return two.subchannels.sort();
    },
  );
  await cases(
    'removeSubchannel',
    { 5: 5, '5 again': 5, 777: 777, 'a text': 'x' },
    async (subchannel) => {
      await two.removeSubchannel(subchannel);

      return two.subchannels.sort();
    },
  );
  await step('subchannels are a copy', () => {
    two.subchannels.push(99);

    return two.subchannels.sort();
  });
}

async function buffers({ direct, webRtc, step, cases }) {
  const dataProducer = await direct.produceData();
  const { id: dataProducerId } = dataProducer;
  const consumers = {
    direct: await direct.consumeData({ dataProducerId }),
    sctp: await (await webRtc()).consumeData({ dataProducerId }),
  };

  for (const [type, dataConsumer] of Object.entries(consumers)) {
    await cases(
      `setBufferedAmountLowThreshold ${type}`,
      { 2000: 2000, negative: -1, 'a text': 'x', nothing: undefined },
      async (threshold) => {
        await dataConsumer.setBufferedAmountLowThreshold(threshold);

        return (await dataConsumer.dump()).bufferedAmountLowThreshold;
      },
    );
    await step(`getBufferedAmount ${type}`, () =>
      dataConsumer.getBufferedAmount(),
    );

    for (const [name, values] of Object.entries({
      'a text': ['text'],
      'an empty text': [''],
      'a Buffer and a PPID': [Buffer.from('text'), 53],
      'an empty Buffer': [Buffer.alloc(0)],
      'a number': [12],
      nothing: [],
    })) {
      await step(`send ${name} ${type}`, () => dataConsumer.send(...values));
    }
  }
}

/** The worker keeps subchannels in a hash table. */
function sorted(object) {
  return { ...object, subchannels: [...object.subchannels].sort() };
}
