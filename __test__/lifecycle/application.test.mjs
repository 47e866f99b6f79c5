/**
 * Test of the application's end, by signals, `process.exit()` and errors: its worker processes must not
 * outlive it, and must not keep it from ending.
 */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAlive, until } from './support.mjs';

const MAX_ORPHAN_MS = 2000;
const WORKERS = 4;

/** Starts an application with some Workers; resolves with it and the Workers' pids. */
async function application(ending) {
  const child = fork(
    fileURLToPath(new URL('./application.mjs', import.meta.url)),
    [String(WORKERS), ending],
  );
  const [pids] = await once(child, 'message');

  assert.equal(pids.length, WORKERS);
  assert.ok(pids.every(isAlive));

  return { child, pids };
}

for (const signal of ['SIGKILL', 'SIGABRT', 'SIGHUP']) {
  test(`the application is ended by ${signal}`, async () => {
    const { child, pids } = await application('stay');

    child.kill(signal);
    await until(
      'the workers are gone',
      () => !pids.some(isAlive),
      MAX_ORPHAN_MS,
    );
  });
}

for (const [ending, what] of Object.entries({
  exit: 'process.exit()',
  'close-and-exit': 'worker.close() and process.exit()',
  throw: 'an exception',
})) {
  test(`the application ends by ${what}`, async () => {
    const { child, pids } = await application(ending);

    child.send('end');
    await once(child, 'exit');
    await until(
      'the workers are gone',
      () => !pids.some(isAlive),
      MAX_ORPHAN_MS,
    );
  });
}

test('an application whose Workers are closed ends by itself', async () => {
  const { child, pids } = await application('close');

  child.send('end');

  const [code] = await once(child, 'exit');

  assert.equal(code, 0);
  assert.ok(!pids.some(isAlive));
});
