'use strict';
/**
 * Scenario of the differential test about DirectTransports: RTP and RTCP from the application to the Router
 * and back. `record.js` runs it on npm's mediasoup and on this package; a difference between the two
 * recordings fails the test.
 */
const { stateOf } = require('../api.js');
const { endings } = require('../closed.js');
const {
  VIDEO_ORIENTATION,
  audioSource,
  consumerOptions,
  deviceCapabilities,
  videoParameters,
} = require('../fixtures.js');
const { startRouter } = require('../scene.js');
const {
  pictureLossIndication,
  rtpPacket,
  senderReport,
  vp8KeyFrame,
} = require('../media.js');

const AUDIO_SSRC = 11111111;
const VIDEO_SSRC = 22222222;

module.exports = async ({ mediasoup, recorder, step, cases }) => {
  const { worker, router } = await startRouter(mediasoup);
  const transport = await step('createDirectTransport()', () =>
    router.createDirectTransport(),
  );

  // Sender and receiver reports come when their time comes.
  recorder.mute('rtcp');

  await step('what it is like', () => stateOf(transport));
  await step('getStats()', () => transport.getStats());
  await cases(
    'connect',
    { nothing: undefined, something: { ip: 'foo' }, null: null },
    (options) => transport.connect(options),
  );

  for (const method of [
    'setMaxIncomingBitrate',
    'setMaxOutgoingBitrate',
    'setMinOutgoingBitrate',
  ]) {
    await step(`${method}()`, () => transport[method](100000));
    await step(`${method}() with a text`, () => transport[method]('foo'));
  }

  for (const packet of [undefined, null, 'foo', new Uint8Array(12)]) {
    await step(`sendRtcp(${packet?.constructor.name})`, () =>
      transport.sendRtcp(packet),
    );
  }

  await step('sendRtcp() of what is not RTCP', () =>
    transport.sendRtcp(Buffer.from('this is not RTCP')),
  );
  await step('sendRtcp() of nothing', () =>
    transport.sendRtcp(Buffer.alloc(0)),
  );
  await audio({ transport, recorder, step });
  await video({ router, transport, recorder, step });
  await closing({ worker, router, transport, step });
};

async function audio({ transport, recorder, step }) {
  const producer = await step('produce() audio', () =>
    transport.produce(audioSource(AUDIO_SSRC)),
  );
  const consumer = await step('consume() audio', () =>
    transport.consume({
      producerId: producer.id,
      rtpCapabilities: deviceCapabilities(),
    }),
  );
  let sequenceNumber = 0;
  const send = () =>
    producer.send(
      rtpPacket({
        payloadType: 111,
        ssrc: AUDIO_SSRC,
        sequenceNumber: ++sequenceNumber,
        payload: Buffer.from(`packet ${sequenceNumber}`),
      }),
    );

  // The bytes of a packet hold a random SSRC and sequence number: only what it carries is recorded.
  recorder.mute('rtp');

  const received = [];
  const arrival = () => recorder.event(consumer, 'rtp');

  consumer.on('rtp', (packet) =>
    received.push([
      packet.constructor.name,
      Buffer.isBuffer(packet),
      packet.readUInt8(1) & 0x7f,
      packet.readUInt32BE(8) === consumer.rtpParameters.encodings[0].ssrc,
      packet.toString('latin1').replace(/.*(packet \d+)$/s, '$1'),
    ]),
  );

  await step('the first packet', async () => {
    const first = arrival();

    send();
    await first;

    return [received.splice(0), producer.score, consumer.score];
  });
  await step('ten packets', async () => {
    for (let count = 0; count < 10; ++count) {
      send();
    }
    while (received.length < 10) {
      await arrival();
    }

    return received.splice(0);
  });
  await step('send() of what is not RTP', async () => {
    producer.send(Buffer.from('this is not RTP'));
    producer.send(Buffer.alloc(0));
  });
  // The answer and what the Consumer hears race each other.
  await step('send() when paused', { ordered: false }, async () => {
    await producer.pause();
    send();
    await producer.resume();
    send();
    await arrival();

    return received.splice(0);
  });
  await step('send() when the Consumer is paused', async () => {
    await consumer.pause();
    send();
    await consumer.resume();
    send();
    await arrival();

    return received.splice(0);
  });
  await step('getStats() of the Producer', () => producer.getStats());
  await step('getStats() of the Consumer', () => consumer.getStats());
  await step('getStats() of the transport', () => transport.getStats());
  await step('dump() of the Producer', () => producer.dump());
  await step('dump() of the Consumer', () => consumer.dump());
  await step('sendRtcp() of a sender report', async () => {
    await producer.enableTraceEvent(['sr']);

    const trace = recorder.event(producer, 'trace');

    transport.sendRtcp(senderReport({ ssrc: AUDIO_SSRC }));
    await trace;
  });
  await step('a Consumer that the Producer leaves', () => producer.close());
  await step('send() then', () => send());
  await step('requests of the Consumer then', () => consumer.getStats());
}

async function video({ router, transport, recorder, step }) {
  const rtpParameters = videoParameters(VIDEO_SSRC);
  const orientation = rtpParameters.headerExtensions.find(
    ({ uri }) => uri === VIDEO_ORIENTATION,
  );
  const producer = await transport.produce({ kind: 'video', rtpParameters });
  const consumer = await transport.consume(consumerOptions(producer, router));
  let sequenceNumber = 100;
  const send = (options) =>
    producer.send(
      rtpPacket({
        payloadType: 101,
        ssrc: VIDEO_SSRC,
        sequenceNumber: ++sequenceNumber,
        payload: vp8KeyFrame(),
        ...options,
      }),
    );

  await producer.enableTraceEvent(['keyframe', 'pli', 'fir', 'rtp', 'nack']);
  await step('a key frame, traced', async () => {
    const trace = recorder.event(producer, 'trace');

    send({ marker: true });
    await trace;
  });
  await step('another packet, traced', async () => {
    const trace = recorder.event(producer, 'trace');

    send({ payload: Buffer.from('1000', 'hex') });
    await trace;
  });
  await step('the orientation changes', async () => {
    const change = recorder.event(producer, 'videoorientationchange');

    // Camera facing back, flipped, rotated by 90 degrees (3GPP TS 26.114, 7.4.5).
    send({ extensions: [{ id: orientation.id, data: [0x0d] }] });

    return change;
  });
  await step('a picture loss indication, traced', async () => {
    await consumer.enableTraceEvent(['pli']);

    const trace = recorder.event(consumer, 'trace');
    const [{ ssrc: mediaSsrc }] = consumer.rtpParameters.encodings;

    transport.sendRtcp(pictureLossIndication({ mediaSsrc }));
    await trace;
  });
  await step('getStats() of the Producer of video', () => producer.getStats());
  await step('dump() of the Producer of video', async () => {
    const dump = await producer.dump();

    return [dump.rtpParameters, dump.rtpStreams, dump.traceEventTypes];
  });
}

async function closing({ worker, router, transport, step }) {
  const ends = {
    'close()': () => transport.close(),
    'worker.close()': () => worker.close(),
  };

  await endings(step, ends, () =>
    transport.closed ? router.createDirectTransport() : transport,
  );
}
