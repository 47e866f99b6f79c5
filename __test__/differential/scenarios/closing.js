'use strict';
/**
 * Scenario of the differential test about the close cascade: the order of events when objects close,
 * listeners that close other objects in the middle of it, and a Worker whose process dies. `record.js` runs
 * it on npm's mediasoup and on this package; a difference between the two recordings fails the test.
 */
const { once } = require('node:events');
const { stateOf } = require('../api.js');
const {
  audioSource,
  loopback,
  mediaCodecs,
  videoSource,
} = require('../fixtures.js');

module.exports = async ({ mediasoup, recorder, step }) => {
  const context = { mediasoup, recorder, step };

  await everyLevel(context);
  await listenersThatClose(context);
  await pendingRequests(context);
  await aDeadWorker(context);
  await closingInObservers(context);
  await removedListeners(context);
};

/** A Worker with two Routers and some of everything on each. */
async function house(mediasoup) {
  const worker = await mediasoup.createWorker();
  const server = await worker.createWebRtcServer({ listenInfos: [loopback()] });
  const routers = [];

  for (let index = 0; index < 2; ++index) {
    const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });
    const source = await router.createWebRtcTransport({
      webRtcServer: server,
      enableSctp: true,
    });
    const sink = await router.createPlainTransport({ listenInfo: loopback() });
    const direct = await router.createDirectTransport();
    const audio = await source.produce(audioSource());
    const video = await source.produce(videoSource());
    const consume = (transport, { id: producerId }) =>
      transport.consume({
        producerId,
        rtpCapabilities: router.rtpCapabilities,
      });
    const consumers = [
      await consume(sink, audio),
      await consume(sink, video),
      await consume(direct, audio),
    ];
    const dataProducer = await direct.produceData();
    const dataConsumers = [
      await direct.consumeData({ dataProducerId: dataProducer.id }),
      await source.consumeData({ dataProducerId: dataProducer.id }),
    ];
    const levels = await router.createAudioLevelObserver({ interval: 5000 });

    await levels.addProducer({ producerId: audio.id });
    routers.push({
      ...{ router, source, sink, direct, audio, video, consumers },
      ...{ dataProducer, dataConsumers, levels },
    });
  }

  return { worker, server, rooms: routers };
}

async function everyLevel({ mediasoup, recorder, step }) {
  for (const [name, close] of Object.entries({
    Producer: ({ rooms: [room] }) => room.audio.close(),
    Consumer: ({ rooms: [room] }) => room.consumers[0].close(),
    DataProducer: ({ rooms: [room] }) => room.dataProducer.close(),
    DataConsumer: ({ rooms: [room] }) => room.dataConsumers[0].close(),
    WebRtcTransport: ({ rooms: [room] }) => room.source.close(),
    PlainTransport: ({ rooms: [room] }) => room.sink.close(),
    DirectTransport: ({ rooms: [room] }) => room.direct.close(),
    AudioLevelObserver: ({ rooms: [room] }) => room.levels.close(),
    Router: ({ rooms: [room] }) => room.router.close(),
    WebRtcServer: ({ server }) => server.close(),
    Worker: ({ worker }) => worker.close(),
  })) {
    const all = await house(mediasoup);

    await step(`closing a ${name}`, () => close(all));
    await step(`dump() then: ${name}`, () => all.worker.dump());
    await recorder.close();
  }
}

async function listenersThatClose({ mediasoup, recorder, step }) {
  for (const [name, arrange] of Object.entries({
    'a Producer closes the next': ({ rooms: [room] }) => {
      room.audio.observer.on('close', () => room.video.close());
      room.source.close();
    },
    'a Producer closes its transport': ({ rooms: [room] }) => {
      room.audio.observer.on('close', () => room.source.close());
      room.audio.close();
    },
    'a Producer closes its Worker': ({ worker, rooms: [room] }) => {
      room.audio.observer.on('close', () => worker.close());
      room.router.close();
    },
    'a transport closes the Router that closes it': ({ rooms: [room] }) => {
      room.source.on('routerclose', () => room.router.close());
      room.router.close();
    },
    'a Router closes the other': ({ worker, rooms: [one, two] }) => {
      one.router.observer.on('close', () => two.router.close());
      worker.close();
    },
    'a Router closes the one ahead': ({ worker, rooms: [one, two] }) => {
      two.router.on('workerclose', () => one.router.close());
      worker.close();
    },
    'the server closes a transport': ({ server, rooms: [one, two] }) => {
      one.source.on('listenserverclose', () => two.source.close());
      server.close();
    },
    'a listener throws': ({ rooms: [room] }) => {
      room.audio.on('transportclose', () => {
        throw new Error('of a listener');
      });
      room.source.close();
    },
    'a listener of an observer throws': ({ rooms: [room] }) => {
      room.audio.observer.on('close', () => {
        throw new Error('of an observer');
      });
      room.audio.close();
    },
  })) {
    const all = await house(mediasoup);

    await step(`listeners: ${name}`, () => arrange(all));
    await step(`listeners: ${name}: what is closed`, () => [
      all.worker.closed,
      all.server.closed,
      ...all.rooms.flatMap(({ router, source, audio, video }) => [
        ...[router.closed, source.closed, audio.closed, video.closed],
      ]),
    ]);
    await recorder.close();
  }
}

