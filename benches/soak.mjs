#!/usr/bin/env node
/**
 * Churn for minutes, with a cut every few seconds: rooms are made and closed without end. Afterwards
 * memory, descriptors and ports of both sides are back to where they began.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
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

const require = createRequire(import.meta.url);
const { Random } = require('../__test__/differential/random.js');
const { connect } = require('..');
const {
  audioSource,
  listenInfos,
  mediaCodecs,
  videoSource,
} = require('./parameters.js');

const HELP = `Usage: npm run soak -- [options]

  --minutes <n>  default: 10
  --cut <n>      seconds between two cuts; default: 10
  --seed <n>     default: 1
  --help
`;

const MEBIBYTE = 1024 * 1024;
const ROOMS_AT_ONCE = 4;
const PEERS = 6;

/** Allocators keep some; a leak of ten minutes is far above this. */
const MAX_GROWTH_BYTES = 24 * MEBIBYTE;

/** Time in which what was closed is gone from the system. */
const SETTLE_MS = 20_000;

const WARM_UP_ROOMS = 200;

async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      cut: { type: 'string', default: '10' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean' },
    },
  });

  if (values.help) {
    console.log(HELP);

    return true;
  }

  const random = new Random(Number(values.seed));
  const server = await TestServer.start();
  const proxy = await Proxy.start({ target: server.port, random });
  const mediasoup = await connect(server.urlOf(proxy.port), server.options());
  const worker = await mediasoup.createWorker();
  const soak = new Soak(worker, random);

  try {
    // What is made once is made before anything is measured.
    await soak.rooms(() => soak.count < WARM_UP_ROOMS);

    const before = await settled(server);

    console.log(`at first:  ${describe(before)}`);

    const end = performance.now() + Number(values.minutes) * 60_000;
    const cutting = cutEvery(Number(values.cut) * 1000, proxy, mediasoup, end);

    await soak.rooms(() => performance.now() < end);
    await cutting;

    const { resumed, rejoined, renewed } = mediasoup.stats();
    const same = await backAt(before, server);
    const after = await settled(server);

    console.log(
      `${soak.count} rooms, ${proxy.cuts} cuts, ${resumed} resumed, ${rejoined} rejoined, ${renewed} renewed`,
    );
    console.log(`at the end: ${describe(after)}`);

    return same && renewed === 0 && isBack(before, after);
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

/** What both sides hold, once what can go has gone. */
async function settled(server) {
  collect();
  await new Promise(setImmediate);
  collect();

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

function isBack(before, after) {
  return (
    after.client.heap - before.client.heap < MAX_GROWTH_BYTES &&
    after.client.resident - before.client.resident < 2 * MAX_GROWTH_BYTES &&
    after.server.resident - before.server.resident < MAX_GROWTH_BYTES
  );
}

function describe({ client, server, worker }) {
  const mib = (bytes) => `${(bytes / MEBIBYTE).toFixed(1)} MiB`;

  return (
    `client ${mib(client.heap)} heap, ${mib(client.resident)} resident, ${client.descriptors} descriptors; ` +
    `server ${mib(server.resident)}, ${server.descriptors} descriptors; ` +
    `worker ${worker.descriptors} descriptors`
  );
}

process.exitCode = (await main()) ? 0 : 1;
