/**
 * Test of `lib/exitListeners.js` in child processes: a process that ends must send its servers a goodbye, and
 * must otherwise end as it would without this package.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess, mediasoup } from './support.mjs';

/** A process with a connection, and how it ended. */
async function run(script) {
  const source = `
    const exitListeners = require('./lib/exitListeners');
    const connection = { goodbye: () => console.log('goodbye') };
    exitListeners.add(connection);
    // What waits for Workers of a server.
    const alive = setInterval(() => {}, 1000);
    ${script}`;

  try {
    const { stdout } = await inProcess(source);

    return { stdout, signal: null };
  } catch ({ stdout, signal, code }) {
    return { stdout, signal, code };
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  test(`${signal} that nobody listens to ends the process by itself`, async () => {
    assert.deepEqual(await run(`process.kill(process.pid, '${signal}');`), {
      stdout: 'goodbye\n',
      signal,
      code: null,
    });
  });
}

test('whoever listens decides for himself', async () => {
  const { stdout, signal } = await run(`
    process.on('SIGTERM', () => {
      console.log('mine');
      setImmediate(() => { console.log('still here'); clearInterval(alive); });
    });
    process.kill(process.pid, 'SIGTERM');`);

  assert.equal(stdout, 'mine\nstill here\ngoodbye\n');
  assert.equal(signal, null);
});

test('a local Worker’s own listener keeps nobody alive', async () => {
  const { stdout, signal } = await run(`
    process.env.MEDIASOUP_WORKER_BIN = ${JSON.stringify(mediasoup.workerBin)};
    const worker = await mediasoup.createWorker();
    worker.observer.on('close', () => console.log('closed'));
    process.kill(process.pid, 'SIGTERM');`);

  assert.deepEqual(stdout.trim().split('\n').sort(), ['closed', 'goodbye']);
  assert.equal(signal, 'SIGTERM');
});

test('process.exit() says goodbye', async () => {
  assert.equal((await run('process.exit(0);')).stdout, 'goodbye\n');
});

test('nothing is left when there is no connection any more', async () => {
  const { stdout, signal } = await run(`
    exitListeners.remove(connection);
    clearInterval(alive);
    console.log(['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((it) => process.listenerCount(it)));`);

  assert.equal(stdout, '[ 0, 0, 0, 0 ]\n');
  assert.equal(signal, null);
});

test('an import installs nothing', async () => {
  const { stdout } = await inProcess(`
    console.log(['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((it) => process.listenerCount(it)));`);

  assert.equal(stdout, '[ 0, 0, 0, 0 ]\n');
});
