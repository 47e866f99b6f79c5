/**
 * Test of media from one process of a logical Worker (one Worker spread over several processes) to another,
 * here and on a server: packets, key frames, pauses, scores and closes must be as within one process.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  count,
  everywhere,
  fixtures,
  media,
  nearAndFar,
  nextWhere,
  pipesAre,
  pipesOf,
  transportsOf,
} from './support.mjs';

const {
  audioParameters,
  audioSource,
  loopback,
  simulcastParameters,
  videoSource,
} = fixtures;

const PLI = 206;

everywhere('audio is heard in the other process', async (stage) => {
  const { worker, one, other, consume } = await stage.apart();
  const producer = await one.produce(audioSource());

  assert.equal(await pipesOf(worker), 0);

  const consumer = await consume(other, producer);

  assert.equal(consumer.producerId, producer.id);
  assert.equal(await pipesOf(worker), 1);
  producer.send(
    media.audioPacket(1, { payload: Buffer.from('the very same bytes') }),
  );

  const [packet] = await once(consumer, 'rtp');

  assert.equal(
    packet.readUInt32BE(8),
    consumer.rtpParameters.encodings[0].ssrc,
  );
  assert.ok(packet.includes('the very same bytes'));

  // Another one there needs no other pipe, and the last one takes it along.
  const second = await consume(other, producer);

  assert.equal(await pipesOf(worker), 1);
  consumer.close();
  second.close();
  await pipesAre(worker, 0);
  assert.equal(producer.closed, false);
});

everywhere('a consumer is the same on both sides', async (stage) => {
  const place = await stage.apart();

  for (const [kind, rtpParameters] of [
    ['audio', audioParameters()],
    ['video', simulcastParameters()],
    ['video', fixtures.ridParameters()],
    ['video', fixtures.h264Parameters()],
    ['video', fixtures.svcParameters()],
  ]) {
    const producer = await place.one.produce({ kind, rtpParameters });
    const { near, far } = await nearAndFar(place, producer, {
      mid: rtpParameters.mid,
      paused: true,
    });

    assert.deepEqual(inCommon(far), inCommon(near), rtpParameters.mid);
    producer.close();
  }
});

/** Of a Consumer, all that isn't drawn for it alone. */
function inCommon({
  type,
  kind,
  producerId,
  paused,
  producerPaused,
  preferredLayers,
  rtpParameters,
}) {
  return {
    type,
    kind,
    producerId,
    paused,
    producerPaused,
    preferredLayers,
    rtpParameters: {
      ...rtpParameters,
      encodings: rtpParameters.encodings.map(({ ssrc, rtx, ...encoding }) => ({
        ...encoding,
        ssrc: typeof ssrc,
        rtx: typeof rtx?.ssrc,
      })),
    },
  };
}

everywhere('packets go from socket to socket', async (stage) => {
  const { worker, router, consume } = await stage.room();
  const sender = await media.UdpPeer.open();
  const receiver = await media.UdpPeer.open();

  stage.after(() => sender.close());
  stage.after(() => receiver.close());

  const source = await router.createPlainTransport({
    listenInfo: loopback(),
    comedia: true,
  });
  const sink = await router.createPlainTransport({ listenInfo: loopback() });

  assert.deepEqual(await transportsOf(worker), [1, 1]);

  const producer = await source.produce(audioSource());

  await sink.connect({ ip: '127.0.0.1', port: receiver.port });

  const consumer = await consume(sink, producer);

  for (let sequenceNumber = 1; sequenceNumber <= 50; sequenceNumber++) {
    const arrival = receiver.next();

    sender.send(media.audioPacket(sequenceNumber), source.tuple.localPort);
    await arrival;
  }

  const [{ packetCount }] = await consumer.getStats();

  assert.equal(packetCount, 50);
  assert.equal((await producer.getStats())[0].packetCount, 50);
});

