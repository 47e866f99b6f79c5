/**
 * Test of appData (the object that an application hangs on a mediasoup object) with Workers on a real server:
 * the application must keep its own object, whatever is in it, and two clients of a session must agree on its
 * content.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  audioSource,
  listenInfos,
  mediasoup as local,
  next,
} from '../support/remote.mjs';
import { until } from '../support/until.mjs';
import { meeting, watchTree } from './support.mjs';

const { EnhancedEventEmitter } = local.extras;

const WITHIN_MS = 1000;
const TTL_MS = 1000;
const MAX_STALL_MS = 250;

/** More than the 16 MiB that a server keeps for a client. */
const FLOOD_BYTES = 20 * 1024 * 1024;
const MESSAGE_BYTES = 128 * 1024;

/** Another client of the session, and its own of an object that we know. */
async function join(connect, session) {
  const observer = new EnhancedEventEmitter();
  const seen = watchTree(observer);
  const mediasoup = await connect({ session, observer });
  const theirs = ({ id }) => seen.find(({ object }) => object.id === id).object;

  return { mediasoup, theirs };
}

test('it is the very object that was given, and those that were given the same share it', async (context) => {
  const { router } = await meeting(context);
  const appData = { peer: 'alice' };
  const [one, two] = await Promise.all([
    router.createDirectTransport({ appData }),
    router.createDirectTransport({ appData }),
  ]);
  const equal = await router.createDirectTransport({
    appData: { peer: 'alice' },
  });
  const none = await router.createDirectTransport();

  assert.equal(one.appData, appData);
  assert.equal(two.appData, appData);
  assert.notEqual(equal.appData, appData);
  assert.deepEqual(none.appData, {});
  assert.equal(none.appData, none.appData);
});

class Peer {
  name = 'alice';
  #secret = 1;

  secret() {
    return this.#secret;
  }
}

const cyclic = { name: 'cycle' };

cyclic.self = cyclic;

const deep = {};

for (let place = deep, depth = 0; depth < 20_000; ++depth) {
  place.next = {};
  place = place.next;
}

const EXOTIC = {
  'a function': { call() {} },
  'a cycle': cyclic,
  'an instance of a class': new Peer(),
  'a BigInt': { count: 10n },
  'a symbol': { [Symbol('a')]: Symbol('b') },
  'a Map and a Date': { map: new Map([[1, 2]]), date: new Date(0) },
  'a getter that throws': {
    get broken() {
      throw new Error('broken');
    },
  },
  'a toJSON() that throws': {
    toJSON() {
      throw new Error('broken');
    },
  },
  'a Proxy': new Proxy(
    {},
    {
      ownKeys() {
        throw new Error('broken');
      },
    },
  ),
  'nothing at all': Object.create(null),
  'what is frozen': Object.freeze({ a: Object.freeze({ b: 1 }) }),
  '20,000 levels': deep,
  'NaN and undefined': { nan: NaN, nothing: undefined },
  'an array': [1, 2, 3],
};

for (const [what, appData] of Object.entries(EXOTIC)) {
  test(`${what} stays the application's own and hurts nobody`, async (context) => {
    const { router, proxy, mediasoup } = await meeting(context);
    const transport = await router.createDirectTransport({ appData });

    assert.equal(transport.appData, appData);
    // A look inside has happened, and a resumption.
    await new Promise((resolve) => setTimeout(resolve, 600));

    const resumed = next(mediasoup.connection, 'resumed');

    proxy.cut();
    await resumed;
    assert.equal(transport.appData, appData);
    transport.appData = { plain: true };
    transport.appData = appData;
    assert.equal(transport.appData, appData);
    assert.ok(await transport.dump());
  });
}

test('1 MiB neither throws nor stalls', async (context) => {
  const { router, connect } = await meeting(context, { session: 'huge' });
  const { theirs } = await join(connect, 'huge');
  const told = next(theirs(router).observer, 'newtransport');
  const appData = { text: 'x'.repeat(1024 * 1024), list: [] };
  const stalls = new Stalls();
  const transport = await router.createDirectTransport({ appData });
  const [twin] = await told;

  assert.equal(twin.appData.text, appData.text);
  appData.list.push('changed');
  await until(
    'the change is there',
    () => twin.appData.list.length === 1,
    2 * WITHIN_MS,
  );
  assert.equal(transport.appData, appData);
  assert.ok(stalls.longestMs() < MAX_STALL_MS, `${stalls.longestMs()} ms`);
});

/** Longest stall of the event loop. */
class Stalls {
  #last = performance.now();
  #longest = 0;
  #timer = setInterval(() => {
    const now = performance.now();

