'use strict';
/**
 * Scenario of the differential test about DataProducers: parameters, messages with their payload protocol
 * ids, pausing, closing. `record.js` runs it on npm's mediasoup and on this package; a difference between the
 * two recordings fails the test.
 */
const { stateOf } = require('../api.js');
const { endings } = require('../closed.js');
const { appDataCases } = require('../fixtures.js');
const { webRtcTransport } = require('../scene.js');

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const worker = await mediasoup.createWorker();
  const router = await worker.createRouter();
  const direct = await router.createDirectTransport({
    maxSendMessageSize: 4096,
  });
  const webRtc = () => webRtcTransport(router, { enableSctp: true });
  const context = { worker, router, direct, webRtc, recorder, step, cases };

  await producing(context);
  await pausing(context);
  await messages(context);
  await closing(context);
};

async function producing({ router, direct, webRtc, step, cases }) {
  const parameters = (sctpStreamParameters) => ({ sctpStreamParameters });
  const stream = (more) => parameters({ streamId: 12, ...more });
  const options = {
    nothing: undefined,
    'an empty object': {},
    'a stream': stream(),
    everything: {
      id: 'my-data',
      ...stream({ ordered: false, maxPacketLifeTime: 5000 }),
      label: 'foo',
      protocol: 'bar',
      paused: true,
      appData: { foo: 1 },
    },
    retransmits: stream({ maxRetransmits: 3 }),
    'a stream that is ordered': stream({ ordered: true }),
    'a stream that is out of range': stream({ streamId: 70000 }),
    'a stream that is negative': stream({ streamId: -1 }),
    'a stream that is a text': stream({ streamId: '12' }),
    'a stream that is a fraction': stream({ streamId: 1.5 }),
    'no stream': parameters({}),
    'a stream that is null': parameters(null),
    'parameters that are a text': parameters('foo'),
    'both limits': stream({ maxPacketLifeTime: 1, maxRetransmits: 1 }),
    'ordered and a life time': stream({
      ordered: true,
      maxPacketLifeTime: 1000,
    }),
    'ordered that is a text': stream({ ordered: 'yes' }),
    'a life time that is a text': stream({ maxPacketLifeTime: 'long' }),
    'retransmits that are a text': stream({ maxRetransmits: 'many' }),
    'a life time of 0': stream({ maxPacketLifeTime: 0 }),
    'a label that is a number': { ...stream(), label: 12 },
    'a label that is null': { ...stream(), label: null },
    'a long label': { ...stream(), label: 'x'.repeat(5000) },
    'paused that is a text': { ...stream(), paused: 'yes' },
    null: null,
  };

  for (const [type, create] of [
    ['direct', () => router.createDirectTransport()],
    ['sctp', webRtc],
  ]) {
    await cases(`produceData ${type}`, options, async (option) => {
      const transport = await create();
      const dataProducer = await transport.produceData(option);
      const result = [
        stateOf(dataProducer),
        await dataProducer.dump(),
        await dataProducer.getStats(),
      ];

      transport.close();

      return result;
    });
  }

  await cases('produceData with appData', appDataCases(), async (appData) => {
    const dataProducer = await direct.produceData({ appData });

    return dataProducer.appData;
  });
  await step('produceData with an id', () =>
    direct.produceData({ id: 'same-id' }),
  );
  await step('produceData with the same id', () =>
    direct.produceData({ id: 'same-id' }),
  );
  await step('produceData with the same id elsewhere', async () =>
    (await router.createDirectTransport()).produceData({ id: 'same-id' }),
  );
  await step('the same stream twice', async () => {
    const transport = await webRtc();

    await transport.produceData({ sctpStreamParameters: { streamId: 7 } });

    return transport.produceData({ sctpStreamParameters: { streamId: 7 } });
  });
  await step('without SCTP', async () => {
    const transport = await webRtcTransport(router);

    return transport.produceData({ sctpStreamParameters: { streamId: 7 } });
  });
  await step('sctpStreamParameters are left as they were', async () => {
    const sctpStreamParameters = { streamId: 9, maxRetransmits: 2 };

    await (await webRtc()).produceData({ sctpStreamParameters });

    return sctpStreamParameters;
  });
}

