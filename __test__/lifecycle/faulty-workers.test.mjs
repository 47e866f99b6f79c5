/**
 * Test of worker processes that send invalid bytes, go silent, close their channel or exit at the wrong
 * moment (`fake-worker.js`). The Worker concerned must reject or die with an error, and another Worker of the
 * same process must go on.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import {
  childrenOf,
  fakeWorker,
  isAlive,
  mediasoup,
  openDescriptors,
  until,
} from './support.mjs';

let bystander;

before(async () => {
  bystander = await mediasoup.createWorker();
});

after(() => bystander.close());

/** A Worker in the same process that has nothing to do with it goes on as if nothing had been. */
async function bystanderIsWell() {
  const { pid } = await bystander.dump();

  assert.equal(pid, bystander.pid);

  const router = await bystander.createRouter();

  router.close();
  assert.equal(bystander.closed, false);
}

for (const [behaviour, expected] of Object.entries({
  exit42: { name: 'TypeError', message: 'wrong settings' },
  exit1: { name: 'Error', message: /^\[pid:\d+, code:1, signal:null\]$/ },
  abort: { name: 'Error', message: /^\[pid:\d+, code:null, signal:SIGABRT\]$/ },
  garbage: { name: 'Error' },
  oversized: { name: 'Error' },
  empty: { name: 'Error' },
  closes: { name: 'Error' },
})) {
  test(`${behaviour} ahead of running: createWorker() rejects`, async () => {
    await assert.rejects(
      mediasoup.createWorker(fakeWorker(behaviour)),
      expected,
    );
    await bystanderIsWell();
    await until('its process is gone', () => childrenOf().length === 1);
  });
}

for (const behaviour of ['silence', 'half']) {
  test(`${behaviour} ahead of running: others don't wait for it`, async () => {
    const others = new Set(childrenOf());
    const starting = mediasoup.createWorker(fakeWorker(behaviour));
    const rejected = assert.rejects(starting, { name: 'Error' });

    await bystanderIsWell();

    const [pid] = childrenOf().filter((child) => !others.has(child));

    process.kill(pid, 'SIGKILL');
    await rejected;
    await bystanderIsWell();
  });
}

for (const behaviour of [
  'then-garbage',
  'then-oversized',
  'then-empty',
  'then-closes',
  'then-exit1',
  'then-abort',
]) {
  test(`${behaviour}: the Worker dies`, async () => {
    const worker = await mediasoup.createWorker(fakeWorker(behaviour));
    const died = once(worker, 'died');
    const request = assert.rejects(worker.dump(), {
      name: 'WorkerClosedError',
    });

    await Promise.all([died, request]);
    assert.equal(worker.died, true);
    await until('its process is gone', () => !isAlive(worker.pid));
    await bystanderIsWell();
  });
}

for (const behaviour of ['then-silence', 'then-half']) {
  test(`${behaviour}: close() ends it`, async () => {
    const worker = await mediasoup.createWorker(fakeWorker(behaviour));
    const request = assert.rejects(worker.dump(), {
      name: 'WorkerClosedError',
    });

    await bystanderIsWell();
    worker.close();
    await request;
    await until('its process is gone', () => !isAlive(worker.pid));
    await bystanderIsWell();
  });
}

test('none of this leaves a descriptor behind', async () => {
  const descriptors = openDescriptors();

  for (const behaviour of ['exit1', 'garbage', 'closes']) {
    await assert.rejects(mediasoup.createWorker(fakeWorker(behaviour)));
  }

  await until(
    `${descriptors} descriptors are open`,
    () => openDescriptors() <= descriptors,
  );
});