    this.#longest = Math.max(this.#longest, now - this.#last);
    this.#last = now;
  }, 1).unref();

  longestMs() {
    clearInterval(this.#timer);

    return this.#longest;
  }
}

test('clients that change the same at once agree in the end', async (context) => {
  const session = 'together';
  const { router, proxy, connect } = await meeting(context, { session });
  const appData = { by: 'nobody' };
  const transport = await router.createDirectTransport({ appData });
  const { theirs } = await join(connect, session);
  const twin = theirs(transport);

  // What either says is on its way when the other says something else.
  proxy.delayMs = WITHIN_MS / 4;

  for (let round = 0; round < 3; ++round) {
    appData.by = `me ${round}`;
    twin.appData.by = `them ${round}`;
    await until(
      'both have changed it, and have the same',
      () => appData.by === twin.appData.by && appData.by.endsWith(round),
    );
    // Nothing on its way changes that.
    await router.dump();
    await new Promise((resolve) => setTimeout(resolve, WITHIN_MS));
    assert.equal(appData.by, twin.appData.by);
    assert.equal(
      (await snapshotOf(connect, session, transport)).by,
      appData.by,
    );
  }
});

/** An appData as a newcomer sees it. */
async function snapshotOf(connect, session, object) {
  const { mediasoup, theirs } = await join(connect, session);
  const { appData } = theirs(object);

  mediasoup.close();

  return appData;
}

/** Two ways to miss so much that only a snapshot helps. */
const RESYNCHRONISATIONS = {
  /** The place in the session is forgotten, and the session lives on. */
  async 'rejoining a session'({ proxy, mediasoup, other }) {
    const resynchronised = next(mediasoup.connection, 'resynchronised');

    proxy.block();
    await new Promise((resolve) => setTimeout(resolve, 2 * TTL_MS));
    await other();
    proxy.open();
    await resynchronised;
    assert.equal(mediasoup.stats().rejoined, 1);
  },

  /** More has happened than the server keeps. */
  async 'missing more than is kept'({ proxy, mediasoup, other, flood }) {
    const before = mediasoup.stats();
    const resumed = next(mediasoup.connection, 'resumed');

    proxy.block();
    await flood();
    await other();
    proxy.open();
    await resumed;
    await until(
      'a snapshot came',
      () => mediasoup.stats().resynchronised > before.resynchronised,
    );
  },
};

for (const [what, resynchronise] of Object.entries(RESYNCHRONISATIONS)) {
  test(`after ${what}, objects and what they share are the same`, async (context) => {
    const session = 'resynchronised';
    const args =
      what === 'rejoining a session' ? ['--session-ttl', `${TTL_MS}ms`] : [];
    const it = await meeting(context, { session, args });
    const { router, connect } = it;
    const appData = { peer: 'alice' };
    const make = () => router.createWebRtcTransport({ listenInfos, appData });
    const [transport, closing] = await Promise.all([make(), make()]);
    const producer = await transport.produce(audioSource(1111, { appData }));
    const { theirs } = await join(connect, session);
    const events = [];

    for (const name of ['pause', 'resume', 'close']) {
      producer.observer.on(name, () => events.push(name));
    }

    closing.on('routerclose', () => events.push('routerclose'));
    closing.observer.on('close', () => events.push('transport close'));
    router.observer.on('newtransport', ({ appData: { from } }) =>
      events.push(`new from ${from}`),
    );

    await resynchronise({
      ...it,
      // What happens meanwhile.
      async other() {
        await theirs(producer).pause();
        theirs(closing).close();
        theirs(transport).appData.peer = 'bob';
        await theirs(router).createDirectTransport({
          appData: { from: 'other' },
        });
        await new Promise((resolve) => setTimeout(resolve, WITHIN_MS));
      },
      async flood() {
        const direct = await theirs(router).createDirectTransport({
          appData: { from: 'flood' },
        });
        const dataProducer = await direct.produceData();

        await direct.consumeData({ dataProducerId: dataProducer.id });

        for (let sent = 0; sent < FLOOD_BYTES; sent += MESSAGE_BYTES) {
          dataProducer.send(Buffer.alloc(MESSAGE_BYTES));
          await direct.dump();
        }

        direct.close();
      },
    });

    await until('all events', () => events.length >= 3);
    assert.deepEqual(events.sort(), [
      'new from other',
      'pause',
      ...(events.includes('routerclose') ? ['routerclose'] : []),
      'transport close',
    ]);
    assert.equal(producer.closed, false);
    assert.equal(producer.paused, true);
    assert.equal(closing.closed, true);
    assert.equal(transport.appData, appData);
    assert.equal(producer.appData, appData);
    assert.equal(appData.peer, 'bob');
    assert.equal((await router.dump()).transportIds.length, 2);
  });
}
