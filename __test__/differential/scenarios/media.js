'use strict';
/**
 * Scenario of the differential test about RTP that really flows: simulcast layers, UDP to UDP, scores,
 * bandwidth estimation. `record.js` runs it on npm's mediasoup and on this package; a difference between the
 * two recordings fails the test.
 */
const { once } = require('node:events');
const {
  audioParameters,
  audioSource,
  consumerOptions,
  loopback,
  simulcastParameters,
  videoSource,
} = require('../fixtures.js');
const { startRouter } = require('../scene.js');
const {
  UdpPeer,
  rtpPacket,
  senderReport,
  vp8KeyFrame,
} = require('../media.js');

const SSRC = 33333331;
const AUDIO_SSRC = 77777777;

/** Interval of packets: each passes two sockets and a worker before the next. */
const PACKET_INTERVAL_MS = 10;

module.exports = async ({ mediasoup, recorder, step }) => {
  const { router } = await startRouter(mediasoup);

  await udpToUdp({ router, step });

  // Packets come at the pace of a timer, and so do their events.
  for (const event of ['score', 'layerschange', 'trace', 'rtp', 'rtcp']) {
    recorder.mute(event);
  }

  await layers({ router, step });
  await orderOfEvents({ router, recorder, step });
};

async function udpToUdp({ router, step }) {
  // A packet that has arrived and the channel's word on it race each other.
  const unordered = { ordered: false };
  const sender = await UdpPeer.open();
  const receiver = await UdpPeer.open();
  const source = await router.createPlainTransport({
    listenInfo: loopback(),
    comedia: true,
  });
  const sink = await router.createPlainTransport({ listenInfo: loopback() });
  const producer = await source.produce(audioSource(AUDIO_SSRC));

  await sink.connect({ ip: '127.0.0.1', port: receiver.port });

  const consumer = await sink.consume(consumerOptions(producer, router));

  for (let sequenceNumber = 1; sequenceNumber <= 3; ++sequenceNumber) {
    await step(`packet ${sequenceNumber} arrives`, unordered, async () => {
      const arrival = receiver.next();

      sender.send(
        rtpPacket({
          payloadType: 111,
          ssrc: AUDIO_SSRC,
          sequenceNumber,
          payload: Buffer.from(`packet ${sequenceNumber}`),
        }),
        source.tuple.localPort,
      );
      await arrival;

      const packet = receiver.received.at(-1);

      return [
        packet.readUInt8(1) & 0x7f,
        packet.readUInt32BE(8) === consumer.rtpParameters.encodings[0].ssrc,
        packet.toString('latin1').replace(/.*(packet \d+)$/s, '$1'),
      ];
    });
  }

  await step('getStats() of the Producer', () => producer.getStats());
  await step('getStats() of the Consumer', () => consumer.getStats());
  await step('score of both', () => [producer.score, consumer.score]);
  sender.close();
  receiver.close();
}

async function layers({ router, step }) {
  const transport = await router.createDirectTransport();
  const producer = await transport.produce(
    videoSource(simulcastParameters(SSRC)),
  );
  const consumer = await transport.consume(consumerOptions(producer, router));
  let sequenceNumber = 0;

  // All layers send key frames only, so that a switch never has to wait for one.
  const timer = setInterval(() => {
    ++sequenceNumber;

    for (let layer = 0; layer < 3; ++layer) {
      const ssrc = SSRC + 2 * layer;

      producer.send(
        rtpPacket({
          payloadType: 101,
          ssrc,
          sequenceNumber,
          timestamp: sequenceNumber * 900,
          marker: true,
          payload: vp8KeyFrame(),
        }),
      );

      // Only reports show that layers belong to the same moment.
      if (sequenceNumber % 10 === 1) {
        transport.sendRtcp(senderReport({ ssrc, packets: sequenceNumber }));
      }
    }
  }, PACKET_INTERVAL_MS);

  const reach = async (spatialLayer) => {
    while (consumer.currentLayers?.spatialLayer !== spatialLayer) {
      await once(consumer, 'layerschange');
    }

    return consumer.currentLayers;
  };

  await step('a layer is chosen', () => reach(2));
  await step('another layer is preferred', async () => {
    await consumer.setPreferredLayers({ spatialLayer: 0, temporalLayer: 0 });

    return [await reach(0), consumer.preferredLayers];
  });
  await step('the highest one again', async () => {
    await consumer.setPreferredLayers({ spatialLayer: 2 });

    return [await reach(2), consumer.preferredLayers];
  });
  await step('currentLayers is a copy', () => {
    consumer.currentLayers.spatialLayer = 77;

    return consumer.currentLayers.spatialLayer;
  });
  await step('scores', () => [producer.score, consumer.score]);
  await step('shape of the stats', async () => {
    const [outbound, inbound] = await consumer.getStats();

    return [outbound, inbound].map((stats) =>
      Object.keys(stats)
        .filter((name) => stats[name] !== undefined)
        .sort(),
    );
  });
  await step('types of bitrateByLayer', async () => {
    const stats = await producer.getStats();

    return stats.map(({ ssrc, bitrateByLayer }) => [
      ssrc,
      Object.entries(bitrateByLayer).map(([layer, rate]) => [
        layer,
        typeof rate,
      ]),
    ]);
  });
  await step('no layer while paused', async () => {
    const change = once(consumer, 'layerschange');

    await consumer.pause();

    return [await change, consumer.currentLayers];
  });
  clearInterval(timer);
}

/** The value of a promise precedes the events that come after it. */
async function orderOfEvents({ router, recorder, step }) {
  const transport = await router.createDirectTransport();
  const dataProducer = await transport.produceData();

  await step('a message sent right behind consumeData()', async () => {
    const promise = transport.consumeData({ dataProducerId: dataProducer.id });

    dataProducer.send('the first message');

    const dataConsumer = await promise;

    recorder.note('consumeData() has resolved');
    dataConsumer.on('message', (message) =>
      recorder.note('the message', message.toString()),
    );
    await recorder.event(dataConsumer, 'message');
  });
  await step('a Producer closed right behind consume()', async () => {
    const producer = await transport.produce(audioSource(88888888));
    const promise = transport.consume(consumerOptions(producer, router));

    producer.close();

    const consumer = await promise;

    recorder.note('consume() has resolved', consumer.closed);
    await recorder.event(consumer, 'producerclose');
  });
  // Here the two answers race each other.
  await step(
    'a Producer paused right behind consume()',
    { ordered: false },
    async () => {
      const producer = await transport.produce({
        kind: 'audio',
        rtpParameters: { ...audioParameters(88888889), mid: 'PAUSED' },
      });
      const promise = transport.consume(consumerOptions(producer, router));
      const pausing = producer.pause();
      const consumer = await promise;

      recorder.note('consume() has resolved', consumer.producerPaused);
      await recorder.event(consumer, 'producerpause');
      await pausing;
    },
  );
}
