/**
 * Test under load whose worker processes are killed at random moments. Whatever the moment, no promise may
 * stay open, nothing may hang, and no descriptor or process may leak. It prints its seed.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  audioSource,
  childrenOf,
  mediaCodecs,
  mediasoup,
  openDescriptors,
  until,
} from './support.mjs';
import { Random, seedOfTest } from '../support/random.js';

const KILLS = 200;
const WORKERS_AT_ONCE = 4;
const MAX_LIFE_MS = 40;

/** JavaScript's heap isn't exact; a leak of 200 Workers with all they hold is far above this. */
const MAX_HEAP_GROWTH_BYTES = 8 * 1024 * 1024;

const random = new Random(seedOfTest());

test(`${KILLS} kills under load`, { timeout: 180_000 }, async (context) => {
  // The first ones make what is made once.
  await lives(random, WORKERS_AT_ONCE * 2);
  await until('no child is left', () => childrenOf().length === 0);

  const descriptors = openDescriptors();
  const heap = await settledHeap();
  const settled = await lives(random, KILLS);

  context.diagnostic(`${settled} requests have settled`);
  await until('no child is left', () => childrenOf().length === 0);
  await until(
    `${descriptors} descriptors are open`,
    () => openDescriptors() <= descriptors,
  );

  const growth = (await settledHeap()) - heap;

  assert.ok(growth < MAX_HEAP_GROWTH_BYTES, `the heap grew by ${growth}`);
});

/** Lets so many Workers live and die, some at a time. Resolves with the number of requests. */
async function lives(random, count) {
  let started = 0;
  let requests = 0;
  const lane = async () => {
    while (started < count) {
      ++started;
      requests += await life(random);
    }
  };

  await Promise.all(Array.from({ length: WORKERS_AT_ONCE }, lane));

  return requests;
}

/** A Worker under load, until it is killed. Resolves with the number of requests it was sent. */
async function life(random) {
  const worker = await mediasoup.createWorker();
  const ended = once(worker.observer, 'close');
  const load = new Load(worker, random);
  const running = load.run();

  await delay(random.below(MAX_LIFE_MS));
  process.kill(worker.pid, 'SIGKILL');
  await ended;
  assert.equal(worker.died, true);

  return running;
}

class Load {
  #worker;
  #random;
  /** Promises that resolve with an error where the request was refused. */
  #requests = [];
  #routers = [];
  #transports = [];
  #ssrc = 1;

  constructor(worker, random) {
    this.#worker = worker;
    this.#random = random;
  }

  /** Sends requests until the Worker is closed; resolves when each of them has settled. */
  async run() {
    while (!this.#worker.closed) {
      for (let count = this.#random.below(8); count >= 0; --count) {
        this.#requests.push(this.#something().catch((error) => error));
      }

      // Now all at once, now each in its turn.
      await (this.#random.below(2) === 0
        ? this.#requests.at(-1)
        : new Promise(setImmediate));
    }

    const results = await Promise.all(this.#requests);
    const { NotFoundError, WorkerClosedError } = mediasoup.errors;

    for (const error of results) {
      const expected =
        error === undefined ||
        error instanceof WorkerClosedError ||
        error instanceof NotFoundError;

      assert.ok(expected, error);
    }

    return results.length;
  }

  async #something() {
    const router = this.#pick(this.#routers);
    const transport = this.#pick(this.#transports);

    switch (this.#random.below(7)) {
      case 0:
        this.#routers.push(await this.#worker.createRouter({ mediaCodecs }));
        break;
      case 1:
        this.#transports.push(await router?.createDirectTransport());
        break;
      case 2:
        await transport?.produce(audioSource(++this.#ssrc));
        break;
      case 3: {
        const dataProducer = await transport?.produceData();

        dataProducer?.send('a message');
        await transport?.consumeData({ dataProducerId: dataProducer.id });
        break;
      }
      case 4:
        await router?.dump();
        break;
      case 5:
        await this.#worker.getResourceUsage();
        break;
      default:
        if (this.#random.below(10) === 0) {
          transport?.close();
        }
        await this.#worker.dump();
    }
  }

  #pick(list) {
    return list.length > 0 ? this.#random.pick(list) : undefined;
  }
}

/** The heap once what can go has gone: finalizers run in turns of their own. */
async function settledHeap() {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');

  setFlagsFromString('--expose-gc');

  const collect = runInNewContext('gc');

  for (let round = 0; round < 5; ++round) {
    collect();
    await new Promise(setImmediate);
  }

  return process.memoryUsage().heapUsed;
}