async function pausing({ direct, step }) {
  const dataProducer = await direct.produceData();
  const dataConsumer = await direct.consumeData({
    dataProducerId: dataProducer.id,
  });

  for (const [name, action] of [
    ['pause() of the DataConsumer', () => dataConsumer.pause()],
    ['pause() of the DataConsumer again', () => dataConsumer.pause()],
    ['pause() of the DataProducer', () => dataProducer.pause()],
    ['pause() of the DataProducer again', () => dataProducer.pause()],
    ['resume() of the DataConsumer', () => dataConsumer.resume()],
    ['resume() of the DataProducer', () => dataProducer.resume()],
    ['resume() of the DataProducer again', () => dataProducer.resume()],
    ['pause() of the DataProducer alone', () => dataProducer.pause()],
    ['resume() of the DataProducer alone', () => dataProducer.resume()],
  ]) {
    await step(name, { ordered: false }, action);
    await step(`${name}: then`, () => [
      dataProducer.paused,
      dataConsumer.paused,
      dataConsumer.dataProducerPaused,
    ]);
  }
}

async function messages({ direct, recorder, step }) {
  const dataProducer = await direct.produceData();
  const dataConsumer = await direct.consumeData({
    dataProducerId: dataProducer.id,
  });
  const sendAndReceive = async (...values) => {
    const message = recorder.event(dataConsumer, 'message');
    const result = dataProducer.send(...values);

    await message;

    return result;
  };

  for (const [name, values] of Object.entries({
    'a text': ['some text'],
    'an empty text': [''],
    'a text beyond ASCII': ['ä€𝄞'],
    'a Buffer': [Buffer.from([0, 1, 2, 255])],
    'an empty Buffer': [Buffer.alloc(0)],
    'a text with a PPID of binary': ['text', 53],
    'a Buffer with a PPID of text': [Buffer.from('text'), 51],
    'a text with the PPID of an empty text': ['text', 56],
    'a Buffer with the PPID of an empty one': [Buffer.from('text'), 57],
    'another PPID': ['text', 12345],
    'a PPID of 0': ['text', 0],
    'a PPID that is a text': ['text', '53'],
    'a PPID that is negative': ['text', -1],
    'a PPID that is a fraction': ['text', 51.9],
    'a PPID beyond 32 bits': ['text', 2 ** 32 + 1.5],
    'a Buffer with the PPID of an empty text': [Buffer.from('text'), 56],
    'a text with the PPID of an empty Buffer': ['text', 57],
    'a big Buffer': [Buffer.alloc(4096, 7)],
    'null for the rest': ['text', null, null, null, null],
  })) {
    await step(`send ${name}`, () => sendAndReceive(...values));
  }

  for (const [name, values] of Object.entries({
    nothing: [],
    null: [null],
    'a number': [12],
    'an object': [{}],
    'a Uint8Array': [new Uint8Array(3)],
    'a String object': [new String('foo')],
    'a Buffer that is too big': [Buffer.alloc(4097)],
  })) {
    await step(`send ${name}`, () => dataProducer.send(...values));
  }

  // The answer and what the DataConsumer hears race each other.
  await step('send() when paused', { ordered: false }, async () => {
    await dataProducer.pause();
    dataProducer.send('lost');
    await dataProducer.resume();

    return sendAndReceive('arrives');
  });
  await step('messages come in order', async () => {
    const texts = [];

    dataConsumer.on('message', (message) => texts.push(String(message)));

    for (let index = 0; index < 50; ++index) {
      dataProducer.send(`message ${index}`);
    }
    while (texts.length < 50) {
      await recorder.event(dataConsumer, 'message');
    }

    return texts;
  });
  await step('getStats() of the DataProducer', () => dataProducer.getStats());
  await step('getStats() of the DataConsumer', () => dataConsumer.getStats());
  await step('getStats() of the transport', async () => {
    const [stats] = await direct.getStats();

    return [stats.bytesReceived, stats.bytesSent];
  });
}

async function closing({ worker, router, direct, step }) {
  let transport;
  const ends = {
    'dataConsumer.close()': (dataConsumer) => dataConsumer.close(),
    'dataProducer.close()': (_, dataProducer) => dataProducer.close(),
    'transport.close()': () => transport.close(),
    'worker.close()': () => worker.close(),
  };

  await endings(step, ends, async () => {
    transport = await router.createDirectTransport();

    const dataProducer = await transport.produceData();
    const dataConsumer = await transport.consumeData({
      dataProducerId: dataProducer.id,
    });

    return [dataConsumer, dataProducer];
  });
  await step('close() of the transport', () => direct.close());
}
