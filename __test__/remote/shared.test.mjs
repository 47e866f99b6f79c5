/**
 * Test of two clients in one session of a real server: objects, pauses, closes and appData of one must reach
 * the other, as events and as state, within a second.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  audioSource,
  listenInfos,
  mediaCodecs,
  next,
} from '../support/remote.mjs';
import { until } from '../support/until.mjs';
import { stage } from './support.mjs';

const WITHIN_MS = 1000;

async function pair(context) {
  const { connect } = await stage(context);
  const session = 'shared';
  const [one, two] = [await connect({ session }), await connect({ session })];
  const announced = next(two.observer, 'newworker');
  const worker = await one.createWorker();
  const [workerOfTwo] = await announced;

  return { one, two, worker, workerOfTwo };
}

/** Returns a new object and the other client's counterpart. */
async function both(emitter, event, make) {
  const told = next(emitter, event);
  const own = await make();
  const [others] = await told;

  assert.equal(others.id, own.id);
  assert.notEqual(others, own);

  return [own, others];
}

async function rooms(context) {
  const { one, two, worker, workerOfTwo } = await pair(context);
  const [router, routerOfTwo] = await both(
    workerOfTwo.observer,
    'newrouter',
    () => worker.createRouter({ mediaCodecs, appData: { room: 1 } }),
  );
  const [transport, transportOfTwo] = await both(
    routerOfTwo.observer,
    'newtransport',
    () => router.createWebRtcTransport({ listenInfos }),
  );
  const [producer, producerOfTwo] = await both(
    transportOfTwo.observer,
    'newproducer',
    () => transport.produce(audioSource()),
  );

  return {
    ...{ one, two, worker, workerOfTwo, router, routerOfTwo },
    ...{ transport, transportOfTwo, producer, producerOfTwo },
  };
}

async function soon(what, condition) {
  await until(what, condition, WITHIN_MS);
}

test('objects that one makes are there for the other, with everything that can be read', async (context) => {
  const room = await rooms(context);

  assert.equal(room.workerOfTwo.pid, room.worker.pid);
  assert.deepEqual(
    room.routerOfTwo.rtpCapabilities,
    room.router.rtpCapabilities,
  );
  assert.deepEqual(room.routerOfTwo.appData, { room: 1 });
  assert.deepEqual(
    room.transportOfTwo.iceCandidates,
    room.transport.iceCandidates,
  );
  assert.deepEqual(
    room.producerOfTwo.rtpParameters,
    room.producer.rtpParameters,
  );

  // And can be used: a Consumer that two makes of one's Producer.
  const [consumer, consumerOfOne] = await both(
    room.transport.observer,
    'newconsumer',
    () =>
      room.transportOfTwo.consume({
        producerId: room.producerOfTwo.id,
        rtpCapabilities: room.routerOfTwo.rtpCapabilities,
      }),
  );

  assert.equal(consumerOfOne.producerId, consumer.producerId);
});

test('pauses are seen by both, as events and as state', async (context) => {
  const { producer, producerOfTwo } = await rooms(context);

  for (const [event, actor, witness] of [
    ['pause', producer, producerOfTwo],
    ['resume', producerOfTwo, producer],
  ]) {
    const seen = next(witness.observer, event);

    await actor[event]();
    await seen;
    assert.equal(witness.paused, event === 'pause');
    assert.equal(actor.paused, event === 'pause');
  }
});

test('a close is seen by the other, with all that it takes along', async (context) => {
  const room = await rooms(context);
  const ends = [];

  for (const [name, object] of Object.entries({
    transport: room.transportOfTwo,
    producer: room.producerOfTwo,
  })) {
    object.observer.on('close', () => ends.push(name));
    object.on('transportclose', () => ends.push(`${name} transportclose`));
  }

  room.transport.close();
  await soon('two has closed it', () => room.transportOfTwo.closed);
  assert.deepEqual(ends, [
    ...['producer transportclose', 'producer', 'transport'],
  ]);

  // The other way round, at the same time and from the top.
  room.workerOfTwo.close();
  await soon('one has closed all', () => room.worker.closed);
  assert.equal(room.router.closed, true);
  assert.deepEqual(room.one.workers, []);
  assert.deepEqual(room.two.workers, []);
});

test('both close the same object at once: each sees one end', async (context) => {
  const room = await rooms(context);
  let ends = 0;

  for (const object of [room.router, room.routerOfTwo]) {
    object.observer.on('close', () => ++ends);
  }

  room.router.close();
  room.routerOfTwo.close();
  assert.ok((await room.worker.dump()).routerIds.length === 0);
  assert.ok((await room.workerOfTwo.dump()).routerIds.length === 0);
  assert.equal(ends, 2);
});

test('changes inside an appData arrive, in the same object', async (context) => {
  const { router, routerOfTwo } = await rooms(context);
  const mine = router.appData;
  const theirs = routerOfTwo.appData;

  mine.list = [1, { two: 2 }];
  await soon('two sees it', () => theirs.list?.[1].two === 2);

  const inner = theirs.list[1];

  inner.three = 3;
  delete theirs.room;
  await soon('one sees it', () => mine.list[1].three === 3);
  assert.equal('room' in mine, false);
  assert.equal(router.appData, mine);
  assert.equal(routerOfTwo.appData, theirs);
  assert.equal(theirs.list[1], inner);
});

test('another appData arrives, and what is shared is shared', async (context) => {
  const room = await rooms(context);
  const shared = { peer: 'bob' };

  room.transport.appData = shared;
  room.producer.appData = shared;
  await soon('two has it', () => room.producerOfTwo.appData.peer === 'bob');
  await soon(
    'and shares it',
    () => room.transportOfTwo.appData === room.producerOfTwo.appData,
  );
  assert.equal(room.producer.appData, shared);
  shared.peer = 'carol';
  await soon(
    'the change is there',
    () => room.transportOfTwo.appData.peer === 'carol',
  );
});

test('one that leaves takes nothing away', async (context) => {
  const { one, routerOfTwo, workerOfTwo } = await rooms(context);

  one.close();

  const dump = await routerOfTwo.dump();

  assert.equal(dump.transportIds.length, 1);
  assert.equal(workerOfTwo.closed, false);
});