async function pendingRequests({ mediasoup, recorder, step }) {
  const requests = ({ worker, rooms: [room] }) => ({
    'worker.dump()': worker.dump(),
    'worker.createRouter()': worker.createRouter(),
    'router.dump()': room.router.dump(),
    'createDirectTransport()': room.router.createDirectTransport(),
    'transport.dump()': room.source.dump(),
    'producer.pause()': room.audio.pause(),
    'consumer.getStats()': room.consumers[0].getStats(),
    'produceData()': room.direct.produceData(),
  });

  for (const [name, close] of Object.entries({
    Worker: ({ worker }) => worker.close(),
    Router: ({ rooms: [room] }) => room.router.close(),
    WebRtcTransport: ({ rooms: [room] }) => room.source.close(),
    Producer: ({ rooms: [room] }) => room.audio.close(),
  })) {
    const all = await house(mediasoup);

    await step(
      `requests in flight when a ${name} closes`,
      { ordered: false },
      async () => {
        const order = [];
        const promises = Object.entries(requests(all)).map(
          ([request, promise]) =>
            promise.then(
              () => order.push(`${request} resolved`),
              (error) => order.push([request, error]),
            ),
        );

        close(all);
        order.push('closed');
        await Promise.all(promises);

        return order;
      },
    );
    await recorder.close();
  }
}

async function aDeadWorker({ mediasoup, recorder, step }) {
  const all = await house(mediasoup);
  const { worker } = all;
  const [room] = all.rooms;

  await step(
    'the process is killed with requests in flight',
    { settle: false },
    async () => {
      const ended = once(worker.observer, 'close');
      const promises = [worker.dump(), room.router.dump()];

      process.kill(worker.pid, 'SIGSTOP');

      const refused = Promise.allSettled([
        ...promises,
        room.audio.pause(),
        room.router.createDirectTransport(),
      ]);

      process.kill(worker.pid, 'SIGKILL');
      await ended;

      const results = await refused;

      return results.slice(2).map(({ reason }) => reason);
    },
  );
  await recorder.settle();

  for (const [name, object] of Object.entries({
    worker,
    server: all.server,
    router: room.router,
    transport: room.source,
    producer: room.audio,
    consumer: room.consumers[0],
    dataProducer: room.dataProducer,
    observer: room.levels,
  })) {
    await step(`when dead: ${name}`, () => stateOf(object));
    await step(`when dead: close() of ${name}`, () => object.close());
  }

  await step('when dead: dump()', () => worker.dump());
  await step('when dead: createRouter()', () => worker.createRouter());
  await step('when dead: produce()', () => room.source.produce(audioSource()));
  await step('when dead: send()', () => room.dataProducer.send('text'));

  for (const signal of ['SIGTERM', 'SIGABRT', 'SIGINT']) {
    const another = await mediasoup.createWorker();

    await step(`killed by ${signal}`, async () => {
      const died = recorder.event(another, 'died');

      process.kill(another.pid, signal);

      return died;
    });
  }

  const last = await mediasoup.createWorker();

  await step('a listener of "died" throws', async () => {
    const closed = recorder.event(last.observer, 'close');

    last.on('died', () => {
      throw new Error('of a listener');
    });
    process.kill(last.pid, 'SIGKILL');
    await closed;
  });
}

/** Objects that are closed in the very moment in which their creation is announced. */
async function closingInObservers({ mediasoup, step }) {
  const worker = await mediasoup.createWorker();

  worker.observer.once('newrouter', (router) => router.close());
  await step('a Router is closed when it is announced', () =>
    worker.createRouter(),
  );

  const router = await worker.createRouter({ mediaCodecs: mediaCodecs() });

  router.observer.once('newtransport', (transport) => transport.close());
  await step('a transport is closed when it is announced', () =>
    router.createDirectTransport(),
  );

  const transport = await router.createDirectTransport();
  const produce = () => transport.produce(audioSource());

  transport.observer.once('newproducer', (producer) => producer.close());
  await step('a Producer is closed when it is announced', produce);
  transport.observer.once('newproducer', () => transport.close());
  await step('a transport is closed when it gets a Producer', produce);
  await step('closed while its answer is under way', async () => {
    const promise = router.createDirectTransport();

    router.close();

    const late = await promise;

    return stateOf(late);
  });
  worker.close();
}

/** Applications do remove listeners; what belongs together must go on all the same. */
async function removedListeners({ mediasoup, recorder, step }) {
  const all = await house(mediasoup);
  const [room] = all.rooms;

  await step('a Consumer that has lost its listeners', () => {
    const [consumer] = room.consumers;

    consumer.removeAllListeners('producerclose');
    consumer.observer.removeAllListeners('close');

    return consumer.listenerCount('producerclose');
  });
  await step('its Producer closes', () => room.audio.close());
  await step('then', () => room.consumers[0].closed);
  await recorder.close();
}
