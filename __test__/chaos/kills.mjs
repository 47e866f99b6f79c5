/**
 * Chaos test of kills: the server is killed and started again, with all objects gone. Each object must close
 * once, no promise may stay open, and the program must start again with the same module.
 */
import assert from 'node:assert/strict';
import { mediaCodecs } from '../support/rtp.mjs';
import { TestServer } from '../support/server.mjs';
import { until } from '../support/until.mjs';
import { Load } from './load.mjs';
import { Random } from '../support/random.js';
import { connect } from '../../index.js';

const MAX_LIFE_MS = 120;
const END_TIMEOUT_MS = 30_000;

/**
 * @param {object} options
 * @param {number} options.seed
 * @param {number} options.kills
 * @param {(line: string) => void} options.log
 */
export async function serverKills({ seed, kills, log }) {
  const random = new Random(seed);
  const server = await TestServer.start();
  const mediasoup = await connect(server.url, server.options());
  const requests = { answered: 0, aborted: 0 };

  try {
    for (let kill = 1; kill <= kills; ++kill) {
      await life({ mediasoup, server, random, requests });

      if (kill % 10 === 0) {
        log(`${kill} kills, ${JSON.stringify(requests)}`);
      }
    }
  } finally {
    await mediasoup.close();
    await server.stop();
  }
}

async function life({ mediasoup, server, random, requests }) {
  const ends = new Ends();
  const workers = await Promise.all([
    mediasoup.createWorker({ appData: { life: 1 } }),
    mediasoup.createWorker(),
  ]);

  for (const worker of workers) {
    ends.watchWorker(worker);
  }

  const routers = await Promise.all(
    workers.map((worker) => worker.createRouter({ mediaCodecs })),
  );
  const load = new Load(routers[0], random);

  await load.prepare();

  const running = load.run().then(
    () => assert.fail('a load goes on until it fails'),
    (error) => error,
  );
  const lateOnes = flood(routers[1], requests);
  const { promise, stop } = lateOnes;

  await new Promise((resolve) =>
    setTimeout(resolve, random.below(MAX_LIFE_MS)),
  );
  await server.kill();

  // Calls made while no server is there settle, too, one way or the other.
  const asked = workers.map((worker) => outcome(worker.dump(), requests));
  const restarted = server.start();

  await Promise.all(workers.map((worker) => ends.of(worker)));
  stop();

  const error = await running;
  const { NotFoundError, WorkerClosedError } = mediasoup.errors;

  assert.ok(
    error instanceof WorkerClosedError || error instanceof NotFoundError,
    error,
  );
  await Promise.all([restarted, promise, ...asked]);
  ends.check();
}

/** Requests without end, each of which must settle. */
function flood(router, requests) {
  let going = true;
  const lane = async () => {
    while (going) {
      await outcome(router.dump(), requests);
      await new Promise(setImmediate);
    }
  };

  return {
    promise: Promise.all(Array.from({ length: 8 }, lane)),
    stop: () => (going = false),
  };
}

async function outcome(promise, requests) {
  try {
    await promise;
    ++requests.answered;
  } catch (error) {
    assert.match(error.name, /^(WorkerClosed|NotFound|InvalidState)?Error$/);
    ++requests.aborted;
  }
}

/** Counts the ends of everything that is made below some Workers. */
class Ends {
  #objects = [];

  watchWorker(worker) {
    const deaths = [];

    this.#watch(worker, 'died');
    worker.on('died', (error) => deaths.push(error));
    worker.observer.on('close', () => {
      // `died` comes ahead of it, with an error that says what happened.
      assert.equal(deaths.length, 1);
      assert.ok(deaths[0] instanceof Error);
      assert.ok(deaths[0].message.length > 0);
      assert.equal(worker.died, true);
    });
    worker.observer.on('newrouter', (router) => {
      this.#watch(router, 'workerclose');
      router.observer.on('newtransport', (transport) => {
        this.#watch(transport, 'routerclose');

        for (const event of [
          ...['newproducer', 'newconsumer'],
          ...['newdataproducer', 'newdataconsumer'],
        ]) {
          transport.observer.on(event, (object) =>
            this.#watch(object, 'transportclose'),
          );
        }
      });
    });
  }

  async of(worker) {
    await until('the Worker has died', () => worker.closed, END_TIMEOUT_MS);
  }

  check() {
    for (const { object, counts, own } of this.#objects) {
      assert.equal(object.closed, true);
      assert.equal(counts.close, 1, `${object.constructor.name}: ${own}`);
      // What its owner had closed before got no event of its own.
      assert.ok(counts.own <= 1, `${object.constructor.name}: ${own}`);
    }
  }

  #watch(object, own) {
    const counts = { own: 0, close: 0 };

    this.#objects.push({ object, counts, own });
    object.on(own, () => ++counts.own);
    object.observer.on('close', () => ++counts.close);
  }
}
