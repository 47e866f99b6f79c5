/**
 * Test of start and end of worker processes by `createWorker()` in child processes: under valgrind, at
 * signals, and with many Workers at once.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import readline from 'node:readline';
import { test } from 'node:test';
import {
  inProcess,
  mediasoup,
  repositoryRoot,
  temporaryFolder,
} from './support.mjs';

test('valgrind runs the worker where the environment says so', async (t) => {
  const folder = temporaryFolder(t);
  const valgrind = path.join(folder, 'valgrind');
  const seen = path.join(folder, 'seen');

  // Notes its arguments and becomes the worker, without valgrind's own two options.
  fs.writeFileSync(
    valgrind,
    `#!/bin/sh\necho "$@" > ${seen}\nshift 2\nexec "$@"\n`,
    { mode: 0o755 },
  );
  await inProcess(
    `const worker = await mediasoup.createWorker();
     await worker.dump();
     worker.close();`,
    {
      env: {
        MEDIASOUP_USE_VALGRIND: 'true',
        MEDIASOUP_VALGRIND_BIN: valgrind,
        MEDIASOUP_VALGRIND_OPTIONS: '--leak-check=full --error-exitcode=1',
      },
    },
  );
  assert.equal(
    fs.readFileSync(seen, 'utf8').split(' --log')[0],
    `--leak-check=full --error-exitcode=1 ${mediasoup.workerBin}`,
  );
});

test('a valgrind that isn’t there is an error', async () => {
  const { stdout } = await inProcess(
    'await mediasoup.createWorker().catch((error) => console.log(error.message));',
    {
      env: {
        MEDIASOUP_USE_VALGRIND: 'true',
        MEDIASOUP_VALGRIND_BIN: '/nowhere/valgrind',
      },
    },
  );

  assert.equal(stdout, 'spawn /nowhere/valgrind ENOENT\n');
});

for (const signal of ['SIGINT', 'SIGTERM']) {
  test(`${signal} closes all Workers, and ends what has nothing else to do`, async () => {
    const application = spawn(
      process.execPath,
      [
        '--eval',
        `const mediasoup = require(${JSON.stringify(repositoryRoot)});
         (async () => {
           for (const name of ['one', 'two']) {
             const worker = await mediasoup.createWorker();
             worker.observer.once('close', () => console.log(name, worker.died));
           }
           console.log('ready');
         })();`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const exit = once(application, 'exit');
    const lines = [];

    for await (const line of readline.createInterface(application.stdout)) {
      lines.push(line);

      if (line === 'ready') {
        application.kill(signal);
      }
    }

    assert.deepEqual(lines, ['ready', 'one false', 'two false']);
    assert.deepEqual(await exit, [0, null]);
  });
}

test('many Workers are not a leak of listeners', async () => {
  const { stderr } = await inProcess(
    `const workers = await Promise.all(
       Array.from({ length: 12 }, () => mediasoup.createWorker()));
     for (const worker of workers) worker.close();`,
  );

  assert.equal(stderr, '');
});
