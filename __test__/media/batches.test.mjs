/**
 * Test of media in batches (several packets per system call) through a real worker process, on real sockets:
 * packets must arrive byte for byte and in order, whatever the kernel refuses.
 *
 * A failure means that the worker's libuv (native/subprojects/libuv/batch) or crate udp-batch loses, repeats
 * or reorders media.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Namespace } from '../browser/namespace.mjs';
import { until } from '../support/until.mjs';
import { Receiver, Room } from './room.mjs';

const require = createRequire(import.meta.url);
const mediasoup = require('../../index.js');
const { Random, seedOfTest } = require('../support/random.js');

/** Sizes of payloads: equal ones are the usual case, and the largest fills an Ethernet frame. */
const SIZES = [30, 300, 1100, 1100, 1100, 1101, 1400, 1460];
const ROUNDS = 60;
const MOST_PER_ROUND = 20;
const RECEIVERS = 6;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'remote-mediasoup-test-'));

after(() => fs.rmSync(folder, { recursive: true }));

describe('media in batches', { timeout: 120_000 }, () => {
  const random = new Random(seedOfTest());

  it('arrives whole and in order', () => compare({}, random));

  it('arrives whole and in order without batches', () =>
    compare({ REMOTE_MEDIASOUP_SEND_BATCH: '0' }, random));

  it('arrives whole and in order from a kernel that refuses', async () => {
    const library = path.join(folder, 'refuse.so');
    const log = path.join(folder, 'refusals');

    execFileSync('cc', [
      ...['-O2', '-shared', '-fPIC', '-o', library],
      fileURLToPath(new URL('refuse.c', import.meta.url)),
      '-ldl',
    ]);
    await compare({ LD_PRELOAD: library, REFUSE_LOG: log }, random);

    const refused = fs.readFileSync(log, 'utf8');

    assert.match(refused, /S/, 'a message of several packets was refused');
    assert.match(refused, /1/, 'a single packet was refused');
  });

  it('leaves the others whole when a transport is closed in a burst', async () => {
    const { worker, room, receivers } = await open({});
    const closing = await Receiver.open();
    const transport = await room.consume('127.0.0.1', closing.port);

    await room.burst(payloads(random, MOST_PER_ROUND));
    await until('media flows', () => closing.least > 0);
    room.burst(payloads(random, MOST_PER_ROUND));
    transport.close();
    await settled(room, receivers);
    check(room, receivers);
    closing.close();
    await close(worker, room, receivers);
  });

  it(
    'reaches a network with a small MTU',
    { skip: Namespace.whyNot() },
    async () => {
      const namespace = new Namespace({ mtu: 1280 });
      const [command, ...args] = namespace.command;
      const listener = spawn(
        command,
        [...args, process.execPath, '-e', LISTENER],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const lines = readline.createInterface({ input: listener.stdout });
      const [port] = await once(lines, 'line');
      const far = new Receiver();

      lines.on('line', (line) => far.take(Buffer.from(line, 'base64')));

      const worker = await createWorker({});
      const room = await Room.open(worker, { listenIp: namespace.ourAddress });

      await room.consume(namespace.address, Number(port), 2);
      // Larger than the path's MTU are 1400 and 1460: the kernel refuses them as segments and fragments them alone.
      for (let round = 0; round < ROUNDS; ++round) {
        room.burst(payloads(random, MOST_PER_ROUND));
        await until('all have arrived', () => far.least === room.sent.length);
      }
      check(room, [far]);
      room.close();
      worker.close();
      listener.kill();
      await namespace.remove();
    },
  );
});

/** Runs in the namespace: prints its port, then each datagram. */
const LISTENER = `
  const socket = require('node:dgram').createSocket('udp4');
  socket.on('message', (packet) => console.log(packet.toString('base64')));
  socket.bind(0, () => console.log(socket.address().port));
`;

/** Sends bursts through a worker with this environment, and compares what arrives. */
async function compare(env, random) {
  const { worker, room, receivers } = await open(env);

  for (let round = 0; round < ROUNDS; ++round) {
    room.burst(payloads(random, 1 + random.below(MOST_PER_ROUND)));
    await settled(room, receivers);
  }
  check(room, receivers);
  await close(worker, room, receivers);
}

/** Half of the receivers get two streams through one socket of the worker's. */
async function open(env) {
  const worker = await createWorker(env);
  const room = await Room.open(worker);
  const receivers = [];

  for (let number = 0; number < RECEIVERS; ++number) {
    const receiver = await Receiver.open();

    receivers.push(receiver);
    await room.consume('127.0.0.1', receiver.port, 1 + (number % 2));
  }

  return { worker, room, receivers };
}

async function close(worker, room, receivers) {
  const closed = once(worker, 'subprocessclose');

  room.close();
  receivers.forEach((receiver) => receiver.close());
  worker.close();
  await closed;
}

async function createWorker(env) {
  const before = { ...process.env };

  Object.assign(process.env, env);

  try {
    return await mediasoup.createWorker({ logLevel: 'error' });
  } finally {
    for (const name of Object.keys(env)) {
      if (before[name] === undefined) {
        delete process.env[name];
      } else {
        process.env[name] = before[name];
      }
    }
  }
}

function payloads(random, count) {
  const size = SIZES[random.below(SIZES.length)];

  return Array.from({ length: count }, (_, index) => {
    const isOther = index === count - 1 || random.below(4) === 0;
    const bytes = isOther ? SIZES[random.below(SIZES.length)] : size;

    return Buffer.from(Array.from({ length: bytes }, () => random.below(256)));
  });
}

async function settled(room, receivers) {
  await until('all packets have arrived', () =>
    receivers.every(({ least }) => least === room.sent.length),
  );
}

function check(room, receivers) {
  for (const { streams } of receivers) {
    for (const payloadsOfStream of streams.values()) {
      assert.deepEqual(payloadsOfStream, room.sent);
    }
  }
}
