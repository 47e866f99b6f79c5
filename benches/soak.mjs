#!/usr/bin/env node
/**
 * The command `npm run soak`: creates and closes rooms on a server for minutes, and cuts the link every few
 * seconds. It fails unless descriptors and ports of client and server return to where they began, and memory
 * stays where it is.
 *
 * Allocators keep what they once needed, so that resident memory is looked at after a warm-up, once a minute,
 * with all garbage collected, and judged by what each object leaves behind: the least of the last third of
 * these minutes against the least of the first.
 */
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  childrenOf,
  openDescriptors,
  residentBytes,
} from '../__test__/support/processes.mjs';
import { Proxy } from '../__test__/support/proxy.mjs';
import { TestServer } from '../__test__/support/server.mjs';
import { until } from '../__test__/support/until.mjs';
import { readArguments } from '../scripts/lib/arguments.mjs';
import { Random } from '../__test__/support/random.js';
import { connect } from '../index.js';
import {
  audioSource,
  listenInfos,
  mediaCodecs,
  videoSource,
} from './parameters.js';

const HELP = `Usage: npm run soak -- [options]

  --minutes <n>  after the warm-up; default: 10
  --cut <n>      seconds between two cuts; default: 10
  --seed <n>     default: 1
  --help
`;

const MEBIBYTE = 1024 * 1024;
const ROOMS_AT_ONCE = 4;
const PEERS = 6;

/** Bytes that an object may leave behind: half of what a pointer to it takes. */
const MAX_BYTES_LEFT = 4;

/** By how much two looks at the same memory may differ. */
const NOISE_BYTES = 2 * MEBIBYTE;

/** Caches are warm and allocators have seen what is usual then. */
const WARM_UP_MINUTES = 2;

const MINUTE_MS = 60_000;

/**
 * Rooms between collections. Garbage takes memory that allocators keep afterwards. The amount is chance,
 * and a leak could hide behind it.
 */
const COLLECT_EVERY_ROOMS = 50;

const COLLECTIONS = 3;

/** Finalizers run in turns of the event loop of their own. */
const FINALIZATION_MS = 200;

/** Time in which what was closed is gone from the system. */
const SETTLE_MS = 20_000;

async function main() {
  const { values } = readArguments(HELP, {
    minutes: { type: 'number', default: 10 },
    cut: { type: 'number', default: 10 },
    seed: { type: 'number', default: 1 },
  });
  const random = new Random(values.seed);
  const server = await TestServer.start();
  const proxy = await Proxy.start({ target: server.port, random });
  const mediasoup = await connect(server.urlOf(proxy.port), server.options());
  const worker = await mediasoup.createWorker();
  const soak = new Soak(worker, random);

  try {
    const minutes = WARM_UP_MINUTES + values.minutes;
    const end = performance.now() + minutes * MINUTE_MS;
    const cutting = cutEvery(values.cut * 1000, proxy, mediasoup, end);
    const samples = [];

    for (let minute = 1; minute <= minutes; ++minute) {
      const until = performance.now() + MINUTE_MS;

      await soak.rooms(() => performance.now() < until);

      const sample = { ...(await settled(server)), objects: soak.objects };

      console.log(
        `minute ${minute}${minute <= WARM_UP_MINUTES ? ' (warm-up)' : ''}: ${describe(sample)}`,
      );
      samples.push(sample);
    }

    await cutting;

    const { resumed, rejoined, renewed } = mediasoup.stats();

    console.log(
      `${soak.count} rooms, ${soak.objects} objects, ${proxy.cuts} cuts, ${resumed} resumed, ${rejoined} rejoined, ${renewed} renewed`,
    );

    const judged = samples.slice(WARM_UP_MINUTES - 1);
    const isBack = await backAt(judged[0], server);

    return isFlat(judged) && isBack && renewed === 0;
  } finally {
    mediasoup.close();
    await proxy.close();
    await server.stop();
  }
}

class Soak {
  #worker;
  #random;

  count = 0;
  /** Of mediasoup, that were made. */
  objects = 0;

  constructor(worker, random) {
    this.#worker = worker;
    this.#random = random;
  }

