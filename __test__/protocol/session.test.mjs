/**
 * Test of a session on a real server by the second client, over links that are cut: objects, answers and
 * events must come as sections 5 to 13 of docs/PROTOCOL.md state, none lost and none twice. A failure means
 * that server and document disagree.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { audioSource } from '../support/rtp.mjs';
import { listenInfos, routerOf, serverFor } from './support.mjs';

const { client } = await serverFor(
  { after },
  { args: ['--session-ttl', '2s'] },
);

const rtpParameters = JSON.stringify(audioSource().rtpParameters);

async function connected(options) {
  const one = client(options);

  await one.connect();

  return one;
}

test('a Worker, a Router, transports, and media between them', async () => {
  const one = await connected();
  const { worker, router } = await routerOf(one);

  assert.ok(one.read(worker, 'pid') > 4_194_304);
  assert.equal(one.objects.get(router).parent, worker);
  assert.ok(one.read(router, 'rtpCapabilities').codecs.length >= 2);

  const appData = one.newAppData({ peer: 'alice' });
  const [web, plain, direct] = await Promise.all([
    one.call(router, { createWebRtcTransport: { listenInfos } }, { appData }),
    one.call(router, {
      createPlainTransport: { listenInfo: listenInfos[0], comedia: true },
    }),
    one.call(router, { createDirectTransport: {} }),
  ]);

  assert.equal(one.objects.get(web).kind, 'webRtcTransport');
  assert.equal(one.objects.get(web).appData, appData);
  assert.equal(one.read(web, 'iceState'), 'new');
  assert.equal(one.read(web, 'iceCandidates')[0].protocol, 'udp');
  assert.equal(one.read(plain, 'tuple').localIp, '127.0.0.1');

  // Once as a slot's text, once inline.
  const slot = one.text(rtpParameters);
  const producer = await one.call(
    web,
    { produce: { kind: 'audio' } },
    { values: { rtpParameters: slot } },
  );
  const capabilities = one.objects.get(router).members.rtpCapabilities;
  const consumer = await one.call(direct, {
    consume: {
      producerId: one.objects.get(producer).id,
      rtpCapabilities: capabilities,
    },
  });

  assert.equal(one.read(consumer, 'producerPaused'), false);

  const events = [];

  one.on('emission', ({ target, event, observer }) =>
    events.push([target, event, observer]),
  );
  await one.call(producer, 'pause');
  await one.until(() => one.read(consumer, 'producerPaused'));
  await one.until(() => events.length >= 2);
  assert.equal(one.read(producer, 'paused'), true);
  assert.ok(
    events.some(
      ([target, event]) => target === consumer && event === 'producerpause',
    ),
  );

  const dump = await one.call(router, 'dump');

  assert.equal(dump.transportIds.length, 3);
  one.close(worker);
  await assert.rejects(one.call(router, 'dump'));
  assert.equal(await one.leave(), 1000);
});

test('a data message, as bytes', async () => {
  const one = await connected();
  const { router } = await routerOf(one);
  const direct = await one.call(router, { createDirectTransport: {} });
  const dataProducer = await one.call(direct, { produceData: {} });
  const dataConsumer = await one.call(direct, {
    consumeData: { dataProducerId: one.objects.get(dataProducer).id },
  });
  const emitted = once(one, 'emission');

  one.send({
    notice: {
      target: dataProducer,
      notice: { message: { ppid: 53 } },
      data: Buffer.from([1, 2, 3]),
    },
  });

  const [{ target, event, payload }] = await emitted;

  assert.deepEqual([target, event], [dataConsumer, 'message']);
  assert.deepEqual([...payload.message[0]], [1, 2, 3]);
  assert.equal(payload.message[1], 53);
  await one.leave();
});

test('a cut session goes on: no answer is lost, nothing is done twice', async () => {
  const one = await connected();
  const { worker, router } = await routerOf(one);
  const calls = [];

  for (let round = 0; round < 20; ++round) {
    for (let index = 0; index < 8; ++index) {
      calls.push(one.call(router, { createDirectTransport: {} }));
    }

    // Now before the server has read any of it, now in the middle.
    if (round % 2 === 0) {
      await new Promise(setImmediate);
    }

    one.cut();
    await once(one, 'closed');
    await one.connect();
    assert.equal(one.welcome.resumed, true);
  }

  const handles = await Promise.all(calls);

  assert.equal(new Set(handles).size, 160);
  assert.equal(one.snapshots, 1);

  const { transportIds } = await one.call(router, 'dump');

  assert.equal(transportIds.length, 160);
  assert.equal(one.all('directTransport').length, 160);
  assert.equal((await one.call(worker, 'dump')).routerIds.length, 1);
  await one.leave();
});

test('what was sent while there was no link is executed when there is one', async () => {
  const one = await connected();
  const { router } = await routerOf(one);

  one.cut();
  await once(one, 'closed');

  const calls = Promise.all([
    one.call(router, { createDirectTransport: {} }),
    one.call(router, 'dump'),
  ]);

  await one.connect();

  const [transport, { transportIds }] = await calls;

  assert.deepEqual(transportIds, [one.objects.get(transport).id]);
  await one.leave();
});

test('two clients of a session see what the other does', async () => {
  const one = await connected({ session: 'both' });
  const { worker, router } = await routerOf(one);
  const shared = one.newAppData({ name: 'first' });
  const transport = await one.call(
    router,
    { createWebRtcTransport: { listenInfos } },
    { appData: shared },
  );
  const producer = await one.call(
    transport,
    { produce: { kind: 'audio', rtpParameters } },
    { appData: shared },
  );
  const two = await connected({ session: 'both' });

  // What was there is in the snapshot, with the same handles.
  await two.until(() => two.snapshots === 1);
  assert.equal(two.epoch, one.epoch);
  assert.deepEqual(
    [...two.objects.keys()],
    [worker, router, transport, producer],
  );
  assert.deepEqual(two.appData.get(shared), { name: 'first' });
  assert.equal(two.objects.get(producer).appData, shared);

  // New objects, pauses and appData of one client reach the other.
  const direct = await two.call(router, { createDirectTransport: {} });

  await one.until(() => one.objects.has(direct));

  const paused = once(two, 'emission');

  await one.call(producer, 'pause');
  assert.equal((await paused)[0].observer, 'pause');
  await two.until(() => two.read(producer, 'paused'));
  two.send({ appData: { id: shared, value: '{"name":"second"}' } });
  await one.until(() => one.appData.get(shared)?.name === 'second');

  const other = two.newAppData({ name: 'other' });

  two.send({ setAppData: { target: producer, appData: other } });
  await one.until(() => one.objects.get(producer).appData === other);
  assert.deepEqual(one.appData.get(other), { name: 'other' });

  // So are ends: of what the one closed, and of what closed with it.
  one.close(transport);
  await two.until(() => !two.objects.get(producer).open);
  await two.until(() => !two.objects.get(transport).open);
  assert.equal(two.objects.get(direct).open, true);
  one.close(worker);
  await Promise.all([one.leave(), two.leave()]);
});

test('a session is adopted by a client that comes later', async () => {
  const one = await connected({ session: 'adopted' });
  const { router } = await routerOf(one);
  const { epoch } = one;

  one.cut();
  await once(one, 'closed');

  const two = await connected({ session: 'adopted' });

  assert.equal(two.epoch, epoch);
  await two.until(() => two.snapshots === 1);
  assert.equal((await two.call(router, 'dump')).transportIds.length, 0);
  await two.leave();
});

test('who was away for too long starts over', async () => {
  const one = await connected();
  const { epoch } = one;

  await routerOf(one);
  one.cut();
  await once(one, 'closed');
  // The session's time is up after 2 s; nobody tells of it, so that this one asks until it is so.
  for (let waited = 0; waited < 10_000; waited += 2500) {
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await one.connect();

    if (!one.welcome.resumed) {
      break;
    }

    one.cut();
    await once(one, 'closed');
  }

  assert.equal(one.welcome.resumed, false);
  assert.notEqual(one.epoch, epoch);
  await one.until(() => one.snapshots === 2);
  assert.equal(one.objects.size, 0);
  await one.leave();
});

test('after a goodbye nothing is left', async () => {
  const one = await connected({ session: 'left' });
  const { epoch } = one;

  assert.equal(await one.leave(), 1000);

  const two = await connected({ session: 'left' });

  // Whether the session still waits or not, it holds nothing of one's.
  assert.equal(two.welcome.resumed, false);
  await two.until(() => two.snapshots === 1);
  assert.equal(two.objects.size, 0);
  assert.equal(typeof epoch, 'string');
  await two.leave();
});
