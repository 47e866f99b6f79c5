/**
 * Stage for tests of vertical scaling: `everywhere()` runs a test with a logical Worker of several processes
 * twice, on this machine and on a server, and gives it functions for transports and media in chosen
 * processes.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import { childrenOf } from '../support/processes.mjs';
import { connect, mediasoup as local } from '../support/remote.mjs';
import { TestServer } from '../support/server.mjs';
import { temporarySlots } from '../support/slots.mjs';
import { until } from '../support/until.mjs';
import { workerBinary } from '../support/reference.js';

export { isAlive } from '../support/processes.mjs';
export { until };

const require = createRequire(import.meta.url);

export const fixtures = require('../differential/fixtures.js');
export const media = require('../differential/media.js');

process.env.MEDIASOUP_WORKER_BIN ??= workerBinary();

const slots = temporarySlots();

Object.assign(process.env, slots.env);

const PACKET_INTERVAL_MS = 10;

/** Two processes, and every other transport in the second of them. */
export const TWO = { maxWorkers: 2, placement: 'spread' };

let server;

after(async () => {
  await server?.stop();
  slots.remove();
});

/**
 * The same test with Workers of this machine, and with Workers on a server.
 *
 * @param {string} title
 * @param {(stage: Stage) => Promise<void>} body
 */
export function everywhere(title, body) {
  here(title, body);
  test(`${title}, on a server`, async () => {
    server ??= await TestServer.start();

    const mediasoup = await connect(server.url, server.options());

    try {
      await perform(new Stage(mediasoup, () => childrenOf(server.pid)), body);
    } finally {
      mediasoup.close();
    }

    await until('the server is empty', () => !childrenOf(server.pid).length);
  });
}

/** A test with Workers on a server that is started with more arguments. */
export function onServer(title, args, body) {
  test(title, async () => {
    const special = await TestServer.start({ args, env: slots.env });
    const mediasoup = await connect(special.url, special.options());

    try {
      await perform(new Stage(mediasoup, () => childrenOf(special.pid)), body);
    } finally {
      mediasoup.close();
      await special.stop();
    }
  });
}

/** A test with Workers of this machine alone. */
export function here(title, body) {
  test(title, () =>
    perform(
      new Stage(local, () => childrenOf().filter((pid) => pid !== server?.pid)),
      body,
    ),
  );
}

async function perform(stage, body) {
  try {
    await body(stage);
  } finally {
    await stage.clear();
  }
}

/** Stage of a test: objects that end with it. */
class Stage {
  #endings = [];
  #workers = [];
  #pids;

  constructor(mediasoup, pids) {
    this.mediasoup = mediasoup;
    this.#pids = pids;
  }

  /** A logical Worker. */
  async createWorker({ vertical = TWO, ...more } = {}) {
    const worker = await this.mediasoup.createWorker({ vertical, ...more });

    this.#workers.push(worker);

    return worker;
  }

  /** A logical Worker with a Router, and what consumes any Producer that is there. */
  async room({ mediaCodecs = fixtures.mediaCodecs(), ...options } = {}) {
    const worker = await this.createWorker(options);
    const router = await worker.createRouter({ mediaCodecs });
    const { rtpCapabilities } = router;
    const consume = (transport, { id: producerId }, more) =>
      transport.consume({ producerId, rtpCapabilities, ...more });

    return { worker, router, consume };
  }

  /** The same, with a DirectTransport in each of its two processes. */
  async apart(options) {
    const room = await this.room(options);
    const one = await room.router.createDirectTransport();
    const other = await room.router.createDirectTransport();

    assert.deepEqual(await transportsOf(room.worker), [1, 1]);

    return { ...room, one, other };
  }

  /** Pids of the worker processes, oldest first. */
  get pids() {
    return this.#pids().sort((one, other) => one - other);
  }

  /** Has something done when the test is over. */
  after(ending) {
    this.#endings.push(ending);
  }

  /** Sends audio of a Producer on a DirectTransport, or video in as many layers as it has. */
  sends(producer) {
    const { rtpParameters } = producer;
    const { payloadType } = rtpParameters.codecs[0];

    this.repeats((sequenceNumber) => {
      for (const { ssrc } of rtpParameters.encodings) {
        if (producer.closed) return;

        producer.send(
          media.rtpPacket({
            payloadType,
            ssrc,
            sequenceNumber,
            timestamp: sequenceNumber * 900,
            marker: true,
            payload: media.vp8KeyFrame(),
          }),
        );
      }
    });
  }

  /** Calls `send(1)`, `send(2)` and so on until the test is over. */
  repeats(send) {
    let sequenceNumber = 0;
    const timer = setInterval(() => send(++sequenceNumber), PACKET_INTERVAL_MS);

    this.after(() => clearInterval(timer));
  }

  async clear() {
    for (const end of this.#endings.reverse()) end();
    for (const worker of this.#workers) worker.close();

    await until('all processes are gone', () => this.pids.length === 0);
  }
}

/** A Consumer in the Producer's own process, and one in the other. */
export async function nearAndFar({ one, other, consume }, producer, options) {
  return {
    near: await consume(one, producer, options),
    far: await consume(other, producer, options),
  };
}

/** Numbers of transports in each process. */
export async function transportsOf(worker) {
  const { workers } = await worker.stats();

  return workers.map(({ transports }) => transports);
}

/** Number of objects piped from one process to another. */
export async function pipesOf(worker) {
  return (await worker.stats()).pipes;
}

/** Waits until so much is piped: pipes end some time after what they were for. */
export async function pipesAre(worker, count) {
  const deadline = performance.now() + 5000;

  while ((await pipesOf(worker)) !== count) {
    assert.ok(performance.now() < deadline, `${count} pipes in time`);
  }
}

/** Notes how often each of these events comes from now on. */
export function count(emitter, ...events) {
  const counts = Object.fromEntries(events.map((event) => [event, 0]));

  for (const event of events) {
    emitter.on(event, () => counts[event]++);
  }

  return counts;
}

/** The next of an event that is as it should be. */
export async function nextWhere(emitter, event, condition) {
  for (;;) {
    const args = await once(emitter, event);

    if (condition(...args)) return args;
  }
}