  /** Makes and closes rooms, some at a time, for as long as it is to go on. */
  async rooms(goesOn) {
    const lane = async () => {
      while (goesOn()) {
        await this.#room();
        ++this.count;

        if (this.count % COLLECT_EVERY_ROOMS === 0) {
          collect();
        }
      }
    };

    await Promise.all(Array.from({ length: ROOMS_AT_ONCE }, lane));
  }

  async #room() {
    const router = await this.#worker.createRouter({
      mediaCodecs,
      appData: { room: this.count },
    });
    const producers = [];

    for (let number = 0; number < PEERS; ++number) {
      const appData = { peer: `${this.count}/${number}`, changes: 0 };
      const transport = await router.createWebRtcTransport({
        listenInfos,
        appData,
      });
      const made = await Promise.all(
        [audioSource(), videoSource()].map((source) =>
          transport.produce({ ...source, appData }),
        ),
      );
      const consumers = await Promise.all(
        producers.map(({ id: producerId }) =>
          transport.consume({
            producerId,
            rtpCapabilities: router.rtpCapabilities,
            appData,
          }),
        ),
      );

      this.objects += 1 + made.length + consumers.length;
      ++appData.changes;
      producers.push(...made);
      await made[this.#random.below(2)].pause();

      if (consumers.length > 0) {
        this.#random.pick(consumers).close();
      }
      if (this.#random.below(4) === 0) {
        producers.shift().close();
      }
    }

    await router.dump();
    router.close();
    ++this.objects;
  }
}

async function cutEvery(ms, proxy, mediasoup, end) {
  while (performance.now() + ms < end) {
    await new Promise((resolve) => setTimeout(resolve, ms));

    const connected = once(mediasoup.connection, 'connected');

    proxy.cut();
    await connected;
  }
}

/** Objects and memory of both sides, after a collection. */
async function settled(server) {
  // What one collection finds to be forgotten holds what the next one finds.
  for (let round = 0; round < COLLECTIONS; ++round) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, FINALIZATION_MS));
  }

  const [worker] = childrenOf(server.pid);

  return {
    client: {
      heap: process.memoryUsage().heapUsed,
      resident: residentBytes(process.pid),
      descriptors: openDescriptors(),
    },
    server: {
      resident: residentBytes(server.pid),
      descriptors: openDescriptors(server.pid),
    },
    // Its ports are descriptors, too.
    worker: { descriptors: openDescriptors(worker) },
  };
}

function collect() {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

/** Waits until descriptors are as before: sockets close in their own time. */
async function backAt(before, server) {
  try {
    await until(
      'descriptors are back',
      () => {
        const [worker] = childrenOf(server.pid);

        return (
          openDescriptors() <= before.client.descriptors &&
          openDescriptors(server.pid) <= before.server.descriptors &&
          openDescriptors(worker) <= before.worker.descriptors
        );
      },
      SETTLE_MS,
    );

    return true;
  } catch (error) {
    console.error(error.message);

    return false;
  }
}

/** True if memory is where it was; says by how much it isn't. */
function isFlat(samples) {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const [first, last] = [samples.slice(0, third), samples.slice(-third)];
  const objects = last.at(-1).objects - first[0].objects;
  const flat = [
    ['heap of the client', ({ client }) => client.heap],
    ['memory of the client', ({ client }) => client.resident],
    ['memory of the server', ({ server }) => server.resident],
  ].map(([what, of]) => {
    const least = (some) => Math.min(...some.map(of));
    const growth = least(last) - least(first);

    console.log(
      `${what}: ${mib(least(first))} in the first third, ${mib(least(last))} in the last, ${(growth / objects).toFixed(2)} bytes per object`,
    );

    return growth < MAX_BYTES_LEFT * objects + NOISE_BYTES;
  });

  return flat.every(Boolean);
}

function mib(bytes) {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

function describe({ client, server, worker }) {
  return (
    `client ${mib(client.heap)} heap, ${mib(client.resident)} resident, ${client.descriptors} descriptors; ` +
    `server ${mib(server.resident)}, ${server.descriptors} descriptors; ` +
    `worker ${worker.descriptors} descriptors`
  );
}

process.exitCode = (await main()) ? 0 : 1;
