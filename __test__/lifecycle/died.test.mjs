/**
 * Test of Workers whose process is killed: `died` comes at once with pid and signal, all objects close in
 * mediasoup's order, requests in flight reject, and no process, descriptor or port is left.
 */
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import {
  childrenOf,
  isAlive,
  kill,
  meeting,
  openDescriptors,
  until,
} from './support.mjs';

const KILLS = 20;
const MAX_LATENCY_MS = 50;

test(`"died" comes within ${MAX_LATENCY_MS} ms`, async (context) => {
  const latencies = [];

  for (let count = 0; count < KILLS; ++count) {
    const { worker } = await meeting();
    const start = performance.now();

    await kill(worker);
    latencies.push(performance.now() - start);
  }

  latencies.sort((a, b) => a - b);

  const median = latencies[KILLS / 2];
  const longest = latencies.at(-1);

  context.diagnostic(
    `median ${median.toFixed(2)} ms, longest ${longest.toFixed(2)} ms`,
  );
  assert.ok(longest <= MAX_LATENCY_MS, `the longest took ${longest} ms`);
});

test('no process, descriptor or port is left', async () => {
  // Whatever a first Worker makes for good is made.
  await kill((await meeting()).worker);
  await until('the first one is gone', () => childrenOf().length === 0);

  const descriptors = openDescriptors();

  for (let count = 0; count < 10; ++count) {
    const { worker, transport } = await meeting();
    const [{ port }] = transport.iceCandidates;

    await kill(worker);
    await until('the process is gone', () => !isAlive(worker.pid));

    const socket = dgram.createSocket('udp4');

    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    socket.close();
    await once(socket, 'close');
  }

  await until('no child is left', () => childrenOf().length === 0);
  await until(
    `${descriptors} descriptors are open`,
    () => openDescriptors() <= descriptors,
  );
});

test('close() leaves nothing either', async () => {
  const descriptors = openDescriptors();

  for (let count = 0; count < 10; ++count) {
    const { worker } = await meeting();
    const ended = once(worker, 'subprocessclose');

    worker.close();
    await ended;
    assert.equal(isAlive(worker.pid), false);
  }

  await until(
    `${descriptors} descriptors are open`,
    () => openDescriptors() <= descriptors,
  );
});
