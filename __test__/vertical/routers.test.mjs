/**
 * Test of Workers and Routers that are spread over several processes, here and on a server: dumps, stats,
 * `canConsume()`, codecs and piping must be those of one Worker, with no trace of the internal pipes.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  everywhere,
  fixtures,
  here,
  pipesAre,
  pipesOf,
  transportsOf,
} from './support.mjs';

const { audioSource, deviceCapabilities, mediaCodecs } = fixtures;

everywhere('it is one Worker to the application', async (stage) => {
  const seen = [];
  const note = (worker) => seen.push(worker);

  stage.mediasoup.observer.on('newworker', note);

  const { worker, router, one, other } = await stage.apart();

  stage.mediasoup.observer.off('newworker', note);
  assert.deepEqual(seen, [worker]);
  assert.deepEqual(
    stage.mediasoup.workers.filter((it) => it === worker),
    [worker],
  );
  assert.equal(stage.pids.length, 2);
  assert.equal(typeof worker.pid, 'number');

  const dump = await worker.dump();

  assert.equal(dump.pid, worker.pid);
  assert.deepEqual(dump.routerIds, [router.id]);
  assert.deepEqual(dump.webRtcServerIds, []);

  const usage = await worker.getResourceUsage();

  assert.ok(usage.ru_utime + usage.ru_stime > 0);
  await worker.updateSettings({ logLevel: 'warn', logTags: ['ice'] });

  const stats = await worker.stats();

  assert.deepEqual(
    { ...stats, load: typeof stats.load, workers: stats.workers.length },
    { load: 'number', transports: 2, consumers: 0, pipes: 0, workers: 2 },
  );
  assert.equal(new Set(stats.workers.map(({ pid }) => pid)).size, 2);
  assert.ok(stats.workers.every(({ pid }) => pid > 0));
  assert.deepEqual(
    (await router.dump()).transportIds.sort(),
    [one.id, other.id].sort(),
  );
});

everywhere('a plain Worker has stats, too', async (stage) => {
  const worker = await stage.createWorker({ vertical: false });
  const router = await worker.createRouter();

  await router.createDirectTransport();

  const { workers, transports } = await worker.stats();

  assert.equal(transports, 1);
  assert.equal(workers.length, 1);
  assert.equal(workers[0].pid, worker.pid);
  assert.equal(stage.pids.length, 1);

  // The load is that of its process, which is given something to do.
  const deadline = performance.now() + 10_000;
  let load = 0;

  while (load === 0) {
    assert.ok(performance.now() < deadline, 'a load in time');
    await Promise.all(Array.from({ length: 500 }, () => router.dump()));
    ({ load } = await worker.stats());
  }
});

here('pids are those of its processes', async (stage) => {
  const { worker } = await stage.apart();
  const { workers } = await worker.stats();

  assert.deepEqual(
    workers.map(({ pid }) => pid),
    stage.pids,
  );
  assert.equal(worker.pid, stage.pids[0]);
});

everywhere('a Router’s dump shows no pipe', async (stage) => {
  const { worker, router, one, other, consume } = await stage.apart();
  const producer = await one.produce(audioSource());
  const consumer = await consume(other, producer);
  const dataProducer = await other.produceData();
  const dataConsumer = await one.consumeData({
    dataProducerId: dataProducer.id,
  });

  assert.equal(await pipesOf(worker), 2);

  const dump = await router.dump();

  assert.equal(dump.id, router.id);
  assert.deepEqual(dump.transportIds.sort(), [one.id, other.id].sort());
  assert.deepEqual(dump.mapProducerIdConsumerIds, [
    { key: producer.id, values: [consumer.id] },
  ]);
  assert.deepEqual(dump.mapConsumerIdProducerId, [
    { key: consumer.id, value: producer.id },
  ]);
  assert.deepEqual(dump.mapDataProducerIdDataConsumerIds, [
    { key: dataProducer.id, values: [dataConsumer.id] },
  ]);
  assert.deepEqual(dump.mapDataConsumerIdDataProducerId, [
    { key: dataConsumer.id, value: dataProducer.id },
  ]);
  assert.deepEqual((await one.dump()).producerIds, [producer.id]);
  assert.equal((await other.getStats())[0].type, 'direct-transport');
  assert.equal((await consumer.dump()).producerId, producer.id);
});

everywhere('canConsume() knows Producers wherever they are', async (stage) => {
  const { router, one, other } = await stage.apart();

  for (const transport of [one, other]) {
    const producer = await transport.produce(audioSource());
    const producerId = producer.id;

    assert.equal(
      router.canConsume({
        producerId,
        rtpCapabilities: deviceCapabilities(),
      }),
      true,
    );
    assert.equal(
      router.canConsume({ producerId, rtpCapabilities: { codecs: [] } }),
      false,
    );
    await assert.rejects(
      one.consume({ producerId, rtpCapabilities: { codecs: [] } }),
      { name: 'UnsupportedError' },
    );
  }

  await assert.rejects(
    other.consume({
      producerId: 'nobody',
      rtpCapabilities: deviceCapabilities(),
    }),
    /Producer with id "nobody" not found/,
  );
});

everywhere('media codecs change in all processes', async (stage) => {
  const { worker } = await stage.room();
  const router = await worker.createRouter({
    mediaCodecs: mediaCodecs().slice(0, 1),
  });
  const one = await router.createDirectTransport();
  const video = fixtures.videoSource();

  await assert.rejects(one.produce(video), { name: 'UnsupportedError' });
  router.updateMediaCodecs(mediaCodecs());

  const other = await router.createDirectTransport();
  const producer = await one.produce(video);
  const consumer = await other.consume({
    producerId: producer.id,
    rtpCapabilities: router.rtpCapabilities,
  });

  assert.deepEqual(await transportsOf(worker), [1, 1]);
  assert.equal(consumer.kind, 'video');
  assert.throws(() => router.updateMediaCodecs('codecs'), TypeError);
});

everywhere('logical Routers are piped', async (stage) => {
  const near = await stage.apart();
  const far = await stage.apart();
  const plainWorker = await stage.createWorker({ vertical: false });
  const plain = await plainWorker.createRouter({ mediaCodecs: mediaCodecs() });
  const sibling = await near.worker.createRouter({
    mediaCodecs: mediaCodecs(),
  });
  const producer = await near.one.produce({
    ...audioSource(),
    appData: { name: 'one' },
  });

  stage.sends(producer);

  // In the same Worker there can't be two of one id.
  await assert.rejects(
    near.router.pipeToRouter({ producerId: producer.id, router: sibling }),
    /already exists/,
  );

  for (const router of [sibling, far.router, plain]) {
    const keepId = router !== sibling;
    const { pipeProducer, pipeConsumer } = await near.router.pipeToRouter({
      producerId: producer.id,
      router,
      keepId,
    });

    assert.equal(pipeProducer.id === producer.id, keepId);
    assert.equal(pipeProducer.appData, producer.appData);
    assert.equal(pipeConsumer.producerId, producer.id);

    for (const transport of [
      await router.createDirectTransport(),
      await router.createDirectTransport(),
    ]) {
      const consumer = await transport.consume({
        producerId: pipeProducer.id,
        rtpCapabilities: router.rtpCapabilities,
      });

      await once(consumer, 'rtp');
    }

    const paused = once(pipeProducer.observer, 'pause');

    await producer.pause();
    await paused;

    const resumed = once(pipeProducer.observer, 'resume');

    await producer.resume();
    await resumed;
  }

  const dataProducer = await plain
    .createDirectTransport()
    .then((transport) => transport.produceData());
  const { pipeDataProducer } = await plain.pipeToRouter({
    dataProducerId: dataProducer.id,
    router: near.router,
  });
  const dataConsumer = await near.other.consumeData({
    dataProducerId: pipeDataProducer.id,
  });
  const arrival = once(dataConsumer, 'message');

  dataProducer.send('from afar');
  assert.equal((await arrival)[0].toString(), 'from afar');

  const closed = once(dataConsumer, 'dataproducerclose');

  dataProducer.close();
  await closed;
});

everywhere('a closed Router leaves nothing behind', async (stage) => {
  const { worker, router, one, other, consume } = await stage.apart();
  const producer = await one.produce(audioSource());

  await consume(other, producer);

  const closed = [];

  for (const object of [one, other, producer]) {
    object.observer.on('close', () => closed.push(object));
  }

  router.close();
  assert.deepEqual(closed, [producer, one, other]);
  await pipesAre(worker, 0);
  assert.deepEqual(await transportsOf(worker), [0, 0]);
  assert.deepEqual((await worker.dump()).routerIds, []);
});

everywhere('wrong options are refused by name', async (stage) => {
  for (const [vertical, word] of [
    [{ workers: 2 }, /workers/],
    [{ maxWorkers: 0 }, /maxWorkers/],
    [{ placement: 'random' }, /placement|random/],
    ['yes', /vertical must be/],
  ]) {
    await assert.rejects(
      stage.mediasoup.createWorker({ vertical }),
      (error) => {
        assert.ok(error instanceof TypeError);
        assert.match(error.message, word);

        return true;
      },
    );
  }

  assert.equal(stage.pids.length, 0);
});