everywhere('who joins is shown a key frame', async (stage) => {
  const { one, other, consume } = await stage.apart();
  const producer = await one.produce(videoSource());

  // Key frames are requested from Producers with frames.
  const runs = once(producer, 'score');

  stage.sends(producer);
  await runs;

  const asked = nextWhere(one, 'rtcp', (packet) => packet[1] === PLI);
  const consumer = await consume(other, producer);

  await asked;
  assert.equal((await once(consumer, 'rtp')).length, 1);
});

everywhere('pause, resume and close are emitted once', async (stage) => {
  const { worker, one, other, consume } = await stage.apart();
  const producer = await one.produce(audioSource(undefined, { paused: true }));
  const consumer = await consume(other, producer);
  const counts = count(
    consumer,
    'producerpause',
    'producerresume',
    'producerclose',
  );
  const observed = count(consumer.observer, 'pause', 'resume', 'close');

  assert.equal(consumer.producerPaused, true);
  await Promise.all([once(consumer, 'producerresume'), producer.resume()]);
  assert.equal(consumer.producerPaused, false);
  await Promise.all([once(consumer, 'producerpause'), producer.pause()]);
  assert.equal(consumer.producerPaused, true);

  // It isn't heard, and hears nothing: its own pause is another matter.
  await consumer.pause();
  await Promise.all([once(consumer, 'producerresume'), producer.resume()]);
  await consumer.resume();
  stage.sends(producer);
  await once(consumer, 'rtp');

  const closed = once(consumer, 'producerclose');

  producer.close();
  await closed;
  assert.equal(consumer.closed, true);
  await pipesAre(worker, 0);
  assert.deepEqual(counts, {
    producerpause: 1,
    producerresume: 2,
    producerclose: 1,
  });
  assert.deepEqual(observed, { pause: 1, resume: 2, close: 1 });
});

everywhere('scores cross a pipe', async (stage) => {
  const { one, other, consume } = await stage.apart();
  const producer = await one.produce(videoSource(simulcastParameters()));
  const consumer = await consume(other, producer);
  const scored = Promise.all([
    nextWhere(producer, 'score', (scores) => scores.length === 3),
    nextWhere(consumer, 'score', ({ producerScores }) =>
      producerScores.every((score) => score === 10),
    ),
  ]);

  stage.sends(producer);
  await scored;
  assert.equal(consumer.score.producerScores.length, 3);
});

everywhere(
  'what a Producer loses lowers scores on both sides',
  async (stage) => {
    const { worker, router, consume } = await stage.room();
    const sender = await media.UdpPeer.open();

    stage.after(() => sender.close());

    const source = await router.createPlainTransport({
      listenInfo: loopback(),
      comedia: true,
    });
    const other = await router.createDirectTransport();

    assert.deepEqual(await transportsOf(worker), [1, 1]);

    const producer = await source.produce(audioSource());
    const lowered = [source, other].map(async (transport) => {
      const consumer = await consume(transport, producer);

      await nextWhere(
        consumer,
        'score',
        ({ producerScore }) => producerScore > 0 && producerScore < 8,
      );
      assert.deepEqual(consumer.score.producerScores, [
        consumer.score.producerScore,
      ]);
    });

    // Every third packet is lost on its way to the Producer. A worker scores a stream when a sender
    // report comes.
    stage.repeats((sequenceNumber) => {
      const packet = media.audioPacket(sequenceNumber);
      const report = media.senderReport({
        ssrc: 11111111,
        packets: sequenceNumber,
      });
      const packets = [
        ...(sequenceNumber % 3 ? [packet] : []),
        ...(sequenceNumber % 10 ? [] : [report]),
      ];

      for (const it of packets) sender.send(it, source.tuple.localPort);
    });
    await Promise.all(lowered);
  },
);

everywhere('a Producer that closes while it is consumed', async (stage) => {
  const { worker, one, other, consume } = await stage.apart();
  const producer = await one.produce(audioSource());
  const consuming = consume(other, producer).then(
    (consumer) => consumer.closed || once(consumer, 'producerclose'),
    (error) => assert.match(error.message, /not found/),
  );

  producer.close();
  await consuming;
  await pipesAre(worker, 0);
});
