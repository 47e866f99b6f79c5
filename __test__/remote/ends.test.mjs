/**
 * Test of the ends of programs, sessions and a real server, by signals, kills and draining: Workers must end
 * when the documentation says so, and no worker process may be left.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { isAlive } from '../support/processes.mjs';
import { next } from '../support/remote.mjs';
import { until } from '../support/until.mjs';
import { stage } from './support.mjs';

/** A goodbye takes no longer; a session's time is far beyond it. */
const SOON_MS = 5000;

/** Each way: there and back in less than an ending process waits. */
const SLOW_MS = 100;

for (const [how, end] of Object.entries({
  'by process.exit()': (child) => child.send('exit'),
  'by SIGTERM': (child) => child.kill('SIGTERM'),
  'by SIGINT': (child) => child.kill('SIGINT'),
  'by an exception': (child) => child.send('throw'),
})) {
  test(`a program that ends ${how} says goodbye: its Workers end at once`, async (context) => {
    const { program, workers } = await stage(context);
    const { child } = await program('worker');

    assert.equal(workers().length, 1);
    child.stderr?.resume();
    end(child);
    await once(child, 'exit');
    await until('the worker is gone', () => workers().length === 0, SOON_MS);
  });
}

test('a program that ends right after close() is heard over a slow link', async (context) => {
  const { program, workers, proxy } = await stage(context);
  const slow = await proxy({ delayMs: SLOW_MS });
  const { child } = await program('worker', { port: slow.port });

  assert.equal(workers().length, 1);
  child.send('close and exit');
  await once(child, 'exit');
  // What the program has left behind on its way gets lost.
  slow.cut();
  await until('the worker is gone', () => workers().length === 0, SOON_MS);
});

test('a program whose Workers are closed ends by itself', async (context) => {
  const { program, workers } = await stage(context);
  const { child } = await program('worker');

  child.send('close');

  const [code] = await once(child, 'exit');

  assert.equal(code, 0);
  await until('the worker is gone', () => workers().length === 0, SOON_MS);
});

for (const session of [undefined, 'named']) {
  test(`the Workers of a killed program end with the time of its ${session ?? 'nameless'} session`, async (context) => {
    const { program, workers } = await stage(context, {
      args: ['--session-ttl', '2s'],
    });
    const { child } = await program('worker', { session });
    const start = performance.now();

    child.kill('SIGKILL');
    await until('the worker is gone', () => workers().length === 0, 10_000);
    assert.ok(performance.now() - start > 1500, 'not before its time');
  });
}

test('a server that drains says so, takes no new Workers, and leaves when it is empty', async (context) => {
  const { connect, server } = await stage(context);
  const mediasoup = await connect();
  const worker = await mediasoup.createWorker();
  const draining = next(mediasoup.connection, 'draining');

  server.signal('SIGTERM');

  const [{ withinMs }] = await draining;

  assert.ok(withinMs > 0);
  await assert.rejects(mediasoup.createWorker(), /drain|leave|leaving/);
  // What is there goes on.
  assert.ok(await worker.createRouter());
  worker.close();
  mediasoup.close();
  assert.equal(await server.exited(), 0);
});

test('a server that has drained for long enough leaves', async (context) => {
  const { connect, server } = await stage(context, {
    args: ['--drain-timeout', '500ms'],
  });
  const mediasoup = await connect();

  await mediasoup.createWorker();
  server.signal('SIGTERM');
  assert.equal(await server.exited(), 0);
});

test('a second signal stops the server now, and its workers with it', async (context) => {
  const { connect, server, workers } = await stage(context);
  const mediasoup = await connect();
  const worker = await mediasoup.createWorker();
  const draining = next(mediasoup.connection, 'draining');
  const [pid] = workers();

  server.signal('SIGTERM');
  await draining;
  server.signal('SIGTERM');
  assert.equal(await server.exited(), 0);
  await until('the worker is gone', () => !isAlive(pid), SOON_MS);
  assert.equal(
    worker.closed,
    false,
    'the client waits for a server to come back',
  );
});

test('a server that was killed leaves no worker behind', async (context) => {
  const { connect, server, workers } = await stage(context);
  const mediasoup = await connect();

  await mediasoup.createWorker();

  const [pid] = workers();

  await server.kill();
  await until('the worker is gone', () => !isAlive(pid), SOON_MS);
});
